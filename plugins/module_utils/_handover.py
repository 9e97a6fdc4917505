# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the host that does the work is given of an account.

Ground, above C(_hop) and C(_credentials).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ._credentials import Credentials
from ._endpoint import Endpoint
from ._hop import HOP_SPEC, Hop, hops_of

HANDOVER_SPEC: dict[str, t.Any] = {
    "type": "dict",
    "options": {
        "region": {"type": "str", "default": ""},
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "session_token": {"type": "str", "no_log": True},
        "hops": {"type": "list", "elements": "dict", "options": HOP_SPEC, "default": []},
        "session_name": {"type": "str", "default": ""},
        "partition": {"type": "str", "default": ""},
        "endpoint_url": {"type": "str", "default": ""},
        "validate_certs": {"type": "bool", "default": True},
        "ca_bundle": {"type": "str", "default": ""},
        "account_id": {"type": "str", "default": ""},
        "own_account_id": {"type": "str", "default": ""},
    },
}
"""The argument C(_handover) of a module: only its secrets are secret, so that nothing else is masked in a result."""


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
    """

    region: str = ""
    credentials: Credentials | None = None
    hops: tuple[Hop, ...] = ()
    session_name: str = ""
    endpoint: Endpoint = dataclasses.field(default_factory=Endpoint)
    account_id: str = ""
    own_account_id: str = ""

    @property
    def secrets(self) -> list[str]:
        """The values that nobody may see."""
        of_hops = [hop.external_id for hop in self.hops if hop.external_id]
        return [*(self.credentials.secrets if self.credentials else ()), *of_hops]

    def as_argument(self) -> dict[str, t.Any]:
        """As the argument C(_handover) of a module, plain data."""
        keys = self.credentials
        return {
            "region": self.region,
            "access_key": keys.access_key if keys else None,
            "secret_key": keys.secret_key if keys else None,
            "session_token": (keys.session_token or None) if keys else None,
            "hops": [hop.as_record() for hop in self.hops],
            "session_name": self.session_name,
            "partition": self.endpoint.partition,
            "endpoint_url": self.endpoint.url,
            "validate_certs": self.endpoint.validate_certs,
            "ca_bundle": self.endpoint.ca_bundle,
            "account_id": self.account_id,
            "own_account_id": self.own_account_id,
        }

    @classmethod
    def of_argument(cls, given: t.Mapping[str, t.Any] | None) -> Handover:
        """What :func:`as_argument` wrote; without anything, the role of the host."""
        if not given:
            return cls()
        credentials = None
        if given["access_key"]:
            credentials = Credentials(
                access_key=given["access_key"],
                secret_key=given["secret_key"],
                session_token=given["session_token"] or "",
                region=given["region"],
            )
        return cls(
            region=given["region"],
            credentials=credentials,
            hops=hops_of(given["hops"]),
            session_name=given["session_name"],
            endpoint=Endpoint(
                region=given["region"],
                partition=given["partition"],
                url=given["endpoint_url"],
                validate_certs=given["validate_certs"],
                ca_bundle=given["ca_bundle"],
            ),
            account_id=given["account_id"],
            own_account_id=given["own_account_id"],
        )
