# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Names of accounts in command lines: ``octo-aws exec prod``, and the commands for AWS and Kubernetes clients."""

from __future__ import annotations

import re
import typing as t

from .usage import is_static

_COMMAND = re.compile(
    r"""(?:\bocto-aws|plugin_utils[./](?P<file>octo_aws|credential_process|eks_token)(?:\.py)?)["']?
        (?P<rest>[^\n;|&]*)""",
    re.VERBOSE,
)
_OPTION = r"(?:\s+--?[\w-]+=\S+)*"
_NAME = r"""\s+(?P<quote>["']?)(?P<name>(?!-)[^\s"'`]{1,200}|(?<=["'])[^"'\n]{1,200})(?P=quote)(?=[\s"'`]|$)"""
_FIRST = re.compile(_OPTION + _NAME)
_SUBCOMMANDS = re.compile(_OPTION + r"\s+(?:exec|shell|console|show|test|doctor|rotate|delete)(?=\s)" + _OPTION + _NAME)


def in_commands(text: str) -> t.Iterator[tuple[int, str, str]]:
    """Yield the position, the name of the account and the command."""
    if "octo-aws" not in text and "plugin_utils" not in text:
        return
    for match in _COMMAND.finditer(text):
        file = match["file"] or "octo_aws"
        words = (_SUBCOMMANDS if file == "octo_aws" else _FIRST).match(match["rest"])
        if words and is_static(words["name"]):
            yield match.start("rest") + words.start("name"), words["name"], file.replace("octo_aws", "octo-aws")
