# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the URLs of stores that are services.

Ground, above C(_errors). The grammar, with the names of RFC 3986:

.. code-block:: text

    store-url = scheme ":" prefix [ "?" option *( "&" option ) ]
    option    = name "=" value

Each store says which options it knows; each may stand once, and what is not an unreserved character of the RFC may be
percent-encoded in prefix and values, and has to be where it would mean something else.
"""

from __future__ import annotations

import re
import typing as t
from urllib.parse import unquote

from ...module_utils._errors import ErrorCode, OctoAwsError, closest

Check = t.Callable[[str], str]
"""Takes the value of an option and returns it, or raises an :class:`OctoAwsError` that says what it must be."""

_QUOTED = re.compile(r"(?:[^%]|%[0-9A-Fa-f]{2})*", re.DOTALL)


def parse(rest: str, checks: t.Mapping[str, Check]) -> tuple[str, dict[str, str]]:
    """The prefix and the options of a URL.

    :param rest: what follows the scheme and its colon
    :param checks: the options that there are
    :raises OctoAwsError: it is not such a URL
    """
    if "#" in rest:
        raise invalid("It has a fragment.", "Write %23 for # in it.")
    prefix, _question_mark, query = rest.partition("?")
    options: dict[str, str] = {}
    for part in query.split("&") if query else ():
        name, equals, value = part.partition("=")
        if name not in checks:
            raise invalid(
                f"It has no option {name!r:.80}.",
                f"The options are {', '.join(sorted(checks))}. {closest(name, checks)}".strip(),
            )
        if name in options:
            raise invalid(f"It names {name} twice.", "Name it once.")
        if not equals or not value:
            raise invalid(f"Its option {name} has no value.", f"Write {name}=VALUE, or leave it out.")
        options[name] = _checked(name, _unquoted(value, name), checks[name])
    return _unquoted(prefix, "prefix"), options


def invalid(what: str, hint: str) -> OctoAwsError:
    """A URL that names no store."""
    return OctoAwsError(ErrorCode.STORE_URL_INVALID, f"The URL of the store cannot be used: {what}", hint=hint)


def _checked(name: str, value: str, check: Check) -> str:
    try:
        return check(value)
    except OctoAwsError as error:
        if error.code is ErrorCode.STORE_URL_INVALID:
            raise
        raise invalid(f"Its option {name} cannot be used: {error.message}", error.hint) from None


def whole_number(name: str, least: int, most: int, *, or_zero: bool = False) -> Check:
    """A check for a number of a range."""

    def check(value: str) -> str:
        if value.isascii() and value.isdigit() and (least <= int(value) <= most or (or_zero and int(value) == 0)):
            return str(int(value))
        raise invalid(
            f"Its option {name} cannot be {value!r:.40}.",
            f"It is a whole number from {least} to {most}{', or 0' if or_zero else ''}.",
        )

    return check


def one_of(name: str, *choices: str) -> Check:
    """A check for one of some words."""

    def check(value: str) -> str:
        if value in choices:
            return value
        hint = f"It is one of {', '.join(choices)}. {closest(value, choices)}".strip()
        raise invalid(f"Its option {name} cannot be {value!r:.40}.", hint)

    return check


def _unquoted(text: str, what: str) -> str:
    try:
        if _QUOTED.fullmatch(text):
            value = unquote(text, errors="strict")
            if value.isprintable():
                return value
    except UnicodeDecodeError:
        pass
    raise invalid(f"Its {what} is not percent-encoded as it has to be.", "Write %25 for % in it.")
