# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""One lookup, beside what would be used in its place."""

from __future__ import annotations

import json
import statistics

import boto3
from fixture import AWS_CLI, Fixture
from harness.machine import REGION
from report import Goal, Report, compare, less, seconds
from rounds import Ratio, Row

_TEXT = """\
A lookup returns the credentials of an account: keys in one encrypted file, for `unvault` and for the account `keys`; a
cached session of a role, for the account `role`; the same keys as JSON in AWS Secrets Manager and in Parameter Store;
and a profile for the AWS CLI."""

_AWS = f"profile='keys', region='{REGION}'"
LOOKUPS = {
    "nothing": (
        "A lookup of an environment variable, the least possible work",
        "lookup('ansible.builtin.env', 'HOME')",
    ),
    "unvault": ("`ansible.builtin.unvault`", "lookup('ansible.builtin.unvault', '{sealed}') | from_json"),
    "load": (
        "`octo.aws.creds` with an empty list of names, which is only loaded",
        "query('octo.aws.creds', [], on_missing='skip') == []",
    ),
    "keys": ("`octo.aws.creds`, keys", "lookup('octo.aws.creds', 'keys')"),
    "role": ("`octo.aws.creds`, a cached session", "lookup('octo.aws.creds', 'role')"),
    "secret": (
        "`amazon.aws.secretsmanager_secret`",
        f"lookup('amazon.aws.secretsmanager_secret', 'keys', {_AWS}) | from_json",
    ),
    "parameter": ("`amazon.aws.ssm_parameter`", f"lookup('amazon.aws.ssm_parameter', '/keys', {_AWS}) | from_json"),
    "cli": (
        "`ansible.builtin.pipe` with `aws configure export-credentials`",
        f"lookup('ansible.builtin.pipe', '{AWS_CLI} configure export-credentials --profile keys') | from_json",
    ),
}
_FLOOR = "The minimum: ansible-core compiles the files of `octo.aws.creds` for keys, and reads its options"
_ROUNDS = 5
_SLOW = ("secret", "parameter", "cli")


def measure(fixture: Fixture) -> Report:
    """In a running template, in a forked process, and in a fresh one."""
    _prepare(fixture)
    expressions = {
        key: (title, text.format(sealed=fixture.machine.folder / "sealed.json"))
        for key, (title, text) in LOOKUPS.items()
    }
    again = {
        key: Row(title, workload=("again", f"{{{{ {text} }}}}"), loops=2 if key in _SLOW else 100)
        for key, (title, text) in expressions.items()
    }
    forked = {
        key: Row(title, workload=("in-fork", f"{{{{ {text} }}}}"), loops=1 if key in _SLOW else 10)
        for key, (title, text) in expressions.items()
    }
    files = f"{{{{ {expressions['keys'][1]} }}}}"
    forked["files"] = Row(_FLOOR, workload=("files-in-fork", files), loops=10)
    fresh = {
        key: Row(
            title,
            command=fixture.play(key, [{"ansible.builtin.assert": {"that": f"({text}) is truthy", "quiet": True}}]),
        )
        for key, (title, text) in expressions.items()
    }
    in_template, in_fork, in_process = (fixture.time(rows, _ROUNDS) for rows in (again, forked, fresh))
    return Report(
        "One lookup",
        _TEXT,
        [
            compare(
                "In a running template",
                "A template that is evaluated again, as in each task and each item of a loop.",
                again,
                in_template,
                "keys",
            ),
            compare(
                "For the first time in a forked process",
                "ansible-core forks a process for each task of each host. There, a lookup is loaded and keys of\n"
                "Ansible Vault are derived, unless the parent process had done so.",
                forked,
                in_fork,
                "keys",
            ),
            compare(
                "In a fresh process", "`ansible-playbook` with one task and one lookup.", fresh, in_process, "keys"
            ),
        ],
        _goals(in_template, in_fork, in_process),
    )


def _goals(again: dict[str, list[float]], forked: dict[str, list[float]], fresh: dict[str, list[float]]) -> list[Goal]:
    more = sorted(less(fresh["keys"], fresh["unvault"]))
    middle = more[len(more) // 2]
    floor = seconds(statistics.median(forked["files"]))
    return [
        Goal.at_most(
            "In a running template, keys take at most 1.5 times as long as with `unvault`.",
            Ratio.of(again["keys"], again["unvault"]),
            1.5,
        ),
        Goal.at_most(
            "In a running template, a cached session takes at most 1.5 times as long as `unvault`.",
            Ratio.of(again["role"], again["unvault"]),
            1.5,
        ),
        Goal(
            "In a fresh process, keys take at most 10 ms longer than with `unvault`.",
            f"{seconds(middle)} ({seconds(more[0])} to {seconds(more[-1])})",
            middle <= 0.010,
            "In each process, ansible-core compiles the files of a collection, and reads the options of a lookup. For "
            f"this lookup, that alone takes {floor}. The sanity tests allow no other way to load a file.",
        ),
        Goal.at_least(
            "Keys come at least 50 times as fast as with `secretsmanager_secret`.",
            Ratio.of(again["secret"], again["keys"]),
            50,
        ),
        Goal.at_least(
            "Keys come at least 100 times as fast as with the AWS CLI.", Ratio.of(again["cli"], again["keys"]), 100
        ),
    ]


def _prepare(fixture: Fixture) -> None:
    facts = fixture.facts
    keys = json.dumps({"access_key": facts["access_key"], "secret_key": facts["secret_key"], "region": REGION})
    fixture.seal("sealed.json", keys)
    session = boto3.Session(facts["access_key"], facts["secret_key"], region_name=REGION)
    session.client("secretsmanager", endpoint_url=facts["url"]).create_secret(Name="keys", SecretString=keys)
    session.client("ssm", endpoint_url=facts["url"]).put_parameter(Name="/keys", Value=keys, Type="SecureString")
