# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The server of credentials on loopback: who gets an answer, and what it is."""

from __future__ import annotations

import configparser
import contextlib
import dataclasses
import datetime
import http.client
import json
import os
import select
import shlex
import signal
import socket
import stat
import subprocess
import threading
import time
import typing as t
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from ansible_collections.octo.aws.plugins.module_utils._aws.errors import call
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._host import credential_server
from ansible_collections.octo.aws.plugins.module_utils._host.credential_server import serve
from ansible_collections.octo.aws.plugins.module_utils._host.handover import Handover
from ansible_collections.octo.aws.plugins.module_utils._host.pointer import Pointer
from ansible_collections.octo.aws.plugins.module_utils._host.renewal import RenewedCredentials
from ansible_collections.octo.aws.plugins.module_utils._host.service_client import service_client
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials

NOON = datetime.datetime(2126, 11, 24, 12, tzinfo=datetime.timezone.utc)
SESSION = Credentials("ASIAIOSFODNN7EXAMPLE", "canary-secret", "canary-token", expiration=NOON)
KEYS = Credentials("AKIAIOSFODNN7EXAMPLE", "canary-secret")


@pytest.fixture
def pointer(tmp_path: Path) -> t.Iterator[Pointer]:
    with serve(lambda: SESSION, str(tmp_path)) as served:
        yield served


def address(pointer: Pointer) -> tuple[str, int]:
    parts = urlsplit(pointer.url)
    return str(parts.hostname), int(parts.port or 0)


def token(pointer: Pointer) -> str:
    return Path(pointer.token_file).read_text(encoding="ascii")


def ask(
    pointer: Pointer, method: str = "GET", path: str = "/octo.aws/credentials", **headers: str
) -> tuple[int, t.Any]:
    connection = http.client.HTTPConnection(*address(pointer), timeout=20)
    connection.request(method, path, headers={"Authorization": token(pointer), **headers})
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read() or b"null")


def raw(pointer: Pointer, data: bytes) -> bytes:
    with socket.create_connection(address(pointer), timeout=20) as connection:
        with contextlib.suppress(OSError):
            connection.sendall(data)
            connection.shutdown(socket.SHUT_WR)
        found = b""
        with contextlib.suppress(ConnectionError):
            while data := connection.recv(4096):
                found += data
        return found


def test_the_protocol(pointer: Pointer) -> None:
    assert ask(pointer) == (
        200,
        {
            "Version": 1,
            "AccessKeyId": SESSION.access_key,
            "SecretAccessKey": "canary-secret",
            "Token": "canary-token",
            "SessionToken": "canary-token",
            "Expiration": "2126-11-24T12:00:00Z",
        },
    )


def test_keys_that_do_not_expire_are_asked_for_again(tmp_path: Path) -> None:
    with serve(lambda: KEYS, str(tmp_path)) as pointer:
        _status, found = ask(pointer)
    assert found["Token"] == ""
    assert "SessionToken" not in found
    until = datetime.datetime.strptime(found["Expiration"], "%Y-%m-%dT%H:%M:%S%z")
    assert 3500 < (until - datetime.datetime.now(datetime.timezone.utc)).total_seconds() < 3700


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"Authorization": "wrong"}, 401),
        ({"Authorization": ""}, 401),
        ({"Authorization": "\xe4"}, 401),
        ({"Host": "localhost"}, 403),
        ({"Host": "evil.example.org"}, 403),
        ({"Host": "169.254.170.2"}, 403),
        ({"path": "/"}, 404),
        ({"path": "/octo.aws/credentials/"}, 404),
        ({"path": "/octo.aws/credentials?x"}, 404),
        ({"path": "/../octo.aws/credentials"}, 404),
        ({"path": "http://127.0.0.1/octo.aws/credentials"}, 403),
        ({"method": "POST"}, 405),
        ({"method": "HEAD"}, 405),
        ({"method": "CONNECT"}, 405),
    ],
    ids=str,
)
def test_anything_else_is_refused(pointer: Pointer, given: dict[str, t.Any], status: int) -> None:
    code, document = ask(pointer, **given)
    assert code == status
    assert "canary" not in str(document)


@pytest.mark.parametrize(("hosts", "tokens"), [(0, 0), (1, 0), (0, 1), (1, 2), (2, 1)])
def test_each_header_is_needed_once(pointer: Pointer, hosts: int, tokens: int) -> None:
    host, key = f"Host: 127.0.0.1:{address(pointer)[1]}\r\n", f"Authorization: {token(pointer)}\r\n"
    head = f"GET /octo.aws/credentials HTTP/1.1\r\n{host * hosts}{key * tokens}\r\n"
    found = raw(pointer, head.encode())
    assert b"canary" not in found
    assert found.split(b" ")[1] in (b"401", b"403")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"GET /octo.aws/credentials HTTP/1.1\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
        b"A" * 100_000,
        b"GET /octo.aws/credentials HTTP/1.1\r\n" + b"X: y\r\n" * 50_000 + b"\r\n",
        b"GET /" + b"x" * 100_000 + b" HTTP/1.1\r\n\r\n",
    ],
    ids=lambda data: f"{data[:20]!r} {len(data)}",
)
def test_what_is_not_complete_or_huge_gets_nothing(pointer: Pointer, data: bytes) -> None:
    assert raw(pointer, data) == b""
    assert ask(pointer)[0] == 200


