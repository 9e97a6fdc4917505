# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws console``: sign in to the AWS console with an account."""

from __future__ import annotations

import os
import sys
import typing as t

from .._accounts.account import error_context
from .._sso.browser import has_browser, open_page
from .arguments import add_session_options
from .federation import check_service, console_link
from .subcommand import Subcommand

if t.TYPE_CHECKING:
    import argparse

    from .start import Start


class Command(Subcommand):
    """Opens the console in the browser, or prints the link."""

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("name", metavar="NAME", help="name of the account")
        parser.add_argument("--service", default="", help="service to open, as in addresses of the console, such as s3")
        parser.add_argument("--print", action="store_true", dest="only_print", help="print the link, and open nothing")
        add_session_options(parser)

    def run(self, parsed: argparse.Namespace, start: Start) -> int:
        service = check_service(parsed.service)
        with start.resolving(parsed.name):
            account = start.find(parsed.name).account
            with error_context(account):
                walk = start.resolver().walk(account)
                credentials = walk.credentials()
                link = console_link(
                    credentials,
                    walk.identity(credentials),
                    walk.chain.endpoint_in(credentials.region),
                    service=service,
                    subject=walk.chain.subject,
                )
        # A command can open it on the machine of the person, over SSH for example.
        can_open = bool(os.environ.get("BROWSER")) or has_browser()
        if parsed.only_print or not can_open:
            if not parsed.only_print:
                _remark(
                    "There is no browser here. Open this link on your machine within 15 minutes, and share it with "
                    "no one:"
                )
            print(link)
            return 0
        open_page(link)
        _remark(f"The AWS console opens in the browser with the account {account.name!r}. If it does not, add --print.")
        return 0


def _remark(text: str) -> None:
    print(f"octo-aws: {text}", file=sys.stderr, flush=True)
