# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The process that runs a program for longer than its session: what it returns, and what ends it."""

from __future__ import annotations

import datetime
import json
import os
import signal
import socket
import sys
import tempfile
import time
import typing as t
from functools import partial
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import agent, control
from ansible_collections.octo.aws.plugins.module_utils._host.agent import end_agent, start_agent, wait_for_agent
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
from ansible_collections.octo.aws.plugins.module_utils._host.program import CompletedScript, run
from ansible_collections.octo.aws.plugins.module_utils._host.renewal import refill
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials

ASK = f'{sys.executable} -I -S "$(dirname "$AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE")/client.py"'


def session(number: int = 1, left: float = 60) -> Credentials:
    end = now() + datetime.timedelta(seconds=left)
    return Credentials(f"ASIA{number}", f"canary-secret-{number}", f"canary-token-{number}", expiration=end)


class Agents:
    """The processes of one test."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.started: list[str] = []

    def start(self, script: str, left: float = 60, timeout: int | None = None) -> str:
        def program(pointer: Pointer, must_stop: t.Callable[[], bool]) -> CompletedScript:
            return run(
                ["/bin/sh", "-c", script],
                chdir=str(self.folder),
                environment={**os.environ, **pointer.variables},
                stdin=None,
                timeout=timeout,
                must_stop=must_stop,
            )

        self.started.append(start_agent(session(left=left), program))
        return self.started[-1]

    def written(self, name: str) -> str:
        """Wait until the script has written a file, and return its content."""
        wait_until(lambda: (self.folder / name).exists() and (self.folder / name).read_text().endswith("\n"))
        return (self.folder / name).read_text().strip()


def wait_until(condition: t.Callable[[], bool]) -> None:
    until = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < until, "in vain"
        time.sleep(0.05)


def gone(folder: str) -> bool:
    return not os.path.exists(folder)


def alive(pid: str) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").split()[2] != "Z"
    except OSError:
        return False


@pytest.fixture
def agents(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> t.Iterator[Agents]:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    agents = Agents(tmp_path)
    yield agents
    for folder in agents.started:
        end_agent(folder)
        wait_until(partial(gone, folder))


def test_the_result_is_kept_until_the_end(agents: Agents) -> None:
    folder = agents.start("echo out; echo err >&2; exit 3")
    for _time in range(2):
        completed = wait_for_agent(folder, session(), 30)
        assert completed
        assert (completed.rc, completed.stdout, completed.stderr, completed.timed_out) == (3, "out\n", "err\n", False)
        assert completed.start < completed.end


def test_a_program_that_has_not_ended(agents: Agents) -> None:
    folder = agents.start("while [ ! -e go ]; do sleep 0.1; done; echo done")
    assert wait_for_agent(folder, session(), 0) is None
    began = time.monotonic()
    assert wait_for_agent(folder, session(), 1) is None
    assert time.monotonic() - began >= 1
    (agents.folder / "go").touch()
    completed = wait_for_agent(folder, session(), 30)
    assert completed
    assert completed.stdout == "done\n"


def test_new_credentials_are_served_and_masked(agents: Agents) -> None:
    folder = agents.start(
        f"{ASK} >/dev/null || exit 9; until {ASK} | grep -q ASIA3; do sleep 0.1; done; {ASK}; echo canary-secret-1"
    )
    wait_for_agent(folder, session(2), 0)
    completed = wait_for_agent(folder, session(3), 30)
    assert completed
    assert '"AccessKeyId": "ASIA3"' in completed.stdout
    assert "(hidden)" in completed.stdout
    assert "canary" not in completed.stdout


def test_a_session_that_is_not_renewed_ends_the_program(agents: Agents) -> None:
    folder = agents.start('echo "$$" >pid; exec sleep 300', left=1)
    pid = agents.written("pid")
    wait_until(lambda: not alive(pid))
    wait_until(lambda: gone(folder))
    with pytest.raises(OctoAwsError) as raised:
        wait_for_agent(folder, session(2), 0)
    assert raised.value.code is ErrorCode.EXECUTOR_FAILED


def test_who_waits_for_it_then_gets_the_reason(agents: Agents) -> None:
    folder = agents.start("exec sleep 300", left=60)
    with pytest.raises(OctoAwsError) as raised:
        wait_for_agent(folder, session(left=1), 30)
    assert raised.value.code is ErrorCode.SESSION_TOKEN_EXPIRED


def test_a_session_that_is_renewed_does_not(agents: Agents) -> None:
    folder = agents.start("sleep 4; echo done", left=2)
    wait_for_agent(folder, session(2), 0)
    completed = wait_for_agent(folder, session(2), 30)
    assert completed
    assert completed.stdout == "done\n"


def test_after_the_program_nothing_is_served(agents: Agents) -> None:
    folder = agents.start('echo "$AWS_CONTAINER_CREDENTIALS_FULL_URI"')
    assert wait_for_agent(folder, session(), 30)
    assert wait_for_agent(folder, session(2), 30)
    assert os.system(f"{sys.executable} -I -S {folder}/client.py >/dev/null 2>&1") != 0


def test_a_client_that_is_lost_changes_nothing(agents: Agents) -> None:
    folder = agents.start("sleep 1; echo done")
    token = (Path(folder) / "token").read_text(encoding="ascii")
    whole = json.dumps({"credentials": refill(session()), "wait": 30, "token": token}).encode()
    for request in (whole + b"\n", whole[:20], b""):
        with control._short_path(folder) as path, socket.socket(socket.AF_UNIX) as connection:
            connection.connect(path)
            connection.sendall(request)
    completed = wait_for_agent(folder, session(), 30)
    assert completed
    assert completed.stdout == "done\n"


def test_large_output(agents: Agents) -> None:
    folder = agents.start(f"{sys.executable} -c 'print(\"x\" * 3000000)'")
    completed = wait_for_agent(folder, session(), 30)
    assert completed
    assert len(completed.stdout) == 3_000_001


def test_a_timeout(agents: Agents) -> None:
    folder = agents.start("echo out; exec sleep 300", timeout=1)
    completed = wait_for_agent(folder, session(), 30)
    assert completed
    assert (completed.timed_out, completed.stdout) == (True, "out\n")


def test_a_program_that_cannot_be_started(agents: Agents) -> None:
    agents.folder = agents.folder / "not there"
    with pytest.raises(OctoAwsError, match="Cannot start /bin/sh") as raised:
        wait_for_agent(agents.start("echo"), session(), 30)
    assert raised.value.code is ErrorCode.SCRIPT_FAILED


def test_without_its_socket_it_ends(agents: Agents) -> None:
    folder = agents.start('echo "$$" >pid; exec sleep 300')
    pid = agents.written("pid")
    end_agent(folder)
    wait_until(lambda: gone(folder))
    assert not alive(pid)


def test_a_result_that_is_not_collected_is_dropped(agents: Agents, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "_KEPT", 0.5)
    folder = agents.start("echo")
    wait_until(lambda: gone(folder))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_an_end_from_outside_leaves_no_key(agents: Agents, number: signal.Signals) -> None:
    folder = agents.start('echo "$PPID $$" >pid; exec sleep 300')
    process, program = agents.written("pid").split()
    assert process != str(os.getpid())
    os.kill(int(process), number)
    wait_until(lambda: not alive(process))
    with pytest.raises(OctoAwsError) as raised:
        wait_for_agent(folder, session(), 0)
    assert raised.value.code is ErrorCode.EXECUTOR_FAILED
    for path in Path(folder).glob("*"):
        assert path.is_socket() or "canary" not in path.read_text()
    if number == signal.SIGKILL:
        os.kill(int(program), signal.SIGKILL)
        for path in Path(folder).glob("*"):
            path.unlink()
        Path(folder).rmdir()
    assert gone(folder)
    wait_until(lambda: not alive(program))
