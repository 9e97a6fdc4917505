# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import os
import tempfile
import typing as t

from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._host.handover import UploadSource
from ansible_collections.octo.aws.plugins.module_utils._lambda.function_code import code_invalid, read_package
from ansible_collections.octo.aws.plugins.module_utils._lambda.options import FUNCTION_SPEC, check_options
from ansible_collections.octo.aws.plugins.plugin_utils._base.waiting_action import WaitingAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(WaitingAction):
    """Deploys a Lambda function; documented in the module of the same name.

    The code is that of the play, on the controller. It is sent first to a host that is another machine.
    """

    MODULE = "octo.aws.lambda_function"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = FUNCTION_SPEC

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        check_options(given)
        # The host validates it again, and None is not a string.
        for name in ("alias", "invoke"):
            if name in given:
                given[name] = {key: value for key, value in given[name].items() if value is not None}
        if given.get("src") is None or given["remote_src"]:
            if "src" in given:
                # A tilde in it is for the home folder of the host.
                given["src"] = self.written["src"]
            return self.run_in_slices(self.resolve(arguments, settings, options), given)
        path = self._find(given["src"])
        package = read_package(path, given["exclude"])
        account = self.resolve(arguments, settings, options)
        source = UploadSource(path if self.runs_here else self._send(package), single=True)
        return self.run_in_slices(account, given, source)

    def _find(self, src: str) -> str:
        try:
            return str(self._find_needle("files", src))
        except AnsibleError:
            raise code_invalid(
                f"{src} is not on the controller, neither beside the play or role nor in its folder files.",
                "Correct src, or set remote_src if it is on the host that runs the task.",
            ) from None

    def _send(self, package: bytes) -> str:
        """Send the package to the host, and return its path there."""
        with tempfile.TemporaryDirectory(prefix="octo-aws-") as local:
            path = os.path.join(local, "code.zip")
            with open(path, "wb") as file:
                file.write(package)
            return self.send_file(path, "code.zip")
