# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many processes that all need a session which nobody has."""

from __future__ import annotations

from fixture import Fixture
from report import Goal, Report, Table, seconds
from rounds import Ratio, Row

_TEXT = """\
The given number of processes starts at the same time. Each needs a session of the same role, which is not cached. With
the collection, one process sends a request to STS while the others wait for its response. With a profile, each process
requests its own session. boto3 is loaded before."""

_ROUNDS = 3


def measure(fixture: Fixture) -> Report:
    """The time until all have their session."""
    counts = (1, 10, 100) if not fixture.effort.quick else (1, 5)
    requests: dict[str, str] = {}

    def row(key: str, title: str, *work: str) -> Row:
        def begin() -> None:
            fixture.forget_sessions()
            fixture.forget_requests()

        def count() -> None:
            requests[key] = str(fixture.requests().get("AssumeRole", 0))

        return Row(title, workload=work, values=1, warmups=0, before=begin, after=count)

    rows: dict[str, Row] = {}
    for count in counts:
        template = "{{ lookup('octo.aws.creds', 'role') }}"
        rows[f"creds{count}"] = row(f"creds{count}", f"{count} with `octo.aws.creds`", "crowd", str(count), template)
        rows[f"profile{count}"] = row(
            f"profile{count}", f"{count} with a profile", "crowd-of-profile", str(count), "deploy"
        )
    times = fixture.time(rows, _ROUNDS)
    lines: list[tuple[str, ...]] = []
    for key, each in rows.items():
        other = key.replace("profile", "creds")
        ratio = "1" if other == key else str(Ratio.of(times[key], times[other]))
        lines.append((each.title, seconds(sorted(times[key])[len(times[key]) // 2]), ratio, requests[key]))
    table = Table("Time and requests", "", ("", "Time", "Ratio", "AssumeRole"), tuple(lines))
    found = ", ".join(requests[f"creds{count}"] for count in counts)
    reached = all(requests[f"creds{count}"] == "1" for count in counts)
    text = f"{', '.join(map(str, counts))} processes need one request to STS."
    return Report("Processes that need one session", _TEXT, [table], [Goal(text, found, reached)])
