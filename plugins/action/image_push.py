# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible_collections.octo.aws.plugins.module_utils._ecr.options import PUSH_SPEC, check_options
from ansible_collections.octo.aws.plugins.plugin_utils._base.host_action import HostAction

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings


class ActionModule(HostAction):
    """Pushes images; documented in the module of the same name."""

    MODULE = "octo.aws.image_push"
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = PUSH_SPEC
    HOST_PATHS = ("archive",)

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = self.module_arguments(arguments)
        check_options({**dict.fromkeys(PUSH_SPEC), **given})
        return self.run_with(self.resolve(arguments, settings, options), given)

    def seconds_with_session(self, arguments: t.Mapping[str, t.Any]) -> int:
        """The session is needed for the password of the registry only, which lasts for 12 hours."""
        return 0
