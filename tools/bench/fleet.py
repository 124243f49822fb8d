# Copyright (c) 2026 The rackspace.identity authors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""A fleet of hosts behind a rate limit: whether every task succeeds, how often it logs in, and how long it takes."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import logins, plays, requests, rows
from bench.plays import Task
from bench.rows import Row
from playbooks import Sandbox

FORKS = 50
REGIONS = ("DFW", "IAD")
LIMIT = 60
"""How many GETs Cloud DNS accepts in a minute. For 3,000 requests to two regions, that would take 25 minutes."""

TOKEN_SECONDS = 60
"""How long a token is used. It lives longer, by what is always left of a cached one: the default of min_ttl."""

_MIN_TTL = 300
_SHARE = 0.75
_REQUEST = "rackspace.identity.rax_request"
_SERVICE = {"service_name": "cloudServersOpenStack"}


@dataclass(frozen=True)
class Run:
    """What a play on so many hosts took, and what the services saw of it.

    busiest: the most requests in a tenth of a second.
    """

    hosts: int
    seconds: float
    logins: int
    answered: int
    refused: int
    busiest: int


def tasks_of_requests() -> list[Task]:
    """Return three requests: every other host begins in the other region."""
    paths = ("servers", "servers/detail", "servers")
    return [
        {_REQUEST: {**_SERVICE, "region": f"{{{{ regions[{number % 2}] }}}}", "path": path}}
        for number, path in enumerate(paths)
    ]


def inventory(sandbox: Sandbox, hosts: int) -> list[str | Path]:
    """Return the options of a play on so many hosts."""
    path = sandbox.directory / "fleet.ini"
    orders = ("['DFW', 'IAD']", "['IAD', 'DFW']")
    lines = [f'host{number} ansible_connection=local regions="{orders[number % 2]}"' for number in range(hosts)]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return ["--inventory", path, "--forks", str(FORKS)]


def window(requests_a_second: float) -> float:
    """Return in how many seconds a region accepts its GETs, so that all of them let three quarters through."""
    return round(LIMIT * len(REGIONS) / (_SHARE * requests_a_second), 1)


def lives(counted: int, seconds: float) -> int:
    """Return how many logins there have to be in a play of so many seconds: as many as tokens have lives.

    A play that ends at about the end of a life may have begun another one, or not.
    """
    most = math.floor(seconds / TOKEN_SECONDS) + 1
    return min(max(counted, most - 1, 1), most)


def _run(sandbox: Sandbox, hosts: int, tasks: Sequence[Task], limit_seconds: float | None) -> Run:
    requests.control(sandbox, "POST", "reset")
    if limit_seconds is not None:
        requests.control(sandbox, "PATCH", "settings", {"get_limit": LIMIT, "get_limit_seconds": limit_seconds})
    logins.counters(sandbox, "DELETE")
    cold = logins.cold(sandbox, f"fleet-{hosts}-{limit_seconds}")
    seconds = plays.play(cold, tasks, "all", inventory(sandbox, hosts), limit=1800)
    answers = requests.control(sandbox, "GET", "counters")["answers"].get("servers", {})
    log = requests.control(sandbox, "GET", "requests")["requests"]
    tenths = Counter(math.floor(entry["time"] * 10) for entry in log)
    return Run(
        hosts,
        seconds,
        logins.counters(sandbox)["logins"],
        answers.get("200", 0),
        sum(answers.values()) - answers.get("200", 0),
        max(tenths.values(), default=0),
    )


def _counts(run: Run) -> list[Row]:
    what = f"{run.hosts:,} hosts x 3 GETs, {FORKS} forks, rate limit"
    times = f"{rows.duration(run.seconds)}, {run.refused:,} more refused"
    return [
        rows.count(f"logins: {what}", lives(run.logins, run.seconds), run.logins, ""),
        rows.count(f"requests: {what}", 3 * run.hosts, run.answered, times),
    ]


def growth(runs: Sequence[Run]) -> Row:
    """Return what each further host costs in the larger half of the fleet, beside the smaller one."""
    small, middle, large = runs
    later = (large.seconds - middle.seconds) / (large.hosts - middle.hosts)
    earlier = (middle.seconds - small.seconds) / (middle.hosts - small.hosts)
    what = f"growth: a host more up to {large.hosts:,} / up to {middle.hosts:,}"
    return rows.ratio(what, 1.1, [max(later, 1e-6)], [max(earlier, 1e-6)])


def found(sandbox: Sandbox, sizes: Sequence[int]) -> tuple[list[Row], float]:
    """Return the rows of fleets of three sizes, and in how many seconds a region accepted 60 requests."""
    small, middle, large = sizes
    asked = tasks_of_requests()
    nothing = [{"ansible.builtin.debug": {"msg": "{{ regions[0] }}"}}] * len(asked)
    logins.change_settings(sandbox, {"token_lifetime": TOKEN_SECONDS + _MIN_TTL})
    idle = _run(sandbox, middle, nothing, None)
    free = _run(sandbox, middle, asked, None)
    seconds = window(free.answered / free.seconds)
    runs = [_run(sandbox, hosts, asked, seconds) for hosts in (small, middle, large)]
    fleet = runs[-1]
    allowed = 3 * fleet.hosts / (LIMIT * len(REGIONS)) * seconds
    hosts = f"{middle:,} hosts x 3"
    measured = [
        *(row for run in runs for row in _counts(run)),
        growth(runs),
        rows.ratio(f"{fleet.hosts:,} hosts x 3 GETs / what the limit allows", 1.2, [fleet.seconds], [allowed]),
        Row(f"{fleet.hosts:,} hosts: requests refused / accepted", 1.0, fleet.refused / fleet.answered),
        Row(f"{fleet.hosts:,} hosts: most requests in a tenth of a second / forks", 0.5, fleet.busiest / FORKS),
        rows.ratio(f"{hosts} GETs without the limit / debug", None, [free.seconds], [idle.seconds]),
        rows.ratio(f"{hosts} GETs with the limit / without", None, [runs[1].seconds], [free.seconds]),
    ]
    return measured, seconds
