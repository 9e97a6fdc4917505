# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The files of the session cache: whatever happens to them costs a request and a warning, and never the answer."""

from __future__ import annotations

import base64
import contextlib
import datetime
import errno
import os
import shutil
import signal
import socket
import tempfile
import time
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._clock import now
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.identity import Identity
from ansible_collections.octo.aws.plugins.plugin_utils._cache import shared_cache
from ansible_collections.octo.aws.plugins.plugin_utils._cache.seal import LARGEST, SessionSeal
from ansible_collections.octo.aws.plugins.plugin_utils._private_files import make_folders
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.cache import SessionCache
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, cache_of, lookup, save

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
    from pytest_mock import MockerFixture

SOMEBODY = 65534
IS_ROOT = os.geteuid() == 0
KEY, OTHER_KEY = "1" * 64, "2" * 64


def session_of(name: str, seconds: float = 3600) -> Credentials:
    return Credentials(
        access_key="ASIAIOSFODNN7EXAMPLE",
        secret_key=f"canary/secret+key/of/{name}",
        session_token=f"canary//session+token/of/{name}==",
        region="eu-central-1",
        began=now(),
        expiration=now() + datetime.timedelta(seconds=seconds),
        source="access_key",
        identity=Identity("123456789012", "arn:aws:sts::123456789012:assumed-role/deploy/me", "AROA:me"),
    )


class Kept:
    """A session that a cache keeps."""

    def __init__(self, root: Path, account: str = "prod", key: str = KEY, role: str = "deploy") -> None:
        self.root = root
        self.account = account
        self.seal = SessionSeal.of(key, [role])
        self.session = session_of(f"{account}/{role}")
        self.warnings: list[str] = []
        self.write()
        [self.file] = root.glob(f"*/{self.seal.name}.session")

    def cache(self) -> SessionCache:
        """The cache as a new process has it."""
        self.warnings = []
        return SessionCache(str(self.root), "file:/store", self.account, self.warnings.append)

    def write(self) -> None:
        self.cache().write(self.seal, self.session)

    @property
    def is_found(self) -> bool:
        """By a process that has no trouble with it."""
        return self.cache().read(self.seal) == self.session and not self.warnings

    def is_missed(self, warning: str) -> bool:
        """By a process that looks twice, and says once why."""
        cache = self.cache()
        found = [cache.read(self.seal) for _time in range(2)]
        return found == [None, None] and len(self.warnings) == 1 and warning in self.warnings[0]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return tmp_path / "sessions"


@pytest.fixture
def kept(root: Path) -> Kept:
    return Kept(root)


@pytest.fixture
def in_time() -> t.Iterator[None]:
    """Whatever waits for ever fails."""

    def stop(_signal: int, _frame: object) -> None:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(20)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


DAMAGED = "damaged or replaced"


@pytest.mark.parametrize("flip", [0x01, 0x80, 0xFF])
def test_every_byte_changed(kept: Kept, flip: int) -> None:
    sealed = kept.file.read_bytes()
    for index in range(len(sealed)):
        changed = bytearray(sealed)
        changed[index] ^= flip
        kept.file.write_bytes(changed)
        assert kept.is_missed(DAMAGED), index
    kept.write()
    assert kept.is_found


def test_every_bit_of_some_bytes_changed(kept: Kept) -> None:
    sealed = kept.file.read_bytes()
    # The nonce, the first and the last byte of what is sealed, and the tag.
    for index in (0, 11, 12, len(sealed) - 17, len(sealed) - 16, len(sealed) - 1):
        for value in set(range(256)) - {sealed[index]}:
            kept.file.write_bytes(sealed[:index] + bytes([value]) + sealed[index + 1 :])
            assert kept.is_missed(DAMAGED), (index, value)


def test_every_length(kept: Kept) -> None:
    sealed = kept.file.read_bytes()
    for length in range(len(sealed)):
        kept.file.write_bytes(sealed[:length])
        assert kept.is_missed(DAMAGED), length
        kept.file.write_bytes(sealed[len(sealed) - length :])
        assert kept.is_missed(DAMAGED), -length
    for longer in (sealed + b"\0", b"\0" + sealed, sealed * 2, sealed + bytes(LARGEST - len(sealed)), bytes(1000)):
        kept.file.write_bytes(longer)
        assert kept.is_missed(DAMAGED)
    os.truncate(kept.file, 1 << 40)
    assert kept.is_missed("too large")
    kept.write()
    assert kept.is_found


