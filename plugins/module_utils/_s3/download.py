# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Plan and perform a download."""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from .._errors import ErrorCode, OctoAwsError
from .digests import digest_of
from .options import folder_prefix
from .parallel import in_parallel
from .progress import FileComparison
from .ranges import download_file, has_checksum
from .source_bucket import RemoteObject
from .target_files import TargetFolder, mode_of, mode_of_new_files, size_of, unwritable

if t.TYPE_CHECKING:
    from .progress import DownloadProgress
    from .source_bucket import SourceBucket


@dataclasses.dataclass(frozen=True)
class Download:
    """An object and its file.

    :param path: the absolute path of the file
    :param before: the size of the file; ``None`` if there is none
    :param unchanged: whether the file had the content of the object
    :param other_mode: whether the file has the content, but another mode
    :param version_id: ``None`` if it is not known, or the bucket has no versioning
    """

    remote: RemoteObject
    relative: str
    path: str
    before: int | None
    unchanged: bool
    other_mode: bool = False
    version_id: str | None = None

    @property
    def changed(self) -> bool:
        """Whether the file has to be changed, or was changed."""
        return not self.unchanged or self.other_mode

    def as_result(self, bucket: str) -> dict[str, t.Any]:
        """Return an item of ``files`` in the result of a task."""
        return {
            "key": self.remote.key,
            "path": self.path,
            "uri": f"s3://{bucket}/{self.remote.key}",
            "etag": self.remote.etag,
            "version_id": self.version_id,
            "size": self.remote.size,
            "changed": self.changed,
        }


class DownloadPlan:
    """The changes of a download, and its progress."""

    def __init__(
        self,
        bucket: SourceBucket,
        folder: TargetFolder,
        downloads: t.Sequence[Download],
        removed: t.Sequence[str],
        mode: int | None,
        progress: DownloadProgress,
    ) -> None:
        self._bucket = bucket
        self._folder = folder
        self._downloads = list(downloads)
        self._removed = list(removed)
        self._mode = mode
        self._new_mode = mode_of_new_files()
        self._progress = progress
        self._deleted: list[str] = []

    def preview(self) -> dict[str, t.Any]:
        """Return the result of :meth:`perform` without changes on the host."""
        self._deleted = self._removed
        return self._result(self._downloads)

    def perform(self) -> dict[str, t.Any]:
        """Download changed objects, then delete files without objects.

        :raises OctoAwsError: the download is incomplete; see :meth:`partial_result`
        """
        wanted = [download for download in self._downloads if not download.unchanged]
        sizes = {download.remote.key: download.remote.size for download in wanted}
        missing = [download for download in wanted if not self._progress.is_downloaded(download.remote.key)]
        found, failures = in_parallel(self._download, missing, self._is_over)
        for download, remote in zip(missing, found):
            if remote:
                self._progress.note_downloaded(download.remote.key, remote.version_id)
        if failures:
            raise failures[0]
        if None in found:
            self._progress.end_sending(sizes)
        self._progress.finish(sizes)
        for download in self._downloads:
            if download.other_mode:
                self._set_mode(download.path)
        for relative in self._removed:
            self._folder.remove(relative)
            self._deleted.append(relative)
        return self._result(self._downloads)

    def partial_result(self) -> dict[str, t.Any]:
        """Return the result of the changes that were made."""
        return self._result([one for one in self._downloads if one.unchanged or self._is_done(one)])

    def diff(self) -> dict[str, str]:
        """Return a diff with one line for each file."""
        before = {one.relative: _line(one, one.before) for one in self._downloads if one.before is not None}
        before.update({relative: f"{relative}\n" for relative in self._removed})
        after = {one.relative: _line(one, None) for one in self._downloads}
        texts = ["".join(lines[name] for name in sorted(lines)) for lines in (before, after)]
        name = self._folder.path
        return {"before_header": name, "after_header": name, "before": texts[0], "after": texts[1]}

    def _download(self, download: Download) -> RemoteObject | None:
        begun = self._progress.parts(download.remote.key)
        return download_file(
            self._bucket, download.remote, download.path, self._mode_for(download), begun, self._is_over
        )

    def _is_over(self) -> bool:
        return self._progress.work.is_over

    def _mode_for(self, download: Download) -> int:
        if self._mode is not None:
            return self._mode
        before = mode_of(download.path)
        return self._new_mode if before is None else before

    def _set_mode(self, path: str) -> None:
        try:
            os.chmod(path, self._mode or 0)
        except OSError as error:
            raise unwritable(path, error) from None

    def _is_done(self, download: Download) -> bool:
        return self._progress.is_downloaded(download.remote.key)

    def _result(self, downloads: t.Sequence[Download]) -> dict[str, t.Any]:
        versions = {one.remote.key: one.version_id or self._progress.version_id(one.remote.key) for one in downloads}
        files = [
            dataclasses.replace(one, version_id=versions[one.remote.key]).as_result(self._bucket.name)
            for one in downloads
        ]
        return {
            "bucket": self._bucket.name,
            "files": files,
            "deleted": [self._folder.place(relative) for relative in self._deleted],
            "changed": bool(self._deleted) or any(file["changed"] for file in files),
        }


