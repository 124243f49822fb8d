# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The secrets of this test: whose they are, which option takes which, and what they are called in reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import count
from pathlib import Path
from typing import Any

from .services import Service

USER = "oddsecrets"
API_KEY = "kÖ \"<&'>+/%5c\\u0041-oddApiKey13-ü"
PASSWORD = "pÄ \"<&'>+/%41\\n-oddPassword13-é😀"
FACTOR_USER = "oddfactor"
FACTOR_PASSWORD = "fÜ \"<&'>+/%2f\\x41-oddPassword14-ß"
SUPPORT_PIN = "40718529361704"
PROXY_USER = "proxyuser"
PROXY_PASSWORD = "xyz-proxyPassword15-zyx"
ODD_PROXY_PASSWORD = "x/y@z%41-proxyPassword16"
TENANT = "123456"
USERS = (USER, FACTOR_USER, PROXY_USER, "user")

# What logs in, and the options beside it.
LOGINS = ("api_key", "password", "token", "passcode")


class Secrets:
    """Every secret that the plays are given; new ones are made for cases that must not share theirs."""

    def __init__(self, services: Mapping[str, Service]) -> None:
        self.known = {
            "the API key": API_KEY,
            "the password": PASSWORD,
            "the password of a login with a second factor": FACTOR_PASSWORD,
            "the support PIN": SUPPORT_PIN,
            "the password of the proxy": PROXY_PASSWORD,
            "the odd password of the proxy": ODD_PROXY_PASSWORD,
        }
        self._services = services
        self._numbers = count(10)
        self._bypass_codes = (f"58201937{number:04}" for number in range(200))

    def made_up(self, option: str) -> str:
        """Return a secret that no service knows."""
        number = next(self._numbers)
        if "token" in option:
            value = f"AAwrong-{option}-{number}-wrong"
        elif option == "session_id":
            value = f"APwrong-{option}-{number}-wrong"
        elif option == "passcode":
            value = f"907{number}55173820"
        else:
            value = f"w \"<&'>+/%41\\n-{option}-{number}-é"
        return self._remember(f"a made-up {option}", value)

    def token(self, fault: str) -> str:
        """Return a living token of a service."""
        return self._remember("a token", self._services[fault].token(USER))

    def login(self, option: str, fault: str, *, right: bool) -> dict[str, str]:
        """Return the options of a login that begins with this one; those that are secrets are wrong if asked for."""
        if option == "passcode":
            return {"username": FACTOR_USER, **(self._second_step(fault) if right else self._wrong_second_step())}
        if option == "token":
            token = self.token(fault) if right else self.made_up(option)
            return {"token": token, "tenant_id": TENANT}
        secret = {"api_key": API_KEY, "password": PASSWORD}[option] if right else self.made_up(option)
        return {"username": USER, option: secret}

    def bypass_code(self) -> str:
        """Return a passcode that is right once."""
        return self._remember("a passcode", next(self._bypass_codes))

    def _second_step(self, fault: str) -> dict[str, str]:
        # The others answer every request with their fault.
        service = self._services[fault if fault == "members" else "good"]
        session = self._remember("a session ID", service.session(FACTOR_USER, FACTOR_PASSWORD))
        return {"session_id": session, "passcode": self.bypass_code()}

    def _wrong_second_step(self) -> dict[str, str]:
        # A wrong passcode for a real session would lock the user sooner or later.
        return {"session_id": self.made_up("session_id"), "passcode": self.made_up("passcode")}

    def _remember(self, name: str, value: str) -> str:
        if value not in self.known.values():
            self.known[f"{name} ({len(self.known)})"] = value
        return value


def proxy(address: str, password: str = PROXY_PASSWORD) -> str:
    """Return the URL of a proxy that wants a password."""
    return f"http://{PROXY_USER}:{password}@{address}"


def credentials_file(directory: Path, name: str, lines: Iterable[str]) -> str:
    """Write a credentials file and return its path."""
    path = directory / name
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    path.chmod(0o600)
    return str(path)


def in_containers(secret: str) -> list[Any]:
    """Return values of wrong types that hold a secret."""
    return [secret, [secret], {"token": {"id": secret}}, [{"service_type": secret, "public_url": 1, secret: secret}]]
