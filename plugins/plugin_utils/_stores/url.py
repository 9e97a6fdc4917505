# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Parse store URLs with a prefix and options. ``docs/docsite/rst/formats.rst`` has the grammar.

Each store defines its options. An option may be given once.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._model.field_checks import check_endpoint_url, check_region, check_text
from ...module_utils._model.option_forms import KMS_KEY, check_not_empty
from .._accounts.account import check_name

Check = t.Callable[[str], str]
"""Validates and returns the value of an option, or raises an :class:`OctoAwsError`."""

_QUOTED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL)


def parse(rest: str, checks: t.Mapping[str, Check]) -> tuple[str, dict[str, str]]:
    """Return the prefix and the options of a URL.

    :param rest: the URL without its scheme and colon
    :param checks: the known options
    :raises OctoAwsError: the URL is invalid
    """
    if "#" in rest:
        raise invalid("it has a fragment.", "Write # as %23.")
    prefix, _question_mark, query = rest.partition("?")
    options: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        if name not in checks:
            raise invalid(
                f"unknown option {name!r:.80}.",
                f"Use one of {', '.join(sorted(checks))}. {closest(name, checks)}".strip(),
            )
        if name in options:
            raise invalid(f"the option {name} is set twice.", "Set it once.")
        if not equals or not value:
            raise invalid(f"the option {name} has no value.", f"Write {name}=VALUE, or remove it.")
        options[name] = _check_value(name, _unquoted(value, name), checks[name])
    return _unquoted(prefix, "prefix"), options


def invalid(reason: str, hint: str) -> OctoAwsError:
    """Build the error for an invalid URL.

    :param reason: a sentence that starts in lower case
    """
    return OctoAwsError(ErrorCode.STORE_URL_INVALID, f"Invalid store URL: {reason}", hint=hint)


def _check_value(name: str, value: str, check: Check) -> str:
    try:
        return check(value)
    except OctoAwsError as error:
        if error.code is ErrorCode.STORE_URL_INVALID:
            raise
        raise invalid(f"invalid option {name}: {error.message}", error.hint) from None


def whole_number(name: str, least: int, most: int, *, or_zero: bool = False) -> Check:
    """Return a check for a whole number in a range."""

    def check(value: str) -> str:
        if value.isascii() and value.isdigit() and (least <= int(value) <= most or (or_zero and int(value) == 0)):
            return str(int(value))
        raise invalid(
            f"the option {name} cannot be {value!r:.40}.",
            f"Use a whole number from {least} to {most}{', or 0' if or_zero else ''}.",
        )

    return check


def one_of(name: str, *choices: str) -> Check:
    """Return a check for one of several words."""

    def check(value: str) -> str:
        if value in choices:
            return value
        hint = f"Use one of {', '.join(choices)}. {closest(value, choices)}".strip()
        raise invalid(f"the option {name} cannot be {value!r:.40}.", hint)

    return check


def _unquoted(text: str, label: str) -> str:
    try:
        if _QUOTED.fullmatch(text):
            value = unquote(text, errors="strict")
            if value.isprintable():
                return value
    except UnicodeDecodeError:
        pass
    raise invalid(f"its {label} is not percent-encoded correctly.", "Write % as %25.")


def _text(name: str) -> Check:
    def check(value: str) -> str:
        check_not_empty({name: value}, name)
        return check_text(name, value, longest=2_000)

    return check


def _kms_key(value: str) -> str:
    KMS_KEY.check("kms_key_id", value)
    return value


COMMON_OPTIONS: dict[str, Check] = {
    "region": check_region,
    "endpoint_url": check_endpoint_url,
    "profile": _text("profile"),
    "account": check_name,
    "account_store": _text("account_store"),
    "kms_key_id": _kms_key,
    "cache_seconds": whole_number("cache_seconds", 1, 86_400),
}
"""The options that all AWS stores have."""
