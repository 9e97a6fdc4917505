# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The rules of S3 that moto does not have. ``tests/fake_aws/README.md`` lists them with their sources."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import re
import typing as t
import urllib.parse
import zlib
from unicodedata import category
from xml.etree import ElementTree
from xml.sax.saxutils import escape

from answers import Answer, StartResponse, answer, collect
from sessions import Environ, Refusal

_BAD_REQUEST = "400 Bad Request"
_ALGORITHMS: dict[str, t.Callable[[bytes], bytes]] = {
    "crc32": lambda data: zlib.crc32(data).to_bytes(4, "big"),
    "sha1": lambda data: hashlib.sha1(data).digest(),
    "sha256": lambda data: hashlib.sha256(data).digest(),
}
"""Those that Python has. A value of another algorithm is taken as it is."""
_CHECKSUM = re.compile(r"x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)")
_LONGEST_KEY = 1024
_LARGEST_METADATA = 2048
_MOST_TAGS = 10
_MOST_DELETED = 1000
PAGE = 100
"""Keys on a page of a list. S3 gives up to 1,000, and may always give fewer."""
_TAG_SIGNS = frozenset("_.:/=+-@")
_NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


@dataclasses.dataclass
class _Upload:
    """A multipart upload: the algorithm that it was created with, and the checksums of its parts by number."""

    algorithm: str
    parts: dict[int, dict[str, str]] = dataclasses.field(default_factory=dict)

    def check_completion(self, body: bytes) -> None:
        """Refuse a list of parts that is not that of the parts that were uploaded."""
        last = 0
        for number, told in _parts(body):
            if number <= last:
                raise _bad("InvalidPartOrder", "The list of parts was not in ascending order.")
            last = number
            if self.algorithm and self.algorithm not in told:
                raise _bad(
                    "InvalidRequest",
                    f"The upload was created using a {self.algorithm} checksum. The complete request must include the "
                    f"checksum for each part. It was missing for part {number} in the request.",
                )
            kept = self.parts.get(number, {}) if self.algorithm else {}
            if any(kept.get(algorithm) != value for algorithm, value in told.items()):
                raise _bad(
                    "InvalidPart",
                    "One or more of the specified parts could not be found. The part may not have been uploaded, or "
                    "the specified entity tag may not match the part's entity tag.",
                )

    def with_checksum(self, body: bytes, count: int) -> bytes:
        """The answer to a completion, with the checksum of checksums."""
        if self.algorithm not in _ALGORITHMS or b"Checksum" in body:
            return body
        values = [base64.b64decode(self.parts[number][self.algorithm]) for number in sorted(self.parts)[:count]]
        name = f"Checksum{self.algorithm.upper()}"
        made = f"<{name}>{_value(self.algorithm, b''.join(values))}-{count}</{name}>"
        return re.sub(rb"(</\w*CompleteMultipartUpload\w*>)", made.encode() + rb"\1", body)


class S3:
    """Refuses what S3 refuses, and knows the multipart uploads."""

    def __init__(self, moto: t.Callable[..., t.Any]) -> None:
        self._moto = moto
        self._uploads: dict[str, _Upload] = {}

    def serve(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        query = dict(urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True))
        headers = {name[5:].lower().replace("_", "-"): value for name, value in environ.items() if name[:5] == "HTTP_"}
        bucket, _slash, key = environ["PATH_INFO"].lstrip("/").partition("/")
        try:
            made = self._serve(environ, headers, query, key.encode("latin-1"), body)
        except Refusal as error:
            xml = f"<Error><Code>{error.code}</Code><Message>{escape(str(error))}</Message><BucketName>{escape(bucket)}"
            return answer(start_response, error.status, f"{xml}</BucketName></Error>", "application/xml")
        return made.send(start_response)

    def _serve(
        self, environ: Environ, headers: dict[str, str], query: dict[str, str], key: bytes, body: bytes
    ) -> Answer:
        method = environ["REQUEST_METHOD"]
        if method == "PUT" and not key and not query.keys() - {"x-id"}:
            # The owner of a new bucket has all that is in it, unless the request says otherwise.
            environ.setdefault("HTTP_X_AMZ_OBJECT_OWNERSHIP", "BucketOwnerEnforced")
        if len(key) > _LONGEST_KEY:
            raise _bad("KeyTooLongError", "Your key is too long")
        if method == "POST" and "delete" in query:
            _check_deletion(headers, body)
        if key and ((method == "POST" and "uploads" in query) or (method == "PUT" and not query.keys() - {"x-id"})):
            _check_settings(headers)
        checksums = _checksums(headers, body) if method == "PUT" and key else {}
        if key and "uploadId" in query:
            return self._serve_part(environ, query, checksums, body)
        made = collect(self._moto, environ)
        if method == "POST" and "uploads" in query and made.status.startswith("200"):
            upload_id = ElementTree.fromstring(made.body).findtext(f"{_NAMESPACE}UploadId") or ""
            self._uploads[upload_id] = _Upload(headers.get("x-amz-checksum-algorithm", "").lower())
        return made

    def _serve_part(self, environ: Environ, query: dict[str, str], checksums: dict[str, str], body: bytes) -> Answer:
        method, upload = environ["REQUEST_METHOD"], self._uploads.get(query["uploadId"])
        if upload is None:
            raise Refusal("NoSuchUpload", "The specified upload does not exist.", "404 Not Found")
        if method == "PUT":
            number = int(query.get("partNumber", "0"))
            if not 1 <= number <= 10_000:
                raise _bad("InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive")
            for algorithm in checksums:
                if upload.algorithm not in ("", algorithm):
                    message = f"expected checksum Type: {upload.algorithm}, actual checksum Type: {algorithm}"
                    raise _bad("InvalidRequest", f"Checksum Type mismatch occurred, {message}")
        if method == "POST":
            upload.check_completion(body)
        made = collect(self._moto, environ)
        if method == "PUT" and made.status.startswith("200"):
            if upload.algorithm in _ALGORITHMS and not checksums:
                checksums = {upload.algorithm: _value(upload.algorithm, _content(environ, body))}
            upload.parts[number] = checksums
            sent = [(f"x-amz-checksum-{algorithm}", value) for algorithm, value in checksums.items()]
            return Answer(made.status, [*made.headers, *sent], made.body)
        if method == "POST" and made.status.startswith("200"):
            return made.with_body(upload.with_checksum(made.body, len(_parts(body))))
        if method == "DELETE":
            self._uploads.pop(query["uploadId"], None)
        return made


