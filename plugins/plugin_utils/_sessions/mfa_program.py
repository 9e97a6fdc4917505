# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""MFA codes from a program of the user, such as ``ykman oath accounts code``."""

from __future__ import annotations

import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import check_token_code
from .._secret_program import output_of

_LONGEST = 1_000
"""Characters of an output that is looked at."""

_SECONDS = 60.0
"""Long enough to touch a security key."""


def code_of(program: t.Sequence[str], subject: str) -> str:
    """Return the code that a program prints. It runs on the controller.

    :param subject: the owner of the MFA device, such as ``account 'prod'``
    :raises OctoAwsError: it failed, or printed no code
    """
    code = output_of(
        program, "mfa_process", subject, code=ErrorCode.MFA_PROCESS_FAILED, longest=_LONGEST, seconds=_SECONDS
    )
    try:
        return check_token_code(code)
    except OctoAwsError:
        raise OctoAwsError(
            ErrorCode.MFA_PROCESS_FAILED,
            f"The program {program[0]!r:.120} of mfa_process did not print an MFA code.",
            hint="It must print six digits, and nothing else, on standard output.",
        ) from None
