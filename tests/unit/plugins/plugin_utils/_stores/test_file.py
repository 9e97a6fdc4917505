# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The file store: names, vault IDs, damage. Crashes and crowds are in test_file_store_faults.py."""

from __future__ import annotations

import errno
import fcntl
import functools
import os
import stat
import string
import typing as t
import unicodedata
from pathlib import Path

import pytest
from ansible.parsing.vault import VaultAES256
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError, RecordError
from ansible_collections.octo.aws.plugins.plugin_utils import _vault
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import to_record
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file_names import name_of, path_of
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import RevisionConflict
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.tests.unit.support.accounts import (
    ACCESS_KEY,
    SECRET_KEY,
    make_account,
    make_accounts,
    make_context,
    make_vault,
    quiet_context,
)
from hypothesis import given
from hypothesis import strategies as st

NAMES = [
    "prod",
    "Prod",
    "PROD",
    "../x",
    "a/b",
    "a",
    ".",
    "..",
    "-x",
    "%2e",
    "a+",
    "a.vault",
    "\N{GRINNING FACE}" * 200,
    "\N{GRINNING FACE}" * 199,
    unicodedata.normalize("NFC", "é"),
    unicodedata.normalize("NFD", "é"),
    "ﬁ",
    "fi",
    "ß",
    "ss",
    "new",
    "lock",
]
printable = st.text(st.characters(exclude_categories=["C", "Zl", "Zp"]), min_size=1, max_size=200)


def record(store: FileStore, name: str) -> Path:
    return Path(store.url, *path_of(name))


def overwrite(path: Path, data: bytes) -> None:
    """In its place: a file that is emptied first is brought to the disk when it is closed, which takes a while."""
    with path.open("r+b") as file:
        file.write(data)
        file.truncate()


def save(store: FileStore, name: str = "prod", **fields: t.Any) -> None:
    stored = store.read(name)
    store.write(make_account(name, **fields), stored.revision if stored else None, None)


def code_of(store: FileStore, name: str = "prod") -> ErrorCode:
    with pytest.raises(RecordError) as caught:
        store.read(name)
    assert SECRET_KEY not in str(caught.value)
    return caught.value.code


def test_round_trip(store: FileStore) -> None:
    assert store.read("prod") is None
    assert store.names() == []
    save(store, region="eu-central-1")
    stored = store.read("prod")
    assert stored is not None
    assert stored.account == make_account(region="eu-central-1")
    assert store.delete("prod")
    assert not store.delete("prod")
    assert store.read("prod") is None


@pytest.mark.parametrize("umask", [0o000, 0o077, 0o777])
def test_nobody_else_may_read(tmp_path: Path, umask: int) -> None:
    before = os.umask(umask & ~0o700)
    try:
        store = FileStore(str(tmp_path / "a" / "b"), quiet_context(make_vault("default")))
        save(store, "\N{GRINNING FACE}" * 100)
    finally:
        os.umask(before)
    for folder, _folders, names in os.walk(tmp_path / "a"):
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        assert {stat.S_IMODE(os.stat(os.path.join(folder, name)).st_mode) for name in names} <= {0o600}


def test_names_stay_apart(store: FileStore) -> None:
    for name in NAMES:
        save(store, name, description=str(len(name)) + name[:9])
    assert store.names() == sorted(NAMES)
    for name in NAMES:
        stored = store.read(name)
        assert stored is not None
        assert stored.account.description == str(len(name)) + name[:9]
    # Everything is below the folder, and a folder that reads case or Unicode forms alike would hold the same files.
    inside = [str(record(store, name)) for name in NAMES]
    assert all(os.path.realpath(path) == path and path.startswith(store.url + "/") for path in inside)
    assert len({unicodedata.normalize("NFKC", path).casefold() for path in inside}) == len(NAMES)
    assert sorted(os.listdir(Path(store.url).parent)) == [Path(store.url).name]
    for name in NAMES:
        assert store.delete(name)
    assert os.listdir(store.url) == [".lock"]


@given(printable)
def test_every_name_has_one_safe_path(name: str) -> None:
    path = path_of(name)
    assert name_of(path) == name
    assert all(len(part) <= 255 and part not in (".", "..") and part[0] not in "-." for part in path)
    assert set("".join(path)) <= set(string.ascii_lowercase + string.digits + "%_-.+")


