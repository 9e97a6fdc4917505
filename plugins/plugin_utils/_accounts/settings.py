# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The settings that every plugin takes, as plain values.

The documentation of the lookup ``creds`` declares where a setting can be set (option, variable, environment, ini file,
default); ansible-core reads it from there.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import check_region

if t.TYPE_CHECKING:
    from ...module_utils._model.hop import Hop
    from ...module_utils._model.identity import AccountIds


class Settings(t.NamedTuple):
    """The settings of one task or lookup.

    :param store: the URL or the path of the store
    :param default_store: the store used where no setting names one
    :param vault_id: the vault ID to encrypt a new record with
    :param session_cache: the folder of sealed sessions; empty for none
    :param region: the region from an option; it precedes the account's own
    :param fallback_region: the region from a variable, the environment or an ini file; the account's own precedes it
    :param account_required: reject a task without an account instead of using the role of the machine
    """

    store: str
    default_store: str = ""
    vault_id: str | None = None
    session_cache: str = ""
    region: str = ""
    fallback_region: str = ""
    account_required: bool = False

    def region_for(self, account_region: str) -> str:
        """Return the region in which to use an account, or an empty string. A region that is not used is not checked.

        :raises OctoAwsError: it is not a region code
        """
        region = self.region or account_region or self.fallback_region
        return check_region(region) if region else ""

    def check_unnamed(self, role_hint: str) -> None:
        """Reject a task or lookup without an account where ``account_required`` is on.

        :param role_hint: how to name the role of the machine instead
        :raises OctoAwsError: an account is required
        """
        if self.account_required:
            raise OctoAwsError(
                ErrorCode.ACCOUNT_REQUIRED,
                "No account is named, but account_required is on.",
                hint=f"Name an account. {role_hint}",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """Options for the session of one task or lookup.

    :param assume_role: hops after the account's own
    :param duration_seconds: how long the last session of the chain lasts; 0 for the default of AWS or of the hop
    :param min_ttl: seconds that must be left of it; ``None`` for as many as AWS clients require
    :param task_seconds: seconds that the task can take; without ``min_ttl``, so many are left if a new session lasts so
        long
    :param account_id: the AWS account that these hops must lead to, or several that are right
    :param mfa_token: the code that the MFA device shows
    :param ask_for_token: prompts for the code; called with the serial number of the device
    :param show_sign_in: shows text about a sign-in at the terminal; returns ``False`` if there is none, or if Ansible
        runs in a job, where no person reads it
    """

    assume_role: tuple[Hop, ...] = ()
    duration_seconds: int = 0
    min_ttl: int | None = None
    task_seconds: int = 0
    account_id: AccountIds = ""
    mfa_token: str = dataclasses.field(default="", repr=False)
    ask_for_token: t.Callable[[str], str] | None = dataclasses.field(default=None, repr=False, compare=False)
    show_sign_in: t.Callable[[str], bool] | None = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def changes_session(self) -> bool:
        """Whether the credentials of the account alone are not enough."""
        return bool(self.assume_role or self.duration_seconds or self.account_id)