def _bad(code: str, message: str) -> Refusal:
    return Refusal(code, message, _BAD_REQUEST)


def _value(algorithm: str, data: bytes) -> str:
    return base64.b64encode(_ALGORITHMS[algorithm](data)).decode()


def _parts(body: bytes) -> list[tuple[int, dict[str, str]]]:
    """The parts of a completion: number, and checksums by algorithm."""
    try:
        found = [element for element in ElementTree.fromstring(body) if element.tag.endswith("Part")]
    except ElementTree.ParseError:
        found = []
    if not found:
        raise _bad("MalformedXML", "The XML you provided was not well-formed or did not validate against our schema")
    parts = []
    for element in found:
        told = {child.tag.rpartition("}")[2]: child.text or "" for child in element}
        checksums = {name[8:].lower(): value for name, value in told.items() if name.startswith("Checksum")}
        parts.append((int(told["PartNumber"]), checksums))
    return parts


def _content(environ: Environ, body: bytes) -> bytes:
    """The content of a request, without the chunks in which it may be sent."""
    return _unchunked(body)[0] if "HTTP_X_AMZ_DECODED_CONTENT_LENGTH" in environ else body


def _unchunked(body: bytes) -> tuple[bytes, dict[str, str]]:
    """Content and trailers of a body in the encoding aws-chunked."""
    content, rest = b"", body
    while rest:
        head, _line, rest = rest.partition(b"\r\n")
        size = int(head.partition(b";")[0], 16)
        if not size:
            break
        content, rest = content + rest[:size], rest[size + 2 :]
    lines = [line.partition(":") for line in rest.decode("latin-1").splitlines() if ":" in line]
    return content, {name.strip().lower(): value.strip() for name, _colon, value in lines}


def _checksums(headers: dict[str, str], body: bytes) -> dict[str, str]:
    """The checksums that came with content, each of which has to be right."""
    if "x-amz-decoded-content-length" in headers:
        body, trailers = _unchunked(body)
        headers = {**headers, **trailers}
    found = {match[1]: value for name, value in headers.items() if (match := _CHECKSUM.fullmatch(name))}
    if len(found) > 1:
        raise _bad(
            "InvalidRequest", "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
        )
    for algorithm, value in found.items():
        if algorithm in _ALGORITHMS and value != _value(algorithm, body):
            message = f"The {algorithm.upper()} you specified did not match the calculated checksum."
            raise _bad("BadDigest", message)
    return found


def _check_settings(headers: dict[str, str]) -> None:
    """What a new object is given beside its content."""
    metadata = {name[11:]: value for name, value in headers.items() if name.startswith("x-amz-meta-")}
    if sum(len(name) + len(value.encode()) for name, value in metadata.items()) > _LARGEST_METADATA:
        raise _bad("MetadataTooLarge", "Your metadata headers exceed the maximum allowed metadata size")
    if headers.get("x-amz-acl", "private") not in ("private", "bucket-owner-full-control"):
        raise _bad("AccessControlListNotSupported", "The bucket does not allow ACLs")
    if "x-amz-server-side-encryption-aws-kms-key-id" in headers and not headers.get(
        "x-amz-server-side-encryption", ""
    ).startswith("aws:kms"):
        message = "Server Side Encryption with AWS KMS managed key requires HTTP header x-amz-server-side-encryption"
        raise _bad("InvalidArgument", f"{message} : aws:kms")
    _check_tags(urllib.parse.parse_qsl(headers.get("x-amz-tagging", ""), keep_blank_values=True))


def _check_tags(tags: list[tuple[str, str]]) -> None:
    if len(tags) > _MOST_TAGS:
        raise _bad("BadRequest", "Object tags cannot be greater than 10")
    if len({key for key, _text in tags}) < len(tags):
        raise _bad("InvalidTag", "Cannot provide multiple Tags with the same key")
    for key, text in tags:
        if key.lower().startswith("aws:"):
            raise _bad("InvalidTag", "Your TagKey cannot be prefixed with aws:")
        for what, value, longest in (("TagKey", key, 128), ("TagValue", text, 256)):
            if len(value) > longest or not all(sign in _TAG_SIGNS or category(sign)[0] in "LNZ" for sign in value):
                raise _bad("InvalidTag", f"The {what} you have provided is invalid")
        if not key:
            raise _bad("InvalidTag", "The TagKey you have provided is invalid")


def _check_deletion(headers: dict[str, str], body: bytes) -> None:
    if "content-md5" not in headers and not any(map(_CHECKSUM.fullmatch, headers)):
        raise _bad("InvalidRequest", "Missing required header for this request: Content-MD5 OR x-amz-checksum-*")
    objects = [element for element in ElementTree.fromstring(body) if element.tag.endswith("Object")]
    if not 1 <= len(objects) <= _MOST_DELETED:
        raise _bad("MalformedXML", "The XML you provided was not well-formed or did not validate against our schema")
