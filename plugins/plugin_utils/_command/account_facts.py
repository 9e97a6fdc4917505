# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Facts about an account for lists and ``--json``, without secrets."""

from __future__ import annotations

import typing as t

from ...module_utils._clock import now
from ...module_utils._model.credentials import timestamp
from ...module_utils._model.field_checks import parse_role_arn
from ...module_utils._model.identity import ids_as_text
from .._sessions.cache import SessionCache
from .._sessions.test_note import read_note

if t.TYPE_CHECKING:
    from ...module_utils._errors import OctoAwsError
    from .._accounts.account import Account
    from .._sessions.test_note import TestNote
    from .._stores.protocol import Stored
    from .start import Start

_MINUTE, _HOUR, _DAY = 60, 3600, 86_400


class Facts(t.NamedTuple):
    """An account as lists show it.

    :param aws_account: the ID of the AWS account that it leads to; empty if that is not known
    :param arn: of the identity at its end, or the role there; empty if it is not known
    """

    stored: Stored
    aws_account: str
    arn: str
    note: TestNote | None

    @property
    def account(self) -> Account:
        """The account."""
        return self.stored.account

    @property
    def hops(self) -> list[str]:
        """The roles to assume, in their order."""
        return [hop.role_arn for hop in self.account.assume_role]

    @property
    def tested(self) -> str:
        """When it was tested, in a few characters."""
        if self.note:
            return ago(self.note.moment, short=True)
        return "once" if self.account.verified_identity and not self.hops else "not here"

    @property
    def target(self) -> str:
        """The identity or the role that it leads to, without the AWS account and the session; empty if not known."""
        resource = self.arn.split(":", 5)[-1]
        if resource.startswith("assumed-role/"):
            resource = f"role/{resource.split('/')[1]}"
        return resource

    def as_json(self) -> dict[str, t.Any]:
        """Return the fields of ``--json``. They are documented; a field is added, but never renamed."""
        account = self.account
        return {
            "name": account.name,
            "type": account.type,
            "description": account.description,
            "region": account.region or None,
            "access_key": account.access_key or None,
            "aws_account": self.aws_account or None,
            "arn": self.arn or None,
            "assume_role": self.hops,
            "account_id": ids_as_text(account.account_id) or None,
            "tested": _time(self.note.moment) if self.note else None,
            "key_created": _time(self.note.key_created) if self.note and self.note.key_created else None,
            "vault_id": self.stored.vault_id,
            "error": None,
        }


def facts_of(start: Start, stored: Stored, store_url: str) -> Facts:
    """Collect the facts about an account. No request is sent."""
    account = stored.account
    cache = start.settings.session_cache
    note = read_note(SessionCache(cache, store_url, account.name, start.warn) if cache else None, account)
    roles = [arn for arn in (account.role_arn, *(hop.role_arn for hop in account.assume_role)) if arn]
    identity = note.identity if note else None if roles else account.verified_identity
    if identity:
        return Facts(stored, identity.account_id, identity.arn, note)
    if roles:
        return Facts(stored, parse_role_arn(roles[-1]).account_id, roles[-1], note)
    guard = account.account_id if isinstance(account.account_id, str) else ""
    return Facts(stored, guard or account.sso_account_id, "", note)


def error_as_json(name: str, error: OctoAwsError) -> dict[str, t.Any]:
    """Return the fields of ``--json`` for a record that cannot be read."""
    return {"name": name, "error": {"msg": str(error), **error.as_result()}}


def ago(moment: float, *, short: bool = False) -> str:
    """Return the time since a Unix time, for a person.

    :param short: in a few characters
    """
    seconds = max(0, int(now().timestamp() - moment))
    for unit, name in ((_DAY, "day"), (_HOUR, "hour"), (_MINUTE, "minute")):
        if seconds >= unit:
            count = seconds // unit
            return f"{count}{name[0]} ago" if short else f"{count} {name}{'' if count == 1 else 's'} ago"
    return "just now"


def days_since(moment: float) -> int:
    """Return the days since a Unix time."""
    return max(0, int(now().timestamp() - moment)) // _DAY


def _time(moment: float) -> str | None:
    import datetime

    return timestamp(datetime.datetime.fromtimestamp(moment, datetime.timezone.utc))
