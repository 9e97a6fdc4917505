# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Looks for ways on which work for an account could end as another identity: what the shell holds, what the machine
gives, what was kept of other sessions, and what a store did not really take."""

from __future__ import annotations

import typing as t
from pathlib import Path

from harness.local_aws import LocalAws
from harness.machine import REGION, program
from harness.name_table import Table
from harness.name_ways import KINDS, looked_up, of_steps
from harness.promises import Case

PROMISES = {
    "shell": "Returned credentials are used completely. No token or profile of the shell is mixed with them.",
    "closed": "In a step with an account, an AWS client that does not use the account finds no credentials.",
    "machine": "If the machine has several identities, the first one that is configured is used, or the task fails.",
    "steps": "A step with an undefined account, role or condition does not run.",
    "empty": "An empty list of names is an error, and never selects other credentials.",
    "circle": "A circular chain of credentials is an error that names the circle.",
    "guard": "A session for another AWS account than the expected one is never returned.",
    "worker": "The AWS account of the role of a host is verified before another role is assumed from it.",
    "saved": "A write that AWS rejects is an error, and the stored account does not change.",
}

_OTHER_ACCOUNT = "210987654321"
_ALIKE = "123456654321"
"""Begins like the AWS account of the fake AWS."""


def cases(folder: Path) -> t.Iterator[Case]:
    """One promise after the other."""
    with LocalAws(folder) as aws:
        table = Table(folder / "machine", aws)
        table.save("prod", table.store)
        yield from _shell(table, aws)
        yield from _closed(table)
        yield from _machine(table)
        yield from _undefined(table)
        yield from _circle(table)
        yield from _guard(table, aws)
        yield from _worker(table, aws)
        yield from _saved(table, aws)


def _shell(table: Table, aws: LocalAws) -> t.Iterator[Case]:
    ask = {
        "amazon.aws.aws_caller_info": {},
        "module_defaults": {"group/amazon.aws.aws": "{{ lookup('octo.aws.creds', 'prod') }}"},
    }
    for what, foreign in {
        "a token": {"AWS_SESSION_TOKEN": "stale"},
        "an older token": {"AWS_SECURITY_TOKEN": "stale"},
        "a profile": {"AWS_PROFILE": "default"},
        "an older name of the profile": {"AWS_DEFAULT_PROFILE": "default"},
    }.items():
        yield from table.must_work("shell", {what: ask}, table.is_prod, **foreign)
        tokens = [request["token"] for request in aws.tell("requests") if request["token"] != "none"]
        yield Case("shell", f"{what}, sent", f"a token was sent: {tokens}" if tokens else "")


def _closed(table: Table) -> t.Iterator[Case]:
    client = {"tasks": {"file": "client.yml"}}
    tried = {"an AWS CLI in a step": of_steps([{"name": "step", **client}], aws_steps_account="prod")}
    yield from table.must_fail("closed", tried, by=table.is_prod)


def _machine(table: Table) -> t.Iterator[Case]:
    ask = looked_up([])
    ask["ansible.builtin.debug"] = {"msg": f"{{{{ lookup('octo.aws.creds', region='{REGION}') | length }}}}"}
    role = "arn:aws:iam::123456789012:role/web"
    configured: dict[str, dict[str, t.Any]] = {
        "a web identity whose token is not there": {
            "AWS_ROLE_ARN": role,
            "AWS_WEB_IDENTITY_TOKEN_FILE": "/nonexistent/token",
        },
        "container credentials that do not answer": {
            "AWS_CONTAINER_CREDENTIALS_FULL_URI": "http://127.0.0.1:1/container"
        },
    }
    for what, variables in configured.items():
        yield from table.must_fail("machine", {f"{what}, lookup": ask}, **variables)
        module = {"octo.aws.aws_script": {"account": None, "region": REGION, "cmd": "aws sts get-caller-identity"}}
        yield from table.must_fail("machine", {f"{what}, script": module}, **variables)


def _undefined(table: Table) -> t.Iterator[Case]:
    for option in ("account", "assume_role", "region", "enabled"):
        step = {"name": "step", option: "{{ not_there }}", **KINDS["script"]}
        yield from table.must_fail("steps", {option: of_steps([step], aws_steps_account="prod")})
    yield from table.must_fail("empty", {"a lookup": looked_up([])})


def _circle(table: Table) -> t.Iterator[Case]:
    config = table.folder / "circle"
    config.write_text(f"[default]\ncredential_process = {table.command('prod')}\n", encoding="utf-8")
    options: dict[str, t.Any] = {
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_ACCESS_KEY_ID": None,
        "AWS_SECRET_ACCESS_KEY": None,
        "OCTO_AWS_STORE": f"secretsmanager:octo/aws?region={REGION}",
        # Where it is no error, processes start each other without end.
        "patience": 30,
    }
    yield table.has_code("circle", "a store whose profile asks the store", "credentials_circle", "prod", **options)


def _guard(table: Table, aws: LocalAws) -> t.Iterator[Case]:
    table.save("role", table.store, assume_role=[{"role_arn": aws.facts["roles"]["deploy"]}])
    answer = table.machine.credentials("role")
    yield Case("guard", "the session is kept", answer.problem("ASIA"))
    for account_id in (_OTHER_ACCOUNT, _ALIKE):
        option = ("--account-id", account_id)
        yield table.has_code("guard", f"a kept session for {account_id}", "account_mismatch", "role", *option)
        yield table.has_code("guard", f"keys for {account_id}", "account_mismatch", "prod", *option)


def _worker(table: Table, aws: LocalAws) -> t.Iterator[Case]:
    table.save("host", table.store, type="instance_role", access_key=None, secret_key=None, account_id=_ALIKE)
    hops = [{"role_arn": aws.facts["roles"]["deploy"]}]
    options = {"account": "host", "assume_role": hops, "account_id": aws.facts["account_id"]}
    yield from table.must_fail("worker", {"hops": {"octo.aws.aws_identity": options}}, by=table.is_asked_only)


def _saved(table: Table, aws: LocalAws) -> t.Iterator[Case]:
    url = f"secretsmanager:octo/saved?region={REGION}"
    table.save("prod", url)
    for operation in ("PutSecretValue", "UpdateSecretVersionStage"):
        aws.tell("fault", action=f"secretsmanager:{operation}", kind="refused", times=9)
        answer = table.machine.save("prod", fields={"region": "eu-west-3"}, OCTO_AWS_STORE=url)
        said = "" if answer.code else f"it counted as saved: {answer.out:.500}"
        yield Case("saved", f"{operation} is refused", said)
        aws.tell("reset", forget="faults")
        found = table.machine.run(
            program("ansible"), "localhost", "-m", "octo.aws.aws_account_info", "-a", "details=true", OCTO_AWS_STORE=url
        )
        kept = "" if f'"region": "{REGION}"' in found.out else f"it is no longer what it was: {found.out:.1000}"
        yield Case("saved", f"the record after {operation}", kept)
