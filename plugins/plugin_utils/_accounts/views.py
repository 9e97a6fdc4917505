# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Show accounts in results and diffs of tasks, without their secrets."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._secrecy import CHANGED_PLACEHOLDER, PLACEHOLDER
from .account import SECRET_FIELDS, Account

_HIDDEN_FIELDS = (*SECRET_FIELDS, "session_key", "verified", "rotation")


def as_result(account: Account) -> dict[str, t.Any]:
    """Return the value ``account`` of a task's result: all fields except the secrets."""
    shown = {f.name: getattr(account, f.name) for f in dataclasses.fields(account) if f.name not in _HIDDEN_FIELDS}
    shown = {field: list(value) if isinstance(value, tuple) else value for field, value in shown.items()}
    rotation = account.rotation.step if account.rotation else ""
    return {**shown, "rotation": rotation, "assume_role": [hop.as_result() for hop in account.assume_role]}


def with_identity(account: Account) -> dict[str, t.Any]:
    """Return :func:`as_result` with the verified identity. With roles to assume, it is ``None``: they have others."""
    identity = None if account.assume_role else account.verified_identity
    return {**as_result(account), "identity": identity.as_result() if identity else None}


def as_diff(account: Account, vault_id: str | None, previous: Account | None = None) -> dict[str, t.Any]:
    """Return one side of a diff. It shows that a secret is set or changes, but not the secret."""
    view = {field: value for field, value in as_result(account).items() if value or field == "validate_certs"}
    for field in SECRET_FIELDS:
        if value := getattr(account, field):
            differs = previous is not None and getattr(previous, field) not in ("", value)
            view[field] = CHANGED_PLACEHOLDER if differs else PLACEHOLDER
    for number, hop in enumerate(account.assume_role):
        if hop.external_id:
            before = previous.assume_role[number : number + 1] if previous else ()
            differs = any(other.external_id not in ("", hop.external_id) for other in before)
            view["assume_role"][number]["external_id"] = CHANGED_PLACEHOLDER if differs else PLACEHOLDER
    if account.verified_identity:
        view["verified"] = account.verified_identity.arn
    if vault_id:
        view["vault_id"] = vault_id
    return view
