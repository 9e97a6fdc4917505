# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Uses accounts by names that lead to nothing, in every way that there is to use one.

Each outcome has to be an error, and no service may get a request. The machine has an instance role throughout, and the
shell has keys of its own that AWS takes. That the same tasks work where nothing is wrong, as the account and as nothing
else, is tried first.
"""

from __future__ import annotations

import typing as t
from pathlib import Path

from harness.local_aws import LocalAws
from harness.machine import REGION, program
from harness.name_table import Cases, Table, programs
from harness.name_ways import (
    BUCKET,
    CLUSTER,
    LOOKUPS,
    NOT_NAMES,
    NULL_IS_THE_HOST,
    SOME_WAYS,
    SPELT_WRONG,
    STORE_OF_ITS_OWN,
    STORED,
    UNDEFINED_BESIDE_IT,
    WAYS,
    Way,
)
from harness.promises import Case

PROMISES = {
    "right": "A correct name selects its account and no other identity. An explicit null selects the role of the host.",
    "names": "A name that is mistyped, undefined, empty or a list is an error before any request, in each module, "
    "lookup, playbook, command and step kind.",
    "options": "A mistyped name of a variable, a setting or an option is an error before any request.",
    "undefined": "An undefined value next to a correct name, such as a region, a role to assume or a condition, is an "
    "error before any request.",
    "records": "A record that cannot be decrypted or read, with a wrong password or without one, is an error before "
    "any other request.",
    "stores": "A store that does not exist is an error. A store that is a service gets only requests that read it.",
}

_SERVICES = {"secretsmanager": "octo/aws", "ssm": "/octo/aws"}


def cases(folder: Path) -> t.Iterator[Case]:
    """The whole table."""
    registry = folder / "registry"
    registry.mkdir()
    with LocalAws(folder, "--registry", str(registry)) as aws:
        aws.tell("ecs", make=CLUSTER)
        table = Table(folder / "machine", aws)
        table.machine.variables["SSL_CERT_FILE"] = str(registry / "registry.crt")
        table.save("prod", table.store)
        yield from _right(table)
        yield from _names(table)
        yield from _records(table)
        yield from _stores(table)


def _right(table: Table) -> t.Iterator[Case]:
    bucket = {"octo.aws.aws_script": {"account": "prod", "cmd": f"aws s3 mb s3://{BUCKET}"}}
    yield from table.must_work("right", {"the bucket": bucket}, table.is_prod)
    yield from table.must_work("right", _each(WAYS, "prod"), table.is_prod)
    yield from table.must_work("right", _each(NULL_IS_THE_HOST, None), table.is_host)


def _names(table: Table) -> t.Iterator[Case]:
    yield from table.must_fail("names", _crossed(WAYS, NOT_NAMES))
    yield from table.must_fail("names", _crossed({**STORED, **LOOKUPS}, {"null": None}))
    for what, name in {"misspelt": "prdo", "empty": "", "undefined": "{{ prod_acount }}"}.items():
        for caller, command in programs(name, table.store).items():
            if caller != "credential_process" or what != "undefined":
                yield table.program_must_fail("names", f"{caller}, {what}", command)
    yield from table.must_fail("options", SPELT_WRONG)
    typed = [program("ansible-playbook"), "octo.aws.test_account", "-e", "acount_name=prod"]
    yield table.program_must_fail("options", "test_account, acount_name", typed)
    yield from table.must_fail("undefined", UNDEFINED_BESIDE_IT)


def _records(table: Table) -> t.Iterator[Case]:
    [record] = Path(table.store).rglob("*.vault")
    whole = record.read_bytes()
    other = table.folder / "other-password"
    other.write_text("another-password\n", encoding="utf-8")
    yield from _all_ways(table, "records", "the wrong password", ANSIBLE_VAULT_PASSWORD_FILE=str(other))
    yield from _all_ways(table, "records", "no password", ANSIBLE_VAULT_PASSWORD_FILE=None)
    for what, content in {"a damaged record": whole[:-20], "an empty record": b""}.items():
        record.write_bytes(content)
        yield from _all_ways(table, "records", what)
    record.unlink()
    record.symlink_to("/dev/null")
    yield from _all_ways(table, "records", "a link in place of the record")
    record.unlink()
    record.write_bytes(whole)


def _stores(table: Table) -> t.Iterator[Case]:
    for what, url in {
        "a store that is not there": str(table.folder / "stroe"),
        "a scheme that is not there": f"secretmanager:octo/aws?region={REGION}",
    }.items():
        yield from _all_ways(table, "stores", what, OCTO_AWS_STORE=url)
    readers = str(table.folder / "readers")
    table.save("reader", readers)
    few = {what: value for what, value in NOT_NAMES.items() if what in ("misspelt", "undefined", "empty")}
    for service, prefix in _SERVICES.items():
        url = f"{service}:{prefix}?region={REGION}&account=reader&account_store={readers}"
        table.save("prod", url)
        yield from table.must_fail("stores", _crossed(SOME_WAYS, few, service), OCTO_AWS_STORE=url)
        command = programs("prdo", url)["credential_process"]
        yield table.program_must_fail("stores", f"{service}, credential_process", command, OCTO_AWS_STORE=url)
        wrong = {"the reader": url.replace("=reader", "=raeder"), "the prefix": url.replace("/aws?", "/asw?")}
        for what, wrong_url in wrong.items():
            tried = _each(SOME_WAYS, "prod", f"{service}, {what} misspelt")
            yield from table.must_fail("stores", tried, OCTO_AWS_STORE=wrong_url)
        table.damage(service, prefix)
        tried = _each(SOME_WAYS, "prod", f"{service}, a damaged record")
        yield from table.must_fail("stores", tried, OCTO_AWS_STORE=url)


def _all_ways(table: Table, promise: str, what: str, **variables: t.Any) -> t.Iterator[Case]:
    """The right name, where something else is wrong."""
    store = variables.get("OCTO_AWS_STORE")
    ways = {way: make for way, make in WAYS.items() if not store or way != STORE_OF_ITS_OWN}
    yield from table.must_fail(promise, _each(ways, "prod", what), **variables)
    for caller, command in programs("prod", store or table.store).items():
        yield table.program_must_fail(promise, f"{what}, {caller}", command, **variables)


def _each(ways: t.Mapping[str, Way], value: t.Any, what: str = "") -> Cases:
    return _crossed(ways, {what or repr(value): value})


def _crossed(ways: t.Mapping[str, Way], values: t.Mapping[str, t.Any], where: str = "") -> Cases:
    """Each way with each value."""
    before = f"{where}, " if where else ""
    return {f"{before}{way}, {what}": make(value) for way, make in ways.items() for what, value in values.items()}
