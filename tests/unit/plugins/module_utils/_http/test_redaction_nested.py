# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A secret that was encoded by one means and then by another, as the body of a request that an error page shows."""

from __future__ import annotations

import html
import itertools
import json
import re
from collections.abc import Callable
from time import process_time
from urllib.parse import quote, quote_plus

import pytest

from ansible_collections.rackspace.identity.plugins.module_utils._http.redaction import Redactor
from ansible_collections.rackspace.identity.plugins.module_utils._options import MASK

SECRETS = ['Zebra"Kiwi-2024', "Zebra\\Kiwi-2024", "Zebra&Kiwi<2024", "Gr\xfc\xdfe-Kiwi2024", "Zebra'Kiwi-2024"]
SECRETS += ["Zebra(Kiwi)*2024", "Zebra/Kiwi+20=24", "Zebra\U0001f600Kiwi2024", "Zebra Kiwi 20+24"]

ENCODINGS: dict[str, Callable[[str], str]] = {
    "JSON in HTML": lambda secret: html.escape(json.dumps(secret)),
    "JSON in JSON in HTML": lambda secret: html.escape(json.dumps(json.dumps(secret))),
    "JSON in HTML in HTML": lambda secret: html.escape(html.escape(json.dumps(secret))),
    "JSON in a URL": lambda secret: quote(json.dumps(secret), safe=""),
    "JSON in JSON in a URL": lambda secret: quote(json.dumps(json.dumps(secret)), safe=""),
    "JSON in a form": lambda secret: quote_plus(json.dumps(secret)),
    "JSON in a URL, twice encoded": lambda secret: quote(quote(json.dumps(secret), safe=""), safe=""),
    "UTF-8 in JSON in a URL": lambda secret: quote(json.dumps(secret, ensure_ascii=False), safe=""),
    "XML in a URL": lambda secret: quote(html.escape(secret), safe=""),
    "XML in XML in a URL": lambda secret: quote(html.escape(html.escape(secret)), safe=""),
    "ASCII in XML in a URL": lambda secret: quote(secret.encode("ascii", "xmlcharrefreplace").decode(), safe=""),
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", SECRETS)
def test_nested_encodings(encoding: str, secret: str) -> None:
    text = f"got {ENCODINGS[encoding](secret)} here"
    cleaned = Redactor([secret]).text(text)
    assert cleaned is not None
    assert MASK in cleaned
    assert "Kiwi" not in cleaned
    assert "Kiwi" not in str(Redactor([secret]).payload({"note": text}))


def in_a_url(text: str) -> str:
    return quote(text, safe="")


@pytest.mark.parametrize("secret", SECRETS)
def test_usual_encodings_within_each_other(secret: str) -> None:
    encoders: list[Callable[[str], str]] = [html.escape, in_a_url, json.dumps, quote_plus, repr]
    redactor = Redactor([secret])
    for chain in [chain for length in (1, 2, 3) for chain in itertools.product(encoders, repeat=length)]:
        text = secret
        for encode in chain:
            text = encode(text)
        assert "Kiwi" not in str(redactor.text(f"got {text} here")), [encode.__name__ for encode in chain]


@pytest.mark.parametrize(
    ("secret", "text"),
    [
        ("Gr\xfc\xdfe-2024", "Gr%FC%DFe-2024"),
        ("Gr\xfc\xdfe-2024", "Gr%25fc%25dfe-2024"),
        ("Zebra(a)*2024", r"Zebra\28a\29\2a2024"),
        ("Zebra(a)*2024", r"Zebra\\28a\\29\\2A2024"),
        ("Zebra(a)*2024", "Zebra&lpar;a&rpar;&ast;2024"),
        ("Zebra/a%2024", "Zebra&sol;a&percnt;2024"),
    ],
)
def test_other_encodings_of_signs(secret: str, text: str) -> None:
    assert Redactor([secret]).text(f"got {text} here") == f"got {MASK} here"


@pytest.mark.parametrize("secret", [r"\\\\ab%&\"\\", "%%%%%%%%%%", "&&&&&&&&;;", "0e688a460988337e0e759524a2ccfc33"])
@pytest.mark.parametrize("part", ["\\", "%5C", r"\%5C", "%255C", "%25", "%26amp%3B", "%26%23", "&#x0", "phone pin "])
def test_search_takes_no_time(secret: str, part: str) -> None:
    redactor = Redactor([secret])
    redactor.text("%")
    started = process_time()
    redactor.text(part * 8000)
    assert process_time() - started < 1


def test_encodings_of_others_stay() -> None:
    text = re.sub("x", "%5C%22", "axb \\&quot;c %26quot%3B d")
    assert Redactor(["Zebra(a)*2024"]).text(text) == text
