# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: who AWS says that credentials are.

Ground, above C(_errors).
"""

from __future__ import annotations

import re
import typing as t

from .._errors import ErrorCode, OctoAwsError

_CALLER_ARN = r"arn:aws[a-z-]*:(?:iam|sts)::[0-9]{12}:\S+"


def can_be_caller(arn: str) -> bool:
    """Whether STS can answer this to who is asking."""
    return re.fullmatch(_CALLER_ARN, arn) is not None


class Identity(t.NamedTuple):
    """Who credentials are, from the answer of STS to GetCallerIdentity or to AssumeRole."""

    account_id: str
    arn: str
    user_id: str

    @property
    def partition(self) -> str:
        """The second part of the ARN: C(aws), C(aws-cn), C(aws-us-gov) and so on."""
        return self.arn.split(":")[1]

    def as_result(self) -> dict[str, str]:
        """The RV(identity) value of a task's result."""
        return {**self._asdict(), "partition": self.partition}

    def must_belong_to(self, account_id: str, whose: str) -> None:
        """Guard that it is of this AWS account; an empty one guards nothing.

        :param whose: names the credentials in the error
        :raises OctoAwsError: it is of another one
        """
        if account_id not in ("", self.account_id):
            raise OctoAwsError(
                ErrorCode.ACCOUNT_MISMATCH,
                f"{whose} must lead to the AWS account {account_id}, but its credentials belong to "
                f"{self.account_id} ({self.arn}).",
                hint="Give the credentials of the right AWS account, or correct account_id.",
            )
