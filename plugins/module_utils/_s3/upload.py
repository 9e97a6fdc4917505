# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Upload files, in batches, so that the memory of the process does not grow with their number."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .listing import Listing
from .options import CONTENT_NAME, DIGEST, SETTINGS_NAME, folder_prefix, object_key, object_settings, settings_digest
from .parallel import in_parallel
from .progress import Comparison, FileTotal
from .source_files import unreadable
from .upload_sources import check_files

if t.TYPE_CHECKING:
    from .addresses import Addresses
    from .bucket import Bucket, StoredObject
    from .known_files import KnownFiles
    from .known_objects import KnownObjects
    from .progress import UploadProgress
    from .source_files import Selection, SourceFile

_BATCH = 1_000
"""Files of one batch: as many as a page of a list has."""
_SHOWN = 12
"""The length of a digest in a diff."""


@dataclasses.dataclass(frozen=True)
class FileUpload:
    """A file and its object.

    :param file: with its relative path
    :param comparison: of the file with the object before
    :param settings: arguments of ``put_object``, without the metadata of the collection
    :param after: the uploaded object, or ``None`` before the upload
    """

    file: SourceFile
    key: str
    comparison: Comparison
    settings: t.Mapping[str, t.Any]
    after: StoredObject | None = None

    @functools.cached_property
    def markers(self) -> dict[str, str]:
        """The metadata that the next upload compares."""
        return {CONTENT_NAME: self.comparison.sha256, SETTINGS_NAME: settings_digest(self.settings)}

    @functools.cached_property
    def changed(self) -> bool:
        """Whether the file has to be uploaded, or has been."""
        before = self.comparison.before
        if not before or before.size != self.comparison.size:
            return True
        return any(before.metadata.get(name) != value for name, value in self.markers.items())

    @property
    def stored(self) -> StoredObject | None:
        """The object with the content and the settings of the file; ``None`` before the upload."""
        return self.after if self.changed else self.comparison.before

    def as_outcome(self) -> dict[str, t.Any]:
        """Return plain data for the result of a task."""
        return {
            "path": self.file.relative,
            "key": self.key,
            "etag": self.stored.etag if self.stored else None,
            "version_id": self.stored.version_id if self.stored else None,
            "size": self.comparison.size,
            "content_type": self.settings["ContentType"],
            "changed": self.changed,
        }

    def lines(self) -> tuple[str, str]:
        """Return the lines of a diff before and after."""
        before = self.comparison.before
        return _line(self.key, before.metadata) if before else "", _line(self.key, self.markers)


