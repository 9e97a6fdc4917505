# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the settings that every plugin takes, as plain values.

Ground. Where a setting can come from (option, variable, environment, ini file,
default) is written down once, in the documentation of the lookup C(creds); ansible-core reads it from there.
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.validation import check_region

if t.TYPE_CHECKING:
    from ...module_utils._model.hop import Hop


class Settings(t.NamedTuple):
    """What a task or lookup was told about where accounts live and how they are used.

    :param store: the URL or the path of the store
    :param default_store: where accounts live that no setting says more of
    :param vault_id: whose vault password seals a new record
    :param session_cache: the folder of sealed sessions; empty for none
    :param region: the region from an option; it comes before the account's own
    :param fallback_region: the region from a variable, the environment or an ini file; it comes after the account's own
    :param account_required: whether work without an account is refused, in place of using the role of the machine
    """

    store: str
    default_store: str = ""
    vault_id: str | None = None
    session_cache: str = ""
    region: str = ""
    fallback_region: str = ""
    account_required: bool = False

    def region_for(self, account_region: str) -> str:
        """The region to use an account in, or an empty string. What else the shell holds changes nothing, and is not
        checked.

        :raises OctoAwsError: it cannot be one
        """
        region = self.region or account_region or self.fallback_region
        return check_region(region) if region else ""

    def check_unnamed(self, how_to_write_the_role: str) -> None:
        """Check that work without an account is allowed.

        :raises OctoAwsError: an account is required
        """
        if self.account_required:
            raise OctoAwsError(
                ErrorCode.ACCOUNT_REQUIRED,
                "No account is named, and the setting account_required is on.",
                hint=f"Name an account. {how_to_write_the_role}",
            )


@dataclasses.dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """What one use of an account asks of its session.

    :param assume_role: hops after the account's own
    :param duration_seconds: how long the last session of the chain shall last; V(0) as AWS or the hop says
    :param min_ttl: seconds that must be left of it; V(None) as AWS clients themselves require
    :param account_id: where the hops that are asked for here must lead to
    :param mfa_token: the code that an MFA device shows
    :param ask_for_token: asks a person for it; takes the device's serial number
    """

    assume_role: tuple[Hop, ...] = ()
    duration_seconds: int = 0
    min_ttl: int | None = None
    account_id: str = ""
    mfa_token: str = dataclasses.field(default="", repr=False)
    ask_for_token: t.Callable[[str], str] | None = dataclasses.field(default=None, repr=False, compare=False)

    @property
    def leave_the_account_alone(self) -> bool:
        """Whether nothing is asked for that the account does not have by itself."""
        return not (self.assume_role or self.duration_seconds or self.account_id)
