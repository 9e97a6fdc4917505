# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWS identity of credentials."""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError

_CALLER_ARN = r"arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:\S+"


def can_be_caller(arn: str) -> bool:
    """Whether STS can return this ARN as that of the caller."""
    return re.fullmatch(_CALLER_ARN, arn) is not None


AccountIds = t.Union[str, tuple[str, ...]]
"""The AWS account that credentials must lead to, or several that are right; empty for any."""


def each_id(right: AccountIds) -> tuple[str, ...]:
    """Return AWS accounts one by one."""
    return (right,) if isinstance(right, str) else right


def is_one_of(account_id: str, right: AccountIds) -> bool:
    """Whether an AWS account is one of those that are right."""
    return account_id in each_id(right)


def ids_as_text(right: AccountIds) -> str:
    """Return AWS accounts for a message."""
    return " or ".join(each_id(right))


class Identity(t.NamedTuple):
    """The identity of credentials, from the response of STS to GetCallerIdentity or AssumeRole."""

    account_id: str
    arn: str
    user_id: str

    @property
    def partition(self) -> str:
        """The partition of the ARN, such as ``aws``, ``aws-cn`` or ``aws-us-gov``."""
        return self.arn.split(":")[1]

    def as_result(self) -> dict[str, str]:
        """Return the value of ``identity`` in the result of a task."""
        return {**self._asdict(), "partition": self.partition}

    def must_belong_to(self, account_id: AccountIds, subject: str) -> None:
        """Check that the identity belongs to this AWS account, or to one of several, unless that is empty.

        :param subject: names the credentials in the error
        :raises OctoAwsError: the identity belongs to another AWS account
        """
        if account_id and not is_one_of(self.account_id, account_id):
            raise OctoAwsError(
                ErrorCode.ACCOUNT_MISMATCH,
                f"{subject} must belong to the AWS account {ids_as_text(account_id)}, but its credentials belong to "
                f"{self.account_id} ({self.arn}).",
                hint="Use credentials of the right AWS account, or correct account_id.",
            )
