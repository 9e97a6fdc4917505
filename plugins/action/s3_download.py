# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._s3.download_options import DOWNLOAD_SPEC, check_download
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(HostAction):
    """Downloads objects from S3; documented in the module of the same name."""

    MODULE = "octo.aws.s3_download"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = DOWNLOAD_SPEC
    HOST_PATHS = ("dest",)

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        check_download(given)
        return self.run_in_slices(self.resolve(arguments, settings, options), given, seconds=_slice_seconds)


def _slice_seconds(number: int) -> float:
    return float(min(1 << number, 30))