@pytest.mark.parametrize(
    "path", [("prod",), ("Prod.vault",), (".vault",), ("%ff.vault",), ("a", "b.vault"), ("ü.vault",)]
)
def test_what_is_no_accounts_path(path: tuple[str, ...]) -> None:
    assert name_of(path) is None


def test_foreign_files_are_not_accounts(store: FileStore) -> None:
    save(store)
    for name in ("README.md", "Prod.vault", ".prod.vault.swp", ".new", "x+"):
        Path(store.url, name).write_text("x")
    assert store.names() == ["prod"]


# Vault IDs


def test_vault_ids_side_by_side(tmp_path: Path) -> None:
    both = FileStore(str(tmp_path), quiet_context(make_vault("dev", "prod")))
    for name in ("dev", "prod"):
        both.write(make_account(name), None, name)
    only_dev = FileStore(str(tmp_path), quiet_context(make_vault("dev")))
    stored = only_dev.read("dev")
    assert stored is not None
    assert stored.vault_id == "dev"
    assert only_dev.names() == ["dev", "prod"]
    with pytest.raises(RecordError) as caught:
        only_dev.read("prod")
    assert caught.value.code is ErrorCode.VAULT_ID_UNKNOWN
    assert "'prod'" in str(caught.value)
    assert "'dev'" in str(caught.value)
    with pytest.raises(OctoAwsError) as refused:
        only_dev.write(make_account("x"), None, "prod")
    assert refused.value.code is ErrorCode.VAULT_ID_UNKNOWN


def test_a_record_opens_with_its_own_vault_ids_password_only(tmp_path: Path) -> None:
    FileStore(str(tmp_path), quiet_context(make_vault("dev", "prod"))).write(make_account(), None, "prod")
    path = tmp_path / "prod.vault"
    path.write_bytes(path.read_bytes().replace(b"AES256;prod", b"AES256;dev"))
    assert code_of(FileStore(str(tmp_path), quiet_context(make_vault("dev", "prod")))) is ErrorCode.VAULT_PASSWORD_WRONG


def test_a_record_that_names_no_vault_id_keeps_its_password(tmp_path: Path) -> None:
    secrets = dict(make_vault("dev", "prod", "default")._secrets)
    FileStore(str(tmp_path), quiet_context(_vault.Vault([("default", secrets["prod"])]))).write(
        make_account(), None, None
    )
    assert (tmp_path / "prod.vault").read_text().startswith("$ANSIBLE_VAULT;1.1;AES256\n")
    store = FileStore(str(tmp_path), quiet_context(make_vault("dev", "prod")))
    accounts = make_accounts(store)
    assert accounts.save("prod", {"description": "Changed"}, vault_id=None, test=False).changed
    stored = FileStore(str(tmp_path), quiet_context(make_vault("prod"))).read("prod")
    assert stored is not None
    assert stored.account.description == "Changed"
    assert not accounts.save("prod", {}, vault_id="prod", test=False).changed
    assert accounts.save("prod", {}, vault_id="dev", test=False).changed
    # Who had the password of before has the key of no session that is made from now on.
    fresh = FileStore(str(tmp_path), quiet_context(make_vault("dev"))).read("prod")
    assert fresh is not None
    assert fresh.account.session_key != stored.account.session_key


def test_wrong_and_missing_passwords(store: FileStore) -> None:
    save(store)
    wrong = FileStore(store.url, quiet_context(_vault.Vault([("default", make_vault("other")._secrets[0][1])])))
    assert code_of(wrong) is ErrorCode.VAULT_PASSWORD_WRONG
    none = FileStore(store.url, quiet_context(make_vault()))
    assert code_of(none) is ErrorCode.VAULT_PASSWORD_MISSING
    with pytest.raises(OctoAwsError) as caught:
        none.write(make_account("x"), None, None)
    assert caught.value.code is ErrorCode.VAULT_PASSWORD_MISSING
    assert none.names() == ["prod"]