@pytest.mark.parametrize(
    "line", [b"GET", b"GET / X", b"GET / HTTP/9.9", b"\xff\xfe\xfd", b"GET  /octo.aws/credentials"]
)
def test_nonsense_gets_an_error_or_nothing(pointer: Pointer, line: bytes) -> None:
    assert b"canary" not in raw(pointer, line + b"\r\n\r\n")
    assert ask(pointer)[0] == 200


def test_slow_requests_are_ended(pointer: Pointer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credential_server, "_SECONDS", 0.5)
    with socket.create_connection(address(pointer), timeout=20) as connection:
        sent = 0
        # A byte now and then does not extend the time.
        with contextlib.suppress(ConnectionError):
            while sent < 100 and not select.select([connection], [], [], 0.1)[0]:
                connection.sendall(b"G")
                sent += 1
        assert sent < 50


def test_idle_connections_do_not_keep_others_out(pointer: Pointer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(credential_server, "_SECONDS", 0.5)
    with contextlib.ExitStack() as stack:
        for _number in range(150):
            stack.enter_context(socket.create_connection(address(pointer), timeout=20))
        assert ask(pointer)[0] == 200


def test_it_has_a_limited_number_of_threads(pointer: Pointer) -> None:
    with contextlib.ExitStack() as stack:
        for _number in range(120):
            stack.enter_context(socket.create_connection(address(pointer), timeout=20))
        time.sleep(0.5)
        assert threading.active_count() < credential_server._MOST_CONNECTIONS + 20


def test_it_listens_on_loopback_only(pointer: Pointer) -> None:
    port = f"{address(pointer)[1]:04X}"
    tables = [Path("/proc/self/net/tcp"), Path("/proc/self/net/tcp6")]
    listening = [
        line.split()[1] for path in tables if path.exists() for line in path.read_text().splitlines() if " 0A " in line
    ]
    assert [found for found in listening if found.endswith(f":{port}")] == [f"0100007F:{port}"]


def test_boto3_renews_by_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    boto3 = pytest.importorskip("boto3")
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
    sessions = [dataclasses.replace(SESSION, access_key=f"ASIA{number}", expiration=soon) for number in range(2)]
    with serve(iter([*sessions, SESSION]).__next__, str(tmp_path)) as pointer:
        for name, value in pointer.variables.items():
            monkeypatch.setenv(name, value)
        monkeypatch.setenv("AWS_CONFIG_FILE", os.devnull)
        monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", os.devnull)
        credentials = boto3.Session().get_credentials()
        found = [credentials.get_frozen_credentials().access_key for _request in range(4)]
    assert found == ["ASIA1", SESSION.access_key, SESSION.access_key, SESSION.access_key]


def test_its_files_are_private_and_without_keys(pointer: Pointer) -> None:
    folder = Path(pointer.token_file).parent
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    for path in folder.iterdir():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert "canary" not in path.read_text()
    assert set(pointer.variables.values()) == {pointer.url, pointer.token_file}
    assert token(pointer) not in str(pointer.variables)
    assert token(pointer) not in Path(pointer.config_file).read_text()


def test_it_ends_with_the_block(tmp_path: Path) -> None:
    before = threading.active_count()
    with serve(lambda: SESSION, str(tmp_path)) as pointer:
        assert ask(pointer)[0] == 200
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address(pointer))
    until = time.monotonic() + 10
    while threading.active_count() > before and time.monotonic() < until:
        time.sleep(0.01)
    assert threading.active_count() == before


