# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""No record is sealed with a mistyped vault password."""

from __future__ import annotations

import typing as t
from pathlib import Path

import pytest
from ansible.parsing.vault import PromptVaultSecret, VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils import _vault
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import path_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from ansible_collections.octo.aws.tests.unit.support.accounts import make_account, make_accounts, quiet_context
from ansible_collections.octo.aws.tests.unit.support.store_fixtures import failure


class Person:
    """Answers each question with the same text, and counts them."""

    def __init__(self, answer: str) -> None:
        self._answer = answer
        self.asked: list[str] = []

    def __call__(self, vault_id: str) -> str:
        self.asked.append(vault_id)
        return self._answer


def store_with(
    folder: Path, *passwords: tuple[str, str], typed: bool = False, person: Person | None = None
) -> FileStore:
    kind = PromptVaultSecret if typed else VaultSecret
    vault = Vault([(vault_id, kind(password.encode())) for vault_id, password in passwords])
    return FileStore(str(folder), quiet_context(vault, ask_for_password=person or Person("")))


def add(store: FileStore, *names: str, vault_id: str | None = None) -> None:
    for name in names:
        store.write(make_account(name), None, vault_id)


def is_refused(work: t.Callable[[], object], *says: str) -> None:
    error = failure(work)
    assert error.code is ErrorCode.VAULT_PASSWORD_WRONG
    for text in ("cannot be encrypted", "Nothing was written", *says):
        assert text in str(error)


@pytest.mark.parametrize("vault_id", ["default", "dev"])
@pytest.mark.parametrize("typed", [False, True])
def test_a_password_that_opens_no_other_record(tmp_path: Path, vault_id: str, typed: bool) -> None:
    add(store_with(tmp_path, (vault_id, "right")), "first", "second")
    person = Person("wrong")
    wrong = store_with(tmp_path, (vault_id, "wrong"), typed=typed, person=person)
    for dry_run in (True, False):
        is_refused(
            lambda dry_run=dry_run: wrong.write(make_account("third"), None, None, dry_run=dry_run),  # type: ignore[misc]
            repr(vault_id),
            "and 1 more",
        )
    assert wrong.names() == ["first", "second"]
    assert not person.asked
    add(store_with(tmp_path, (vault_id, "right"), typed=typed, person=person), "third")
    assert not person.asked


def test_one_record_that_opens_is_enough(tmp_path: Path) -> None:
    add(store_with(tmp_path, ("default", "old")), "a", "b")
    Path(tmp_path, *path_of("b")).unlink()
    add(store_with(tmp_path / "aside", ("default", "new")), "b")
    Path(tmp_path, "b.vault").write_bytes((tmp_path / "aside" / "b.vault").read_bytes())
    add(store_with(tmp_path, ("default", "new")), "c")
    add(store_with(tmp_path, ("default", "old")), "d")


def test_records_that_do_not_count(tmp_path: Path) -> None:
    """Other vault IDs, what is damaged, and the record that is replaced."""
    add(store_with(tmp_path, ("dev", "x")), "dev")
    add(store_with(tmp_path, ("default", "x")), "unreadable", "damaged", "cut", "prod")
    (tmp_path / "unreadable.vault").unlink()
    (tmp_path / "unreadable.vault").mkdir()
    (tmp_path / "damaged.vault").write_bytes(b"$ANSIBLE_VAULT;1.1;AES256\nzz\n")
    (tmp_path / "cut.vault").write_bytes((tmp_path / "cut.vault").read_bytes()[:300])
    # With both passwords, the record gets the first one.
    both = store_with(tmp_path, ("default", "new"), ("default", "x"))
    assert make_accounts(both).save("prod", {"description": "changed"}, vault_id=None, test=False).changed
    assert store_with(tmp_path, ("default", "new")).read("prod")
    is_refused(lambda: add(store_with(tmp_path, ("default", "x")), "other"), "'prod'")


def test_a_record_gets_another_vault_id(tmp_path: Path) -> None:
    add(store_with(tmp_path, ("dev", "d"), ("ops", "o")), "of-dev", vault_id="dev")
    add(store_with(tmp_path, ("dev", "d"), ("ops", "o")), "of-ops", vault_id="ops")
    wrong = make_accounts(store_with(tmp_path, ("dev", "d"), ("ops", "wrong")))
    is_refused(lambda: wrong.save("of-dev", {}, vault_id="ops", test=False), "'of-ops'")
    right = make_accounts(store_with(tmp_path, ("dev", "d"), ("ops", "o")))
    assert right.save("of-dev", {}, vault_id="ops", test=False).changed


def test_it_is_found_out_before_aws_is_asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add(store_with(tmp_path, ("default", "right")), "first")
    accounts = make_accounts(store_with(tmp_path, ("default", "wrong")))
    monkeypatch.setattr(accounts, "_verify", lambda account: pytest.fail("AWS was asked"))
    keys = {"access_key": make_account().access_key, "secret_key": make_account().secret_key}
    is_refused(lambda: accounts.save("second", keys, vault_id=None, test=True))


def test_the_first_record_of_a_typed_password(tmp_path: Path) -> None:
    for answer, says in (("", "not typed a second time"), ("other", "the two passwords differ")):
        person = Person(answer)
        is_refused(lambda person=person: add(store_with(tmp_path, ("dev", "d"), typed=True, person=person), "a"), says)  # type: ignore[misc]
        assert person.asked == ["dev"]
    assert not list(tmp_path.glob("*.vault"))
    person = Person(" d ")
    store = store_with(tmp_path, ("dev", "d"), ("ops", "o"), typed=True, person=person)
    store.write(make_account("a"), None, "dev", dry_run=True)
    assert not person.asked
    with pytest.raises(RevisionConflict):
        store.write(make_account("a"), "another revision", "dev")
    add(store, "a", "b", vault_id="dev")
    assert person.asked == ["dev"]
    is_refused(lambda: add(store, "c", vault_id="ops"))
    assert person.asked == ["dev", "ops"]


def test_a_password_of_a_file_is_not_asked_for(tmp_path: Path) -> None:
    person = Person("")
    add(store_with(tmp_path, ("dev", "d"), person=person), "a")
    assert not person.asked


def derivations(monkeypatch: pytest.MonkeyPatch, work: t.Callable[[], object]) -> int:
    """How many records are tried."""
    count = 0
    real = _vault.Password.opens

    def opens(*arguments: t.Any) -> bool | None:
        nonlocal count
        result = real(*arguments)
        count += result is not None
        return result

    with monkeypatch.context() as patch:
        patch.setattr(_vault.Password, "opens", opens)
        work()
    return count


def test_few_records_are_tried(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    many = [f"account{number}" for number in range(30)]
    right = store_with(tmp_path, ("dev", "d"), ("ops", "o"))
    add(right, *many, vault_id="dev")
    assert derivations(monkeypatch, lambda: add(store_with(tmp_path, ("dev", "d")), "a")) == 1
    assert derivations(monkeypatch, lambda: add(store_with(tmp_path, ("ops", "o")), "b")) == 0
    again = store_with(tmp_path, ("dev", "d"))
    assert derivations(monkeypatch, lambda: add(again, "c", "d", "e")) == 1
    changed = make_accounts(store_with(tmp_path, ("dev", "d")))
    assert derivations(monkeypatch, lambda: changed.save("a", {"region": "eu-west-1"}, vault_id=None, test=False)) == 0

    def refused() -> None:
        with pytest.raises(OctoAwsError):
            add(store_with(tmp_path, ("dev", "wrong")), "f")

    assert derivations(monkeypatch, refused) == 20
