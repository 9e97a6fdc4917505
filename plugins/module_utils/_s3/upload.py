# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan and perform an upload."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .digests import digest_of
from .known_objects import KnownObjects
from .listing import Listing, list_objects
from .options import CONTENT_NAME, DIGEST, SETTINGS_NAME, folder_prefix, object_key, object_settings, settings_digest
from .parallel import in_parallel
from .progress import Comparison
from .source_files import source_invalid, unreadable

if t.TYPE_CHECKING:
    from .addresses import Addresses
    from .bucket import Bucket, StoredObject
    from .progress import UploadProgress
    from .source_files import Selection, SourceFile

_BLOCK = 1024 * 1024
_SHOWN = 12
"""The length of a digest in a diff."""


@dataclasses.dataclass(frozen=True)
class Upload:
    """A file and its object.

    :param sha256: the checksum of the content
    :param before: the existing object, or ``None``
    :param settings: arguments of ``put_object``, without the metadata of the collection
    :param after: the uploaded object, or ``None`` before the upload
    """

    file: SourceFile
    key: str
    size: int
    sha256: str
    before: StoredObject | None
    settings: t.Mapping[str, t.Any]
    after: StoredObject | None = None

    @property
    def markers(self) -> dict[str, str]:
        """The metadata that the next upload compares."""
        return {CONTENT_NAME: self.sha256, SETTINGS_NAME: settings_digest(self.settings)}

    @property
    def changed(self) -> bool:
        """Whether the file has to be uploaded, or has been."""
        before = self.before
        if not before or before.size != self.size:
            return True
        return any(before.metadata.get(name) != value for name, value in self.markers.items())

    def as_result(self, addresses: Addresses) -> dict[str, t.Any]:
        """Return an item of ``files`` in the result of a task."""
        stored = self.after if self.changed else self.before
        return {
            "path": self.file.relative,
            "key": self.key,
            **addresses.of_key(self.key),
            "etag": stored.etag if stored else None,
            "version_id": stored.version_id if stored else None,
            "size": self.size,
            "content_type": self.settings["ContentType"],
            "changed": self.changed,
        }


class UploadPlan:
    """The changes of an upload, and its progress."""

    def __init__(
        self,
        bucket: Bucket,
        state: t.Mapping[str, t.Any],
        uploads: t.Sequence[Upload],
        removed: t.Sequence[str],
        progress: UploadProgress,
        known: KnownObjects,
    ) -> None:
        self._known = known
        self._bucket = bucket
        self._state = state
        self._progress = progress
        self._uploads = list(uploads)
        self._removed = list(removed)
        self._deleted: list[str] = []

    def preview(self) -> dict[str, t.Any]:
        """Return the result of :meth:`perform` without changes in AWS."""
        self._deleted = self._removed
        return self._result(self._uploads)

    def perform(self) -> dict[str, t.Any]:
        """Upload changed files, then delete objects without files.

        :raises OctoAwsError: the upload is incomplete; see :meth:`partial_result`
        """
        sizes = {upload.key: upload.size for upload in self._uploads if upload.changed}
        to_send = [position for position, upload in enumerate(self._uploads) if upload.changed and not upload.after]
        sent, failures = in_parallel(
            lambda position: self._send(self._uploads[position]), to_send, lambda: self._progress.work.is_over
        )
        for position, after in zip(to_send, sent):
            if after:
                upload = self._uploads[position] = dataclasses.replace(self._uploads[position], after=after)
                self._progress.note_sent(upload.key, after)
                self._known.note(upload.key, after)
        self._known.save()
        if failures:
            raise failures[0]
        if None in sent:
            self._progress.end_sending(sizes)
        self._progress.finish(sizes)
        self._deleted.extend(self._bucket.delete(self._removed))
        return self._result(self._uploads)

    def partial_result(self) -> dict[str, t.Any]:
        """Return the result of the changes that were made."""
        return self._result([upload for upload in self._uploads if upload.after or not upload.changed])

    def diff(self) -> dict[str, str]:
        """Return a diff with one line for each object."""
        before = {upload.key: _line(upload.key, upload.before.metadata) for upload in self._uploads if upload.before}
        before.update({key: _line(key, {}) for key in self._removed})
        after = {upload.key: _line(upload.key, upload.markers) for upload in self._uploads}
        name = f"s3://{self._bucket.name}"
        texts = ["".join(lines[key] for key in sorted(lines)) for lines in (before, after)]
        return {"before_header": name, "after_header": name, "before": texts[0], "after": texts[1]}

    def _send(self, upload: Upload) -> StoredObject | None:
        settings = {**upload.settings, "Metadata": {**upload.settings["Metadata"], **upload.markers}}
        begun = self._progress.parts(upload.key)
        return self._bucket.upload(
            upload.key,
            upload.file.path,
            upload.size,
            upload.sha256,
            settings,
            begun,
            lambda: self._progress.work.is_over,
        )

    def _result(self, uploads: t.Sequence[Upload]) -> dict[str, t.Any]:
        addresses = self._bucket.addresses._replace(region=self._state["region"] or self._bucket.addresses.region)
        files = [upload.as_result(addresses) for upload in uploads]
        return {
            "bucket": self._bucket.name,
            "files": files,
            "deleted": self._deleted,
            "bucket_created": self._state["created"],
            "changed": self._state["created"] or bool(self._deleted) or any(file["changed"] for file in files),
        }


