# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Works on machines that are odd: without a home folder, with a full disk, a wrong clock, a hundred forks.

It runs what people run there: the command for AWS clients, modules, and a playbook, all against the fake AWS. Mounts
are in namespaces of their own, which an ordinary user can make, too.
"""

from __future__ import annotations

import os
import stat
import typing as t
from pathlib import Path

from harness.forked import fork_while_locked, fork_while_working
from harness.local_aws import LocalAws
from harness.machine import REGION, Machine, mounted, program
from harness.promises import Case

PROMISES = {
    "home": "If HOME is unset, missing or read-only, there is at most a warning, and the result is still returned.",
    "umask": "Only the user can access new files and folders, with any umask: folders have the mode 0700, files 0600.",
    "cache": "If the session cache belongs to another user, is read-only or is full, there is a warning, and the "
    "result is still returned.",
    "store": "A store that is read-only or full can be read. A save reports an error and changes nothing.",
    "path": "A store can have a path of thousands of characters. A path that is too long is an error with a code.",
    "clock": "With a clock that is an hour off, no session that may have expired and no outdated record is used.",
    "little": "credential_process needs no /dev/shm, no TMPDIR, no standard input and few files.",
    "locale": "Accounts with names that are not ASCII are found in each locale that ansible-core supports.",
    "forks": "100 hosts at the same time get their credentials with one request to AWS.",
    "threads": "A process with threads that hold locks of the collection can fork. No process waits for a released "
    "lock.",
}

_READ_ONLY = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1"'
_EMPTY_READ_ONLY = 'mount -t tmpfs -o ro tmpfs "$1"'
_FULL = (
    'mount -t tmpfs -o size=128k tmpfs "$1" && cp -r "$1/../store" "$1" && { cat /dev/zero >"$1/filler" 2>&- || true; }'
)
_SOMEBODY = 65534
_SESSION = "ASIA"
_PLAYBOOK = """
- hosts: all
  gather_facts: false
  tasks:
    - ansible.builtin.assert:
        that: lookup('octo.aws.creds', 'role').access_key is match('ASIA')
        quiet: true