@pytest.mark.parametrize(
    "other",
    [
        {"role": "another"},
        {"account": "another", "key": OTHER_KEY},
        {"key": OTHER_KEY},
    ],
    ids=["of the same account", "of another account", "of what the account was before"],
)
def test_exchanged_files(kept: Kept, other: dict[str, str]) -> None:
    two = Kept(kept.root, **other)
    one_sealed, two_sealed = kept.file.read_bytes(), two.file.read_bytes()
    kept.file.write_bytes(two_sealed)
    two.file.write_bytes(one_sealed)
    assert kept.is_missed(DAMAGED)
    assert two.is_missed(DAMAGED)
    kept.write()
    assert kept.is_found
    assert not two.is_found
    two.write()
    assert kept.is_found
    assert two.is_found


def test_a_failure_is_no_session_and_a_session_no_failure(kept: Kept) -> None:
    """Both are sealed with the same key, and lie side by side."""
    cache = kept.cache()
    with cache.locked(kept.seal) as turn:
        turn.share_failure(OctoAwsError(ErrorCode.ACCESS_DENIED, "canary"))
    lock = kept.file.with_suffix(".lock")
    session, failure = kept.file.read_bytes(), lock.read_bytes()
    kept.file.write_bytes(failure)
    assert kept.is_missed(DAMAGED)
    lock.write_bytes(b"")
    with cache.locked(kept.seal) as turn:
        lock.write_bytes(session)
        turn.raise_shared_failure()
        lock.write_bytes(failure)
        with pytest.raises(OctoAwsError, match="canary"):
            turn.raise_shared_failure()


def test_a_damaged_failure_is_none(kept: Kept) -> None:
    cache = kept.cache()
    lock = kept.file.with_suffix(".lock")
    with cache.locked(kept.seal) as turn:
        turn.share_failure(OctoAwsError(ErrorCode.ACCESS_DENIED, "canary"))
    failure = lock.read_bytes()
    with cache.locked(kept.seal) as turn:
        for changed in (b"", b"\0", failure[:-1], failure + b"\0", bytes(LARGEST + 1), failure[::-1]):
            lock.write_bytes(changed)
            turn.raise_shared_failure()
    assert not kept.warnings


# Something else where a file should be.


def a_folder(path: Path) -> None:
    path.mkdir()
    (path / "of somebody").write_text("precious")


def a_link(path: Path) -> None:
    target = path.parents[2] / "target"
    target.write_text("precious")
    path.symlink_to(target)


def a_link_to_nothing(path: Path) -> None:
    path.symlink_to(path.parents[2] / "nothing")


