# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The data of an account that is passed to the host of a task."""

from __future__ import annotations

import dataclasses
import datetime
import typing as t

from .._aws.endpoint import Endpoint
from .._clock import now
from .._model.credentials import Credentials
from .._model.hop import Hop, parse_hops
from .._secrecy import SHORTEST
from .pointer import Pointer
from .slices import Slice

if t.TYPE_CHECKING:
    from .._model.identity import AccountIds

HANDOVER_SPEC: dict[str, t.Any] = {
    "handover": {"type": "dict"},
    "handover_secrets": {"type": "dict", "no_log": True},
}
"""The arguments of a module. Secrets are separate, so that no other value is masked in a result."""

_ALIKE = datetime.timedelta(seconds=30)
"""A difference between two clocks that can as well be the time that a module takes to start."""


class UploadSource(t.NamedTuple):
    """The files that a module uploads, as selected on the controller.

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
    """Credentials, a pointer to them, or hops from the role of the host.

    :param region: the region to use; empty if none is set
    :param credentials: ``None`` to use the pointer or the role of the host
    :param pointer: the place on this machine that has the credentials, if the host is the controller
    :param hops: the roles to assume from the role of the host
    :param session_name: for hops that have none
    :param endpoint: the STS for these
    :param account_id: the AWS account that the hops must lead to, or the role of the host where there are none
    :param own_account_id: the AWS account that the role of the host must belong to, where there are hops
    :param about: values about the account for the module's result
    :param source: the files to upload; ``None`` where the module finds them itself
    :param slice: the slice of the work to run; ``None`` for all of it
    """

    region: str = ""
    credentials: Credentials | None = None
    pointer: Pointer | None = None
    hops: tuple[Hop, ...] = ()
    session_name: str = ""
    endpoint: Endpoint = dataclasses.field(default_factory=Endpoint)
    account_id: AccountIds = ""
    own_account_id: AccountIds = ""
    about: t.Mapping[str, t.Any] = dataclasses.field(default_factory=dict)
    source: UploadSource | None = None
    slice: Slice | None = None

    @property
    def is_role_of_host(self) -> bool:
        """Whether the credentials are those of a role of the host."""
        return not self.credentials and not self.pointer

    @property
    def secrets(self) -> list[str]:
        """The secret values."""
        external_ids = [hop.external_id for hop in self.hops if hop.external_id]
        return [*(self.credentials.secrets if self.credentials else ()), *external_ids]

    def as_arguments(self) -> dict[str, t.Any]:
        """Return arguments for a module: plain data."""
        keys = self.credentials
        hops = [{name: value for name, value in hop.as_record().items() if name != "external_id"} for hop in self.hops]
        return {
            "handover": {
                "region": self.region,
                "access_key": keys.access_key if keys else "",
                "expiration": keys.expiration.timestamp() if keys and keys.expiration else None,
                "clock": now().timestamp(),
                "pointer": self.pointer._asdict() if self.pointer else None,
                "hops": hops,
                "session_name": self.session_name,
                "endpoint": self.endpoint._asdict(),
                "account_id": self.account_id,
                "own_account_id": self.own_account_id,
                "about": dict(self.about),
                "source": self.source._asdict() if self.source else None,
                "slice": self.slice._asdict() if self.slice else None,
            },
            "handover_secrets": {
                "secret_key": keys.secret_key if keys else "",
                "session_token": keys.session_token if keys else "",
                # ansible-core masks them in the result. A padded external ID masks nothing: it never occurs.
                "external_ids": [hop.external_id and hop.external_id.ljust(SHORTEST) for hop in self.hops],
            },
        }

    @classmethod
    def of_arguments(cls, arguments: t.Mapping[str, t.Any]) -> Handover:
        """Read the arguments of :func:`as_arguments`. Without them, the role of the host is used."""
        data, secrets = arguments["handover"], arguments["handover_secrets"]
        if not data:
            return cls()
        credentials = None
        if data["access_key"]:
            end = data["expiration"]
            credentials = Credentials(
                access_key=data["access_key"],
                secret_key=secrets["secret_key"],
                session_token=secrets["session_token"],
                region=data["region"],
                expiration=_by_this_clock(end, data["clock"]) if end else None,
            )
        external_ids = [external_id.rstrip() for external_id in secrets["external_ids"]]
        hops = [{**hop, "external_id": external_id} for hop, external_id in zip(data["hops"], external_ids)]
        return cls(
            region=data["region"],
            credentials=credentials,
            pointer=Pointer(**data["pointer"]) if data["pointer"] else None,
            hops=parse_hops(hops),
            session_name=data["session_name"],
            endpoint=Endpoint(**data["endpoint"]),
            account_id=_ids_of(data["account_id"]),
            own_account_id=_ids_of(data["own_account_id"]),
            about=data["about"],
            source=UploadSource(**data["source"]) if data["source"] else None,
            slice=Slice(**data["slice"]) if data["slice"] else None,
        )


def _ids_of(data: str | list[str]) -> AccountIds:
    return data if isinstance(data, str) else tuple(data)


def _by_this_clock(moment: float, clock: float) -> datetime.datetime:
    """Return a time by the clock of this machine, which can differ from that of the controller.

    :param clock: the time of the controller, a moment ago
    """
    there = datetime.datetime.fromtimestamp(clock, datetime.timezone.utc)
    difference = now() - there
    here = datetime.datetime.fromtimestamp(moment, datetime.timezone.utc)
    return here + difference if abs(difference) > _ALIKE else here
