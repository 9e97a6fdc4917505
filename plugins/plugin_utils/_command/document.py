# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Print what a lookup returns for an account, as other programs read it from a command."""

from __future__ import annotations

import argparse
import contextlib
import json
import sys
import typing as t

from .arguments import add_session_options
from .loading import INTERRUPTED, load_collection, replace_input


class Program(t.NamedTuple):
    """A program that prints what a lookup returns.

    :param name: for messages
    :param lookup: its full name
    :param fixed: options of the lookup that the command line does not set
    :param own: destinations of arguments that are options of the lookup, in addition to those of sessions
    """

    name: str
    lookup: str
    fixed: t.Mapping[str, t.Any]
    own: tuple[str, ...] = ()

    def parser(self, description: str) -> argparse.ArgumentParser:
        """Return a parser with the options of sessions, to which the program adds its arguments."""
        parser = argparse.ArgumentParser(prog=self.name, description=description)
        add_session_options(parser)
        return parser

    def run(self, parsed: argparse.Namespace) -> int:
        """Print the document. Return the exit code."""
        options = {**self.fixed, **{option: getattr(parsed, option) for option in self.own}}
        try:
            # Only the document goes to standard output, not the output of Ansible (ANSIBLE_DEBUG, for example).
            with contextlib.redirect_stdout(sys.stderr):
                replace_input()
                load_collection()
                # Imported with the collection loader of Ansible.
                from ansible_collections.octo.aws.plugins.plugin_utils._command import lookup_start

                document = lookup_start.look_up(self.name, self.lookup, options, parsed)
        except KeyboardInterrupt:
            return INTERRUPTED
        if isinstance(document, str):
            print(document, file=sys.stderr)
            return 1
        print(json.dumps(document))
        return 0
