# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The dialog of the playbook add_account."""

from __future__ import annotations

import json
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .._accounts.account import SECRET_FIELDS, check_name, checked_value
from .._accounts.account_types import fields_of_type
from .conversation import required
from .pasted_keys import parse, read_csv
from .stored_names import StoredNames
from .variables import OPTIONS, refuse_unknown_account_variables

if t.TYPE_CHECKING:
    from .conversation import Conversation, Result

_ASKED_AGAIN = {
    ErrorCode.ACCESS_KEY_UNKNOWN: ("access_key", "secret_key"),
    ErrorCode.SECRET_KEY_WRONG: ("secret_key",),
    ErrorCode.SESSION_TOKEN_EXPIRED: ("access_key", "secret_key", "session_token"),
}
"""The answers that an error of AWS proves wrong."""
_LABELS = {"access_key": "Access key ID", "secret_key": "Secret access key", "session_token": "Session token"}
_MODULE = "octo.aws.aws_account"


def hold_add(conversation: Conversation) -> Result:
    """Ask for what is not set, test the account, ask before keys are replaced, and save it."""
    refuse_unknown_account_variables(conversation)
    return _Addition(conversation).hold()


class _Addition:
    """The values of one account, with those that were asked for."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._asked: set[str] = set()
        values = {option: conversation.given(variable) for variable, option in OPTIONS.items()}
        self._values = {option: value for option, value in values.items() if value != ""}
        register(str(self._values[field]) for field in SECRET_FIELDS if field in self._values)
        if isinstance(self._values.get("assume_role"), str):
            self._values["assume_role"] = _hops(self._values["assume_role"])
        if path := conversation.given("csv"):
            if {"access_key", "secret_key"} & self._values.keys():
                raise OctoAwsError(
                    ErrorCode.OPTION_CONFLICT,
                    "csv cannot be set with account_access_key or account_secret_key.",
                    hint="Set either the file, or the keys.",
                )
            self._values.update(read_csv(str(path)))
        self._exists: bool | None = None

    def hold(self) -> Result:
        self._ask_name()
        account_type = self._values.get("type", "access_key")
        fields = fields_of_type(str(account_type))
        if account_type == "access_key":
            self._ask_keys()
        else:
            for field in fields.required:
                self._ask_field(field, f"{field} of the account, type {account_type}")
        self._ask_field("region", "Region, such as eu-central-1 (optional)", optional=True)
        while True:
            try:
                return self._save()
            except OctoAwsError as error:
                again = [field for field in _ASKED_AGAIN.get(error.code, ()) if field in self._asked]
                if not again:
                    raise
                self._conversation.show_error(error)
                for field in again:
                    self._values.pop(field, None)
                self._ask_keys(again=True)

    def _ask_name(self) -> None:
        conversation = self._conversation
        name = conversation.given("account_name")
        if not conversation.is_set("account_name"):
            name = conversation.ask_if_possible("Name of the account", check_name)
            if name is None:
                raise required("account_name", "The name of the account")
        self._values["name"] = name

    def _may_keep(self) -> bool:
        """Whether an empty answer keeps a stored value. It does also if the store cannot be listed."""
        if self._exists is None:
            try:
                self._exists = check_name(self._values["name"]) in StoredNames(self._conversation).names
            except OctoAwsError:
                self._exists = True
        return self._exists

    def _ask_keys(self, *, again: bool = False) -> None:
        """Ask for the access key, or the whole pair in one paste, and then for what is still missing."""
        values = self._values
        pasted = "secret_key" in values
        if self._needs("access_key", again):
            keep = "; Enter keeps them" if not again and self._may_keep() else ""
            found = self._conversation.ask_if_possible(
                f"Access key ID, or both keys in one paste (not shown{keep})", self._keys_in, private=True
            )
            if found is None:
                return
            if "secret_key" in found:
                self._asked.add("secret_key")
            values.update({field: value for field, value in found.items() if field not in values or field != "region"})
            pasted = "secret_key" in found
            self._asked.add("access_key")
            if found:
                also = " and its secret access key" if pasted else ""
                self._conversation.show(f"Access key {found['access_key']}{also}")
        if not pasted and self._needs("secret_key", again) and ("access_key" in values or again):
            self._ask_secret("secret_key")
        if str(values.get("access_key", "")).startswith("ASIA") and self._needs("session_token", again):
            self._ask_secret("session_token")

    def _needs(self, field: str, again: bool) -> bool:
        return field not in self._values and (again or not self._conversation.is_set(f"account_{field}"))

    def _keys_in(self, answer: str) -> dict[str, str]:
        if not answer and self._may_keep():
            return {}
        found = parse(answer)
        for field, value in found.items():
            checked_value(field, value)
        return found

    def _ask_secret(self, field: str) -> None:
        value = self._conversation.ask_if_possible(
            f"{_LABELS[field]} (not shown)", lambda answer: self._checked(field, answer), private=True
        )
        if value:
            self._values[field] = value
            self._asked.add(field)

    def _ask_field(self, field: str, question: str, *, optional: bool = False) -> None:
        if field in self._values or self._conversation.is_set(f"account_{field}"):
            return
        secret = field in SECRET_FIELDS
        value = self._conversation.ask_if_possible(
            question + (" (not shown)" if secret else ""),
            lambda answer: self._checked(field, answer, optional=optional),
            private=secret,
        )
        if value:
            self._values[field] = value

    def _checked(self, field: str, answer: str, *, optional: bool = False) -> str:
        if not answer and not optional and not (field not in _LABELS and self._may_keep()):
            raise OctoAwsError(ErrorCode.OPTION_INVALID, f"{_LABELS.get(field, field)} cannot be empty.")
        checked_value(field, answer)
        return answer

    def _save(self) -> Result:
        """Test and save. Before the keys of an existing account are replaced, both identities are shown."""
        conversation, values = self._conversation, self._values
        planned = conversation.run(_MODULE, {**values, "test": False}, check_mode=True)
        if old := planned["replaced"]:
            tested = conversation.run(_MODULE, values, check_mode=True)
            conversation.show(f"The account {old['name']} exists in the store {planned['store']}.")
            identity = old["identity"]["arn"] if old["identity"] else "not tested"
            new = tested["account"]
            conversation.show_table(
                [
                    ("", "IDENTITY", "ACCESS KEY"),
                    ("Stored", identity, old["access_key"] or "none"),
                    ("New", tested["identity"]["arn"], new["access_key"] or "none"),
                ]
            )
            self._confirm(old["name"])
        saved = conversation.run(_MODULE, values, check_mode=conversation.check_mode)
        account, identity = saved["account"], saved["identity"]
        done = "would be saved" if conversation.check_mode else "saved"
        outcome = done if saved["changed"] else "is already saved"
        conversation.show(
            f"{account['name']} is {identity['arn']} in the AWS account {identity['account_id']}. "
            f"It was tested and {outcome}. Store: {saved['store']}"
        )
        if path := conversation.given("csv"):
            conversation.show(f"The secret key is still in the file {path}. Delete it.")
        return {"changed": saved["changed"], "account": account, "identity": identity}

    def _confirm(self, name: str) -> None:
        from ansible.module_utils.parsing.convert_bool import boolean

        conversation = self._conversation
        if conversation.check_mode:
            return
        if conversation.is_set("replace"):
            confirmed = boolean(conversation.given("replace"), strict=False)
        else:
            answer = conversation.ask_if_possible("Type yes to replace the keys, anything else to stop", str)
            confirmed = (answer or "").strip().lower() == "yes"
        if not confirmed:
            raise OctoAwsError(
                ErrorCode.ANSWER_MISSING,
                f"Nothing was saved. The account {name} keeps its keys.",
                hint="To replace them, type yes, or add -e replace=true.",
            )


def _hops(text: str) -> t.Any:
    """Return the hops in a variable that is set with -e NAME=VALUE: JSON, or ARNs of roles."""
    if text.lstrip().startswith(("[", "{")):
        try:
            hops = json.loads(text)
        except ValueError:
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                "account_assume_role is not valid JSON.",
                hint="Set a list of mappings with role_arn, or the ARNs of the roles, separated by commas.",
            ) from None
        return [hops] if isinstance(hops, dict) else hops
    return [{"role_arn": arn.strip()} for arn in text.split(",") if arn.strip()]
