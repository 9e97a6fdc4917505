# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Files that are not what they should be: those that processes share, and those of AWS clients."""

from __future__ import annotations

import contextlib
import os
import signal
import typing as t
from functools import partial
from pathlib import Path
from unittest.mock import patch

from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._cache.seal import SessionSeal
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.files import read_files
from ansible_collections.octo.aws.plugins.plugin_utils._profiles.to_account import account_of
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.cache import SessionCache
from ansible_collections.octo.aws.plugins.plugin_utils._sources.profile import ProfileSource
from ansible_collections.octo.aws.plugins.plugin_utils._sources.protocol import FetchOptions
from ansible_collections.octo.aws.plugins.plugin_utils._stores.record_cache import Record, RecordCache
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from harness.attempts import ODD_VALUES, SECRETS, Attempt, examples, judged, run_attempt
from harness.aws_process import clean_environment
from harness.promises import Case
from hypothesis import strategies as st

_ROLE = "arn:aws:iam::123456789012:role/deploy"
_LATE = 30
"""Seconds."""


def odd_caches(folder: Path) -> t.Iterator[Case]:
    """Whatever is in the place of a shared file is a miss."""
    vault = Vault([("default", VaultSecret(b"password"))])
    seal = SessionSeal.of("0123456789abcdef" * 4, ["a"])
    sessions = SessionCache(str(folder / "sessions"), "file:/store", "prod", lambda _text: None)
    records = RecordCache(
        str(folder / "records"), "ssm:/a", "prod", lambda _text: None, access_digest="me", vault=vault, seconds=60
    )
    other = RecordCache(
        str(folder / "records"), "ssm:/a", "other", lambda _text: None, access_digest="me", vault=vault, seconds=60
    )
    fresh = Record("{}", "2")
    for cache, name in ((records, "1"), (other, "other")):
        assert cache.get(partial(Record, "{}", name)) == Record("{}", name)
    [mine] = (folder / "records").glob(f"*/{records._seal.name}.record")
    [others] = (folder / "records").glob(f"*/{other._seal.name}.record")
    sessions.write_data(seal, {}, 1e10)
    [session] = (folder / "sessions").glob("*/*.session")
    odd_data = st.one_of(
        st.binary(max_size=300),
        ODD_VALUES.map(lambda value: seal.close("session", {"value": repr(value)})),
        st.dictionaries(st.sampled_from(["access_key", "expiration", "began", "identity", "x"]), st.integers()).map(
            lambda value: seal.close("failure", value)
        ),
    )
    contents = [*examples(odd_data, 60), others.read_bytes(), mine.read_bytes(), b"", b"0" * 3_000_000]
    for data in contents:
        for path, look in ((session, lambda: sessions.read(seal)), (mine, lambda: records.get(lambda: fresh))):
            if path == mine and data == mine.read_bytes():
                continue
            path.write_bytes(data)
            attempt = _in_time(look)
            name = f"a cache file of {len(data)} bytes, {data!r:.50}"
            yield from judged(name, attempt)
            taken = attempt.returned not in (None, fresh, Record("{}", "1"))
            yield Case("outside", name, f"it gave {attempt.returned}" if taken else "")
    for what, make in _DEVICES.items():
        for path, look in ((session, lambda: sessions.read(seal)), (mine, lambda: records.get(lambda: fresh))):
            path.unlink(missing_ok=True)
            make(path, others)
            attempt = _in_time(look)
            yield from judged(f"{what} in the place of a cache file", attempt)
            wrong = "" if attempt.returned in (None, fresh) else f"it gave {attempt.returned}"
            yield Case("outside", f"{what} in the place of a cache file", wrong)
            with contextlib.suppress(OSError):
                path.rmdir() if path.is_dir() and not path.is_symlink() else path.unlink()


_DEVICES: dict[str, t.Callable[[Path, Path], object]] = {
    "a pipe": lambda path, _others: os.mkfifo(path),
    "a link to another's record": lambda path, others: path.symlink_to(others),
    "a link to a device": lambda path, _others: path.symlink_to("/dev/zero"),
    "a link to nothing": lambda path, _others: path.symlink_to("nothing"),
    "a link to itself": lambda path, _others: path.symlink_to(path),
    "a folder": lambda path, _others: path.mkdir(),
    "a hard link": lambda path, others: path.hardlink_to(others),
}


def _in_time(work: t.Callable[[], t.Any]) -> Attempt:
    """Whatever waits for ever is a failure."""

    def stop(_signal: int, _frame: object) -> t.NoReturn:
        raise AssertionError("it waits")

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(_LATE)
    try:
        return run_attempt(work)
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def odd_aws_files(folder: Path) -> t.Iterator[Case]:
    """The files of AWS clients, with anything in them."""
    folder.mkdir()
    config, credentials = folder / "config", folder / "credentials"
    line = st.sampled_from(
        [
            *("[default]", "[profile default]", "[profile  a b]", "[sso-session x]", "[services s]", "[", "]"),
            *("source_profile = default", f"role_arn = {_ROLE}", "source_profile = a b", "credential_process = false"),
            *("aws_access_key_id = AKIAIOSFODNN7EXAMPLE", f"aws_secret_access_key = {SECRETS[0]}", "region = \x00"),
            *(f"aws_secret_access_key {SECRETS[0]}", "sts =", "  endpoint_url = http://x", f"  {SECRETS[0]}", "= x"),
            *("credential_source = Environment", "mfa_serial = x", "duration_seconds = many", "services = s"),
            *(f"external_id = {SECRETS[2]}", "%(x)s = %(y)s", "\ufeff", "a" * 5_000, "sso_account_id = 1", "\t x"),
            *("region =", "[profile"),
        ]
    )
    texts = st.lists(line, max_size=12).map("\n".join).map(lambda text: text.encode("utf-8", "surrogatepass"))
    contents = st.one_of(texts, st.binary(max_size=100), st.just(b"[default]\n" + b"a=b\n" * 10_000))
    account = Account(name="prod", type="profile", profile="default")
    terms = FetchOptions(
        region="", endpoint=Endpoint(), session_name="octo", duration_seconds=0, token_for=lambda _serial, _program: ""
    )
    source = ProfileSource()
    environment = clean_environment(
        AWS_CONFIG_FILE=str(config), AWS_SHARED_CREDENTIALS_FILE=str(credentials), NO_PROXY="*"
    )
    with environment, patch("socket.socket.connect", side_effect=OSError("nobody is there")):
        for index, (first, second) in enumerate(examples(st.tuples(contents, contents), 150)):
            config.write_bytes(first)
            credentials.write_bytes(second)
            name = f"AWS files {first!r:.60} and {second!r:.60}"
            attempt = run_attempt(lambda: read_files(None, None))
            yield from judged(name, attempt)
            for profile in attempt.returned.names if attempt.returned else ():
                imported = run_attempt(account_of, attempt.returned, profile, profile)
                yield from judged(f"profile {profile!r:.60} of {name}", imported)
            if index % 5 == 0:
                # It needs botocore's session, which takes longer.
                looked_up = run_attempt(lambda: (source.session(account), source.fetch(account, terms)))
                yield from judged(f"a lookup of {name}", looked_up)
