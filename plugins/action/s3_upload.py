# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import io
import os
import tarfile
import tempfile
import typing as t

from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._host.handover import UploadSource
from ansible_collections.octo.aws.plugins.module_utils._path_patterns import has_wildcard, includes, split_pattern
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options, object_settings
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import select, source_invalid, unreadable
from ansible_collections.octo.aws.plugins.module_utils._s3.upload_sources import check_files
from ansible_collections.octo.aws.plugins.plugin_utils._base.file_templates import render_file
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import Selection
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(HostAction):
    """Uploads files to S3; documented in the module of the same name.

    The files are those of the play, on the controller. They are sent first to a host that is another machine.
    """

    MODULE = "octo.aws.s3_upload"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = UPLOAD_SPEC

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        upload = {**dict.fromkeys(UPLOAD_SPEC), **given}
        check_options(upload)
        object_settings("", upload)
        # The host validates them again, and None is not one of the choices.
        headers = [{name: value for name, value in entry.items() if value is not None} for entry in upload["headers"]]
        given["headers"] = headers
        if given["remote_src"]:
            # A tilde in it is for the home folder of the host.
            given["src"] = self.written["src"]
            return self.run_in_slices(self.resolve(arguments, settings, options), given, seconds=_slice_seconds)
        path, pattern = self._find(given["src"], given["exclude"])
        selection = select(path, pattern, given["exclude"])
        check_files(selection, upload)
        rendered = self._render(selection, given["templates"])
        account = self.resolve(arguments, settings, options)
        source = UploadSource(path, pattern, single=bool(selection.single))
        if rendered or not self.runs_here:
            source = source._replace(path=self._send(selection, rendered), archive=True)
        return self.run_in_slices(
            account, given, source, _slice_seconds_of_archive if source.archive else _slice_seconds
        )

    def _find(self, src: str, exclude: list[str]) -> tuple[str, str | None]:
        """Find the file or folder among those of the play, and the pattern below it."""
        try:
            return str(self._find_needle("files", src)), None
        except AnsibleError:
            folder, pattern = split_pattern(src) if has_wildcard(src) else (src, None)
        folders = [path for path in self._places(folder) if os.path.isdir(path)]
        if pattern is None or not folders:
            raise source_invalid(
                f"{folder or src} is not on the controller, neither beside the play or role nor in its folder files.",
                "Correct src, or set remote_src if it is on the host that runs the task.",
            )
        # The folder of a pattern such as *.html is in each place.
        return next(
            (path for path in folders if next(select(path, pattern, exclude).files(), None)), folders[0]
        ), pattern

    def _places(self, folder: str) -> t.Iterator[str]:
        for base in (*self._task.get_search_path(), self._loader.get_basedir()):
            yield os.path.join(base, "files", folder)
            yield os.path.join(base, folder)

    def _render(self, selection: Selection, patterns: t.Sequence[str]) -> dict[str, bytes]:
        """Return the content of the files that are templates, by their relative paths."""
        return {
            file.relative: render_file(file.path, self._templar, self.task_vars, self._task.get_search_path())
            for file in selection.files()
            if any(includes(pattern, file.relative) for pattern in patterns)
        }

    def _send(self, selection: Selection, rendered: t.Mapping[str, bytes]) -> str:
        """Send the files to the host in one archive, and return its path there.

        :param rendered: the content of templates, by their relative paths
        """
        with tempfile.TemporaryDirectory(prefix="octo-aws-") as local:
            archive = os.path.join(local, "files.tar")
            with tarfile.open(archive, "w", dereference=True, encoding="utf-8") as opened:
                for file in selection.files():
                    if file.relative in rendered:
                        member = tarfile.TarInfo(file.relative)
                        member.size = len(rendered[file.relative])
                        opened.addfile(member, io.BytesIO(rendered[file.relative]))
                        continue
                    try:
                        opened.add(file.path, file.relative, recursive=False)
                    except OSError as error:
                        raise unreadable(file.path, error) from None
            return self.send_file(archive, "files.tar")


def _slice_seconds(number: int) -> float:
    # Each slice loads botocore again. The first one is long enough for an upload that needs no lines.
    return float(min(4 << number, 30))


def _slice_seconds_of_archive(number: int) -> float:
    # Each slice unpacks the archive.
    return 60.0 if number else 4.0
