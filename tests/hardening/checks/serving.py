# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Attacks the process that serves credentials to a script, while the script runs.

The script is one of a play that goes on until the check has seen enough of it. Its task is killed once, and ends by
itself once.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
import typing as t
from pathlib import Path
from urllib.parse import urlsplit

from harness.local_aws import LocalAws
from harness.machine import Machine, program
from harness.promises import Aside, Case

PROMISES = {
    "client": "A client with the token gets the credentials of the account. Each response is for one request.",
    "request": "A request without the token, or with a wrong token, Host, path or method, is rejected.",
    "hang": "A slow, endless or huge request, or 300 connections at the same time, get no response, and other clients "
    "still do.",
    "loopback": "The server listens only on 127.0.0.1. Another network namespace, such as a container, cannot reach "
    "it.",
    "user": "Another user of the machine can read neither the token nor any other data of the server.",
    "processes": "No key or token is in the arguments or the environment of a process.",
    "end": "The server ends with its task, even if the task is killed, and leaves no file.",
}

_PATIENCE = 60.0
_ANOTHER_USER = 65534
_PLAY = """
- hosts: localhost
  gather_facts: false
  tasks:
    - octo.aws.aws_script:
        account: role
        script: |
          cd {folder}
          echo "${{AWS_CONTAINER_CREDENTIALS_FULL_URI}} ${{AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE}}" >pointer.new
          mv pointer.new pointer
          while [ ! -e enough ]; do sleep 0.1; done
"""


