# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""A usage: a place in a file that names an account."""

from __future__ import annotations

import typing as t


class Usage(t.NamedTuple):
    """A place that names an account.

    :param name: the name of the account
    :param line: the number of the line, from 1
    :param usage: the variable, the module, the lookup or the profile that names it
    """

    name: str
    line: int
    usage: str


class UnreadError(Exception):
    """A file that is not searched, with the reason. It never quotes the file."""


def is_static(name: object) -> bool:
    """Whether a text can be the name of an account as it stands, and not a template."""
    return isinstance(name, str) and 0 < len(name.strip()) <= 200 and name.isprintable() and not _has_template(name)


def _has_template(name: str) -> bool:
    return any(mark in name for mark in ("{{", "{%", "{#", "${"))
