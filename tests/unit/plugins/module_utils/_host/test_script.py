# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Programs: when they end, what of their output is kept, and which program runs a script."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import program
from ansible_collections.octo.aws.plugins.module_utils._host.program import CompletedScript, run
from ansible_collections.octo.aws.plugins.module_utils._host.script import SCRIPT_SPEC, build_command

NOTHING = dict.fromkeys(SCRIPT_SPEC)


def sh(script: str, timeout: int | None = None, stdin: str | None = None) -> tuple[CompletedScript, float]:
    begun = time.monotonic()
    ended = run(["/bin/sh", "-c", script], chdir=None, environment=dict(os.environ), stdin=stdin, timeout=timeout)
    return ended, time.monotonic() - begun


@pytest.mark.parametrize("timeout", [None, 3])
@pytest.mark.parametrize(
    "script", ["sleep 20 & echo done", "(sleep 20; echo late) & echo done", "(setsid sleep 20 &) ; echo done"]
)
def test_it_ends_when_the_program_ends(script: str, timeout: int | None) -> None:
    ended, seconds = sh(script, timeout)
    assert (ended.rc, ended.stdout, ended.timed_out) == (0, "done\n", False)
    assert seconds < 10


def test_it_does_not_wait_for_what_prints_without_an_end() -> None:
    ended, seconds = sh("(while :; do echo more || exit; done) & echo done >&2; exit 3")
    assert (ended.rc, ended.stderr, ended.timed_out) == (3, "done\n", False)
    assert seconds < 10


def test_everything_that_was_printed_is_kept() -> None:
    script = f'{sys.executable} -c \'import os, sys; os.write(1, b"x" * 60000); sys.stderr.write("y" * 3000000)\''
    ended, _seconds = sh(f"sleep 20 & {script}")
    assert (len(ended.stdout), len(ended.stderr)) == (60_000, 3_000_000)


def test_a_large_input_is_read_whole_or_not_at_all() -> None:
    assert sh("wc -c", stdin="x" * 1_000_000)[0].stdout.strip() == "1000000"
    assert sh("exit 4", stdin="x" * 1_000_000)[0].rc == 4
    assert sh("cat")[0].stdout == ""
    assert sh("cat", stdin="")[0].stdout == ""


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


def test_a_timeout_ends_the_whole_group_and_keeps_the_output() -> None:
    ended, seconds = sh("sleep 60 & echo $!; trap '' TERM; sleep 61 & echo $!; wait; wait", timeout=1)
    assert ended.timed_out
    assert ended.rc == -signal.SIGKILL
    assert seconds < 20
    pids = [int(line) for line in ended.stdout.split()]
    time.sleep(0.3)
    assert len(pids) == 2
    assert not any(map(alive, pids))


def test_a_timeout_does_not_wait_for_what_left_the_group() -> None:
    ended, seconds = sh("setsid sleep 30 & echo out; sleep 60", timeout=1)
    assert ended.timed_out
    assert ended.stdout == "out\n"
    assert seconds < 20


def test_what_cannot_be_started() -> None:
    with pytest.raises(OctoAwsError, match="Cannot start /not/there") as raised:
        run(["/not/there"], chdir=None, environment={}, stdin=None, timeout=None)
    assert raised.value.code is ErrorCode.SCRIPT_FAILED


WITH_FEW_FILES = """
import os, resource
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host.program import run

soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
for left in range(16):
    limit = len(os.listdir("/proc/self/fd")) + left
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    try:
        outcome = run(["/bin/true"], chdir=None, environment={}, stdin="", timeout=None).rc
    except OctoAwsError as error:
        outcome = f"{error.code.value} {error}"
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    print(outcome)
"""


def test_too_many_open_files() -> None:
    """However many descriptors are left, the error is one of the collection."""
    collections = str(Path(program.__file__).parents[6])
    shown = subprocess.run(
        [sys.executable, "-c", WITH_FEW_FILES],
        env={"PYTHONPATH": collections},
        capture_output=True,
        text=True,
        check=False,
    )
    assert shown.returncode == 0, shown.stderr
    assert {line.partition(". ")[0] for line in shown.stdout.splitlines()} == {
        "script_failed Cannot start /bin/true: Too many open files",
        "0",
    }


@pytest.mark.parametrize(
    ("script", "executable", "expected"),
    [
        ("echo", None, ["/bin/sh"]),
        ("#!/usr/bin/env python3\nprint()", None, ["/usr/bin/env", "python3"]),
        ("#! /bin/bash -eu -o pipefail\n", None, ["/bin/bash", "-eu -o pipefail"]),
        ("#!/usr/bin/env -S python3 -u\r\nprint()", None, ["/usr/bin/env", "-S python3 -u"]),
        ("#!/usr/bin/env python3\nprint()", "/bin/bash -e", ["/bin/bash", "-e"]),
        ("#!\necho", None, ["/bin/sh"]),
        ("# echo\n#!/bin/bash", None, ["/bin/sh"]),
        ("\n#!/bin/bash", None, ["/bin/sh"]),
    ],
)
def test_the_first_line_names_the_program(script: str, executable: str | None, expected: list[str]) -> None:
    params: dict[str, t.Any] = {**NOTHING, "script": script, "executable": executable}
    assert build_command("/file", params) == [*expected, "/file"]


@pytest.mark.parametrize(
    ("stdout", "is_json"),
    [('{"a": 1}', True), ("[1]", True), ("true", False), ('{"a": 1}\nok', False), ("[INFO] a", False), ("", False)],
)
def test_output_in_json(stdout: str, is_json: bool) -> None:
    ended, _seconds = sh(f"cat <<'END'\n{stdout}\nEND")
    assert (ended.parsed() is not None) == is_json
