# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Many hosts that work with one role."""

from __future__ import annotations

import json
import typing as t

from fixture import Fixture
from harness.machine import REGION
from report import Goal, Report, compare
from rounds import Ratio, Row

_TEXT = """\
A play runs {tasks} tasks of `amazon.aws` on each of {hosts} hosts, with one role and no session at the beginning.
`amazon.aws.sts_assume_role` adds one task for each host. Static keys need no role, and show the shortest possible
time. Unencrypted keys in a playbook are not acceptable in practice. From a file encrypted by Ansible Vault, each
process decrypts the keys again. A play that starts with one task of the collection loads the collection before
ansible-core forks processes. ansible-core runs five hosts at a time, its default."""

_MODULES = ("s3_bucket_info", "ec2_key_info", "ec2_vpc_net_info")
_ROUNDS = 3


def measure(fixture: Fixture) -> Report:
    """Wall time and requests to STS."""
    hosts = fixture.effort.of(20, 2)
    requests: dict[str, str] = {}

    def row(key: str, title: str, tasks: list[dict[str, t.Any]], defaults: t.Any) -> Row:
        def count() -> None:
            asked = fixture.requests()
            requests[key] = ", ".join(f"{number} {action}" for action, number in asked.items()) or "none"

        def begin() -> None:
            fixture.forget_sessions()
            fixture.forget_requests()

        inventory = ",".join(f"host{number}" for number in range(hosts)) + ","
        command = fixture.play(key, tasks, "-i", inventory, defaults={"group/amazon.aws.aws": defaults})
        return Row(title, command=command, before=begin, after=count)

    facts = fixture.facts
    keys = {"access_key": facts["access_key"], "secret_key": facts["secret_key"], "region": REGION}
    work: list[dict[str, t.Any]] = [{f"amazon.aws.{module}": {}} for module in _MODULES]
    assume = {
        "amazon.aws.sts_assume_role": {"role_arn": fixture.role, "role_session_name": "bench", **keys},
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
    who: dict[str, t.Any] = {
        "octo.aws.aws_identity": {"account": "role"},
        "run_once": True,
        "delegate_to": "localhost",
    }
    creds = "{{ lookup('octo.aws.creds', 'role') }}"
    sealed = fixture.seal("keys.json", json.dumps(keys))
    unvault = f"{{{{ lookup('ansible.builtin.unvault', '{sealed}') | from_json }}}}"
    rows = {
        "static": row("static", "Static keys in clear, no role", work, keys),
        "sealed": row("sealed", "Static keys with `ansible.builtin.unvault`, no role", work, unvault),
        "creds": row("creds", "`octo.aws.creds`", work, creds),
        "after": row("after", "`octo.aws.creds`, after one task of `octo.aws.aws_identity`", [who, *work], creds),
        "profile": row("profile", "A `profile` of `amazon.aws`", work, {"profile": "deploy"}),
        "assume": row("assume", "`amazon.aws.sts_assume_role` on each host", [assume, *others], {}),
    }
    times = fixture.time(rows, _ROUNDS)
    table = compare("Time and requests", "", rows, times, "static", {"Requests to STS": requests})
    return Report(
        "A fleet with one role",
        _TEXT.format(tasks=len(work), hosts=hosts),
        [table],
        [
            Goal("The whole fleet needs one request to STS.", requests["creds"], requests["creds"] == "1 AssumeRole"),
            *_goals(times, "creds", ""),
            *_goals(times, "after", ", after a task of the collection,"),
        ],
    )


def _goals(times: dict[str, list[float]], key: str, which: str) -> list[Goal]:
    sealed = Ratio.of(times["sealed"], times["static"])
    note = (
        f"With `unvault`, the same play takes {sealed} times as long. The rest is the time to load the lookup in each "
        "process; see the first tables. After a task of the collection, the lookup is loaded before processes are "
        "forked."
    )
    return [
        Goal.at_most(
            f"A fleet{which} takes at most 1.03 times as long as with static keys.",
            Ratio.of(times[key], times["static"]),
            1.03,
            "" if which else note,
        ),
        Goal.at_most(
            f"A fleet{which} takes less time than with the profile.", Ratio.of(times[key], times["profile"]), 1
        ),
    ]
