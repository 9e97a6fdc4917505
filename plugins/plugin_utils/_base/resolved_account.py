# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The account of a task, as it was resolved on the controller."""

from __future__ import annotations

import dataclasses
import typing as t

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.identity import Identity


@dataclasses.dataclass(frozen=True)
class ResolvedAccount:
    """An account that was resolved for a task.

    :param name: ``None`` for the role of the host without a name
    :param identity: ``None`` if it was not requested
    :param renew: resolves it again while the task runs, from the session cache as long as enough is left of a session
    """

    name: str | None
    handover: Handover
    identity: Identity | None
    executor: str
    renew: t.Callable[[], Handover] = dataclasses.field(repr=False, compare=False)

    @property
    def is_role_of_host(self) -> bool:
        """Whether its credentials are those of a role of the host."""
        return self.handover.is_role_of_host

    def as_result(self) -> dict[str, t.Any]:
        """Return the values about the account in every module's result."""
        return {
            "account": self.name,
            "identity": self.identity.as_result() if self.identity else None,
            "region": self.handover.region or None,
            "executor": self.executor,
            "role_of_executor": self.is_role_of_host,
        }

    def __str__(self) -> str:
        account = f"account {self.name!r}" if self.name else "the IAM role of the host"
        identity = self.identity.arn if self.identity else "identity unknown, botocore is missing there"
        return f"{self.executor}: {account} ({identity}), region {self.handover.region or 'of the host'}"
