# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Download objects, in batches, so that the memory of the process does not grow with their number."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .digests import digest_of
from .options import folder_prefix
from .parallel import in_parallel
from .progress import FileComparison, FileTotal
from .ranges import download_file, has_checksum
from .source_bucket import RemoteObject
from .target_files import TargetFolder, mode_of, mode_of_new_files, size_of, unwritable

if t.TYPE_CHECKING:
    from .bucket import Page
    from .progress import DownloadProgress
    from .source_bucket import SourceBucket


@dataclasses.dataclass(frozen=True)
class FileDownload:
    """An object and its file.

    :param path: the absolute path of the file
    :param comparison: of the object with the file before
    :param other_mode: whether the file has the content, but another mode
    """

    remote: RemoteObject
    relative: str
    path: str
    comparison: FileComparison
    other_mode: bool = False

    @property
    def changed(self) -> bool:
        """Whether the file has to be changed, or was changed."""
        return not self.comparison.unchanged or self.other_mode

    def as_outcome(self) -> dict[str, t.Any]:
        """Return plain data for the result of a task."""
        return {
            "key": self.remote.key,
            "path": self.path,
            "etag": self.remote.etag,
            "version_id": self.remote.version_id,
            "size": self.remote.size,
            "changed": self.changed,
        }

    def lines(self) -> tuple[str, str]:
        """Return the lines of a diff before and after."""
        after = f"{self.relative}  {self.remote.size} bytes  ETag {self.remote.etag}\n"
        size, unchanged = self.comparison
        return "" if size is None else after if unchanged else f"{self.relative}  {size} bytes  other content\n", after


class Downloader:
    """The download of an object, or of those with a prefix.

    :param options: of the task
    :param progress: of this slice and those before
    :param check_mode: whether to change nothing on the host
    """

    def __init__(
        self,
        bucket: SourceBucket,
        options: t.Mapping[str, t.Any],
        progress: DownloadProgress,
        *,
        check_mode: bool = False,
    ) -> None:
        self._bucket = bucket
        self._options = options
        self._progress = progress
        self._check_mode = check_mode
        self._prefix = folder_prefix(options["prefix"])
        self._folder, self._name = _target(options)
        self._mode = int(options["mode"], 8) if options["mode"] else None
        self._new_mode = mode_of_new_files()
        self._only_page: Page | None = None

    def run(self) -> None:
        """Download changed objects, then delete files without objects.

        :raises OctoAwsError: there are no objects, a key cannot be a file below ``dest``, or a request failed
        """
        step = self._progress.work.step
        if self._options["key"] is None:
            files, size, stale = step(self._survey)
            self._progress.expect(FileTotal(files, size))
            for page in self._pages():
                self._download_batch(self._selected(page))
                self._progress.finish_batch(page.next or "")
        else:
            remote = RemoteObject(*step(lambda: dataclasses.astuple(_one(self._bucket, self._options))))
            self._progress.expect(FileTotal(1, remote.size))
            self._folder.check([self._name], self._key_of)
            self._download_batch({self._name: remote})
            stale = []
        self._progress.finish()
        for relative in stale:
            if not self._check_mode:
                self._folder.remove(relative)
            self._progress.outcomes.add_deleted(self._folder.place(relative), f"{relative}\n")

    def result(self) -> dict[str, t.Any]:
        """Return the result of the changes that were made, or would be made in check mode."""
        outcomes = self._progress.outcomes
        return {
            "bucket": self._bucket.name,
            "files": [{**item, "uri": f"s3://{self._bucket.name}/{item['key']}"} for item in outcomes.files("path")],
            "deleted": outcomes.deleted,
            "counts": dict(outcomes.counts),
            "changed": outcomes.changed,
        }

    def diff(self) -> dict[str, str]:
        """Return a diff with one line for each file that changed."""
        return self._progress.outcomes.diff(self._folder.path)

    def _survey(self) -> tuple[int, int, list[str]]:
        """Check the places of all files, before any of them is written.

        :returns: the number and the size of the files, and the relative paths of files without an object
        """
        names: set[str] = set()
        size = 0
        for page in self._bucket.pages(self._prefix):
            self._only_page = page if page.next is None and not names else None
            selected = self._selected(page)
            names.update(selected)
            size += sum(remote.size for remote in selected.values())
        if not names and not self._options["allow_empty"]:
            raise OctoAwsError(
                ErrorCode.DOWNLOAD_EMPTY,
                f"s3://{self._bucket.name}/{self._prefix} has no objects to download.",
                hint="Correct prefix, include or exclude. To allow this, set allow_empty: true.",
            )
        self._folder.check(names, self._key_of)
        return len(names), size, self._folder.stale(names) if self._options["delete_removed"] else []

    def _key_of(self, relative: str) -> str:
        return self._options["key"] or self._prefix + relative

    def _pages(self) -> t.Iterator[Page]:
        """Yield the pages that are not finished. A single page is not requested again."""
        if self._only_page:
            yield self._only_page
        else:
            yield from self._bucket.pages(self._prefix, self._progress.position)

    def _selected(self, page: Page) -> dict[str, RemoteObject]:
        """Return the objects of a page that are downloaded, by the relative paths of their files."""
        found = {}
        for key, listed in page.objects:
            relative = key.removeprefix(self._prefix)
            # A key that ends with a slash is a folder from the console, not a file.
            if not key.endswith("/") and self._folder.covers(relative):
                found[relative] = RemoteObject(key, *listed)
        return found

    def _download_batch(self, remotes: t.Mapping[str, RemoteObject]) -> None:
        """Download objects. It ends the slice if it is over."""
        missing = [relative for relative, remote in remotes.items() if not self._progress.is_done(remote.key)]
        # The list may have changed since all places were checked.
        self._folder.check(missing, self._key_of)
        found, failures = in_parallel(
            lambda relative: self._download(relative, remotes[relative]), missing, self._is_over
        )
        for download in filter(None, found):
            self._progress.note_done(download.remote.key)
            self._progress.outcomes.add(download.as_outcome(), *download.lines())
        if failures:
            raise failures[0]
        if None in found:
            self._progress.end()

    def _download(self, relative: str, remote: RemoteObject) -> FileDownload | None:
        """Compare an object with its file, and download it if they differ.

        :returns: ``None`` if parts are missing
        """
        path = self._folder.place(relative)
        comparison = self._progress.comparison(remote.key) or _compare(self._bucket, remote, path)
        other_mode = comparison.unchanged and self._mode not in (None, mode_of(path))
        if self._check_mode or comparison.unchanged:
            if other_mode and not self._check_mode:
                _set_mode(path, self._mode or 0)
            return FileDownload(remote, relative, path, comparison, other_mode)
        begun = self._progress.parts(remote.key)
        downloaded = download_file(self._bucket, remote, path, self._mode_for(path), begun, self._is_over)
        if not downloaded:
            self._progress.note_comparison(remote.key, comparison)
            return None
        remote = dataclasses.replace(remote, version_id=downloaded.version_id)
        return FileDownload(remote, relative, path, comparison)

    def _mode_for(self, path: str) -> int:
        if self._mode is not None:
            return self._mode
        before = mode_of(path)
        return self._new_mode if before is None else before

    def _is_over(self) -> bool:
        return self._progress.work.is_over


