# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run a lookup in a command of the collection."""

from __future__ import annotations

import typing as t

from ansible.errors import AnsibleError

from ...module_utils._errors import OctoAwsError
from .start import Start

if t.TYPE_CHECKING:
    import argparse

    from .document import Program


def look_up(program: Program, parsed: argparse.Namespace) -> dict[str, t.Any] | str:
    """Return what the lookup of a program returns for the account of its command line, or the text of an error."""
    start = Start(parsed, program.name)
    name: str | None = parsed.name
    own = {option: getattr(parsed, option) for option in program.own}
    try:
        start.load_passwords()
        with start.resolving(name):
            terms = [] if name is None else [name]
            lookup = start.lookup(program.lookup)
            document: dict[str, t.Any] = lookup.run(terms, variables={}, **program.fixed, **own, **start.given)[0]
    except AnsibleError as error:
        return str(error.message)
    except OctoAwsError as error:
        return str(error)
    return document
