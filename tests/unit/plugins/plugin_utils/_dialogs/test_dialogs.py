# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Dialogs: which questions are asked, which are asked again, and how a dialog ends without an answer."""

from __future__ import annotations

import types

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, PartialFailure
from ansible_collections.octo.aws.plugins.plugin_utils._base import prompts
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs import conversation as conversations
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.conversation import Conversation
from ansible_collections.octo.aws.plugins.plugin_utils._dialogs.registry import DIALOGS, hold

KEY, SECRET = "AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY="
ROLE = "arn:aws:iam::123456789012:role/deploy"
IDENTITY = {"arn": "arn:aws:iam::123456789012:user/x", "account_id": "123456789012"}


class Modules:
    """The modules that a dialog runs, with a store of names."""

    def __init__(self, *names: str) -> None:
        self.names = list(names)
        self.ran: list[tuple[str, dict, bool]] = []
        self.errors: list[OctoAwsError] = []
        self.url = "/store"

    def run(self, module, arguments, *, check_mode=False):
        self.ran.append((module, dict(arguments), check_mode))
        if module.endswith("info"):
            return {"store": self.url, "store_exists": True, "names": self.names, "usages": [], "usages_unread": []}
        if self.errors and arguments.get("test", True):
            error = self.errors.pop(0)
            return {"failed": True, "msg": str(error), "error": error.as_result()}
        account = {"name": arguments.get("name"), "type": "access_key", "access_key": arguments.get("access_key", "")}
        return {"store": self.url, "changed": True, "account": account, "identity": IDENTITY, "replaced": None}

    def saved(self):
        module, arguments, _check_mode = self.ran[-1]
        assert module == "octo.aws.aws_account"
        return arguments


@pytest.fixture
def held(monkeypatch):
    """Hold a dialog with answers; the questions are returned as well."""

    def hold_it(name, modules, variables=None, answers=(), *, check_mode=False):
        left, questions = list(answers), []

        def ask(question, *, private):
            if not left:
                raise OctoAwsError(ErrorCode.ANSWER_MISSING, "There is no terminal to ask at.")
            questions.append((question.split(",")[0].split(" (")[0], private))
            return left.pop(0)

        monkeypatch.setattr(conversations, "ask_for_text", ask)
        store = types.SimpleNamespace(url="/store", names=lambda: modules.names)
        shown: list[str] = []
        talk = Conversation(
            variables or {},
            lambda value: value,
            modules.run,
            lambda: store,
            shown.append,
            width=80,
            check_mode=check_mode,
        )
        result = hold(name, talk)
        assert not left
        return result, questions, shown

    return hold_it


def test_only_what_is_missing_is_asked(held):
    modules = Modules()
    _result, questions, shown = held("add", modules, {}, ["prod", KEY, SECRET, "eu-central-1"])
    assert questions == [
        ("Name of the account", False),
        ("Access key ID", True),
        ("Secret access key", True),
        ("Region", False),
    ]
    assert modules.saved() == {"name": "prod", "access_key": KEY, "secret_key": SECRET, "region": "eu-central-1"}
    assert "  prod" in shown
    assert "  eu-central-1" in shown
    assert SECRET not in "".join(shown)
    given = {"account_name": "prod", "account_access_key": KEY, "account_secret_key": SECRET, "account_region": ""}
    assert held("add", modules, given)[1] == []


def test_a_pair_in_one_paste(held):
    modules = Modules()
    _result, questions, shown = held("add", modules, {}, ["prod", f"{KEY}\n{SECRET}", ""])
    assert [question for question, _private in questions] == ["Name of the account", "Access key ID", "Region"]
    assert modules.saved() == {"name": "prod", "access_key": KEY, "secret_key": SECRET}
    assert SECRET not in "".join(shown)


