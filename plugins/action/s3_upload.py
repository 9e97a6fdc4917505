# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import tarfile
import tempfile
import typing as t

from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._path_patterns import has_wildcard, split_pattern
from ansible_collections.octo.aws.plugins.module_utils._s3.options import UPLOAD_SPEC, check_options, object_settings
from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import select, source_invalid
from ansible_collections.octo.aws.plugins.module_utils._s3.upload import object_keys
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.module_utils._s3.source_files import Selection
    from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import Account


class ActionModule(HostAction):
    """Uploads files to S3 from the host that the task is for; documented in the module of the same name.

    The files are those of the play, which are here. Where the host is another machine, they are sent there first.
    """

    MODULE = "octo.aws.s3_upload"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = UPLOAD_SPEC

    _selection: Selection | None = None

    def prepare(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        options = {**dict.fromkeys(UPLOAD_SPEC), **arguments}
        check_options(options)
        object_settings("", options)
        # A choice that was left out is none of the choices, when it is checked again on the host.
        headers = [{name: value for name, value in entry.items() if value is not None} for entry in options["headers"]]
        arguments = {**arguments, "headers": headers}
        if arguments["remote_src"]:
            # A tilde in it is for the home folder of the host.
            return {**arguments, "src": self.written["src"]}
        path, pattern = self._find(arguments["src"], arguments["exclude"])
        self._selection = select(path, pattern, arguments["exclude"])
        object_keys(self._selection, options)
        source = {"path": path, "pattern": pattern, "archive": False, "single": self._selection.single}
        return {**arguments, "handover": {"source": source}}

    def execute(self, account: Account, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        if self._selection is not None and not self.on_controller:
            arguments["handover"]["source"].update(path=self._send(self._selection), archive=True)
        return super().execute(account, arguments)

    def _find(self, src: str, exclude: list[str]) -> tuple[str, str | None]:
        """The file or folder among those of the play, and the pattern below it."""
        try:
            return str(self._find_needle("files", src)), None
        except AnsibleError:
            folder, pattern = split_pattern(src) if has_wildcard(src) else (src, None)
        folders = [path for path in self._places(folder) if os.path.isdir(path)]
        if pattern is None or not folders:
            raise source_invalid(
                f"{folder or src} is not on the controller, neither beside the play or role nor in its folder files.",
                "Correct src, or set remote_src if it is on the host that does the work.",
            )
        # Every place has the folder that a pattern such as *.html is for.
        return next((path for path in folders if select(path, pattern, exclude).files), folders[0]), pattern

    def _places(self, folder: str) -> t.Iterator[str]:
        for base in (*self._task.get_search_path(), self._loader.get_basedir()):
            yield os.path.join(base, "files", folder)
            yield os.path.join(base, folder)

    def _send(self, selection: Selection) -> str:
        """Put the files into a temporary folder of the host, in one archive. ansible-core removes the folder when the
        task ends, whichever way, and where the task is async, when the module does."""
        folder = self._connection._shell.tmpdir or self._make_tmp_path()
        target = self._connection._shell.join_path(folder, "files.tar")
        with tempfile.TemporaryDirectory(prefix="octo-aws-") as local:
            archive = os.path.join(local, "files.tar")
            with tarfile.open(archive, "w", dereference=True, encoding="utf-8") as opened:
                for file in selection.files:
                    try:
                        opened.add(file.path, file.relative, recursive=False)
                    except OSError as error:
                        raise source_invalid(f"{file.path} cannot be read: {error.strerror}.", "Correct it.") from None
            self._transfer_file(archive, target)
        self._fixup_perms2((folder, target))
        return str(target)
