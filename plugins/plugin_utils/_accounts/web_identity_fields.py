# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The fields of a web identity: the source of its tokens, and the session of its role."""

from __future__ import annotations

import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._model.field_checks import check_command, check_text, refused

DEFAULT_TOKEN_SOURCE = "file"


class SourceFields(t.NamedTuple):
    """The fields of one source of tokens."""

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


_AUDIENCE = "web_identity_audience"

TOKEN_SOURCE_FIELDS: dict[str, SourceFields] = {
    DEFAULT_TOKEN_SOURCE: SourceFields(("web_identity_token_file",), (_AUDIENCE,)),
    "environment": SourceFields(("web_identity_token_variable",), (_AUDIENCE,)),
    "github_actions": SourceFields((), (_AUDIENCE,)),
    "azure_pipelines": SourceFields((), (_AUDIENCE, "web_identity_service_connection")),
    "gitlab": SourceFields((), (_AUDIENCE, "web_identity_token_variable")),
    "command": SourceFields(("web_identity_token_command",), (_AUDIENCE,)),
}
"""The fields of each ``web_identity_token_source``."""

TOKEN_FIELDS = tuple(
    dict.fromkeys(field for fields in TOKEN_SOURCE_FIELDS.values() for field in (*fields.required, *fields.optional))
)

_SOURCE = "web_identity_token_source"


def check(values: t.Mapping[str, t.Any]) -> None:
    """Reject fields that do not belong to the source of tokens, and session policies that do not belong to the role."""
    source = values[_SOURCE] or DEFAULT_TOKEN_SOURCE
    fields = TOKEN_SOURCE_FIELDS[source]
    missing = [field for field in fields.required if not values[field]]
    foreign = [field for field in TOKEN_FIELDS if values[field] and field not in (*fields.required, *fields.optional)]
    if missing:
        others = ", ".join(name for name in TOKEN_SOURCE_FIELDS if name != source)
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"An account of type web_identity with tokens from {source} needs {' and '.join(missing)}.",
            hint=f"Set it, or set {_SOURCE} to {others}.",
        )
    if foreign:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"{foreign[0]} cannot be used with {_SOURCE}: {source}.",
            hint=f"Remove it, or set another {_SOURCE}.",
        )
    if values["policy"] or values["policy_arns"]:
        from ...module_utils._model.hop import Hop, check_together

        check_together(
            Hop(role_arn=values["role_arn"], policy=values["policy"], policy_arns=tuple(values["policy_arns"]))
        )


def without_other_source(kept: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Return the stored fields of an account. Another source of tokens removes those that it does not have."""
    source = given.get(_SOURCE)
    if source not in TOKEN_SOURCE_FIELDS or source == (kept.get(_SOURCE) or DEFAULT_TOKEN_SOURCE):
        return dict(kept)
    fields = TOKEN_SOURCE_FIELDS[source]
    stays = {*fields.required, *fields.optional} - {_AUDIENCE}
    return {field: value for field, value in kept.items() if field not in TOKEN_FIELDS or field in stays}


def _check_source(value: str) -> str:
    if value not in TOKEN_SOURCE_FIELDS:
        hint = f"Use one of {', '.join(TOKEN_SOURCE_FIELDS)}. {closest(value, TOKEN_SOURCE_FIELDS)}".strip()
        raise refused(_SOURCE, f"cannot be {value!r:.80}", hint)
    return value


def _check_variable(value: str) -> str:
    if not re.fullmatch(r"[A-Za-z_][A-Za-z0-9_]{0,254}", value):
        # Not quoted: it may be the token itself.
        raise refused(
            "web_identity_token_variable",
            "is not the name of an environment variable",
            "Use letters, digits and _, without $.",
        )
    return value


def _of_hop(option: str) -> t.Callable[[t.Any], t.Any]:
    """Return the check of an option of a hop. Few accounts need the file, and it is compiled in each process."""

    def check_value(value: object) -> t.Any:
        from ...module_utils._model.hop import check_option

        return check_option(option, value)

    return check_value


CHECKS: dict[str, t.Callable[[t.Any], t.Any]] = {
    _SOURCE: _check_source,
    "web_identity_token_file": lambda value: check_text("web_identity_token_file", value, 4_000),
    "web_identity_token_variable": _check_variable,
    "web_identity_token_command": lambda value: check_command("web_identity_token_command", value),
    _AUDIENCE: lambda value: check_text(_AUDIENCE, value, 1_000, spaces=False),
    "web_identity_service_connection": lambda value: check_text(
        "web_identity_service_connection", value, 1_000, spaces=False
    ),
    "policy": _of_hop("policy"),
    "policy_arns": _of_hop("policy_arns"),
    "duration_seconds": _of_hop("duration_seconds"),
}