def _target(options: t.Mapping[str, t.Any]) -> tuple[TargetFolder, str]:
    """Return the folder of the files, and the name of the only file with ``key``."""
    dest, key = options["dest"], options["key"]
    if key is None:
        return TargetFolder(dest, options["include"], options["exclude"]), ""
    if dest.endswith("/") or os.path.isdir(dest):
        return TargetFolder(dest), key.rpartition("/")[2]
    folder, name = os.path.split(dest)
    return TargetFolder(folder), name


def _one(bucket: SourceBucket, options: t.Mapping[str, t.Any]) -> RemoteObject:
    key = options["key"]
    remote = bucket.look_up(key)
    if remote:
        return remote
    # The response to a HEAD request does not say whether the bucket is missing, too.
    bucket.check(key)
    version = f", version {options['version_id']}," if options["version_id"] else ""
    raise OctoAwsError(
        ErrorCode.OBJECT_UNKNOWN,
        f"s3://{bucket.name}/{key}{version} does not exist.",
        hint="Correct key, bucket or version_id.",
    )


def _compare(bucket: SourceBucket, remote: RemoteObject, path: str) -> FileComparison:
    size = size_of(path)
    return FileComparison(size, size == remote.size and _has_content(bucket, remote, path))


def _has_content(bucket: SourceBucket, remote: RemoteObject, path: str) -> bool:
    """Whether a file of the same size has the content of an object. If its MD5 is the ETag, no request is needed."""
    try:
        if "-" not in remote.etag and digest_of(path, hashlib.md5(usedforsecurity=False)) == remote.etag:
            return True
        complete = remote if remote.complete else bucket.look_up(remote.key)
        if complete is None or complete.etag != remote.etag:
            return False
        # Without a checksum, the time is that of the download before.
        same_time = int(os.lstat(path).st_mtime) == int(complete.modified)
        return has_checksum(path, complete, unknown=same_time)
    except OSError as error:
        raise unwritable(path, error, "read") from None


def _set_mode(path: str, mode: int) -> None:
    try:
        os.chmod(path, mode)
    except OSError as error:
        raise unwritable(path, error) from None