class Uploader:
    """The upload of the files of a selection.

    :param selection: the files
    :param options: of the task
    :param progress: of this slice and those before
    :param known_objects: the record of uploaded objects
    :param known_files: the record of checksums
    :param check_mode: whether to change nothing in AWS
    """

    def __init__(
        self,
        bucket: Bucket,
        selection: Selection,
        options: t.Mapping[str, t.Any],
        progress: UploadProgress,
        known_objects: KnownObjects,
        known_files: KnownFiles,
        *,
        check_mode: bool = False,
    ) -> None:
        self._bucket = bucket
        self._selection = selection
        self._options = options
        self._progress = progress
        self._known_objects = known_objects
        self._known_files = known_files
        self._check_mode = check_mode

    def run(self) -> None:
        """Upload the files that changed, then delete objects without files. A missing bucket is created if wanted.

        :raises OctoAwsError: there are no files, or several for one key, or a request failed
        """
        total = self._progress.work.step(lambda: list(check_files(self._selection, self._options)))
        self._progress.expect(FileTotal(*total))
        self._set_digest()
        listing = self._list()
        files = self._selection.files(after=self._progress.position)
        while batch := list(itertools.islice(files, _BATCH)):
            self._upload_batch(batch, listing)
        listing.read_rest()
        self._progress.finish()
        for key in listing.stale if self._check_mode else self._bucket.delete(listing.stale):
            self._progress.outcomes.add_deleted(key, _line(key, {}))

    def result(self) -> dict[str, t.Any]:
        """Return the result of the changes that were made, or would be made in check mode."""
        outcomes = self._progress.outcomes
        addresses: Addresses = self._bucket.addresses
        if region := self._progress.listing.get("region"):
            addresses = addresses._replace(region=region)
        return {
            "bucket": self._bucket.name,
            "files": [{**item, **addresses.of_key(item["key"])} for item in outcomes.files("path")],
            "deleted": outcomes.deleted,
            "counts": dict(outcomes.counts),
            "bucket_created": self._progress.created,
            "changed": self._progress.changed,
        }

    def diff(self) -> dict[str, str]:
        """Return a diff with one line for each object that changed."""
        return self._progress.outcomes.diff(f"s3://{self._bucket.name}")

    def _set_digest(self) -> None:
        """Replace the placeholder in the key of the only file."""
        key = self._options["key"]
        if key is not None and DIGEST in key:
            digest = self._progress.work.step(lambda: [self._content(file)[1] for file in self._selection.files()])
            self._options = {**self._options, "key": key.replace(DIGEST, "".join(digest))}

    def _list(self) -> Listing:
        """Begin the list of the bucket, and create the bucket if it is missing and wanted."""
        options, selection = self._options, self._selection
        prefix = options["key"] if options["key"] is not None else folder_prefix(options["prefix"])

        def is_stale(key: str) -> bool:
            relative = key.removeprefix(prefix)
            # A key that ends with a slash is a folder from the console, not a file.
            return not key.endswith("/") and selection.covers(relative) and not selection.has(relative)

        listing = Listing(
            self._bucket,
            prefix,
            self._progress.listing,
            is_stale if options["delete_removed"] else None,
            for_one=options["key"] is not None,
        )
        if self._progress.created:
            listing.skip()
            return listing
        try:
            listing.begin()
        except OctoAwsError as error:
            if error.code is not ErrorCode.BUCKET_UNKNOWN or not options["create_bucket"]:
                raise
            if not self._check_mode:
                self._bucket.create()
            self._progress.note_created()
            listing.skip()
        return listing

    def _upload_batch(self, batch: t.Sequence[SourceFile], listing: Listing) -> None:
        """Upload files. It ends the slice if it is over."""
        files = {object_key(file.relative, self._options["key"], self._options["prefix"]): file for file in batch}
        missing = [key for key in files if not self._progress.is_done(key)]
        listing.read(list(files))
        decided: dict[str, StoredObject | None] = {}
        for key in missing:
            listed = listing.object(key)
            before = self._known_objects.find(key, listed) if listed else None
            if before or (not listed and listing.decides(key)):
                decided[key] = before
        found, failures = in_parallel(lambda key: self._upload(files[key], key, decided), missing, self._is_over)
        for key, upload in zip(missing, found):
            if upload:
                if upload.stored:
                    self._known_objects.note(key, upload.stored)
                self._progress.note_done(key)
                self._progress.outcomes.add(upload.as_outcome(), *upload.lines())
        self._known_objects.save()
        self._known_files.save()
        if failures:
            raise failures[0]
        if None in found:
            self._progress.end()
        self._progress.finish_batch(batch[-1].relative)

    def _upload(self, file: SourceFile, key: str, decided: t.Mapping[str, StoredObject | None]) -> FileUpload | None:
        """Compare a file with its object, and upload it if they differ.

        :param decided: objects that need no request, by key
        :returns: ``None`` if parts are missing
        """
        comparison = self._progress.comparison(key)
        if not comparison:
            size, sha256 = self._content(file)
            comparison = Comparison(size, sha256, decided[key] if key in decided else self._bucket.find(key))
        upload = FileUpload(file, key, comparison, object_settings(file.relative, self._options))
        if self._check_mode or not upload.changed:
            return upload
        settings = {**upload.settings, "Metadata": {**upload.settings["Metadata"], **upload.markers}}
        begun = self._progress.parts(key)
        after = self._bucket.upload(key, file.path, comparison.size, comparison.sha256, settings, begun, self._is_over)
        if not after:
            self._progress.note_comparison(key, comparison)
            return None
        return dataclasses.replace(upload, after=after)

    def _content(self, file: SourceFile) -> tuple[int, str]:
        try:
            return self._known_files.content(file.path)
        except OSError as error:
            raise unreadable(file.path, error) from None

    def _is_over(self) -> bool:
        return self._progress.work.is_over


def _line(key: str, markers: t.Mapping[str, str]) -> str:
    content, settings = (markers.get(name, "unknown")[:_SHOWN] for name in (CONTENT_NAME, SETTINGS_NAME))
    return f"{key}  content {content}  settings {settings}\n"