@pytest.mark.parametrize(
    ("code", "again"),
    [
        ("secret_key_wrong", [SECRET]),
        ("access_key_unknown", [KEY, SECRET]),
        ("access_key_unknown", [f"{KEY} {SECRET}"]),
    ],
)
def test_keys_that_aws_refuses_are_asked_again(held, code, again):
    modules = Modules()
    modules.errors = [OctoAwsError(ErrorCode(code), "Refused.")]
    _result, _questions, shown = held("add", modules, {}, ["prod", KEY, "wrong", "", *again])
    assert "Refused." in shown
    assert modules.saved()["secret_key"] == SECRET


def test_keys_of_variables_are_not_asked_again(held):
    modules = Modules()
    modules.errors = [OctoAwsError(ErrorCode.SECRET_KEY_WRONG, "Refused.")]
    given = {"account_name": "prod", "account_access_key": KEY, "account_secret_key": "wrong", "account_region": ""}
    with pytest.raises(OctoAwsError) as caught:
        held("add", modules, given)
    assert caught.value.code is ErrorCode.SECRET_KEY_WRONG


def test_empty_answers_keep_the_values_of_an_account_that_exists(held):
    modules = Modules("prod")
    _result, questions, _shown = held("add", modules, {}, ["prod", "", "eu-west-1"])
    assert modules.saved() == {"name": "prod", "region": "eu-west-1"}
    assert len(questions) == 3


@pytest.mark.parametrize(
    ("written", "hops"),
    [
        (ROLE, [{"role_arn": ROLE}]),
        (f"{ROLE}, {ROLE}2", [{"role_arn": ROLE}, {"role_arn": f"{ROLE}2"}]),
        (f'{{"role_arn": "{ROLE}", "external_id": "x"}}', [{"role_arn": ROLE, "external_id": "x"}]),
        (f'[{{"role_arn": "{ROLE}"}}]', [{"role_arn": ROLE}]),
        ([{"role_arn": ROLE}], [{"role_arn": ROLE}]),
    ],
)
def test_types_and_hops(held, written, hops):
    modules = Modules()
    given = {"account_name": "x", "account_type": "instance_role", "account_assume_role": written, "account_region": ""}
    held("add", modules, given)
    assert modules.saved() == {"name": "x", "type": "instance_role", "assume_role": hops}


def test_each_type_asks_for_what_it_requires(held):
    modules = Modules()
    answers = ["x", "https://x.awsapps.com/start", "eu-west-1", "1", "123456789012", "Deployer", "eu-central-1"]
    _result, questions, _shown = held("add", modules, {"account_type": "sso"}, answers)
    assert [question.split()[0] for question, _private in questions] == [
        "Name",
        "sso_start_url",
        "sso_region",
        "sso_account_id",
        "sso_account_id",
        "sso_role_name",
        "Region",
    ]
    assert modules.saved()["sso_role_name"] == "Deployer"


@pytest.mark.parametrize(
    ("dialog", "variables", "code", "text"),
    [
        ("add", {}, "answer_missing", "The name of the account is missing"),
        ("add", {"account_name": "x", "account_assume_role": "[{"}, "option_invalid", "not valid JSON"),
        ("add", {"account_name": "x", "account_type": "nonsense"}, "option_invalid", "type cannot be"),
        (
            "add",
            {"account_name": "x", "csv": "x.csv", "account_secret_key": "y"},
            "option_conflict",
            "csv cannot be set",
        ),
        (
            "add",
            {"acount_name": "x"},
            "option_unknown",
            "There is no variable acount_name. Did you mean 'account_name'",
        ),
        ("test", {}, "answer_missing", "-e account_name=VALUE"),
        ("test", {"account_name": ""}, "answer_missing", "-e account_name=VALUE"),
        ("copy", {}, "answer_missing", "-e copy_from=VALUE"),
        ("copy", {"copy_form": "x"}, "option_unknown", "There is no variable copy_form"),
        ("import", {"import_tset": "x"}, "option_unknown", "There is no variable import_tset"),
        ("rotate", {"rotate_name": "x"}, "option_unknown", "There is no variable rotate_name. Did you mean"),
        ("rotate", {"rotate_names": "prod, pord"}, "account_unknown", "There is no account 'pord'"),
        ("rotate", {"rotate_keep_old": False}, "option_invalid", "Set it to delete, deactivate or keep"),
        ("rotate", {"rotate_after_days": "soon"}, "option_invalid", "rotate_after_days cannot be soon"),
        ("rotate", {"rotate_after_days": 36_501}, "option_invalid", "Use 0 to 36500 days"),
        ("delete", {"account_name": "prod"}, "answer_missing", "Nothing was deleted"),
        ("delete", {"account_name": "prd"}, "account_unknown", "Did you mean 'prod'"),
        ("delete", {"account_name": "prod", "account_confirm": "prd"}, "answer_missing", "The two names differ"),
    ],
)
def test_errors_without_a_terminal(held, dialog, variables, code, text):
    modules = Modules("prod")
    with pytest.raises(OctoAwsError) as caught:
        held(dialog, modules, variables)
    assert caught.value.code.value == code
    assert text in str(caught.value)
    assert not any("state" in arguments for _module, arguments, _check_mode in modules.ran)


