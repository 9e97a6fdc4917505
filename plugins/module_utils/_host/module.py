# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base class of the modules that run on a host with an account."""

from __future__ import annotations

import os
import tempfile
import typing as t

from ansible.module_utils.basic import AnsibleModule

from .._errors import OctoAwsError, PartialFailure
from .._secrecy import register
from .argument_specs import ACCOUNT_SPEC, SETTINGS_SPEC
from .aws_environment import config_of
from .handover import HANDOVER_SPEC, Handover
from .slices import SlicedWork, SliceEnded


class HostModule(AnsibleModule):
    """An AnsibleModule with the account from its action plugin.

    :param no_log: whether to keep the arguments out of the system log of the host
    """

    def __init__(self, argument_spec: dict[str, t.Any], *, no_log: bool = False, **options: t.Any) -> None:
        spec = {**SETTINGS_SPEC, **ACCOUNT_SPEC, **argument_spec, **HANDOVER_SPEC}
        self.handover = Handover()
        self._unlogged = no_log
        super().__init__(argument_spec=spec, no_log=no_log, **options)
        self.handover = Handover.of_arguments(self.params)
        self.sliced_work = SlicedWork(self.handover.slice)
        register(self.handover.secrets)

    def _log_invocation(self) -> None:
        # ansible-core replaces no_log of a module with that of its task.
        if not self._unlogged:
            super()._log_invocation()

    def exit_json(self, **result: t.Any) -> t.NoReturn:
        super().exit_json(**self._with_about(result))
        raise AssertionError("exit_json ends the module")

    def fail_json(self, msg: str, **result: t.Any) -> t.NoReturn:
        super().fail_json(msg, **self._with_about(result))
        raise AssertionError("fail_json ends the module")

    def _with_about(self, result: dict[str, t.Any]) -> dict[str, t.Any]:
        report = {"slice": self.sliced_work.report} if self.handover.slice else {}
        return {**self.handover.about, **result, **report}

    def config_file(self) -> str:
        """Write a private AWS config file for this account, which is deleted when the module ends.

        :returns: the path; empty if the account has credentials of its own
        """
        if not self.handover.is_role_of_host:
            return ""
        path = self.write_config(self.tmpdir)
        self.add_cleanup_file(path)
        return path

    def write_config(self, folder: str | None = None) -> str:
        """Write the AWS config for this account into a new private file.

        :param folder: ``None`` for the folder of the host for temporary files
        :returns: the path
        """
        descriptor, path = tempfile.mkstemp(prefix="aws-config-", dir=folder)
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(config_of(self.handover, os.environ))
        return path

    def run(self, work: t.Callable[[], dict[str, t.Any]]) -> t.NoReturn:
        """Exit with the result or the error of ``work``, or with the report of a slice that has ended before."""
        try:
            result = work()
        except SliceEnded:
            result = {"changed": False}
        except OctoAwsError as error:
            values = error.values if isinstance(error, PartialFailure) else {}
            self.fail_json(msg=str(error), error=error.as_result(), **values)
        self.exit_json(**result)