"""


def cases(folder: Path) -> t.Iterator[Case]:
    """One machine after the other."""
    for name, failure in {**fork_while_locked(folder / "locked"), **fork_while_working(folder / "working")}.items():
        yield Case("threads", name, failure)
    with LocalAws(folder) as aws:
        facts = aws.facts
        machine = Machine(folder / "machine", facts)
        machine.have_all()
        key = facts["access_key"]
        for promise, tries in {
            "home": _home,
            "cache": _cache,
            "store": _store,
            "path": _path,
            "little": _little,
            "locale": _locale,
        }.items():
            for name, failure in tries(machine, key):
                yield Case(promise, name, failure)
        for name, failure in _umask(folder, facts):
            yield Case("umask", name, failure)
        for name, failure in _forks(folder, aws):
            yield Case("forks", name, failure)
        for name, failure in _clock(folder, aws):
            yield Case("clock", name, failure)


Tries = t.Iterator[tuple[str, str]]
"""What was tried, and what is wrong."""


def _home(machine: Machine, _key: str) -> Tries:
    temporary = str(machine.folder / "temporary")
    missing = machine.folder / "missing"
    yield "HOME is not set", machine.credentials("role", HOME=None, ANSIBLE_HOME=str(machine.home)).problem(_SESSION)
    yield "HOME does not exist", machine.credentials("role", HOME=str(missing)).problem(_SESSION)
    # Without a place for its own temporary files, ansible-core itself does not start.
    read_only = mounted(_EMPTY_READ_ONLY, machine.folder / "read-only-home")
    answer = machine.credentials("role", through=read_only, HOME=read_only[-1], ANSIBLE_LOCAL_TEMP=temporary)
    yield "HOME is read-only", answer.problem(_SESSION, warnings=1)


def _cache(machine: Machine, _key: str) -> Tries:
    theirs = machine.folder / "theirs"
    if os.geteuid() == 0:
        used = machine.credentials("role", "--session-cache", str(theirs)).document.get("AccessKeyId")
        for path in [theirs, *theirs.rglob("*")]:
            os.chown(path, _SOMEBODY, _SOMEBODY)
        answer = machine.credentials("role", "--session-cache", str(theirs))
        taken = "another user's session was used" if answer.document.get("AccessKeyId") == used else ""
        yield "root finds another user's sessions", taken or answer.problem(_SESSION, warnings=1)
    else:
        # Only root can give files away.
        answer = machine.credentials("role", "--session-cache", "/sys")
        yield "a folder of root", answer.problem(_SESSION, warnings=1)
    for name, mount in {"a read-only mount": _EMPTY_READ_ONLY, "a full disk": _FULL}.items():
        through = mounted(mount, machine.folder / "mounted")
        answer = machine.credentials("role", "--session-cache", f"{through[-1]}/sessions", through=through)
        yield name, answer.problem(_SESSION, warnings=1)
    too_long = str(_deep(machine.folder, 18))
    yield (
        "a path that is too long",
        machine.credentials("role", "--session-cache", too_long).problem(_SESSION, warnings=1),
    )
    file = str(machine.folder / "password")
    yield "a file in its place", machine.credentials("role", "--session-cache", file).problem(_SESSION, warnings=1)


def _store(machine: Machine, key: str) -> Tries:
    read_only = mounted(_READ_ONLY, machine.store)
    yield "read from a read-only mount", machine.credentials("keys", through=read_only).problem(key)
    yield "save on a read-only mount", machine.save("new", read_only).problem_as_error("store_write_failed")
    full = mounted(_FULL, machine.folder / "mounted")
    store = f"{full[-1]}/store"
    yield "read from a full disk", machine.credentials("keys", "--store", store, through=full).problem(key)
    answer = machine.save("new", full, OCTO_AWS_STORE=store)
    yield "save on a full disk", answer.problem_as_error("store_write_failed")
    names = sorted(os.listdir(machine.store))
    yield "nothing was left in the store", "" if ".new" not in names and "new.vault" not in names else str(names)


def _path(machine: Machine, key: str) -> Tries:
    long = str(_deep(machine.folder, 14))
    answer = machine.save("keys", OCTO_AWS_STORE=long)
    yield "save in a store with a long path", f"{answer.out:.1000}" if answer.code else ""
    options = ("--store", long, "--session-cache", f"{long}/sessions")
    yield "read from a store with a long path", machine.credentials("keys", *options).problem(key)
    too_long = str(_deep(machine.folder, 18))
    answer = machine.credentials("keys", "--store", too_long)
    yield "read from a store whose path is too long", answer.problem_as_error("store_unavailable")


def _little(machine: Machine, key: str) -> Tries:
    shared_memory = mounted(_EMPTY_READ_ONLY, Path("/dev/shm"))
    yield "no shared memory", machine.credentials("role", through=shared_memory).problem(_SESSION)
    answer = machine.save("new", shared_memory)
    said = "" if answer.code and "/dev/shm" in answer.out + answer.errors else f"{answer.code}: {answer.out:.500}"
    yield "ansible-core says that it needs shared memory", said
    yield "TMPDIR does not exist", machine.credentials("role", TMPDIR="/nonexistent").problem(_SESSION)
    closed = ("sh", "-c", 'exec "$@" <&-', "sh")
    yield "standard input is closed", machine.credentials("role", through=closed).problem(_SESSION)
    answer = machine.credentials("code", through=closed)
    yield "standard input is closed where a code is needed", answer.problem_as_error("mfa_token_missing")
    few = ("sh", "-c", 'ulimit -n 64 && exec "$@"', "sh")
    yield "64 open files", machine.credentials("role", "--session-cache", "none", through=few).problem(_SESSION)


def _locale(machine: Machine, key: str) -> Tries:
    name = "Zoë 世界"
    for language in ("C", "POSIX", "C.UTF-8", None):
        answer = machine.credentials(name, LC_ALL=None, LC_CTYPE=None, LANG=language)
        yield f"LANG={language}", answer.problem(key)
    answer = machine.credentials(name, LC_ALL="C")
    refused = answer.code and "requires the locale encoding to be UTF-8" in answer.errors
    yield "LC_ALL=C, which ansible-core refuses", "" if refused else answer.problem(key)


def _umask(folder: Path, facts: dict[str, t.Any]) -> Tries:
    for umask in (0o000, 0o077):
        machine = Machine(folder / f"umask-{umask:03o}", facts)
        machine.have("role", fields={"assume_role": [{"role_arn": facts["roles"]["deploy"]}]}, umask=umask)
        answer = machine.credentials("role", umask=umask)
        made = [machine.store, machine.sessions, *machine.sessions.parents[:2]]
        paths = [*made, *machine.store.rglob("*"), *machine.sessions.rglob("*")]
        modes = {str(path): stat.S_IMODE(path.stat().st_mode) for path in paths}
        wrong = [
            f"{path} {modes[str(path)]:o}" for path in paths if modes[str(path)] != (0o700 if path.is_dir() else 0o600)
        ]
        yield f"umask {umask:03o}", answer.problem(_SESSION) or ", ".join(wrong)


def _forks(folder: Path, aws: LocalAws) -> Tries:
    machine = Machine(folder / "forks", aws.facts)
    machine.have("role", fields={"assume_role": [{"role_arn": aws.facts["roles"]["deploy"]}]})
    playbook = machine.folder / "many.yml"
    playbook.write_text(_PLAYBOOK, encoding="utf-8")
    aws.tell("reset", now=True)
    hosts = ",".join(f"host{number}" for number in range(100))
    answer = machine.run(program("ansible-playbook"), "-i", hosts, "-c", "local", "-f", "100", str(playbook))
    failed = answer.code or answer.out.count("ok=1 ") != 100 or "[WARNING]" in answer.errors
    yield "their answers", f"{answer.out:.1000}{answer.errors:.1000}" if failed else ""
    sessions = aws.asked("sts:AssumeRole")
    yield "requests", "" if sessions == 1 else f"AWS was asked for {sessions} sessions"


def _clock(folder: Path, aws: LocalAws) -> Tries:
    machine = Machine(folder / "clock", aws.facts)
    machine.have("role", fields={"assume_role": [{"role_arn": aws.facts["roles"]["deploy"]}]})
    machine.have("keys")
    keys = {machine.credentials("role").document.get("AccessKeyId")}
    for hours in ("+1h", "-1h"):
        wrong = ("faketime", "-f", hours)
        yield f"keys at {hours}", machine.credentials("keys", through=wrong).problem(aws.facts["access_key"])
        answer = machine.credentials("role", through=wrong)
        yield f"a shared session at {hours}", answer.problem_as_error("clock_skewed")
    for hours in ("+1h", "", "-1h", ""):
        # AWS has the same time, as far as it can tell.
        aws.tell("clock", offset=int(hours.strip("h") or 0) * 3600)
        answer = machine.credentials("role", through=("faketime", "-f", hours) if hours else ())
        key = answer.document.get("AccessKeyId")
        again = "it used a session of another time" if key in keys else ""
        keys.add(key)
        yield f"the time {hours or 'is right again'}", again or answer.problem(_SESSION)
    yield from _clock_of_records(folder, aws)


def _clock_of_records(folder: Path, aws: LocalAws) -> Tries:
    here, elsewhere = Machine(folder / "here", aws.facts), Machine(folder / "elsewhere", aws.facts)
    store = {
        "OCTO_AWS_STORE": f"ssm:/clock?region={REGION}&cache_seconds=600",
        "AWS_ACCESS_KEY_ID": aws.facts["access_key"],
        "AWS_SECRET_ACCESS_KEY": aws.facts["secret_key"],
    }
    aws.tell("clock", offset=0)
    for number, hours in enumerate(("", "+1h", "-1h")):
        here.have("keys", fields={"access_key": f"AKIAOLD{number:013}"}, **store)
        here.credentials("keys", **store)
        elsewhere.have("keys", fields={"access_key": f"AKIANEW{number:013}"}, **store)
        aws.tell("clock", offset=int(hours.strip("h") or 0) * 3600)
        answer = here.credentials("keys", through=("faketime", "-f", hours) if hours else (), **store)
        aws.tell("clock", offset=0)
        yield f"a shared record {hours or 'while it may be used'}", answer.problem("AKIANEW" if hours else "AKIAOLD")


def _deep(folder: Path, depth: int) -> Path:
    return folder.joinpath(*["x" * 250] * depth)
