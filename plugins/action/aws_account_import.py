# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import contextlib
import typing as t

from ansible.plugins.loader import lookup_loader
from ansible.utils.display import Display
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, closest
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.name_patterns import missing, select
from ansible_collections.octo.aws.plugins.plugin_utils._base.account_action import AccountAction
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import LOOKUP, read_options
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.files import read_files
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.sections import odd_profiles, section_remarks
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.to_account import account_of, names_credentials
from ansible_collections.octo.aws.plugins.plugin_utils._service.finder import find
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import store_of
from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import result_of
from ansible_collections.octo.aws.plugins.plugin_utils.credential_process import account_of_command

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
    from ansible_collections.octo.aws.plugins.plugin_utils._profiles.files import AwsFiles
    from ansible_collections.octo.aws.plugins.plugin_utils._profiles.to_account import ImportedAccount
    from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import Candidate
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store

display = Display()

_IS_ITSELF = (
    "The profile {!r:.80} is this account already: its credential_process gets the credentials from it, so that an account "
    "made of the profile would lead through itself."
)


class ActionModule(AccountAction):
    """Makes accounts of the profiles of AWS clients; documented in the module of the same name."""

    NEVER_EMPTY = ("config_file", "credentials_file", "profiles")
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "config_file": {"type": "path"},
        "credentials_file": {"type": "path"},
        "profiles": {"type": "list", "elements": "str"},
        "name_prefix": {"type": "str", "default": ""},
        **AccountAction.TRANSFER_SPEC,
    }

    def perform(
        self, arguments: dict[str, t.Any], store: Store, settings: Settings, options: SessionOptions
    ) -> dict[str, t.Any]:
        files = read_files(arguments["config_file"], arguments["credentials_file"])
        candidates: list[Candidate] = []
        remarks: list[dict[str, str]] = []
        itself: list[str] = []
        asked_for = arguments["profiles"]
        for seeming, remark in section_remarks(files):
            if not asked_for or select([seeming], asked_for):
                remarks.append({"name": arguments["name_prefix"] + seeming, "msg": remark})
        for profile in _selected(files, asked_for):
            name = arguments["name_prefix"] + profile
            if not names_credentials(files, profile) and profile not in (asked_for or ()):
                remarks.append({"name": name, "msg": f"The profile {profile!r} says nothing of credentials."})
                continue
            try:
                found = account_of(files, profile, name)
                if self._is_from(found, store):
                    itself.append(find(store, found.account.name).account.name)
                    remarks.append({"name": found.account.name, "msg": _IS_ITSELF.format(profile)})
                    continue
                candidates.append((found.account.name, found.account))
                remarks += [{"name": found.account.name, "msg": remark} for remark in found.remarks]
            except OctoAwsError as error:
                candidates.append((name, error))
        report = self.transferred(candidates, self.accounts_of(store, settings, options), arguments)
        report.kept.extend(itself)
        described = [account.as_result() for _name, account in candidates if not isinstance(account, OctoAwsError)]
        return result_of(report, "imported", accounts=described, remarks=remarks)

    def _is_from(self, found: ImportedAccount, store: Store) -> bool:
        """Whether the credentials of the profile come from the account of its own name in the store."""
        named = account_of_command(found.process)
        if not named or named.account != found.account.name:
            return False
        # A command sees no variables of the play.
        lookup = lookup_loader.get(LOOKUP, loader=self._loader, templar=self._templar)
        settings = read_options(lookup, {}, self._templar, {"store": named.store} if named.store else {})
        with contextlib.suppress(OctoAwsError):
            return store_of(settings, display.warning).url == store.url
        return False


def _selected(files: AwsFiles, patterns: list[str] | None) -> list[str]:
    odd = odd_profiles(files)
    names = [name for name in files.names if name not in odd]
    for name in missing(names, patterns):
        raise OctoAwsError(
            ErrorCode.PROFILE_FAILED,
            odd.get(name) or f"There is no profile {name!r:.80} in the files.",
            hint=closest(name, names) or "See which there are: aws configure list-profiles.",
        )
    return select(names, patterns)