def a_socket(path: Path) -> None:
    # Its address may have fewer characters than the path.
    folder = os.open(path.parent, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as one:
        one.bind(f"/proc/self/fd/{folder}/{path.name}")
    os.close(folder)


THINGS = [a_folder, a_link, a_link_to_nothing, os.mkfifo, a_socket]


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("put", THINGS)
def test_something_else_in_place_of_a_session(kept: Kept, put: t.Callable[[Path], None]) -> None:
    kept.file.unlink()
    put(kept.file)
    assert kept.is_missed("cannot be read")
    kept.write()
    if put is a_folder:
        # Nobody knows what it is for.
        assert (kept.file / "of somebody").read_text() == "precious"
        assert kept.is_missed("cannot be read")
        assert not list(kept.root.rglob("*.new"))
    else:
        assert kept.is_found
        assert not kept.file.is_symlink()
    for target in kept.root.parent.glob("target"):
        assert target.read_text() == "precious"
    assert not (kept.root.parent / "nothing").exists()


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize("put", THINGS)
@pytest.mark.parametrize("place", [".lock", ".new"])
def test_something_else_in_place_of_other_files(kept: Kept, place: str, put: t.Callable[[Path], None]) -> None:
    put(kept.file.with_suffix(place))
    kept.session = session_of("another")
    cache = kept.cache()
    with cache.locked(kept.seal) as turn:
        turn.raise_shared_failure()
        turn.share_failure(OctoAwsError(ErrorCode.ACCESS_DENIED, "canary"))
        cache.write(kept.seal, kept.session)
    assert len(kept.warnings) == (place == ".lock" or put is a_folder)
    # Without a new file there is the session of before.
    assert kept.is_found == (put is not a_folder or place != ".new")
    assert not kept.warnings
    for target in kept.root.parent.glob("target"):
        assert target.read_text() == "precious"
    assert not (kept.root.parent / "nothing").exists()


def test_a_link_in_place_of_the_folder(kept: Kept, tmp_path: Path) -> None:
    kept.file.parent.rename(tmp_path / "elsewhere")
    kept.file.parent.symlink_to(tmp_path / "elsewhere")
    before = sorted((tmp_path / "elsewhere").iterdir())
    assert kept.is_missed("cannot be read")
    kept.write()
    assert len(kept.warnings) == 1
    cache = kept.cache()
    with cache.locked(kept.seal):
        cache.clear()
    assert len(kept.warnings) == 1
    assert sorted((tmp_path / "elsewhere").iterdir()) == before


@pytest.mark.parametrize("place", ["root", "folder"])
def test_a_file_in_place_of_a_folder(kept: Kept, place: str) -> None:
    path = kept.root if place == "root" else kept.file.parent
    shutil.rmtree(path)
    path.write_text("precious")
    cache = kept.cache()
    assert cache.read(kept.seal) is None
    with cache.locked(kept.seal):
        cache.write(kept.seal, kept.session)
    cache.clear()
    assert len(kept.warnings) == 1
    assert path.read_text() == "precious"


# Other users.


@pytest.fixture
def public() -> t.Iterator[Path]:
    """A folder that all users reach. Permissions do not hold root back, so that root becomes somebody else."""
    path = Path(tempfile.mkdtemp())
    path.chmod(0o777)
    if IS_ROOT:
        os.seteuid(SOMEBODY)
    yield path
    os.seteuid(os.getuid())
    shutil.rmtree(path)


@contextlib.contextmanager
def root_again() -> t.Iterator[None]:
    os.seteuid(0)
    yield
    os.seteuid(SOMEBODY)


only_root = pytest.mark.skipif(not IS_ROOT, reason="Root alone can give files to others.")


def test_a_file_that_cannot_be_read(public: Path) -> None:
    kept = Kept(public / "sessions")
    kept.file.chmod(0)
    assert kept.is_missed("cannot be read (Permission denied)")
    kept.write()
    assert kept.is_found


@pytest.mark.parametrize("mode", [0, 0o500])
def test_a_folder_that_cannot_be_used(public: Path, mode: int) -> None:
    kept = Kept(public / "sessions")
    kept.file.parent.chmod(mode)
    cache = kept.cache()
    session = cache.read(kept.seal)
    assert session == (kept.session if mode else None)
    with cache.locked(kept.seal):
        cache.write(kept.seal, kept.session)
    cache.clear()
    assert len(kept.warnings) == 1
    kept.file.parent.chmod(0o700)
    assert kept.is_found


@only_root
def test_a_file_of_another_user(kept: Kept) -> None:
    """Root may read it, and does not."""
    os.chown(kept.file, SOMEBODY, SOMEBODY)
    assert kept.is_missed("belongs to another user")
    kept.write()
    assert kept.is_found


@only_root
def test_a_file_of_root(public: Path) -> None:
    kept = Kept(public / "sessions")
    with root_again():
        os.chown(kept.file, 0, 0)
        kept.file.chmod(0o644)
    assert kept.is_missed("belongs to another user")
    kept.write()
    assert kept.is_found


@only_root
@pytest.mark.parametrize("of", ["root", "folder"])
def test_a_folder_of_root(public: Path, of: str) -> None:
    kept = Kept(public / "sessions")
    with root_again():
        os.chown(kept.root if of == "root" else kept.file.parent, 0, 0)
    assert kept.is_missed("cannot be read (Permission denied)")
    kept.write()
    assert len(kept.warnings) == 1
    assert "Permission denied" in kept.warnings[0]


def test_files_and_folders_are_for_this_user_alone(kept: Kept) -> None:
    with kept.cache().locked(kept.seal):
        pass
    for path in kept.root.rglob("*"):
        assert path.stat().st_mode & 0o777 == (0o700 if path.is_dir() else 0o600)
    assert kept.root.stat().st_mode & 0o777 == 0o700


# What a write leaves, and what it removes.


def entries(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


@pytest.mark.parametrize("call", ["write_all", "utime", "rename"])
def test_a_full_disk_leaves_nothing(kept: Kept, monkeypatch: pytest.MonkeyPatch, call: str) -> None:
    before = entries(kept.root)

    def full(*_arguments: t.Any, **_options: t.Any) -> t.NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    cache = kept.cache()
    with monkeypatch.context() as patch:
        patch.setattr(shared_cache if call == "write_all" else os, call, full)
        for _time in range(2):
            cache.write(kept.seal, session_of("another"))
    assert len(kept.warnings) == 1
    assert "cannot be stored (No space left on device)" in kept.warnings[0]
    assert entries(kept.root) == before
    assert kept.is_found


def test_what_a_killed_process_left_is_in_nobodys_way(kept: Kept) -> None:
    new = kept.file.with_suffix(".new")
    new.write_bytes(b"half")
    new.chmod(0)
    kept.session = session_of("another")
    kept.write()
    assert kept.is_found
    assert not new.exists()


def test_a_session_without_an_end_is_not_kept(root: Path, kept: Kept) -> None:
    before = kept.file.read_bytes()
    kept.cache().write(kept.seal, Credentials(access_key="AKIAIOSFODNN7EXAMPLE", secret_key="canary"))
    assert kept.file.read_bytes() == before
    assert not kept.warnings


def in_seconds(monkeypatch: pytest.MonkeyPatch, seconds: float) -> None:
    monkeypatch.setattr(shared_cache, "now", lambda: now() + datetime.timedelta(seconds=seconds))


def an_hour_after_the_last_look(root: Path) -> None:
    before = time.time() - 3601
    os.utime(root / ".pruned", (before, before))


def test_a_write_removes_what_has_ended(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Kept(kept.root, role="another")
    elsewhere = Kept(kept.root, account="another", key=OTHER_KEY)
    in_seconds(monkeypatch, 3500)
    other.write()
    assert kept.file.exists()
    in_seconds(monkeypatch, 3700)
    other.session = session_of("another", 7200)
    other.write()
    assert not kept.file.exists()
    assert other.is_found
    # Those of other accounts once an hour, whose folder goes with the last one.
    assert elsewhere.file.exists()
    an_hour_after_the_last_look(kept.root)
    other.write()
    assert not elsewhere.file.parent.exists()
    assert other.is_found


def test_a_write_removes_what_nobody_needs(kept: Kept) -> None:
    old, young = SessionSeal.of(KEY, ["old"]), SessionSeal.of(KEY, ["young"])
    for seal, age in ((old, 25 * 3600), (young, 60)):
        for suffix in (".lock", ".new"):
            path = kept.file.parent / (seal.name + suffix)
            path.write_bytes(b"")
            os.utime(path, (time.time() - age,) * 2)
    with kept.cache().locked(old):
        # Whoever has its turn keeps it.
        kept.write()
    assert (kept.file.parent / f"{old.name}.lock").exists()
    kept.write()
    names = {path.name for path in kept.file.parent.iterdir()}
    assert names == {kept.file.name, f"{young.name}.lock", f"{young.name}.new"}


def test_nothing_else_is_ever_removed(kept: Kept, monkeypatch: pytest.MonkeyPatch) -> None:
    elsewhere = Kept(kept.root, account="another", key=OTHER_KEY)
    digits = "0" * 40
    foreign = [kept.root / name for name in ("notes.txt", "f" * 40, f"{digits}.session", "backup/1.session")]
    for folder in (kept.file.parent, elsewhere.file.parent, kept.root / "backup"):
        names = ("notes.txt", digits, f"{digits}.session.bak", f"{digits[1:]}.session", "A" * 40 + ".session", ".lock")
        foreign += [folder / name for name in (*names, f"{digits}/{digits}.session")]
    for path in foreign:
        with contextlib.suppress(FileExistsError):
            path.parent.mkdir()
        if not path.is_dir():
            with contextlib.suppress(IsADirectoryError, NotADirectoryError):
                path.write_text("precious")
                os.utime(path, (0, 0))
    made = [path for path in foreign if path.is_file()]
    assert len(made) > 15
    an_hour_after_the_last_look(kept.root)
    in_seconds(monkeypatch, 7200)
    kept.session = session_of("another", 9000)
    kept.write()
    kept.cache().clear()
    assert not elsewhere.file.exists()
    assert not kept.file.exists()
    assert all(path.read_text() == "precious" for path in made)
    assert not kept.warnings


def test_cleared_sessions_are_gone_and_a_turn_goes_on(kept: Kept) -> None:
    other = Kept(kept.root, account="another", key=OTHER_KEY)
    cache = kept.cache()
    with cache.locked(kept.seal):
        cache.clear()
        assert [path.suffix for path in kept.file.parent.iterdir()] == [".lock"]
    assert cache.read(kept.seal) is None
    assert not kept.warnings
    assert other.is_found


# The whole way: the lookup, and the fake AWS.


@pytest.fixture
def warnings(mocker: MockerFixture) -> t.Callable[[], list[str]]:
    """What people were warned of since it was last asked."""
    warning = mocker.patch("ansible.utils.display.Display.warning")

    def taken() -> list[str]:
        found = [str(call.args[0]) for call in warning.call_args_list if "session" in str(call)]
        warning.reset_mock()
        return found

    return taken


def session_file(store: FileStore) -> Path:
    """The only one that there is."""
    [file] = cache_of(store).rglob("*.session")
    return file


def flip_a_byte(file: Path) -> None:
    sealed = bytearray(file.read_bytes())
    sealed[len(sealed) // 2] ^= 1
    file.write_bytes(sealed)


def replace_by_a_pipe(file: Path) -> None:
    file.unlink()
    os.mkfifo(file)


def give_away(file: Path) -> None:
    os.chown(file, SOMEBODY, SOMEBODY)


@pytest.mark.usefixtures("in_time")
@pytest.mark.parametrize(
    "damage",
    [
        flip_a_byte,
        lambda file: os.truncate(file, 100),
        lambda file: os.truncate(file, 0),
        replace_by_a_pipe,
        pytest.param(give_away, marks=only_root),
    ],
    ids=["a byte", "cut", "empty", "a pipe", "another user's"],
)
def test_one_more_request_and_one_warning(
    store: FileStore, aws: FakeAws, warnings: t.Callable[[], list[str]], damage: t.Callable[[Path], None]
) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    first = lookup(store, "prod")
    damage(session_file(store))
    second = as_a_new_process(store, "prod")
    assert ":assumed-role/deploy/" in second["arn"]
    assert second["access_key"] != first["access_key"]
    assert aws.sessions == 2
    assert len(warnings()) == 1
    assert as_a_new_process(store, "prod") == second
    assert aws.sessions == 2
    assert warnings() == []


def test_the_session_of_another_account_is_not_used(
    store: FileStore, aws: FakeAws, warnings: t.Callable[[], list[str]]
) -> None:
    save(store, aws, assume_role=aws.hops("deploy"))
    lookup(store, "prod")
    file = session_file(store)
    save(store, aws, "other", assume_role=aws.hops("other"))
    lookup(store, "other")
    [other] = set(cache_of(store).rglob("*.session")) - {file}
    one_sealed, other_sealed = file.read_bytes(), other.read_bytes()
    file.write_bytes(other_sealed)
    other.write_bytes(one_sealed)
    for name, account_id in (("prod", "123456789012"), ("other", "210987654321")):
        assert as_a_new_process(store, name)["account_id"] == account_id
        assert len(warnings()) == 1
        as_a_new_process(store, name)
    assert aws.sessions == 4
    assert warnings() == []


def test_a_full_disk_costs_a_request_a_process(
    store: FileStore, aws: FakeAws, warnings: t.Callable[[], list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: t.Any) -> t.NoReturn:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    save(store, aws, assume_role=aws.hops("first", "second"))
    with monkeypatch.context() as patch:
        patch.setattr(shared_cache, "write_all", full)
        first = as_a_new_process(store, "prod")
        assert lookup(store, "prod") == first
        assert aws.sessions == 2
        assert len(warnings()) == 1
        assert as_a_new_process(store, "prod") != first
        assert aws.sessions == 4
    assert {path.suffix for path in cache_of(store).glob("*/*")} == {".lock"}
    last = as_a_new_process(store, "prod")
    assert as_a_new_process(store, "prod") == last
    assert aws.sessions == 6


@pytest.mark.parametrize("change", ["description", "delete"])
def test_kept_files_are_worthless_after_a_change(
    store: FileStore, aws: FakeAws, warnings: t.Callable[[], list[str]], change: str
) -> None:
    """Even to somebody who guesses under which name the changed account looks for its session."""
    save(store, aws, assume_role=aws.hops("deploy"))
    lookup(store, "prod")
    kept = session_file(store).read_bytes()
    if change == "delete":
        make_accounts(store, str(cache_of(store))).delete("prod")
    save(store, aws, assume_role=aws.hops("deploy"), description="another" if change == "description" else "")
    as_a_new_process(store, "prod")
    session_file(store).write_bytes(kept)
    assert warnings() == []
    as_a_new_process(store, "prod")
    assert len(warnings()) == 1
    assert aws.sessions == 3


def forms(secret: str) -> t.Iterator[bytes]:
    """A secret as it is, and in forms that somebody could recognize it in."""
    plain = secret.encode()
    for form in (plain, plain.upper(), plain.lower()):
        yield from (form, form[::-1], form.hex().encode(), form.hex().upper().encode())
    for before in range(3):
        encoded = base64.b64encode(bytes(before) + plain)
        # Without what depends on the bytes around it.
        middle = encoded[4 if before else 0 : -4]
        yield from (middle, middle.translate(bytes.maketrans(b"+/", b"-_")))


def test_no_secret_in_clear(store: FileStore, aws: FakeAws) -> None:
    hops = aws.hops("first", "second", external_id="canary/external-id")
    save(store, aws, assume_role=hops)
    session = lookup(store, "prod")
    stored = store.read("prod")
    assert stored
    secrets = [*stored.account.secrets, session["secret_key"], session["session_token"]]
    aws.tell("fault", action="sts:AssumeRole", kind="denied", times=1)
    with pytest.raises(AnsibleError, match="access_denied"):
        lookup(store, "prod", assume_role=aws.hops("third"))
    files = [path for path in cache_of(store).rglob("*") if path.is_file()]
    assert {path.suffix for path in files} == {".session", ".lock", ""}
    everything = b"\n".join(path.read_bytes() for path in files)
    assert len(everything) > 1000
    assert len(secrets) == 6
    # Nor what is no secret, and tells whose they are.
    for text in (*secrets, session["access_key"], session["arn"], "assumed-role", "access_key", "access_denied"):
        assert not [form for form in forms(text) if form in everything], text
    assert not list(cache_of(store).rglob("*prod*"))


def test_a_folder_that_others_remove_is_made_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    warnings: list[str] = []
    cache = SessionCache(str(tmp_path / "cache"), "file:/store", "prod", warnings.append)
    removals = iter([True, True, False] * 2)

    def make_and_lose(path: str) -> None:
        make_folders(path)
        if next(removals, False):
            os.rmdir(path)

    monkeypatch.setattr(shared_cache, "make_folders", make_and_lose)
    seal = SessionSeal.of("ab" * 32, ["x"])
    end = now() + datetime.timedelta(hours=1)
    cache.write(seal, Credentials("ASIAEXAMPLE", "secret", expiration=end))
    assert cache.read(seal)
    cache.clear()
    with cache.locked(seal):
        pass
    assert warnings == []
