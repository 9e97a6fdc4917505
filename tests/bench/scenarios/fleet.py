# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts that work with one role."""

from __future__ import annotations

import typing as t

from ground import Ground
from machine import REGION
from report import Goal, Report, compare
from rounds import Ratio, Row

_TEXT = """\
A play with {tasks} tasks of `amazon.aws` for each of {hosts} hosts, all with one role, which nobody has a session of
when it begins. `amazon.aws.sts_assume_role` is one task more for each host. Static keys assume nothing: with them, the
play takes as long as it has to. ansible-core works on five hosts at a time, its default."""

_MODULES = ("s3_bucket_info", "ec2_key_info", "ec2_vpc_net_info")
_ROUNDS = 3


def measure(ground: Ground) -> Report:
    """Wall time and requests to STS."""
    hosts = ground.effort.of(20, 2)
    requests: dict[str, str] = {}

    def row(key: str, title: str, tasks: list[dict[str, t.Any]], defaults: t.Any) -> Row:
        def count() -> None:
            asked = ground.requests()
            requests[key] = ", ".join(f"{number} {action}" for action, number in asked.items()) or "none"

        def begin() -> None:
            ground.forget_sessions()
            ground.forget_requests()

        inventory = ",".join(f"host{number}" for number in range(hosts)) + ","
        command = ground.play(key, tasks, "-i", inventory, defaults={"group/amazon.aws.aws": defaults})
        return Row(title, command=command, before=begin, after=count)

    facts = ground.facts
    keys = {"access_key": facts["access_key"], "secret_key": facts["secret_key"], "region": REGION}
    work: list[dict[str, t.Any]] = [{f"amazon.aws.{module}": {}} for module in _MODULES]
    assume = {
        "amazon.aws.sts_assume_role": {"role_arn": ground.role, "role_session_name": "bench", **keys},
        "register": "assumed",
    }
    assumed = {
        "access_key": "{{ assumed.sts_creds.access_key }}",
        "secret_key": "{{ assumed.sts_creds.secret_key }}",
        "session_token": "{{ assumed.sts_creds.session_token }}",
        "region": REGION,
    }
    # Defaults with the result of the first task are for the others alone.
    others = [{"block": work, "module_defaults": {"group/amazon.aws.aws": assumed}}]
    rows = {
        "static": row("static", "Static keys, no role", work, keys),
        "creds": row("creds", "`octo.aws.creds`", work, "{{ lookup('octo.aws.creds', 'role') }}"),
        "profile": row("profile", "A `profile` of `amazon.aws`", work, {"profile": "deploy"}),
        "assume": row("assume", "`amazon.aws.sts_assume_role` on each host", [assume, *others], {}),
    }
    times = ground.time(rows, _ROUNDS)
    table = compare("Time and requests", "", rows, times, "static", {"Requests to STS": requests})
    return Report(
        "A fleet with one role",
        _TEXT.format(tasks=len(work), hosts=hosts),
        [table],
        [
            Goal("STS is asked once for the whole fleet.", requests["creds"], requests["creds"] == "1 AssumeRole"),
            Goal.at_most(
                "A fleet takes at most 1.03 times as long as with static keys.",
                Ratio.of(times["creds"], times["static"]),
                1.03,
            ),
            Goal.at_most("A fleet takes less than with the profile.", Ratio.of(times["creds"], times["profile"]), 1),
        ],
    )
