# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Check the hops of a chain against each other."""

from __future__ import annotations

import typing as t

from .field_checks import refused
from .hop import LONGEST_CHAINED_SESSION

if t.TYPE_CHECKING:
    from .hop import Hop


def check_chain(hops: t.Sequence[Hop], *, first_is_chained: bool, first_may_use_mfa: bool) -> None:
    """Reject hops that cannot follow each other.

    :param first_is_chained: whether a session of a role assumes the first role
    :param first_may_use_mfa: whether an IAM user without an MFA session may assume the first role
    :raises OctoAwsError: a hop does not fit the hops before it
    """
    for number, hop in enumerate(hops, 1):
        label = f"assume_role, hop {number}"
        if hop.partition != hops[0].partition:
            raise refused(
                label,
                f"is in the partition {hop.partition}, but the first role is in the partition {hops[0].partition}",
            )
        if hop.duration_seconds > LONGEST_CHAINED_SESSION and (number > 1 or first_is_chained):
            raise refused(
                f"{label}: duration_seconds",
                f"is {hop.duration_seconds:,}, but the session of a role assumed by another role lasts at most an hour",
                f"Remove it, or set it to at most {LONGEST_CHAINED_SESSION}.",
            )
        if hop.mfa_serial and (number > 1 or not first_may_use_mfa):
            raise refused(
                f"{label}: mfa_serial",
                "cannot be used: only an IAM user has an MFA device, and uses it once, for the first role",
                "Set it for the first hop of an account with the keys of an IAM user.",
            )
    _check_inherited(hops)


def _check_inherited(hops: t.Sequence[Hop]) -> None:
    """Reject changes of a source identity or of transitive tags: later sessions inherit them (AWS STS API reference,
    AssumeRole)."""
    identity = ""
    inherited: set[str] = set()
    for number, hop in enumerate(hops, 1):
        if identity and hop.source_identity not in ("", identity):
            raise refused(
                f"assume_role, hop {number}: source_identity",
                f"is {hop.source_identity!r}, but {identity!r} is inherited from an earlier hop",
                "Remove it, or use the inherited value.",
            )
        for key, _value in hop.tags:
            if key.lower() in inherited:
                raise refused(
                    f"assume_role, hop {number}: tags",
                    f"has {key!r:.140}, which is inherited as a transitive tag from an earlier hop",
                    "Remove it here, or from transitive_tag_keys of the earlier hop.",
                )
        identity = identity or hop.source_identity
        inherited |= {key.lower() for key in hop.transitive_tag_keys}
