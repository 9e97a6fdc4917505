# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base class of the ECS modules."""

from __future__ import annotations

import dataclasses
import typing as t

from .._host.module import HostModule
from .._host.service_client import service_client
from .client import EcsClient
from .options import check_options, values_of_environment


class EcsModule(HostModule):
    """A module with a client for ECS."""

    def __init__(self, argument_spec: dict[str, t.Any]) -> None:
        # no_log keeps the arguments out of the host's log: variables of containers may contain secrets.
        super().__init__(argument_spec, supports_check_mode=True, no_log=True)

    def ecs(self) -> EcsClient:
        """Return ECS for the account of the task.

        :raises OctoAwsError: an option is not valid, no region is set, or the role of the host failed
        """
        check_options(self.params)
        return EcsClient(
            service_client(self.handover, "ecs", self.config_file()),
            self.handover.secrets,
            self.params["timeout"],
            self.sliced_work,
            hidden=values_of_environment(self.params["containers"]),
            progress=self.params["progress"],
        )

    def logs_client(self, region: str) -> t.Any:
        """Return a client of CloudWatch Logs in a region."""
        return service_client(dataclasses.replace(self.handover, region=region), "logs", self.config_file())
