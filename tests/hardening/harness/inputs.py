# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What people and files say: records, sealed files, URLs, names, and endpoints."""

from __future__ import annotations

import contextlib
import json
import os
import typing as t
from pathlib import Path
from unittest.mock import patch
from urllib.parse import urlsplit

from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.module_utils._aws.sts import caller_identity
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.field_checks import check_endpoint_url
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop
from ansible_collections.octo.aws.plugins.plugin_utils._accounts import account as accounts_account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts import record
from ansible_collections.octo.aws.plugins.plugin_utils._stores import file_names, secretsmanager, ssm
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import StoreContext
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from harness.attempts import MOMENTS, ODD_TEXTS, ODD_VALUES, SECRETS, examples, judged, run_attempt
from harness.aws_process import clean_environment
from harness.odd_files import odd_aws_files, odd_caches
from harness.promises import Case
from hypothesis import strategies as st

_ROLE = "arn:aws:iam::123456789012:role/deploy"
_KEY = "0123456789abcdef" * 4
_RECORD: dict[str, t.Any] = {
    "version": 1,
    "name": "prod",
    "type": "access_key",
    "description": "Für alle",
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": SECRETS[0],
    "session_token": SECRETS[1],
    "region": "eu-central-1",
    "assume_role": [{"role_arn": _ROLE, "external_id": SECRETS[2], "duration_seconds": 900, "tags": {"a": "b"}}],
    "session_key": _KEY,
    "verified": {
        "access_key": "AKIAIOSFODNN7EXAMPLE",
        "account_id": "123456789012",
        "arn": "arn:aws:iam::123456789012:user/deployer",
        "user_id": "AIDACKCEVSQ6C2EXAMPLE",
    },
}


def odd_inputs(folder: Path) -> t.Iterator[Case]:
    """Read all of it."""
    with clean_environment():
        yield from _records()
        yield from _sealed(folder / "sealed")
        yield from _urls(folder / "urls")
        yield from _names(folder / "names")
        yield from odd_caches(folder / "caches")
        yield from odd_aws_files(folder / "aws")
        yield from _endpoints()


def _vault() -> Vault:
    return Vault([("default", VaultSecret(b"password"))])


def _context() -> StoreContext:
    def refuse(name: str, url: str) -> t.NoReturn:
        raise AssertionError((name, url))

    return StoreContext(_vault(), "", lambda _text: None, refuse)


def _records() -> t.Iterator[Case]:
    """An account of a record can be written again, and is then the same."""

    def read(text: str) -> accounts_account.Account:
        account = record.from_record(text, "prod", "The record")
        assert record.from_record(record.to_record(account), "prod", "It") == account
        return account

    odd = st.one_of(ODD_VALUES, MOMENTS, st.sampled_from([10**5000, [{}], [_RECORD], "AKIA" + "A" * 200_000]))
    fields = [*_RECORD, "temporary", "validate_certs", "mfa_serial", "ca_bundle", "endpoint_url", "profile", "role_arn"]
    for field in fields:
        for value in examples(odd, 12):
            with contextlib.suppress(ValueError):  # a number that Python itself does not write
                text = json.dumps({**_RECORD, field: value}, ensure_ascii=False)
                yield from judged(f"a record whose {field} is {value!r:.60}", run_attempt(read, text))
    hop_fields = list(Hop.__dataclass_fields__)
    for field in hop_fields:
        for value in examples(odd, 8):
            with contextlib.suppress(ValueError):
                hop = {**_RECORD["assume_role"][0], field: value}
                text = json.dumps({**_RECORD, "assume_role": [hop]})
                yield from judged(f"a record with a hop whose {field} is {value!r:.60}", run_attempt(read, text))
    whole = json.dumps(_RECORD)
    texts = {
        "a field twice": whole[:-1] + ', "secret_key": "other", "name": "prod"}',
        "another name, and then the right one": '{"name": "other", ' + whole[1:],
        "lists in lists": "[" * 200_000,
        "mappings in mappings": '{"a":' * 200_000,
        "a number of many digits": whole.replace("900", "9" * 6_000),
        "a number that is none": whole.replace("900", "NaN"),
        "half a character": whole.replace("Für", "\\ud800").replace("F\\u00fcr", "\\ud800"),
        "a zero character": whole.replace("alle", "\\u0000"),
        "many hops": json.dumps({**_RECORD, "assume_role": _RECORD["assume_role"] * 5_000}),
        "a byte order mark": "\ufeff" + whole,
        "nothing": "",
    }
    texts |= {f"cut at {cut}": whole[:cut] for cut in range(1, len(whole), 23)}
    for what, text in texts.items():
        yield from judged(f"a record with {what}", run_attempt(read, text))
    for value in examples(
        st.recursive(ODD_VALUES, lambda inner: st.lists(inner) | st.dictionaries(ODD_TEXTS, inner)), 60
    ):
        with contextlib.suppress(ValueError):
            text = json.dumps(value)
            yield from judged(f"a record that is {value!r:.60}", run_attempt(read, text))