def test_usages_come_before_the_confirmation(held):
    modules = Modules("prod")
    held("delete", modules, {"usage_paths": "site"}, ["prd", "prod", "prod"])
    assert [arguments for _module, arguments, _check_mode in modules.ran] == [
        {"usages": True, "usage_paths": "site", "names": ["prod"]},
        {"name": "prod", "state": "absent"},
    ]


def test_a_copy_that_fails_for_some_accounts_shows_all(held):
    error = OctoAwsError(ErrorCode.TRANSFER_INCOMPLETE, "1 account could not be copied: 'b'.")
    left = [{"name": "b", "msg": "Refused.", "error": {"code": "secret_key_wrong"}}]
    done = {"copied": ["a"], "unchanged": ["c"], "kept": ["d"], "left": left, "failed": True}
    modules = Modules()
    shown: list[str] = []
    talk = Conversation(
        {"copy_from": "/other"},
        lambda value: value,
        lambda *_arguments, **_options: {**done, "msg": str(error), "error": error.as_result()},
        lambda: modules,
        shown.append,
        width=80,
        check_mode=False,
    )
    with pytest.raises(OctoAwsError, match="1 account could not be copied") as caught:
        hold("copy", talk)
    assert caught.value.code is ErrorCode.TRANSFER_INCOMPLETE
    assert shown[1:3] == ["a        copied", "b        failed: secret_key_wrong"]
    assert shown[-1] == "Refused."


KEYS = {name: {"name": name, "type": "access_key", "access_key": KEY} for name in ("a", "b", "c")}


class Rotations(Modules):
    """Accounts of which some are not due, and some cannot be rotated."""

    not_due: tuple[str, ...] = ()
    failing: tuple[str, ...] = ()
    unreadable: tuple[dict, ...] = ()

    def run(self, module, arguments, *, check_mode=False):
        self.ran.append((module, dict(arguments), check_mode))
        if module.endswith("info"):
            others = [{"name": "asia", "type": "access_key", "access_key": "ASIAX"}, {"name": "role", "type": "sso"}]
            found = [*KEYS.values(), *({"access_key": "", **other} for other in others)]
            return {"store": self.url, "accounts": found, "unreadable": list(self.unreadable)}
        name = arguments["name"]
        if name in self.failing:
            error = OctoAwsError(ErrorCode.ROTATION_DENIED, "The user may not.")
            return {"failed": True, "msg": str(error), "error": error.as_result()}
        changed = name not in self.not_due
        rotated = {"old_access_key": KEY, "accounts": [name, "z"]} if changed else None
        return {"changed": changed, "account": {"name": name, "access_key": "AKIANEW"}, "rotated": rotated}


