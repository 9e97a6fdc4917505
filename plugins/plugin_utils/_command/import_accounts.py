# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""``octo-aws import``: save profiles of AWS clients as accounts, by the playbook ``octo.aws.import_profiles``."""

from __future__ import annotations

import typing as t

from .playbooks import PlaybookCommand

if t.TYPE_CHECKING:
    import argparse


class Command(PlaybookCommand):
    """Imports the profiles of this user, or the roles of a person in IAM Identity Center."""

    PLAYBOOK = "import_profiles"

    def add_own_arguments(self, parser: argparse.ArgumentParser) -> None:
        parser.add_argument("profiles", nargs="*", metavar="PROFILE", help="names or patterns; default: all")
        parser.add_argument("--config-file", metavar="FILE", help="default: that of AWS clients")
        parser.add_argument("--credentials-file", metavar="FILE", help="default: that of AWS clients")
        parser.add_argument("--sso", metavar="URL", help="start URL of IAM Identity Center, in place of profiles")
        parser.add_argument("--sso-region", metavar="REGION", help="its region")
        parser.add_argument("--name-prefix", metavar="TEXT", help="prefix for the names of the accounts")
        test = parser.add_mutually_exclusive_group()
        test.add_argument("--test", action="store_true", default=None, help="test each account before it is saved")
        test.add_argument("--no-test", action="store_false", dest="test", help="save accounts without a test")
        parser.add_argument("--overwrite", action="store_true", help="replace different accounts of the same name")

    def answers(self, parsed: argparse.Namespace) -> dict[str, t.Any]:
        return {
            "import_profiles": parsed.profiles,
            "import_config_file": parsed.config_file,
            "import_credentials_file": parsed.credentials_file,
            "sso": parsed.sso,
            "sso_region": parsed.sso_region,
            "import_name_prefix": parsed.name_prefix,
            "import_test": parsed.test,
            "import_overwrite": parsed.overwrite,
        }