def plan(
    bucket: Bucket,
    selection: Selection,
    options: t.Mapping[str, t.Any],
    progress: UploadProgress,
    *,
    check_mode: bool = False,
    known: KnownObjects | None = None,
) -> UploadPlan:
    """Compare files with objects. With ``create_bucket``, a missing bucket is created first.

    :param check_mode: whether to create no bucket
    :param known: the record of uploaded objects; ``None`` for no record
    :raises OctoAwsError: there are no files, or several for one key, or a request failed
    """
    keys = object_keys(selection, options)
    if options["key"] is not None and DIGEST in options["key"]:
        digest = progress.work.step(lambda: _digest(next(iter(keys.values()))))
        options = {**options, "key": options["key"].replace(DIGEST, digest)}
        keys = object_keys(selection, options)
    prefix = options["key"] if options["key"] is not None else folder_prefix(options["prefix"])
    known = known or KnownObjects()

    def is_stale(key: str) -> bool:
        # A key that ends with a slash is a folder from the console, not a file.
        return not key.endswith("/") and selection.covers(key.removeprefix(prefix))

    state = progress.work.step(
        lambda: _list(bucket, prefix, keys, is_stale if options["delete_removed"] else None, options, check_mode)
    )
    progress.note_bucket(created=state["created"] and not check_mode)
    _compare_all(bucket, keys, Listing(state), known, progress)
    uploads = [
        Upload(keys[key], key, *comparison, object_settings(keys[key].relative, options), progress.sent(key))
        for key in sorted(keys)
        if (comparison := progress.comparison(key))
    ]
    return UploadPlan(bucket, state, uploads, state["stale"], progress, known)


def object_keys(selection: Selection, options: t.Mapping[str, t.Any]) -> dict[str, SourceFile]:
    """Return the file of each key.

    :raises OctoAwsError: there are no files, or several for one key
    """
    files, key = selection.files, options["key"]
    if not files and not options["allow_empty"]:
        raise OctoAwsError(
            ErrorCode.UPLOAD_EMPTY,
            f"{options['src']} has no files to upload.",
            hint="Correct src or exclude. To allow this, set allow_empty: true.",
        )
    if key is not None and not selection.single and (selection.pattern is None or len(files) > 1):
        problem = "is a folder" if selection.pattern is None else f"matches {len(files)} files"
        raise source_invalid(f"{options['src']} {problem}, but key is for a single file.", "Use prefix.")
    if options["delete_removed"] and selection.single:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"delete_removed is for several files, but {options['src']} is a single file.",
            hint="Remove delete_removed, or set src to a folder or a pattern.",
        )
    return {object_key(file.relative, key, options["prefix"]): file for file in files}


def _list(
    bucket: Bucket,
    prefix: str,
    keys: t.Mapping[str, SourceFile],
    is_stale: t.Callable[[str], bool] | None,
    options: t.Mapping[str, t.Any],
    check_mode: bool,
) -> dict[str, t.Any]:
    try:
        return {**list_objects(bucket, prefix, keys, len(keys), is_stale), "created": False}
    except OctoAwsError as error:
        if error.code is not ErrorCode.BUCKET_UNKNOWN or not options["create_bucket"]:
            raise
    if not check_mode:
        bucket.create()
    return {"region": "", "listed": {}, "end": None, "stale": [], "created": True}


def _compare_all(
    bucket: Bucket, keys: t.Mapping[str, SourceFile], listing: Listing, known: KnownObjects, progress: UploadProgress
) -> None:
    missing = [key for key in sorted(keys) if not progress.comparison(key)]
    found_before: dict[str, StoredObject | None] = {}
    for key in missing:
        listed = listing.object(key)
        before = known.find(key, listed) if listed else None
        if before or (not listed and listing.decides(key)):
            found_before[key] = before

    def compare(key: str) -> Comparison:
        size, sha256 = _content(keys[key])
        return Comparison(size, sha256, found_before[key] if key in found_before else bucket.find(key))

    found, failures = in_parallel(compare, missing, lambda: progress.work.is_over)
    for key, comparison in zip(missing, found):
        if comparison:
            progress.note_comparison(key, comparison)
            if comparison.before:
                known.note(key, comparison.before)
    known.save()
    if failures:
        raise failures[0]
    if None in found:
        progress.end_comparing(len(keys))
    listing.forget()


def _digest(file: SourceFile) -> str:
    try:
        return digest_of(file.path, hashlib.sha256())
    except OSError as error:
        raise unreadable(file.path, error) from None


def _content(file: SourceFile) -> tuple[int, str]:
    """Return the size and the checksum of a file."""
    digest = hashlib.sha256()
    try:
        with open(file.path, "rb") as content:
            while True:
                block = content.read(_BLOCK)
                if not block:
                    break
                digest.update(block)
            return os.fstat(content.fileno()).st_size, digest.hexdigest()
    except OSError as error:
        raise unreadable(file.path, error) from None


def _line(key: str, markers: t.Mapping[str, str]) -> str:
    content, settings = (markers.get(name, "unknown")[:_SHOWN] for name in (CONTENT_NAME, SETTINGS_NAME))
    return f"{key}  content {content}  settings {settings}\n"