def test_a_rotation_shows_each_account(held):
    modules = Rotations("a", "b", "c")
    modules.not_due = ("b",)
    variables = {"rotate_names": ["a", "b*", "c"], "rotate_after_days": "0", "rotate_keep_old": "keep"}
    result, _questions, shown = held("rotate", modules, variables)
    assert result == {"changed": True, "store": "/store", "rotated": ["a", "c"]}
    assert shown == [
        "NAME  RESULT   OLD KEY               NEW KEY  ALSO CHANGED",
        f"a     rotated  {KEY}  AKIANEW  z",
        "b     not due",
        f"c     rotated  {KEY}  AKIANEW  z",
        "Store: /store",
    ]
    wanted = {"details": True, "names": ["a", "b*", "c"]}
    options = {"state": "rotated", "rotate_after_days": 0, "keep_old": "keep"}
    assert [ran for _module, ran, _check in modules.ran] == [wanted, *({"name": n, **options} for n in "abc")]


def test_a_rotation_in_check_mode(held):
    result, _questions, shown = held("rotate", Rotations("a", "b", "c"), {"rotate_names": []}, check_mode=True)
    assert result["changed"]
    assert shown[1] == f"a     would be rotated  {KEY}  z"
    assert "AKIANEW" not in " ".join(shown)


@pytest.mark.parametrize(("names", "matches"), [("", ""), ("a*, b*", " that matches a*, b*")])
def test_a_rotation_without_keys_shows_the_patterns(held, monkeypatch, names, matches):
    monkeypatch.setitem(globals(), "KEYS", {})
    _result, _questions, shown = held("rotate", Rotations(), {"rotate_names": names})
    assert shown == [f"There is no account with a long-term access key{matches}.", "Store: /store"]


def test_a_rotation_goes_on_after_a_failure(held):
    modules = Rotations("a", "b", "c", "locked")
    modules.failing = ("a",)
    locked = OctoAwsError(ErrorCode.VAULT_PASSWORD_MISSING, "The record of 'locked' is encrypted.")
    modules.unreadable = ({"name": "locked", "msg": str(locked), "error": locked.as_result()},)
    with pytest.raises(PartialFailure, match="2 accounts could not be rotated: 'a'") as caught:
        held("rotate", modules)
    assert caught.value.code is ErrorCode.ROTATION_INCOMPLETE
    assert caught.value.values["changed"]
    assert caught.value.values["rotated"] == ["b", "c"]
    assert [left["name"] for left in caught.value.values["left"]] == ["a", "locked"]
    assert [arguments["name"] for _module, arguments, _check in modules.ran[1:]] == ["a", "b", "c"]


def test_every_dialog_is_there():
    for name, file in DIALOGS.items():
        module = __import__(f"{conversations.__package__}.{file}", fromlist=["x"])
        assert callable(getattr(module, f"hold_{name}"))


def test_an_answer_ends_with_enter_unless_more_is_pasted(monkeypatch):
    monkeypatch.setattr(prompts, "_more_follows", lambda: False)
    assert b"\r" in prompts.EndOfPaste()
    assert b"" in prompts.EndOfPaste()
    assert b"x" not in prompts.EndOfPaste()
    monkeypatch.setattr(prompts, "_more_follows", lambda: True)
    assert b"\n" not in prompts.EndOfPaste()


@pytest.mark.parametrize(
    ("typed", "answer"), [(b"prod", "prod"), (b"wrong\x15prod ", "prod"), (b"a\rb\r", "a\nb"), (b"\xff", "\ufffd")]
)
def test_what_was_typed(monkeypatch, typed, answer):
    monkeypatch.delenv("CI", raising=False)
    monkeypatch.setattr(
        "ansible_collections.octo.aws.plugins.plugin_utils._sessions.session_name.in_job", lambda: False
    )
    monkeypatch.setattr(prompts.display, "prompt_until", lambda *_args, **_kwargs: typed)
    assert prompts.ask_for_text("Name", private=False) == answer


def test_no_prompts_in_jobs(monkeypatch):
    monkeypatch.setattr("ansible_collections.octo.aws.plugins.plugin_utils._sessions.session_name.in_job", lambda: True)
    with pytest.raises(OctoAwsError) as caught:
        prompts.ask_for_text("Name", private=False)
    assert caught.value.code is ErrorCode.ANSWER_MISSING
