# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A part of S3 that answers faster than any client asks, for measurements of clients. It checks nothing, and keeps the
headers of objects, but no content.

    python tests/benchmark/fast_s3.py FILE

It writes its port to the file. ``DELETE /_test`` removes all objects. It and ``GET /_test`` return the numbers
of requests by method since the last time.
"""

from __future__ import annotations

import asyncio
import collections
import email.utils
import hashlib
import json
import sys
import time
import typing as t
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

_KEPT = ("content-type", "cache-control", "x-amz-meta-")
_BLOCK = 1024 * 1024
_PAGE = 1_000


class _Stored(t.NamedTuple):
    etag: str
    size: int
    modified: float
    headers: dict[str, str]


class FastS3:
    """One bucket, under any name."""

    def __init__(self) -> None:
        self.requests: collections.Counter[str] = collections.Counter()
        self._objects: dict[str, _Stored] = {}
        self._headers: dict[str, str] = {}
        self._parts: list[int] = []

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while line := await reader.readline():
                method, target, _version = line.decode().split()
                headers = {}
                while field := (await reader.readline()).decode().strip():
                    name, _colon, value = field.partition(":")
                    headers[name.lower()] = value.strip()
                if headers.get("expect") == "100-continue":
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                size, digest = await _read_body(reader, headers)
                writer.write(self._answer(method, target, headers, size, digest))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()

    def _answer(self, method: str, target: str, headers: dict[str, str], size: int, digest: str) -> bytes:
        url = urlsplit(target)
        if url.path == "/_test":
            counts = json.dumps(self.requests)
            if method == "DELETE":
                self._objects.clear()
            self.requests.clear()
            return _response(200, counts)
        query = {name: values[0] for name, values in parse_qs(url.query, keep_blank_values=True).items()}
        key = unquote(url.path).lstrip("/").partition("/")[2]
        self.requests["LIST" if "list-type" in query else method] += 1
        if "list-type" in query:
            return _response(200, self._list(query))
        if method == "POST" and "uploads" in query:
            self._headers, self._parts = headers, []
            return _response(200, "<InitiateMultipartUpload><UploadId>1</UploadId></InitiateMultipartUpload>")
        if method == "PUT" and "uploadId" in query:
            self._parts.append(size)
            return _response(200, "", {"ETag": f'"{digest}"'})
        if method == "POST":
            stored = self._store(key, f"{digest}-{len(self._parts)}", sum(self._parts), self._headers)
            body = f'<CompleteMultipartUploadResult><ETag>"{stored.etag}"</ETag></CompleteMultipartUploadResult>'
            return _response(200, body)
        if method == "PUT":
            return _response(200, "", {"ETag": f'"{self._store(key, digest, size, headers).etag}"'})
        if method == "HEAD" and key in self._objects:
            found = self._objects[key]
            modified = email.utils.formatdate(found.modified, usegmt=True)
            more = {"ETag": f'"{found.etag}"', "Last-Modified": modified, **found.headers}
            return _response(200, None, {"Content-Length": str(found.size), **more})
        return _response(404, None if method == "HEAD" else "<Error><Code>NoSuchKey</Code></Error>")

    def _store(self, key: str, etag: str, size: int, headers: dict[str, str]) -> _Stored:
        kept = {name: value for name, value in headers.items() if name.startswith(_KEPT)}
        self._objects[key] = _Stored(etag, size, float(int(time.time())), kept)
        return self._objects[key]

    def _list(self, query: dict[str, str]) -> str:
        prefix, after = query.get("prefix", ""), query.get("continuation-token", "")
        keys = sorted(key for key in self._objects if key.startswith(prefix) and key > after)
        page = keys[: int(query.get("max-keys", _PAGE))]
        texts = []
        for key in page:
            found = self._objects[key]
            modified = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(found.modified))
            texts.append(
                f"<Contents><Key>{escape(key)}</Key><LastModified>{modified}</LastModified>"
                f'<ETag>"{found.etag}"</ETag><Size>{found.size}</Size><StorageClass>STANDARD</StorageClass></Contents>'
            )
        more = len(page) < len(keys)
        token = f"<NextContinuationToken>{escape(page[-1])}</NextContinuationToken>" if more else ""
        return (
            f"<ListBucketResult><IsTruncated>{str(more).lower()}</IsTruncated>{token}"
            f"{''.join(texts)}</ListBucketResult>"
        )


async def _read_body(reader: asyncio.StreamReader, headers: dict[str, str]) -> tuple[int, str]:
    """Return the size of a body and its MD5, or that of its size if it is large: S3 is not slower for content."""
    length = int(headers.get("content-length", 0))
    digest, left = hashlib.md5(usedforsecurity=False), length
    while left:
        block = await reader.readexactly(min(left, _BLOCK))
        left -= len(block)
        if length <= _BLOCK:
            digest.update(block)
    if length > _BLOCK:
        digest.update(str(length).encode())
    return int(headers.get("x-amz-decoded-content-length", length)), digest.hexdigest()


def _response(status: int, body: str | None, headers: t.Mapping[str, str] | None = None) -> bytes:
    content = (body or "").encode()
    fields = {"Date": email.utils.formatdate(usegmt=True), **(headers or {})}
    fields.setdefault("Content-Length", str(len(content)))
    head = "".join(f"{name}: {value}\r\n" for name, value in fields.items())
    return f"HTTP/1.1 {status} OK\r\n{head}\r\n".encode() + content


async def _main(written: Path) -> None:
    server = await asyncio.start_server(FastS3().serve, "127.0.0.1", 0, limit=_BLOCK)
    written.write_text(str(server.sockets[0].getsockname()[1]), encoding="utf-8")
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(_main(Path(sys.argv[1])))
