# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Usages in other text files: INI inventories, templates, scripts, and the config file of AWS clients."""

from __future__ import annotations

import re
import typing as t

from .commands import in_commands
from .lookups import in_template
from .usage import Usage, is_static
from .yaml_file import VARIABLES

_VARIABLE = re.compile(
    rf"""(?:^|\s)(?P<variable>{"|".join(VARIABLES)})\s*=\s*(?:(?P<bare>[^\s"']+)|"(?P<double>[^"\n]+)"|'(?P<single>[^'\n]+)')"""
    r"(?=\s|$)",
    re.MULTILINE,
)
_SECTION = re.compile(r"\s*\[\s*(?:profile\s+)?(?P<name>[^\]]+?)\s*\]")
_PROCESS = re.compile(r"\s*credential_process\s*=\s*(?P<command>.+)")


def usages_in_text(text: str) -> list[Usage]:
    """Return the usages in an inventory, a template or a script."""
    found = [
        (match.start("variable"), match["bare"] or match["double"] or match["single"], match["variable"])
        for match in _VARIABLE.finditer(text)
    ]
    found = [usage for usage in found if is_static(usage[1])]
    found += [*in_template(text), *in_commands(text)]
    return [Usage(name.strip(), text.count("\n", 0, position) + 1, usage) for position, name, usage in sorted(found)]


def usages_in_aws_config(text: str, account_of_command: t.Callable[[str], str | None]) -> list[Usage]:
    """Return the profiles of a config file of AWS clients that get their credentials from an account.

    :param account_of_command: returns the account of a credential_process, or ``None`` for other programs
    """
    found = []
    profile = ""
    for number, line in enumerate(text.splitlines(), 1):
        if section := _SECTION.match(line):
            profile = section["name"]
        elif (process := _PROCESS.match(line)) and (account := account_of_command(process["command"])):
            found.append(Usage(account, number, f"profile {profile}"))
    return found