def _sealed(folder: Path) -> t.Iterator[Case]:
    """Envelopes with anything in them, sealed and not."""
    store = open_store(str(folder), _context())
    store.write(accounts_account.Account(name="prod", type="instance_role"), None, None)
    path = folder.joinpath(*file_names.path_of("prod"))
    sealed = path.read_bytes()
    lines = sealed.split(b"\n")
    odd = [
        *examples(st.binary(max_size=200).map(lambda data: lines[0] + b"\n" + data.hex().encode() + b"\n"), 40),
        *examples(st.binary(max_size=200), 30),
        *examples(st.binary(max_size=20).map(lambda data: b"$ANSIBLE_VAULT;1.2;AES256;" + data + b"\n" + lines[1]), 30),
        sealed[:-1] + b"\r\n",
        sealed * 2,
        b"\n".join([lines[0], *reversed(lines[1:])]),
        lines[0].replace(b"1.1", b"1.2") + b";\xff\n" + b"\n".join(lines[1:]),
        b"$ANSIBLE_VAULT;9.9;AES257\n" + b"\n".join(lines[1:]),
        sealed[:16] + b"0" * 1_000_000,
        b"0" * 3_000_000,
    ]
    texts = ("\xed\xa0\x80", "[]", "null", '"' + "a" * 300_000, "{" * 100_000)
    odd += [_vault().seal(text, None, "It") for text in texts]
    for data in odd:
        path.write_bytes(data)
        yield from judged(f"a sealed file of {len(data)} bytes, {data!r:.50}", run_attempt(lambda: store.read("prod")))


def _urls(folder: Path) -> t.Iterator[Case]:
    """Nothing is made and nothing is asked when a store is opened, and a file store reads below its folder alone."""
    folder.mkdir()
    pieces = st.sampled_from(
        [
            *("file:", "secretsmanager:", "ssm:", "ssm:/a", "memory:", "http://", "//", "~", "..", "/", "?", "#", "&"),
            *("%00", "%2e%2e", "%", "region=", "endpoint_url=", "http://127.0.0.1:1/", "account=", "a", "=", "\n"),
            *("\ud800", "@", "cache_seconds=9", "99" * 3_000, "[", "::", "\u0660", "localhost", "x" * 5_000),
        ]
    )
    urls = st.one_of(st.text(max_size=40), st.lists(pieces, max_size=8).map("".join))
    before = os.getcwd()
    os.chdir(folder)
    try:
        with patch("socket.socket.connect", side_effect=AssertionError("a connection")):
            for url in ["~\ud800", "file:~\ud800/x", *examples(urls, 400)]:
                attempt = run_attempt(open_store, url, _context())
                yield from judged(f"the store {url!r:.80}", attempt)
                made = ", ".join(path.name for path in folder.iterdir())
                yield Case("outside", f"the store {url!r:.80}", made and f"there is {made}")
    finally:
        os.chdir(before)


def _names(folder: Path) -> t.Iterator[Case]:
    """Any name is refused, or has a place of its own, below the store."""
    names = st.one_of(ODD_TEXTS, ODD_VALUES, st.text("./\\%~-+ aA\u0130\u212a", max_size=30))
    places: dict[tuple[str, str], str] = {}
    for name in examples(names, 400):
        attempt = run_attempt(accounts_account.check_name, name)
        yield from judged(f"the name {name!r:.80}", attempt)
        if attempt.error:
            continue
        checked = str(attempt.returned)
        path = file_names.path_of(checked)
        below = os.path.normpath(folder.joinpath(*path)).startswith(f"{folder}/")
        parts = all(
            part.isascii() and "/" not in part and not part.startswith(".") and len(part) < 255 for part in path
        )
        yield Case("outside", f"the file of {name!r:.80}", "" if below and parts else str(path))
        items = {
            "file": "/".join(path).lower(),
            "secretsmanager": secretsmanager.SecretsManagerStore.NAMES.item_of(checked),
            "ssm": ssm.ParameterStore.NAMES.item_of(checked),
        }
        for kind, item in items.items():
            other = places.setdefault((kind, item), checked)
            wrong = "" if other == checked else f"it is that of {other!r}"
            if kind != "file" and ("/" in item or not item.isascii() or len(item) > 800):
                wrong = item
            yield Case("outside", f"the place of {name!r:.80} in {kind}", wrong)


def _endpoints() -> t.Iterator[Case]:
    """What is no endpoint is refused, without its password, and what is taken can be asked."""
    pieces = st.sampled_from(
        [
            *("http://", "https://", "file://", "gopher://", "//", "host", "127.0.0.1", "[::1]", ":99999", ":0"),
            *(f"u:{SECRETS[0]}@", "@", "/", "?a=b", "#x", " ", "\n", "\r\nHost: x", "\0", "%0a", "\u2100"),
        ]
    )
    keys = Credentials("AKIAIOSFODNN7EXAMPLE", SECRETS[0], SECRETS[1])
    texts = st.lists(pieces, max_size=6).map(lambda parts: "".join(parts).strip())
    for value in filter(None, [f"http://u:{SECRETS[0]}@host", *examples(texts, 300)]):
        attempt = run_attempt(check_endpoint_url, value)
        yield from judged(f"the endpoint {value!r:.80}", attempt)
        if attempt.error:
            continue
        parts = urlsplit(value)
        good = parts.scheme in ("http", "https") and parts.username is None
        yield Case("outside", f"the endpoint {value!r:.80}", "" if good else "it was taken")
        with patch("socket.socket.connect", side_effect=OSError("nobody is there")):
            asked = run_attempt(caller_identity, keys, Endpoint(url=value))
        yield from judged(f"a question at {value!r:.80}", asked)