def test_a_record_is_opened_once_a_process(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store)
    opened = []
    monkeypatch.setattr(_vault.Vault, "_decrypt", lambda *a, real=_vault.Vault._decrypt: opened.append(1) or real(*a))
    for _time in range(100):
        FileStore(store.url, quiet_context(make_vault("default"))).read("prod")
    assert len(opened) == 1
    save(store, region="eu-central-1")
    stored = store.read("prod")
    assert stored is not None
    assert stored.account.region == "eu-central-1"
    assert len(opened) == 2
    assert code_of(FileStore(store.url, quiet_context(make_vault("other")))) is ErrorCode.VAULT_PASSWORD_WRONG


@pytest.mark.parametrize("vault_id", ["a;b", "dé", " a", "a\nb"])
def test_a_vault_id_that_the_header_would_spoil(tmp_path: Path, vault_id: str) -> None:
    store = FileStore(str(tmp_path), quiet_context(make_vault(vault_id)))
    with pytest.raises(OctoAwsError) as caught:
        store.write(make_account(), None, None)
    assert caught.value.code is ErrorCode.OPTION_INVALID
    assert store.names() == []


def test_the_largest_account_can_be_read_again(store: FileStore) -> None:
    large = make_account(
        "\N{GRINNING FACE}" * 200,
        secret_key="\N{GRINNING FACE}" * 1000,
        session_token="\N{GRINNING FACE}" * 32_000,
        description="\N{GRINNING FACE}" * 1000,
        endpoint_url="https://" + "x" * 1992,
        ca_bundle="\N{GRINNING FACE}" * 4000,
    )
    store.write(large, None, None)
    stored = store.read(large.name)
    assert stored is not None
    assert stored.account == large


# Damage


