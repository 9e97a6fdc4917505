# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The identity of the role of this host, and of the hops from it."""

from __future__ import annotations

import typing as t

from .._aws.machine_role import machine_credentials
from .._aws.sts import assume_role, caller_identity, check_partition
from .._errors import OctoAwsError
from .._model.hop import hop_label

if t.TYPE_CHECKING:
    from .._model.identity import Identity
    from .handover import Handover


def role_identity(handover: Handover) -> Identity:
    """Return the identity of the role of this host, after assuming the roles of all hops.

    :raises OctoAwsError: the host has no role, a hop failed, or the AWS account or the partition is wrong
    """
    credentials = machine_credentials(handover.region, handover.endpoint, handover.session_name)
    identity = None
    if handover.own_account_id or not handover.hops:
        identity = caller_identity(credentials, handover.endpoint)
        identity.must_belong_to(handover.own_account_id, "The role of this host")
    for number, hop in enumerate(handover.hops, 1):
        try:
            credentials = assume_role(
                credentials, hop, handover.endpoint, session_name=handover.session_name, token_code=""
            )
        except OctoAwsError as error:
            raise error.about(hop_label(hop, number, len(handover.hops))) from None
        identity = credentials.identity
    if identity is None:
        raise AssertionError("assume_role returns an identity")
    identity.must_belong_to(handover.account_id, "The last role" if handover.hops else "The role of this host")
    check_partition(identity, handover.region, "The role")
    return identity
