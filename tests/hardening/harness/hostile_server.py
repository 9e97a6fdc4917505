# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A server that answers whatever it is told to, and ways in which answers are wrong."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
import typing as t

Piece = bytes | float
"""What is sent, or how many seconds nothing is."""
Answer = t.Iterable[Piece]
Player = t.Callable[[str, str], Answer]
"""Takes the method and the target of a request."""

_LARGEST_REQUEST = 1024 * 1024


class HostileServer:
    """A server on this machine.

    :ivar play: says how it answers
    :ivar asked: the requests that it had, as method and target
    :ivar sent: bytes that it got rid of
    """

    def __init__(self) -> None:
        self.play: Player = lambda _method, _target: ()
        self.asked: list[str] = []
        self.sent = 0
        self._socket = socket.create_server(("127.0.0.1", 0), backlog=64)
        threading.Thread(target=self._serve, daemon=True).start()

    @property
    def address(self) -> str:
        """Host and port."""
        return f"127.0.0.1:{self._socket.getsockname()[1]}"

    @property
    def url(self) -> str:
        """Where it is."""
        return f"http://{self.address}"

    def reset(self, play: Player) -> None:
        """Answer in this way, and forget what was asked before."""
        self.play = play
        self.asked, self.sent = [], 0

    def _serve(self) -> None:
        while True:
            connection, _address = self._socket.accept()
            threading.Thread(target=self._answer, args=(connection,), daemon=True).start()

    def _answer(self, connection: socket.socket) -> None:
        # Whoever asks may go away at any time.
        with contextlib.suppress(OSError), connection:
            connection.settimeout(10)
            method, target = _read_request(connection)
            self.asked.append(f"{method} {target}")
            for piece in self.play(method, target):
                if isinstance(piece, bytes):
                    connection.sendall(piece)
                    self.sent += len(piece)
                else:
                    time.sleep(piece)


def _read_request(connection: socket.socket) -> tuple[str, str]:
    data = b""
    while b"\r\n\r\n" not in data and len(data) < _LARGEST_REQUEST:
        if not (piece := connection.recv(65536)):
            break
        data += piece
    head, _end, body = data.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    lengths = [int(line.partition(":")[2]) for line in lines if line.lower().startswith("content-length:")]
    missing = sum(lengths) - len(body)
    while missing > 0 and (piece := connection.recv(65536)):
        missing -= len(piece)
    method, target, _version = (lines[0] + "  ").split(" ", 2)
    return method, target


def answer(body: bytes, status: str = "200 OK", *headers: str, kind: str = "text/xml") -> bytes:
    """A whole answer of HTTP."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", f"Content-Length: {len(body)}", "Connection: close"]
    return "\r\n".join([*lines, *headers, "", ""]).encode() + body


def _endless(piece: bytes) -> Answer:
    while True:
        yield piece


def _drip(data: bytes) -> Answer:
    """A byte at a time, each just in time for who waits for the next one."""
    for index in range(len(data)):
        yield data[index : index + 1]
        yield 0.1


def _nested(opening: bytes, closing: bytes, times: int) -> bytes:
    return opening * times + closing * times


_CHUNKED = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
_HEAD = b"HTTP/1.1 200 OK\r\nConnection: close\r\n"

SLOW = ("headers a byte at a time", "an answer a byte at a time", "no answer", "an answer that stops")
"""Those that take as long as whoever asks waits."""
HUGE = ("an endless answer", "an endless header", "endless headers", "endless chunks")
"""Those that would fill the memory."""


def wrong_answers(good: bytes, kind: str, elsewhere: str) -> dict[str, Answer]:
    """Answers that are none, by what is wrong with them. Each can be given once.

    :param good: the body of a right one, of the type ``kind``
    :param elsewhere: a URL that they lead to
    """
    redirects = {
        f"a redirection with {status}": [answer(b"", status, f"Location: {elsewhere}/", kind=kind)]
        for status in ("301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent")
    }
    evil = f"{elsewhere}/evil".encode()
    entity = b'<!DOCTYPE a [<!ENTITY b SYSTEM "' + evil + b'"><!ENTITY % c SYSTEM "' + evil + b'"> %c;]><a>&b;</a>'
    laughs = b"".join(b'<!ENTITY a%d "%s">' % (n + 1, b"&a%d;" % n * 10) for n in range(9))
    return {
        **redirects,
        "an answer that is cut": [answer(good, kind=kind)[:-9]],
        "headers that are cut": [_HEAD[:30]],
        "nothing": [],
        "no HTTP": [b"SSH-2.0-OpenSSH_9.9\r\n" * 3],
        "random bytes": [bytes(range(256)) * 8],
        "an empty answer": [answer(b"", kind=kind)],
        "a status that is none": [answer(good, "999 What", kind=kind)],
        "a status that is no number": [answer(good, "OK 200", kind=kind)],
        "no content": [answer(b"", "204 No Content", kind=kind)],
        "a captive portal": [answer(b"<html><body>Log in, please.<br></body></html>", kind="text/html")],
        "no UTF-8": [answer(b"\xff\xfe\xed\xa0\x80" + good, kind=kind)],
        "an unknown character set": [answer(b"\xff" + good, kind=f"{kind}; charset=klingon")],
        "a null": [answer(b"null", kind=kind)],
        "a list": [answer(b"[]", kind=kind)],
        "a number": [answer(b"1e999", kind=kind)],
        "a text": [answer(b'"AccessKeyId SecretAccessKey Token Expiration"', kind=kind)],
        "lists in lists": [answer(_nested(b"[", b"]", 200_000), kind=kind)],
        "elements in elements": [answer(_nested(b"<a>", b"</a>", 20_000), kind=kind)],
        "an entity from elsewhere": [answer(entity, kind=kind)],
        "entities in entities": [answer(b'<!DOCTYPE a [<!ENTITY a0 "ha">' + laughs + b"]><a>&a9;</a>", kind=kind)],
        "a length that is too large": [_HEAD + b"Content-Length: 99999999\r\n\r\n" + good],
        "a length below zero": [_HEAD + b"Content-Length: -1\r\n\r\n" + b"x"],
        "a length that is no number": [_HEAD + b"Content-Length: many\r\n\r\n" + b"x"],
        "a chunk of no length": [_CHUNKED + b"many\r\n" + good],
        "a chunk that is too large": [_CHUNKED + b"ffffffffffffffff\r\n" + good],
        "an encoding that is another one": [answer(b"\0" + good, "200 OK", "Content-Encoding: gzip", kind=kind)],
        "it goes on before it begins": [b"HTTP/1.1 100 Continue\r\n\r\n" * 50],
        "no answer": [5.0],
        "an answer that stops": [_HEAD + b"Content-Length: 99\r\n\r\n<", 5.0],
        "headers a byte at a time": _drip(_HEAD + b"X-Y: " + b"z" * 1000),
        "an answer a byte at a time": [_HEAD + b"\r\n", *_drip(b" " * 1000)],
        "an endless answer": _then(_HEAD + b"\r\n", _endless(b" " * 65536)),
        "an endless header": _then(_HEAD + b"X-Y: ", _endless(b"z" * 65536)),
        "endless headers": _then(_HEAD, _endless(b"X-Y: z\r\n" * 1000)),
        "endless chunks": _then(_CHUNKED, _endless(b"10000\r\n" + b" " * 65536 + b"\r\n")),
    }


def _then(first: bytes, rest: Answer) -> Answer:
    yield first
    yield from rest