def test_every_changed_byte_is_noticed(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    # Deriving a key is slow on purpose, and the same for all changes that leave the salt alone.
    derive = functools.lru_cache(None)(VaultAES256._create_key_cryptography)
    monkeypatch.setattr(VaultAES256, "_create_key_cryptography", staticmethod(derive))
    labelled = FileStore(store.url, quiet_context(make_vault("dev", "dew")))
    labelled.write(make_account(), None, "dev")
    save(store, "other")
    path = record(labelled, "prod")
    sealed = path.read_bytes()
    # What Vault spells is hexadecimal; a change to anything else is seen at once, by form.
    likely = b"0123456789abcdefABCDEF\n\r;dw\0\xff"
    for position, old in enumerate(sealed):
        for new in likely:
            if new != old:
                overwrite(path, sealed[:position] + bytes([new]) + sealed[position + 1 :])
                code_of(labelled)
    for position, old in enumerate(sealed[:120]):
        for new in set(range(256)) - {old}:
            overwrite(path, sealed[:position] + bytes([new]) + sealed[position + 1 :])
            code_of(labelled)
    for length in range(len(sealed)):
        overwrite(path, sealed[:length])
        code_of(labelled)
    overwrite(path, sealed)
    assert labelled.read("prod") is not None
    assert store.read("other") is not None
    assert store.names() == ["other", "prod"]


def test_a_record_in_anothers_place(store: FileStore) -> None:
    for name in ("prod", "other", "dev"):
        save(store, name)
    record(store, "prod").write_bytes(record(store, "other").read_bytes())
    assert code_of(store) is ErrorCode.RECORD_MISPLACED
    assert store.read("dev") is not None
    assert store.delete("prod")


@pytest.mark.parametrize("text", ["", "\n", " \t\r\n", "sealed", "sealed \n"])
def test_a_file_without_content_is_no_damage(store: FileStore, text: str) -> None:
    save(store, "other")
    data = make_vault("default").seal(text.removeprefix("sealed"), None, "") if "sealed" in text else text.encode()
    record(store, "prod").write_bytes(data)
    assert code_of(store) is ErrorCode.RECORD_EMPTY
    keys = {"access_key": ACCESS_KEY, "secret_key": SECRET_KEY}
    assert make_accounts(store).save("prod", keys, vault_id=None, test=False).changed
    assert store.read("prod")


def test_a_file_of_null_bytes_is_damage(store: FileStore) -> None:
    """As some file systems leave it after a loss of power."""
    save(store, "prod")
    record(store, "prod").write_bytes(b"\0" * 600)
    assert code_of(store) is ErrorCode.RECORD_DAMAGED


def test_what_is_no_file(store: FileStore, tmp_path: Path) -> None:
    for name in ("folder", "full", "link", "pipe", "empty", "large", "good"):
        save(store, name)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(record(store, "good").read_bytes())
    for name in ("folder", "full", "link", "pipe"):
        record(store, name).unlink()
    record(store, "folder").mkdir()
    (record(store, "full") / "x").mkdir(parents=True)
    record(store, "link").symlink_to(elsewhere)
    os.mkfifo(record(store, "pipe"))
    record(store, "empty").write_bytes(b"")
    record(store, "large").write_bytes(b"$ANSIBLE_VAULT;" + b"0" * 2_000_000)

    for name in ("folder", "full", "link", "pipe", "large"):
        assert code_of(store, name) is ErrorCode.RECORD_UNREADABLE
    assert code_of(store, "empty") is ErrorCode.RECORD_EMPTY
    assert store.read("good") is not None
    assert store.names() == sorted(("folder", "full", "link", "pipe", "empty", "large", "good"))
    with pytest.raises(OctoAwsError) as caught:
        store.delete("full")
    assert caught.value.code is ErrorCode.STORE_WRITE_FAILED
    for name in ("folder", "link", "pipe", "large", "empty"):
        assert store.delete(name)
    assert elsewhere.exists()


def test_no_link_is_followed(store: FileStore, tmp_path: Path) -> None:
    long = "\N{GRINNING FACE}" * 100
    save(store, long)
    inner = record(store, long).parent
    outside = tmp_path / "outside"
    inner.rename(outside)
    inner.symlink_to(outside)
    assert code_of(store, long) is ErrorCode.RECORD_UNREADABLE
    assert store.names() == []
    with pytest.raises(OctoAwsError):
        store.write(make_account(long), None, None)
    Path(store.url, ".new").symlink_to(tmp_path / "victim")
    save(store)
    assert not (tmp_path / "victim").exists()
    linked = tmp_path / "linked"
    linked.symlink_to(store.url)
    with pytest.raises(OctoAwsError) as caught:
        FileStore(str(linked), quiet_context(make_vault("default"))).read("prod")
    assert caught.value.code is ErrorCode.STORE_UNAVAILABLE
    assert "link" in str(caught.value)


def test_a_store_that_is_a_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    store = FileStore(str(tmp_path / "file"), quiet_context(make_vault("default")))
    with pytest.raises(OctoAwsError) as caught:
        store.names()
    assert caught.value.code is ErrorCode.STORE_UNAVAILABLE
    with pytest.raises(OctoAwsError):
        store.write(make_account(), None, None)


# Writing


def test_a_write_over_what_was_not_read_is_refused(store: FileStore) -> None:
    save(store)
    stored = store.read("prod")
    assert stored is not None
    save(store, region="eu-west-1")
    for revision in (stored.revision, None):
        with pytest.raises(RevisionConflict):
            store.write(make_account(region="eu-central-1"), revision, None)
    store.delete("prod")
    with pytest.raises(RevisionConflict):
        store.write(make_account(), stored.revision, None)


def test_a_save_writes_one_file_beside_the_lock(store: FileStore) -> None:
    save(store)
    save(store, region="eu-central-1")
    assert sorted(os.listdir(store.url)) == [".lock", "prod.vault"]
    assert SECRET_KEY.encode() not in record(store, "prod").read_bytes()
    assert b"prod" not in record(store, "prod").read_bytes()


def test_10000_accounts_cost_what_10_do(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store)
    few = calls_of_a_lookup(store, monkeypatch)
    for number in range(10_000):
        Path(store.url, f"account-{number}.vault").write_bytes(b"unreadable")
    assert calls_of_a_lookup(store, monkeypatch) == few
    _vault._opened.clear()
    opened: list[str] = []
    with monkeypatch.context() as patch:
        patch.setattr(os, "open", lambda path, *a, real=os.open, **k: opened.append(str(path)) or real(path, *a, **k))
        patch.setattr(_vault.Vault, "open", lambda *a: pytest.fail("a record was opened"))
        assert len(store.names()) == 10_001
    assert opened == [store.url]


def calls_of_a_lookup(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The files that reading one account opens, and the folders that it lists."""
    _vault._opened.clear()
    calls: list[str] = []
    with monkeypatch.context() as patch:
        for name in ("open", "listdir", "scandir"):
            real = getattr(os, name)
            patch.setattr(
                os, name, lambda path, *a, _r=real, _n=name, **k: calls.append(f"{_n} {path}") or _r(path, *a, **k)
            )
        assert store.read("prod") is not None
    assert len(calls) == 2
    return calls


@pytest.mark.parametrize(("number", "fails"), [(errno.EINVAL, False), (errno.ENOTSUP, False), (errno.EIO, True)])
def test_a_folder_that_cannot_be_synchronized(
    store: FileStore, monkeypatch: pytest.MonkeyPatch, number: int, fails: bool
) -> None:
    save(store)
    real = os.fsync

    def fsync(descriptor: int) -> None:
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(number, os.strerror(number))
        real(descriptor)

    monkeypatch.setattr(os, "fsync", fsync)
    if fails:
        with pytest.raises(OctoAwsError, match=r"may be lost in a power failure: Input/output error") as caught:
            save(store, region="eu-west-1")
        assert caught.value.code is ErrorCode.STORE_WRITE_FAILED
    else:
        save(store, region="eu-west-1")
    stored = store.read("prod")
    assert stored is not None
    assert stored.account.region == "eu-west-1"


def test_a_lock_that_somebody_keeps(store: FileStore, monkeypatch: pytest.MonkeyPatch) -> None:
    save(store)
    monkeypatch.setattr("ansible_collections.octo.aws.plugins.plugin_utils._stores.file_writing._PATIENCE", 0.1)
    with open(Path(store.url, ".lock"), "rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with pytest.raises(OctoAwsError) as caught:
            save(store, region="eu-west-1")
    assert caught.value.code is ErrorCode.STORE_BUSY
    save(store, region="eu-west-1")


# URLs


@pytest.mark.parametrize(
    ("url", "folder"),
    [
        ("/srv/a", "/srv/a"),
        ("file:/srv/a", "/srv/a"),
        ("file:///srv/a", "/srv/a"),
        ("file://localhost/srv/a%3Fb%20c", "/srv/a?b c"),
        ("/srv/a?b#c%20", "/srv/a?b#c%20"),
        ("./x:y", os.path.abspath("x:y")),
        ("file:x", os.path.abspath("x")),
        ("FILE:/srv/a", "/srv/a"),
        ("~/a", os.path.expanduser("~/a")),
        ("file:~/a", os.path.expanduser("~/a")),
        ("/srv/../srv/a/", "/srv/a"),
    ],
)
def test_urls(url: str, folder: str) -> None:
    assert open_store(url, make_context(make_vault())).url == folder


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("fil:/srv/a", "Did you mean 'file'?"),
        ("file:/srv/a?mode=0600", "options"),
        ("file:/srv/a#x", "fragment"),
        ("file://elsewhere/srv/a", "host"),
        ("file://[x", "host"),
        ("file:", "empty"),
        ("", "empty"),
        ("/srv/\0", "invalid character"),
    ],
)
def test_urls_that_are_refused(url: str, says: str) -> None:
    with pytest.raises(OctoAwsError) as caught:
        open_store(url, make_context(make_vault()))
    assert caught.value.code is ErrorCode.STORE_URL_INVALID
    assert says in str(caught.value)


def test_the_record_is_as_documented(store: FileStore) -> None:
    save(store, region="eu-central-1", validate_certs=False)
    opened = make_vault("default").open(record(store, "prod").read_bytes(), "It")
    assert opened.vault_id == "default"
    assert opened.text == to_record(make_account(region="eu-central-1", validate_certs=False))


def test_no_two_records_are_sealed_alike(monkeypatch: pytest.MonkeyPatch) -> None:
    """Not even where ansible-core is told to use one salt for all that it seals."""
    monkeypatch.setattr(VaultAES256, "_get_salt", classmethod(lambda _cls: b"the same for all"))
    vault = make_vault("default")
    first, second = (vault.seal("the same text", None, "It") for _time in range(2))
    assert first != second
    assert vault.open(first, "It").text == vault.open(second, "It").text == "the same text"