def test_it_ends_with_its_process(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    if not (child := os.fork()):
        with serve(lambda: SESSION, str(tmp_path)) as pointer:
            os.write(writing, json.dumps(pointer).encode())
            time.sleep(600)
    pointer = Pointer(*json.loads(os.read(reading, 10_000)))
    assert ask(pointer)[0] == 200
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(address(pointer))


def test_programs_do_not_inherit_its_socket(pointer: Pointer) -> None:
    found = subprocess.run(["ls", "-l", "/proc/self/fd"], check=True, capture_output=True, text=True, close_fds=False)
    assert "socket" not in found.stdout


def test_the_error_of_a_renewal(tmp_path: Path) -> None:
    def fail() -> Credentials:
        raise OctoAwsError(ErrorCode.ACCESS_DENIED, "AWS denied it.")

    with serve(fail, str(tmp_path)) as pointer:
        status, document = ask(pointer)
    assert status == 500
    assert document["code"] == "access_denied"
    assert "AWS denied it." in document["message"]


def test_a_bug_closes_the_connection(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    def fail() -> Credentials:
        raise ValueError("canary")

    with serve(fail, str(tmp_path)) as pointer, pytest.raises(http.client.RemoteDisconnected):
        ask(pointer)
    assert capfd.readouterr() == ("", "")


def test_a_client_of_this_collection_gets_the_error_of_a_renewal(tmp_path: Path) -> None:
    pytest.importorskip("botocore")
    soon = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(seconds=60)
    answers: list[t.Any] = [dataclasses.replace(SESSION, expiration=soon)]

    def renew() -> Credentials:
        if not answers:
            raise OctoAwsError(ErrorCode.MFA_TOKEN_MISSING, "There is no code.", hint="Set mfa_token.")
        found: Credentials = answers.pop()
        return found

    with serve(renew, str(tmp_path)) as pointer:
        client = service_client(Handover(region="eu-central-1", pointer=pointer), "s3", "")
        with pytest.raises(OctoAwsError) as caught:
            call(client, "list_buckets")
    assert caught.value.code is ErrorCode.MFA_TOKEN_MISSING
    assert str(caught.value) == "There is no code. Set mfa_token. (mfa_token_missing)"


def test_a_server_that_has_ended(tmp_path: Path) -> None:
    pytest.importorskip("botocore")
    with serve(lambda: SESSION, str(tmp_path)) as pointer:
        pass
    with pytest.raises(OctoAwsError, match="cannot be requested: No such file or directory") as caught:
        service_client(Handover(region="eu-central-1", pointer=pointer), "s3", "")
    assert caught.value.code is ErrorCode.EXECUTOR_FAILED


def command(pointer: Pointer) -> list[str]:
    parser = configparser.RawConfigParser()
    parser.read(pointer.config_file)
    return shlex.split(parser["default"]["credential_process"])


def test_the_program_of_the_config(tmp_path: Path) -> None:
    folder = tmp_path / "it's a folder"
    folder.mkdir()
    with serve(lambda: SESSION, str(folder)) as pointer:
        found = subprocess.run(command(pointer), check=True, capture_output=True, text=True, env={})
        document = json.loads(found.stdout)
        Path(pointer.token_file).write_text("wrong", encoding="ascii")
        refused = subprocess.run(command(pointer), check=False, capture_output=True, text=True, env={})
    assert (document["Version"], document["SessionToken"]) == (1, "canary-token")
    assert refused.returncode == 1
    assert refused.stdout == ""
    assert "Wrong token" in refused.stderr


class TestRenewal:
    """One renewal for many clients, which do not notice that it is slow or fails."""

    OLD = Credentials("ASIAIOSFODNN7EXAMPLE", "canary-old", "canary-old-token", expiration=NOON)
    EXPIRED = Credentials("ASIAIOSFODNN7EXAMPLE", "canary-old", expiration=NOON.replace(year=2020))

    def test_one_renewal_for_many_clients(self, tmp_path: Path) -> None:
        asked = []

        def renew() -> Credentials:
            # As a walk does: it has what is fresh.
            if not asked:
                time.sleep(0.3)
                asked.append(1)
            return SESSION

        with serve(RenewedCredentials(self.EXPIRED, renew), str(tmp_path)) as pointer:
            found: list[t.Any] = []
            clients = [threading.Thread(target=lambda: found.append(ask(pointer))) for _number in range(40)]
            for client in clients:
                client.start()
            for client in clients:
                client.join()
        assert len(asked) == 1
        assert [(status, document["SecretAccessKey"]) for status, document in found] == [(200, "canary-secret")] * 40

    def test_a_failure_is_hidden_while_they_are_valid(self) -> None:
        def fail() -> Credentials:
            raise OctoAwsError(ErrorCode.ACCESS_DENIED, "AWS denied it.")

        assert RenewedCredentials(self.OLD, fail)() == self.OLD
        with pytest.raises(OctoAwsError, match="AWS denied it"):
            RenewedCredentials(self.EXPIRED, fail)()

    def test_a_slow_one_keeps_nobody_who_can_do_without(self) -> None:
        begun, end = threading.Event(), threading.Event()

        def renew() -> Credentials:
            begun.set()
            end.wait(20)
            return SESSION

        renewed = RenewedCredentials(self.OLD, renew)
        first = threading.Thread(target=renewed)
        first.start()
        begun.wait(20)
        assert renewed() == self.OLD
        end.set()
        first.join()
        assert renewed() == SESSION

    def test_secrets_of_all_credentials_are_known(self) -> None:
        renewed = RenewedCredentials(self.OLD, lambda: SESSION)
        renewed()
        assert renewed.secrets == {"canary-old", "canary-old-token", "canary-secret", "canary-token"}
