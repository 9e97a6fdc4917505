# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The options that several commands have.

Without imports of Ansible: the import of profiles parses command lines with it.
"""

from __future__ import annotations

import json
import typing as t

if t.TYPE_CHECKING:
    import argparse


def add_session_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of settings and sessions; see the lookup ``creds``."""
    add_setting_options(parser)
    parser.add_argument("--region", help="region to use")
    parser.add_argument("--assume-role", metavar="JSON", type=json.loads, help="roles to assume after the account's")
    parser.add_argument("--duration-seconds", type=int, metavar="N", help="duration of the session")
    parser.add_argument("--min-ttl", type=int, metavar="N", help="seconds that a cached session must still be valid")
    parser.add_argument(
        "--account-id",
        metavar="ID",
        type=_account_ids,
        help="ID of the AWS account that the roles must lead to; several that are right, separated by commas",
    )
    add_vault_options(parser)


def add_setting_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for the places of accounts and sessions."""
    parser.add_argument("--store", help="URL of the store")
    parser.add_argument("--session-cache", metavar="FOLDER", help="folder of the session cache, or none")


def add_vault_options(parser: argparse.ArgumentParser) -> None:
    """Add the options for vault passwords, which are those of ``ansible-playbook``."""
    parser.add_argument("--vault-id", action="append", default=[], metavar="ID", help="as for ansible-playbook")
    parser.add_argument(
        "--vault-password-file", action="append", default=[], metavar="FILE", help="as for ansible-playbook"
    )
    parser.add_argument("--ask-vault-pass", action="store_true", help="as for ansible-playbook")


SESSION_OPTIONS = ("store", "session_cache", "region", "assume_role", "duration_seconds", "min_ttl", "account_id")
"""The destinations of :func:`add_session_options` that are options of the lookup ``creds``."""


def _account_ids(text: str) -> str | list[str]:
    return text.split(",") if "," in text else text
