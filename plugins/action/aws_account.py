# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

from __future__ import annotations

import typing as t

from ansible.utils.display import Display
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.hop import HOP_SPEC
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account_types import TYPES
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.rotation import KEEP_OLD, check_days
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.vault_fields import CREDENTIAL_TYPES
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.views import as_result, with_identity
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.web_identity_fields import TOKEN_SOURCE_FIELDS
from ansible_collections.octo.aws.plugins.plugin_utils._base.account_action import AccountAction
from ansible_collections.octo.aws.plugins.plugin_utils._hashi_vault.connection import AUTH_METHODS

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions, Settings
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store

display = Display()


class ActionModule(AccountAction):
    """Saves, tests and deletes an account; documented in the module of the same name."""

    ARGUMENT_SPEC: t.ClassVar[dict[str, t.Any]] = {
        "name": {"type": "str", "required": True},
        "state": {"type": "str", "default": "present", "choices": ["present", "tested", "rotated", "absent"]},
        "type": {"type": "str", "choices": list(TYPES)},
        "description": {"type": "str"},
        "region": {"type": "str"},
        "access_key": {"type": "str", "no_log": False},
        "secret_key": {"type": "str", "no_log": True},
        "session_token": {"type": "str", "no_log": True},
        "temporary": {"type": "bool"},
        "mfa_serial": {"type": "str"},
        "mfa_process": {"type": "list", "elements": "str"},
        "role_arn": {"type": "str"},
        "web_identity_token_source": {"type": "str", "choices": list(TOKEN_SOURCE_FIELDS), "no_log": False},
        "web_identity_token_file": {"type": "path", "no_log": False},
        "web_identity_token_variable": {"type": "str", "no_log": False},
        "web_identity_token_command": {"type": "list", "elements": "str", "no_log": False},
        "web_identity_audience": {"type": "str"},
        "web_identity_service_connection": {"type": "str"},
        "policy": {"type": "raw"},
        "policy_arns": {"type": "list", "elements": "str"},
        "duration_seconds": {"type": "int"},
        "profile": {"type": "str"},
        "sso_start_url": {"type": "str"},
        "sso_region": {"type": "str"},
        "sso_account_id": {"type": "str"},
        "sso_role_name": {"type": "str"},
        "trust_anchor_arn": {"type": "str"},
        "profile_arn": {"type": "str"},
        "certificate": {"type": "str"},
        "private_key": {"type": "str", "no_log": True},
        "private_key_file": {"type": "path", "no_log": False},
        "private_key_passphrase": {"type": "str", "no_log": True},
        "role_session_name": {"type": "str"},
        "vault_url": {"type": "str"},
        "vault_namespace": {"type": "str"},
        "vault_ca_cert": {"type": "path"},
        "vault_mount": {"type": "str"},
        "vault_role": {"type": "str"},
        "vault_credential_type": {"type": "str", "choices": list(CREDENTIAL_TYPES)},
        "vault_auth_method": {"type": "str", "choices": list(AUTH_METHODS)},
        "vault_mount_point": {"type": "str"},
        "vault_role_id": {"type": "str"},
        "vault_token": {"type": "str", "no_log": True},
        "vault_token_file": {"type": "path", "no_log": False},
        "vault_secret_id": {"type": "str", "no_log": True},
        "vault_secret_id_file": {"type": "path", "no_log": False},
        "vault_jwt": {"type": "str", "no_log": True},
        "vault_jwt_file": {"type": "path", "no_log": False},
        "vault_cert_auth_public_key": {"type": "path", "no_log": False},
        "vault_cert_auth_private_key": {"type": "path", "no_log": False},
        "vault_aws_iam_server_id": {"type": "str"},
        "assume_role": {"type": "list", "elements": "dict", "options": HOP_SPEC},
        "account_id": {"type": "raw"},
        "endpoint_url": {"type": "str"},
        "validate_certs": {"type": "bool"},
        "ca_bundle": {"type": "path"},
        "rotate_after_days": {"type": "int", "default": 90},
        "keep_old": {"type": "str", "default": "delete", "choices": list(KEEP_OLD)},
        "test": {"type": "bool", "default": True},
        "mfa_token": {"type": "str", "no_log": True},
    }

    _NOT_ROTATED: t.ClassVar[tuple[str, ...]] = tuple(
        sorted(
            set(ARGUMENT_SPEC) - {"name", "state", "rotate_after_days", "keep_old", "test", "mfa_token"},
        )
    )

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        store = self.open_store(settings)
        manager = self.manager(store, settings, options)
        name, state = arguments["name"], arguments["state"]
        if state == "rotated":
            return self._rotate(store, arguments, settings)
        if state == "absent":
            outcome = manager.delete(name)
        elif state == "tested":
            outcome = manager.test(name)
        else:
            outcome = manager.save(name, arguments, vault_id=arguments["vault_id"] or None, test=arguments["test"])
        result: dict[str, t.Any] = {
            "store": store.url,
            "changed": outcome.changed,
            "account": as_result(outcome.account) if outcome.account else None,
            "identity": outcome.identity.as_result() if outcome.identity else None,
            "tested": outcome.identity is not None,
            "replaced": with_identity(outcome.replaced) if outcome.replaced else None,
        }
        return {**result, **self._diff(name, outcome.before, outcome.after)}

    def _rotate(self, store: Store, arguments: dict[str, t.Any], settings: Settings) -> dict[str, t.Any]:
        from ansible_collections.octo.aws.plugins.plugin_utils._service.key_rotation import KeyRotation

        name = arguments["name"]
        given = [option for option in self._NOT_ROTATED if self.written.get(option) is not None]
        if given:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"state: rotated changes only the access key of an account, not {' and not '.join(given)}.",
                hint="Remove the option, or save the account in a task of its own.",
            )
        rotation = KeyRotation(store, settings, dry_run=self._task.check_mode, warn=display.warning)
        outcome = rotation.rotate(
            name, after_days=check_days(arguments["rotate_after_days"]), keep_old=arguments["keep_old"]
        )
        result: dict[str, t.Any] = {
            "store": store.url,
            "changed": outcome.changed,
            "account": as_result(outcome.account),
            "identity": outcome.identity.as_result() if outcome.identity else None,
            "tested": outcome.changed and not self._task.check_mode,
            "replaced": None,
            "rotated": {"old_access_key": outcome.old_key, "accounts": list(outcome.accounts)}
            if outcome.changed
            else None,
        }
        return {**result, **self._diff(name, outcome.before, outcome.after)}

    def _diff(self, name: str, before: dict[str, t.Any], after: dict[str, t.Any]) -> dict[str, t.Any]:
        if not self._task.diff:
            return {}
        header = f"account {name}"
        return {"diff": {"before_header": header, "after_header": header, "before": before, "after": after}}