def plan_download(bucket: SourceBucket, options: t.Mapping[str, t.Any], progress: DownloadProgress) -> DownloadPlan:
    """Compare objects with files.

    :raises OctoAwsError: there are no objects, a key cannot be a file below ``dest``, or a request failed
    """
    key, work = options["key"], progress.work
    if key is None:
        folder = TargetFolder(options["dest"], options["include"], options["exclude"])
        prefix = folder_prefix(options["prefix"])
        listed = work.step(lambda: [dataclasses.astuple(remote) for remote in _selected(bucket, prefix, folder)])
        named = {remote.key.removeprefix(prefix): remote for remote in (RemoteObject(*values) for values in listed)}
        if not named and not options["allow_empty"]:
            raise OctoAwsError(
                ErrorCode.DOWNLOAD_EMPTY,
                f"s3://{bucket.name}/{prefix} has no objects to download.",
                hint="Correct prefix, include or exclude. To allow this, set allow_empty: true.",
            )
    else:
        remote = RemoteObject(*work.step(lambda: dataclasses.astuple(_one(bucket, key, options))))
        folder, name = _split_dest(options["dest"], key)
        named = {name: remote}
    folder.check({relative: remote.key for relative, remote in named.items()})
    mode = int(options["mode"], 8) if options["mode"] else None
    _compare_all(bucket, folder, named, progress)
    removed: list[str] = []
    if options["delete_removed"]:
        removed = work.step(lambda: folder.stale(named))
    downloads = []
    for relative in sorted(named):
        remote, path = named[relative], folder.place(relative)
        comparison = progress.comparison(remote.key)
        if comparison:
            other_mode = comparison.unchanged and mode not in (None, mode_of(path))
            downloads.append(Download(remote, relative, path, *comparison, other_mode, remote.version_id))
    return DownloadPlan(bucket, folder, downloads, removed, mode, progress)


def _selected(bucket: SourceBucket, prefix: str, folder: TargetFolder) -> t.Iterator[RemoteObject]:
    for remote in bucket.objects(prefix):
        # A key that ends with a slash is a folder from the console, not a file.
        if not remote.key.endswith("/") and folder.covers(remote.key.removeprefix(prefix)):
            yield remote


def _one(bucket: SourceBucket, key: str, options: t.Mapping[str, t.Any]) -> RemoteObject:
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


def _split_dest(dest: str, key: str) -> tuple[TargetFolder, str]:
    if dest.endswith("/") or os.path.isdir(dest):
        return TargetFolder(dest), key.rpartition("/")[2]
    folder, name = os.path.split(dest)
    return TargetFolder(folder), name


def _compare_all(
    bucket: SourceBucket, folder: TargetFolder, named: t.Mapping[str, RemoteObject], progress: DownloadProgress
) -> None:
    missing = [relative for relative in sorted(named) if not progress.comparison(named[relative].key)]
    found, failures = in_parallel(
        lambda relative: _compare(bucket, named[relative], folder.place(relative)),
        missing,
        lambda: progress.work.is_over,
    )
    for relative, comparison in zip(missing, found):
        if comparison:
            progress.note_comparison(named[relative].key, comparison)
    if failures:
        raise failures[0]
    if None in found:
        progress.end_comparing(len(named))


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


def _line(download: Download, before: int | None) -> str:
    """Return a line of the diff.

    :param before: the size of the file before; ``None`` for the line after
    """
    if before is None or download.unchanged:
        return f"{download.relative}  {download.remote.size} bytes  ETag {download.remote.etag}\n"
    return f"{download.relative}  {before} bytes  other content\n"
