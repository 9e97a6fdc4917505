# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the host that does the work is given of an account.

Ground, above C(_hop) and C(_credentials).
"""

from __future__ import annotations

import dataclasses
import typing as t

from .._aws.endpoint import Endpoint
from .._model.credentials import Credentials
from .._model.hop import Hop, hops_of
from .._secrecy import SHORTEST

HANDOVER_SPEC: dict[str, t.Any] = {
    "handover": {"type": "dict"},
    "handover_secrets": {"type": "dict", "no_log": True},
}
"""The arguments of a module that a handover is. What is secret is apart, so that nothing else is masked in a result."""


class UploadSource(t.NamedTuple):
    """The files that ``s3_upload`` uploads, as selected on the controller.

    :param path: of the file or folder on the host, or of an archive of the files
    :param pattern: of the files below the folder; ``None`` for all
    :param single: whether the source is one file
    """

    path: str
    pattern: str | None = None
    archive: bool = False
    single: bool = False


@dataclasses.dataclass(frozen=True)
class Handover:
    """Credentials, or the way from the role of the host itself, where nothing secret is handed over.

    :param region: to work in; empty when nobody named one
    :param credentials: V(None) where the role of the host is used
    :param hops: the roles to assume from the role of the host
    :param session_name: for hops that have none
    :param endpoint: the STS for these
    :param account_id: the AWS account that the hops must lead to, or the role of the host where there are none
    :param own_account_id: the AWS account that the role of the host must belong to, where there are hops
    :param about: values about the account for the module's result
    :param source: the files to upload; ``None`` where the module finds them itself
    """

    region: str = ""
    credentials: Credentials | None = None
    hops: tuple[Hop, ...] = ()
    session_name: str = ""
    endpoint: Endpoint = dataclasses.field(default_factory=Endpoint)
    account_id: str = ""
    own_account_id: str = ""
    about: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    source: UploadSource | None = None

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        of_hops = [hop.external_id for hop in self.hops if hop.external_id]
        return [*(self.credentials.secrets if self.credentials else ()), *of_hops]

    def as_arguments(self) -> dict[str, t.Any]:
        """As arguments of a module, plain data."""
        keys = self.credentials
        hops = [{name: value for name, value in hop.as_record().items() if name != "external_id"} for hop in self.hops]
        return {
            "handover": {
                "region": self.region,
                "access_key": keys.access_key if keys else "",
                "hops": hops,
                "session_name": self.session_name,
                "endpoint": self.endpoint._asdict(),
                "account_id": self.account_id,
                "own_account_id": self.own_account_id,
                "about": dict(self.about),
                "source": self.source._asdict() if self.source else None,
            },
            "handover_secrets": {
                "secret_key": keys.secret_key if keys else "",
                "session_token": keys.session_token if keys else "",
                # The core masks each of these in the result. None has a space, so that a short one is found nowhere.
                "external_ids": [hop.external_id and hop.external_id.ljust(SHORTEST) for hop in self.hops],
            },
        }

    @classmethod
    def of_arguments(cls, given: t.Mapping[str, t.Any]) -> Handover:
        """What :func:`as_arguments` wrote; without anything, the role of the host."""
        told, secrets = given["handover"], given["handover_secrets"]
        if not told:
            return cls()
        credentials = None
        if told["access_key"]:
            credentials = Credentials(
                access_key=told["access_key"],
                secret_key=secrets["secret_key"],
                session_token=secrets["session_token"],
                region=told["region"],
            )
        external_ids = [external_id.rstrip() for external_id in secrets["external_ids"]]
        hops = [{**hop, "external_id": external_id} for hop, external_id in zip(told["hops"], external_ids)]
        return cls(
            region=told["region"],
            credentials=credentials,
            hops=hops_of(hops),
            session_name=told["session_name"],
            endpoint=Endpoint(**told["endpoint"]),
            account_id=told["account_id"],
            own_account_id=told["own_account_id"],
            about=told["about"],
            source=UploadSource(**told["source"]) if told["source"] else None,
        )
