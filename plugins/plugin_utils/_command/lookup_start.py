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


def look_up(
    program: str, lookup: str, options: t.Mapping[str, t.Any], parsed: argparse.Namespace
) -> dict[str, t.Any] | str:
    """Return what a lookup returns for the account of a command line, or the text of an error.

    :param program: for messages
    :param lookup: its full name
    :param options: those that the command line does not have, or has under a name of its own
    """
    start = Start(parsed, program)
    name: str | None = parsed.name
    try:
        start.load_passwords()
        with start.resolving(name):
            terms = [] if name is None else [name]
            plugin = start.lookup(lookup)
            document: dict[str, t.Any] = plugin.run(terms, variables={}, **options, **start.given)[0]
    except AnsibleError as error:
        return str(error.message)
    except OctoAwsError as error:
        return str(error)
    return document
