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
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.views import as_result
from ansible_collections.octo.aws.plugins.plugin_utils._base.account_action import AccountAction, transfer_options
from ansible_collections.octo.aws.plugins.plugin_utils._base.options import LOOKUP, read_options
from ansible_collections.octo.aws.plugins.plugin_utils._command.process_command import account_of_command
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.files import read_files
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.sections import odd_profiles, section_remarks
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.to_account import account_of, names_credentials
from ansible_collections.octo.aws.plugins.plugin_utils._service.store_access import find, store_of
from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import result_of, transfer
from ansible_collections.octo.aws.plugins.plugin_utils._sso.to_account import (
    account_of_role,
    portal_of,
    roles_of_person,
    selected_roles,
)

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
    from ansible_collections.octo.aws.plugins.plugin_utils._profiles.files import AwsFiles
    from ansible_collections.octo.aws.plugins.plugin_utils._profiles.to_account import ImportedAccount
    from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import Candidate
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store

display = Display()

_USES_ACCOUNT = (
    "The profile {!r:.80} already uses this account: its credential_process returns the account's credentials. An account "
    "imported from the profile would depend on itself."
)


class ActionModule(AccountAction):
    """Imports profiles of AWS clients as accounts; documented in the module of the same name."""

    NEVER_EMPTY = ("config_file", "credentials_file", "profiles", "sso_start_url", "sso_region")
    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "config_file": {"type": "path"},
        "credentials_file": {"type": "path"},
        "profiles": {"type": "list", "elements": "str"},
        "sso_start_url": {"type": "str"},
        "sso_region": {"type": "str"},
        "name_prefix": {"type": "str", "default": ""},
        **AccountAction.TRANSFER_SPEC,
    }

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        store = self.open_store(settings)
        if arguments["sso_start_url"] is not None:
            return self._from_portal(store, arguments, settings, options)
        if arguments["sso_region"] is not None:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                "sso_region needs sso_start_url.",
                hint="Set both of them, or none to import profiles.",
            )
        files = read_files(arguments["config_file"], arguments["credentials_file"])
        candidates: list[Candidate] = []
        remarks: list[dict[str, str]] = []
        existing: list[str] = []
        patterns = arguments["profiles"]
        for section, remark in section_remarks(files):
            if not patterns or select([section], patterns):
                remarks.append({"name": arguments["name_prefix"] + section, "msg": remark})
        for profile in _selected(files, patterns):
            name = arguments["name_prefix"] + profile
            if not names_credentials(files, profile) and profile not in (patterns or ()):
                remarks.append({"name": name, "msg": f"The profile {profile!r} has no credentials."})
                continue
            try:
                imported = account_of(files, profile, name)
                if self._uses_account(imported, store):
                    existing.append(find(store, imported.account.name).account.name)
                    remarks.append({"name": imported.account.name, "msg": _USES_ACCOUNT.format(profile)})
                    continue
                candidates.append((imported.account.name, imported.account))
                remarks += [{"name": imported.account.name, "msg": remark} for remark in imported.remarks]
            except OctoAwsError as error:
                candidates.append((name, error))
        return self._import(store, candidates, arguments, settings, options, existing=existing, remarks=remarks)

    def _from_portal(
        self, store: Store, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions
    ) -> dict[str, t.Any]:
        """Import the roles that a person may use by IAM Identity Center."""
        for option in ("config_file", "credentials_file"):
            if arguments[option] is not None:
                raise OctoAwsError(
                    ErrorCode.OPTION_CONFLICT,
                    f"{option} cannot be set with sso_start_url.",
                    hint="Remove it: roles of IAM Identity Center are in no file.",
                )
        portal = portal_of(arguments["sso_start_url"], arguments["sso_region"])
        roles = roles_of_person(portal, settings.session_cache, display.warning, options.show_sign_in)
        selected = selected_roles(roles, arguments["profiles"])
        candidates = [
            (arguments["name_prefix"] + name, account_of_role(portal, role, arguments["name_prefix"] + name))
            for name, role in selected.items()
        ]
        return self._import(store, candidates, arguments, settings, options, existing=[], remarks=[])

    def _import(
        self,
        store: Store,
        candidates: list[Candidate],
        arguments: dict[str, t.Any],
        settings: Settings,
        options: SessionOptions,
        *,
        existing: list[str],
        remarks: list[dict[str, str]],
    ) -> dict[str, t.Any]:
        manager = self.manager(store, settings, options)
        report = transfer(candidates, manager, **transfer_options(arguments))
        report.kept.extend(existing)
        described = [as_result(account) for _name, account in candidates if not isinstance(account, OctoAwsError)]
        return {"store": store.url, **result_of(report, "imported", accounts=described, remarks=remarks)}

    def _uses_account(self, imported: ImportedAccount, store: Store) -> bool:
        """Whether the profile gets its credentials from the account of the same name in this store."""
        named = account_of_command(imported.process)
        if not named or named.account != imported.account.name:
            return False
        # The command does not get the variables of the play.
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
            hint=closest(name, names) or "To list the profiles, run `aws configure list-profiles`.",
        )
    return select(names, patterns)
