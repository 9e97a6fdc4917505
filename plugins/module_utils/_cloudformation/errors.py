# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Explain errors of CloudFormation."""

from __future__ import annotations

from .._errors import ErrorCode, OctoAwsError

_CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND")
_TEMPLATE_ERRORS = ("Template error", "Template format error", "Template validation error", "Invalid template")
_PARAMETER_HINTS = {
    "] must have values": "Set them in parameters, or give them a Default in the template.",
    "Cannot specify usePreviousValue": "The stack has no value to keep yet: set one in parameters, without null, and "
    "remove it from use_previous_value.",
    "] do not exist in the template": "Remove them from parameters, or add them to the template.",
}
"""Words of AWS about parameters, and hints."""


def explain_refusal(error: OctoAwsError) -> OctoAwsError:
    """Return the error with a hint and, where there is one, a code for CloudFormation."""
    if error.is_refusal("InsufficientCapabilitiesException"):
        required = ", ".join(error.find_in_response(_CAPABILITIES))
        hint = f"To allow this, set capabilities: [{required}]."
        return error.with_text(error.message, hint, ErrorCode.CAPABILITIES_MISSING)
    if error.is_refusal("ValidationError") and error.find_in_response(_TEMPLATE_ERRORS):
        hint = "Correct the template. To check it without AWS, run `cfn-lint FILE`."
        return error.with_text(error.message, hint, ErrorCode.TEMPLATE_INVALID)
    for words, hint in _PARAMETER_HINTS.items():
        if error.is_refusal("ValidationError", message=words):
            return error.with_text(error.message, hint)
    return error


def unexpected_response(requested: str, returned: str) -> OctoAwsError:
    """Return the error of a response about another object than requested."""
    return OctoAwsError(
        ErrorCode.AWS_ANSWER_INVALID,
        f"The response to a request for {requested!r:.200} is about {returned!r:.200}.",
        hint="The response was ignored. Check AWS_ENDPOINT_URL, and any proxy between this machine and AWS.",
    )
