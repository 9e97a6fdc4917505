# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws doctor``: check each link of the way to an account, and name the solution of what fails."""

from __future__ import annotations

import typing as t

from .._base.tables import wrapped
from .arguments import add_setting_options, add_vault_options
from .doctor_links import FAIL, OK, Examination, Link
from .subcommand import Subcommand
from .tables import print_json, styled, width

if t.TYPE_CHECKING:
    import argparse

    from .start import Start

_STATUS_CELLS = 9
_LINK_CELLS = 14
_STYLES = {OK: "green", FAIL: "red"}


class Command(Subcommand):
    """Prints the state of each link when it is checked."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        parser.add_argument("--json", action="store_true", help="print an object in JSON")
        parser.add_argument("--region", help="region to use")
        add_setting_options(parser)
        add_vault_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        links = []
        for link in Examination(start, parsed.name).links():
            links.append(link)
            if not parsed.json:
                _print(link)
        failed = any(link.status == FAIL for link in links)
        if parsed.json:
            print_json({"name": parsed.name, "ok": not failed, "links": [_as_json(link) for link in links]})
        return 1 if failed else 0


def _print(link: Link) -> None:
    indent = _STATUS_CELLS + _LINK_CELLS
    cells = max(width() - indent, 20) if width() else 0
    text = f"{link.text} ({link.code})" if link.code else link.text
    lines = wrapped(text, cells)
    if link.solution:
        lines += wrapped(f"Solution: {link.solution}", cells)
    status = link.status.ljust(_STATUS_CELLS)
    if link.status in _STYLES:
        status = styled(status, _STYLES[link.status])
    print(f"{status}{link.link.ljust(_LINK_CELLS)}{lines[0]}".rstrip())
    for line in lines[1:]:
        print(" " * indent + line, flush=True)


def _as_json(link: Link) -> dict[str, t.Any]:
    return {**link._asdict(), "code": link.code or None, "solution": link.solution or None}
