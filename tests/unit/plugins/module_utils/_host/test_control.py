# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Requests over the socket of a process: who gets a response, and credentials that are brought."""

from __future__ import annotations

import datetime
import json
import os
import socket
import subprocess
import threading
import typing as t
from pathlib import Path

import pytest
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import control, handover
from ansible_collections.octo.aws.plugins.module_utils._host.control import client_of, controlled, request, socket_of
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer, write_pointer
from ansible_collections.octo.aws.plugins.module_utils._host.renewal import HeldCredentials, refill
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials


def session(left: float = 60) -> Credentials:
    end = now() + datetime.timedelta(seconds=left)
    return Credentials("ASIA1", "canary-secret", "canary-token", expiration=end)


@pytest.fixture
def pointer(tmp_path: Path) -> Pointer:
    # The kernel takes no path as long as this one.
    folder = tmp_path / ("long" * 30)
    folder.mkdir(mode=0o700)
    return write_pointer(str(folder), 1, "the-token")


@pytest.fixture
def folder(pointer: Pointer) -> t.Iterator[str]:
    with controlled(pointer, lambda content: {"got": dict(content)}):
        yield os.path.dirname(pointer.token_file)


def raw(folder: str, data: bytes) -> bytes:
    descriptor = os.open(folder, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(20)
        connection.connect(f"/proc/self/fd/{descriptor}/control")
        os.close(descriptor)
        try:
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
            return connection.makefile("rb").read()
        except ConnectionError:
            return b""


def test_a_request_and_its_response(folder: str) -> None:
    assert request(folder, {"a": [1]}) == {"got": {"a": [1]}}


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n",
        b"{}\n",
        b"[]\n",
        b"nonsense\n",
        b'{"token": "wrong"}\n',
        b'{"token": null}\n',
        b'{"token": "the-toke"}\n',
        b'{"token": "\\ud800"}\n',
        b'{"x": "' + b"x" * 100_000 + b'", "token": "the-token"}\n',
    ],
    ids=lambda data: f"{data[:20]!r} {len(data)}",
)
def test_anything_else_gets_nothing(folder: str, data: bytes) -> None:
    assert raw(folder, data) == b""
    assert request(folder, {}) == {"got": {}}


def test_another_user_gets_nothing(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control, "_user_of", lambda connection: os.geteuid() + 1)
    assert raw(folder, b'{"token": "the-token"}\n') == b""
    with pytest.raises(OctoAwsError) as raised:
        request(folder, {})
    assert raised.value.code is ErrorCode.EXECUTOR_FAILED


def test_the_user_is_that_of_the_process_at_the_other_end() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        assert control._user_of(ours) == os.geteuid()


def test_idle_connections_are_limited(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(control._Request, "timeout", 0.5)
    connections = []
    for _number in range(control._MOST_CONNECTIONS * 2):
        descriptor = os.open(folder, os.O_RDONLY)
        connections.append(socket.socket(socket.AF_UNIX))
        connections[-1].connect(f"/proc/self/fd/{descriptor}/control")
        os.close(descriptor)
    assert threading.active_count() < control._MOST_CONNECTIONS + 20
    for connection in connections:
        connection.settimeout(20)
        assert connection.recv(1) == b""
        connection.close()
    assert request(folder, {}) == {"got": {}}


def test_a_process_that_has_ended(pointer: Pointer) -> None:
    with controlled(pointer, lambda content: content):
        pass
    with pytest.raises(OctoAwsError, match="cannot be reached"):
        request(os.path.dirname(pointer.token_file), {})
    with pytest.raises(OctoAwsError, match="No such file"):
        request("/not/there", {})


def test_credentials_are_brought_by_a_program_alone(pointer: Pointer) -> None:
    held = HeldCredentials(session(1))
    with controlled(pointer, held.refilled):
        data = json.dumps(refill(session(600)))
        ran = subprocess.run(client_of(pointer), input=data, text=True, capture_output=True, check=False)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, "{}", "")
    expiration = held().expiration
    assert expiration
    assert 590 < (expiration - now()).total_seconds() < 601
    assert held().secrets == session().secrets
    ran = subprocess.run(client_of(pointer), input=data, text=True, capture_output=True, check=False)
    assert ran.returncode != 0


def test_files_of_the_process_are_private(folder: str) -> None:
    assert Path(socket_of(folder)).is_socket()
    assert (Path(folder) / "control.py").stat().st_mode & 0o777 == 0o600


def test_held_credentials_are_forgotten() -> None:
    held = HeldCredentials(session())
    assert held.are_valid()
    assert held.secrets == {"canary-secret", "canary-token"}
    held.forget()
    assert not held.secrets
    with pytest.raises(OctoAwsError) as raised:
        held()
    assert raised.value.code is ErrorCode.SESSION_TOKEN_EXPIRED


@pytest.mark.parametrize(("skew", "left"), [(0, 60), (20, 60), (240, 60), (-240, 60)])
def test_another_clock_on_the_host(monkeypatch: pytest.MonkeyPatch, skew: int, left: int) -> None:
    arguments = Handover(credentials=session(left)).as_arguments()
    there = now() + datetime.timedelta(seconds=skew)
    monkeypatch.setattr(handover, "now", lambda: there)
    credentials = Handover.of_arguments(arguments).credentials
    assert credentials
    assert credentials.expiration
    expected = left if abs(skew) > 30 else left - skew
    assert abs((credentials.expiration - there).total_seconds() - expected) < 1