class _Served(t.NamedTuple):
    """The server of a script.

    :param port: on loopback
    :param play: the process of the play
    """

    host: str
    port: int
    path: str
    token_file: Path
    token: str
    play: subprocess.Popen[bytes]

    def request(
        self, method: str = "GET", path: str | None = None, host: str | None = None, token: str | None = None
    ) -> tuple[int, str]:
        """The status and the text of a response to a request. Without an argument, it is right."""
        head = {"Host": self.host if host is None else host, "Authorization": self.token if token is None else token}
        lines = [
            f"{method} {path or self.path} HTTP/1.1",
            *(f"{name}: {value}" for name, value in head.items() if value),
        ]
        return self.send("\r\n".join([*lines, "", ""]).encode())

    def send(self, data: bytes, seconds: float = _PATIENCE) -> tuple[int, str]:
        """The status and the text of the response to these bytes; 0 where the connection is closed without one."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=seconds) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(data)
            response = b""
            with contextlib.suppress(ConnectionError):
                while part := connection.recv(65536):
                    response += part
        found = re.match(rb"HTTP/1\.\d (\d+)", response)
        return (int(found[1]) if found else 0), response.decode("utf-8", "replace")

    def answers(self) -> bool:
        """Whether anything listens there."""
        try:
            return self.request()[0] > 0
        except OSError:
            return False


def cases(folder: Path) -> t.Iterator[Case | Aside]:
    """A script that is attacked and ends by itself, and one of a task that is killed."""
    with LocalAws(folder) as aws:
        machine = Machine(folder / "machine", aws.facts)
        machine.have_all()
        served = _start(machine)
        try:
            yield from _all_attacks(served, aws)
        finally:
            (machine.folder / "enough").touch()
            served.play.wait(_PATIENCE)
        yield Case("end", "the task ends", _what_is_left(served, machine))
        yield Case("end", "the task ends well", "" if served.play.returncode == 0 else str(served.play.returncode))

        served = _start(machine)
        [worker] = Path(f"/proc/{served.play.pid}/task/{served.play.pid}/children").read_text("ascii").split()
        os.kill(int(worker), signal.SIGKILL)
        stopped = _wait(lambda: not served.answers())
        (machine.folder / "enough").touch()
        served.play.wait(_PATIENCE)
        yield Case("end", "the task is killed", _what_is_left(served, machine) if stopped else "it goes on")


def _start(machine: Machine) -> _Served:
    for name in ("enough", "pointer"):
        (machine.folder / name).unlink(missing_ok=True)
    play = machine.folder / "play.yml"
    play.write_text(_PLAY.format(folder=machine.folder), encoding="utf-8")
    process = subprocess.Popen(
        [program("ansible-playbook"), "-i", "localhost,", "-c", "local", str(play)],
        env={**machine.variables, "ANSIBLE_PYTHON_INTERPRETER": sys.executable},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    pointer = machine.folder / "pointer"
    if not _wait(lambda: pointer.exists() or process.poll() is not None) or not pointer.exists():
        process.kill()
        raise RuntimeError("the script was not started")
    url, token_file = pointer.read_text("utf-8").split()
    parts = urlsplit(url)
    token = Path(token_file).read_text("ascii")
    return _Served(parts.netloc, parts.port or 0, parts.path, Path(token_file), token, process)


def _all_attacks(served: _Served, aws: LocalAws) -> t.Iterator[Case | Aside]:
    status, text = served.request()
    wanted = status == 200 and "SecretAccessKey" in text
    yield Case("client", "a right request", "" if wanted else f"{status} {text:.200}")
    twice = served.send(b"\r\n".join([f"GET {served.path} HTTP/1.1".encode(), b"", b""]) * 2)
    yield Case("client", "two requests in one", _refused(twice))
    yield from _requests(served)
    yield from _hangs(served)
    yield from _networks(served)
    yield from _users(served)
    yield Case("processes", "while the script runs", _seen_in_processes([*_served_values(text), served.token], aws))
    yield Case("client", "after all of that", "" if served.request()[0] == 200 else "no response any more")


def _requests(served: _Served) -> t.Iterator[Case]:
    wrong_hosts = ("localhost", "localhost:80", "169.254.170.2", f"evil.example:{served.port}", f"[::1]:{served.port}")
    wrong_methods = ("POST", "PUT", "OPTIONS", "CONNECT", "HEAD", "get")
    tried: dict[str, dict[str, str]] = {
        "no token": {"token": ""},
        "a wrong token": {"token": served.token[:-1]},
        "a longer token": {"token": served.token + "x"},
        "a token of another scheme": {"token": f"Bearer {served.token}"},
        "no Host": {"host": ""},
        **{f"the Host {host}": {"host": host} for host in wrong_hosts},
        **{f"the method {method}": {"method": method} for method in wrong_methods},
        **{f"the path {path}": {"path": path} for path in ("/", "//", f"{served.path}/..", f"http://{served.host}/")},
    }
    for name, arguments in tried.items():
        yield Case("request", name, _refused(served.request(**arguments)))


def _hangs(served: _Served) -> t.Iterator[Case]:
    right = f"GET {served.path} HTTP/1.1\r\nHost: {served.host}\r\nAuthorization: {served.token}\r\n".encode()
    for name, data in {
        "a head without an end": right,
        "no byte": b"",
        "a megabyte of one header": right + b"X: " + b"x" * 2**20 + b"\r\n\r\n",
        "100,000 headers": right + b"X: x\r\n" * 100000 + b"\r\n",
        "no HTTP": bytes(range(256)) * 4,
    }.items():
        begin = time.monotonic()
        try:
            outcome = _refused(served.send(data))
        except TimeoutError:
            outcome = f"it took more than {time.monotonic() - begin:.0f} seconds"
        yield Case("hang", name, outcome)
    with contextlib.ExitStack() as stack:
        for _connection in range(300):
            with contextlib.suppress(OSError):
                stack.enter_context(socket.create_connection(("127.0.0.1", served.port), timeout=1))
        responded = _wait(lambda: _status(served) == 200)
        yield Case("hang", "300 idle connections", "" if responded else "a right request got no response")


def _status(served: _Served) -> int:
    try:
        return served.request()[0]
    except OSError:
        return 0


def _networks(served: _Served) -> t.Iterator[Case]:
    addresses = set()
    for table in ("tcp", "tcp6"):
        for line in Path(f"/proc/net/{table}").read_text("ascii").splitlines()[1:]:
            fields = line.split()
            address, _colon, port = fields[1].partition(":")
            if fields[3] == "0A" and int(port, 16) == served.port:
                addresses.add(address)
    yield Case("loopback", "its address", "" if addresses == {"0100007F"} else str(addresses))
    script = f"import socket; socket.create_connection(('127.0.0.1', {served.port}), 5)"
    namespace = ["unshare", "--map-root-user", "--net", "sh", "-c", 'ip link set lo up; exec "$@"', "sh"]
    done = subprocess.run([*namespace, sys.executable, "-c", script], capture_output=True, text=True, check=False)
    reached = "" if "ConnectionRefusedError" in done.stderr else f"{done.returncode} {done.stderr:.300}"
    yield Case("loopback", "another network namespace", reached)


def _users(served: _Served) -> t.Iterator[Case | Aside]:
    if os.geteuid() != 0:
        yield Aside("user", "Only root can try this as another user.")
        return
    paths = [served.token_file, served.token_file.parent, *served.token_file.parent.iterdir()]
    script = "import os, sys; os.setgid({0}); os.setuid({0}); open(sys.argv[1])"
    for path in paths:
        command = [sys.executable, "-c", script.format(_ANOTHER_USER), str(path)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        yield Case(
            "user", path.name, "" if "PermissionError" in done.stderr else f"{done.returncode} {done.stderr:.300}"
        )


def _served_values(text: str) -> list[str]:
    return re.findall(r'"(?:AccessKeyId|SecretAccessKey|Token)": "([^"]+)"', text)


def _seen_in_processes(values: list[str], aws: LocalAws) -> str:
    """The processes that show one of the values, or a key of the account."""
    known = [value.encode() for value in (*values, aws.facts["access_key"], aws.facts["secret_key"])]
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        for name in ("cmdline", "environ"):
            with contextlib.suppress(OSError):
                content = (process / name).read_bytes()
                found += [f"{process.name}/{name}" for value in known if value in content]
    return ", ".join(found) if len(known) >= 5 else "too few values were served"


def _refused(response: tuple[int, str]) -> str:
    """What is wrong with a response that should refuse a request, without credentials."""
    status, text = response
    wrong = status == 200 or "SecretAccessKey" in text or 'Token":' in text
    return f"{status} {text:.200}" if wrong else ""


def _what_is_left(served: _Served, machine: Machine) -> str:
    if not _wait(lambda: not served.answers()):
        return "it still listens"
    left = [path for path in machine.home.rglob("*octo-aws-*") if "sessions" not in path.parts]
    return ", ".join(map(str, left)) or (str(served.token_file) if served.token_file.exists() else "")


def _wait(condition: t.Callable[[], bool]) -> bool:
    """Whether it becomes true in time."""
    deadline = time.monotonic() + _PATIENCE
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.1)
    return True
