# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Accounts of IAM Roles Anywhere, against the double of the service."""

from __future__ import annotations

import importlib.util
import sys
import time
import typing as t
from pathlib import Path

import pytest
from ansible.errors import AnsibleError
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account, checked
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.merge import merge
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import chain_of
from ansible_collections.octo.aws.plugins.plugin_utils._sources import roles_anywhere_request
from ansible_collections.octo.aws.plugins.plugin_utils._stores.file import FileStore
from ansible_collections.octo.aws.tests.unit.support.accounts import make_accounts
from ansible_collections.octo.aws.tests.unit.support.fake_aws import FakeAws, as_a_new_process, cache_of
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519
from cryptography.hazmat.primitives.serialization import pkcs12

if t.TYPE_CHECKING:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions

FAKE_AWS = Path(__file__).resolve().parents[4] / "fake_aws"
ROLE = "arn:aws:iam::123456789012:role/anywhere"
ANCHOR = "arn:aws:rolesanywhere:eu-central-1:123456789012:trust-anchor/00000000-0000-4000-8000-000000000001"
PROFILE = "arn:aws:rolesanywhere:eu-central-1:123456789012:profile/00000000-0000-4000-8000-000000000001"
FIELDS = {"type": "roles_anywhere", "trust_anchor_arn": ANCHOR, "profile_arn": PROFILE, "role_arn": ROLE}
PEM_KEY = "-----BEGIN PRIVATE KEY-----\ncanary\n-----END PRIVATE KEY-----"
PASSPHRASE = "canary of a passphrase"


def _load_cases() -> t.Any:
    specification = importlib.util.spec_from_file_location("roles_anywhere_cases", FAKE_AWS / "roles_anywhere_cases.py")
    assert specification
    assert specification.loader
    module = importlib.util.module_from_spec(specification)
    sys.modules[specification.name] = module
    specification.loader.exec_module(module)
    return module


cases = _load_cases()


class Anywhere:
    """Saves accounts with a certificate, and looks them up."""

    def __init__(self, aws: FakeAws, store: FileStore, folder: Path) -> None:
        self.aws = aws
        self.store = store
        self.folder = folder

    def certificate(self, *, key: bool = True, root: bool = False, **options: t.Any) -> dict[str, str]:
        """The fields of a new certificate, in files."""
        made = self.aws.issue(**options)
        path, key_path = self.folder / "controller.pem", self.folder / "controller.key"
        path.write_text(made["certificate"] + made["chain"] + (made["root"] if root else ""))
        key_path.write_text(made["private_key"])
        return {"certificate": str(path), "private_key_file": str(key_path) if key else ""}

    def save(self, **fields: t.Any) -> t.Any:
        accounts = make_accounts(self.store, str(cache_of(self.store)))
        given = {**FIELDS, "region": "eu-central-1", **fields}
        options = {name: value for name, value in given.items() if value != ""}
        return accounts.save("prod", options, vault_id=None, test=True)

    def refused(self, code: ErrorCode, words: str, **fields: t.Any) -> OctoAwsError:
        with pytest.raises(OctoAwsError, match=words) as failed:
            self.save(**fields)
        assert failed.value.code is code
        assert self.store.read("prod", fresh=True) is None
        return failed.value

    @property
    def requests(self) -> int:
        return sum(request["action"] == "rolesanywhere:CreateSession" for request in self.aws.requests)


@pytest.fixture
def anywhere(aws: FakeAws, store: FileStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Anywhere:
    monkeypatch.setattr(roles_anywhere_request, "_PAUSES", (0.0, 0.0))
    return Anywhere(aws, store, tmp_path)


@pytest.mark.parametrize("name", cases.CASES)
def test_a_case_of_the_service(name: str, anywhere: Anywhere) -> None:
    case, facts = cases.CASES[name], anywhere.aws.facts["anywhere"]
    fields = {**anywhere.certificate(**cases.CERTIFICATES[case.certificate]), **case.fields}
    fields |= {field: facts[fact] for field, fact in case.facts.items()}
    if case.code:
        error = anywhere.refused(ErrorCode(case.code), "IAM Roles Anywhere refused the session", **fields)
        assert case.words in error.hint
    else:
        outcome = anywhere.save(**fields)
        assert outcome.identity.arn.startswith("arn:aws:sts::123456789012:assumed-role/anywhere/")
        if name := case.fields.get("role_session_name"):
            assert outcome.identity.arn.endswith(f"/{name}")
    assert anywhere.requests == 1


def test_one_session_is_shared_and_leads_on(anywhere: Anywhere) -> None:
    anywhere.save(**anywhere.certificate(), duration_seconds=1800)
    anywhere.aws.tell("reset")
    for _process in range(60):
        found = as_a_new_process(anywhere.store, "prod")
    assert found["source"] == "roles_anywhere"
    assert found["account_id"] == "123456789012"
    assert anywhere.requests == 1
    anywhere.aws.tell("reset")
    anywhere.certificate()
    as_a_new_process(anywhere.store, "prod")
    assert anywhere.requests == 1, "a new certificate in the same file needs a new session"
    Path(anywhere.folder / "controller.pem").unlink()
    with pytest.raises(AnsibleError, match="No such file"):
        as_a_new_process(anywhere.store, "prod")


def test_the_key_can_be_text(anywhere: Anywhere) -> None:
    made = anywhere.aws.issue(kind="rsa")
    outcome = anywhere.save(certificate=made["certificate"] + made["chain"], private_key=made["private_key"])
    assert outcome.identity.account_id == "123456789012"
    account = anywhere.store.read("prod", fresh=True).account  # type: ignore[union-attr]
    assert made["private_key"].splitlines()[1] in account.secrets
    assert made["private_key"].splitlines()[1] not in f"{account!r} {outcome.before} {outcome.after}"


def test_one_file_has_all_in_any_order(anywhere: Anywhere) -> None:
    made = anywhere.aws.issue()
    path = anywhere.folder / "all.pem"
    path.write_text(made["root"] + made["chain"] + made["private_key"] + made["certificate"])
    assert anywhere.save(certificate=str(path)).identity


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_pkcs12_file(anywhere: Anywhere, passphrase: str) -> None:
    made = anywhere.aws.issue()
    encryption = (
        serialization.BestAvailableEncryption(passphrase.encode()) if passphrase else serialization.NoEncryption()
    )
    key = serialization.load_pem_private_key(made["private_key"].encode(), None)
    chain = x509.load_pem_x509_certificates(made["chain"].encode())
    own = x509.load_pem_x509_certificate(made["certificate"].encode())
    path = anywhere.folder / "controller.p12"
    path.write_bytes(pkcs12.serialize_key_and_certificates(b"controller", t.cast(t.Any, key), own, chain, encryption))
    assert anywhere.save(certificate=str(path), private_key_passphrase=passphrase).identity
    anywhere.store.delete("prod")
    error = anywhere.refused(
        ErrorCode.PRIVATE_KEY_PASSPHRASE_WRONG,
        "Cannot open",
        certificate=str(path),
        private_key_passphrase="hidden word",
    )
    assert "hidden word" not in str(error)


def test_an_encrypted_key(anywhere: Anywhere) -> None:
    fields = anywhere.certificate()
    path = Path(fields["private_key_file"])
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8)
    code = ErrorCode.PRIVATE_KEY_PASSPHRASE_WRONG
    anywhere.refused(code, "is not encrypted, but", **fields, private_key_passphrase=PASSPHRASE)
    path.write_bytes(key.private_bytes(*formats, serialization.BestAvailableEncryption(PASSPHRASE.encode())))
    anywhere.refused(code, "is encrypted, and private_key_passphrase is not set", **fields)
    error = anywhere.refused(code, "cannot be opened with this", **fields, private_key_passphrase="canary wrong")
    assert "canary" not in f"{error}{error.__cause__}"
    assert anywhere.requests == 0
    assert anywhere.save(**fields, private_key_passphrase=PASSPHRASE).identity


@pytest.mark.parametrize(
    ("options", "code", "words"),
    [
        ({"begin": -7200, "end": -3600}, ErrorCode.CERTIFICATE_EXPIRED, "controller.pem expired on 20"),
        ({"begin": 3600}, ErrorCode.CERTIFICATE_NOT_YET_VALID, "controller.pem is not valid before 20"),
    ],
)
def test_the_dates_of_a_certificate(anywhere: Anywhere, options: dict[str, t.Any], code: ErrorCode, words: str) -> None:
    anywhere.refused(code, words, **anywhere.certificate(**options))
    assert anywhere.requests == 0


def test_files_that_are_of_no_use(anywhere: Anywhere, tmp_path: Path) -> None:
    right = anywhere.certificate()
    unreadable, key = ErrorCode.CERTIFICATE_UNREADABLE, ErrorCode.PRIVATE_KEY_UNREADABLE
    missing, folder, other = tmp_path / "missing", tmp_path / "folder", tmp_path / "other"
    folder.mkdir()
    anywhere.refused(unreadable, "missing: No such file", **{**right, "certificate": str(missing)})
    anywhere.refused(unreadable, "folder: ", **{**right, "certificate": str(folder)})
    anywhere.refused(key, "missing: No such file", **{**right, "private_key_file": str(missing)})
    for content in ("canary", "-----BEGIN CERTIFICATE-----\ncanary\n-----END CERTIFICATE-----\n"):
        other.write_text(content)
        anywhere.refused(unreadable, "contains no valid certificate", **{**right, "certificate": str(other)})
        anywhere.refused(key, "is not a private key in PEM format", **{**right, "private_key_file": str(other)})
    other.write_text("")
    anywhere.refused(unreadable, "other: it is empty", **{**right, "certificate": str(other)})
    other.write_text("x" * 300_000)
    anywhere.refused(unreadable, "other: it is too large", **{**right, "certificate": str(other)})
    anywhere.refused(key, "There is no private key", certificate=right["certificate"])
    other.write_text(anywhere.aws.issue()["private_key"])
    mismatch = {**right, "private_key_file": str(other)}
    anywhere.refused(ErrorCode.PRIVATE_KEY_MISMATCH, "does not belong to", **mismatch)
    formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    other.write_bytes(ed25519.Ed25519PrivateKey.generate().private_bytes(*formats))
    anywhere.refused(key, "neither an RSA key nor an EC key", **mismatch)
    assert anywhere.requests == 0


def test_a_revoked_certificate(anywhere: Anywhere) -> None:
    made = anywhere.aws.issue()
    anywhere.aws.tell("anywhere", revoked=[made["serial"]])
    fields = {"certificate": made["certificate"] + made["chain"], "private_key": made["private_key"]}
    assert "revoked" in anywhere.refused(ErrorCode.ROLES_ANYWHERE_REFUSED, "Certificate revoked", **fields).hint


def test_a_clock_that_is_wrong(anywhere: Anywhere) -> None:
    fields = anywhere.certificate()
    anywhere.aws.tell("clock", offset=3600)
    anywhere.refused(ErrorCode.CLOCK_SKEWED, "clock", **fields)


@pytest.mark.parametrize(
    ("plan", "code", "requests"),
    [
        ({"mode": "drop", "times": 2}, None, 3),
        ({"mode": "drop"}, ErrorCode.ENDPOINT_UNREACHABLE, 3),
        ({"mode": "cut"}, ErrorCode.ENDPOINT_UNREACHABLE, 3),
        ({"mode": "status", "status": 503, "error": "ServiceUnavailable"}, ErrorCode.AWS_UNAVAILABLE, 3),
        ({"mode": "status", "status": 503, "times": 1}, None, 2),
        ({"mode": "status", "status": 429, "error": "ThrottlingException", "times": 1}, None, 2),
        ({"mode": "html"}, ErrorCode.AWS_ANSWER_INVALID, 1),
        ({"mode": "list"}, ErrorCode.AWS_ANSWER_INVALID, 1),
        ({"mode": "empty"}, ErrorCode.AWS_ANSWER_INVALID, 1),
        ({"mode": "huge"}, ErrorCode.ENDPOINT_UNREACHABLE, 3),
        ({"mode": "wrong_role"}, ErrorCode.AWS_ANSWER_INVALID, 1),
        ({"mode": "expired"}, ErrorCode.AWS_ANSWER_INVALID, 1),
        ({"mode": "no_expiration"}, ErrorCode.AWS_ANSWER_INVALID, 1),
        ({"mode": "slow", "seconds": 4}, ErrorCode.ENDPOINT_UNREACHABLE, 3),
    ],
)
def test_a_service_that_fails(
    anywhere: Anywhere,
    plan: dict[str, t.Any],
    code: ErrorCode | None,
    requests: int,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(roles_anywhere_request, "_CONNECT_TIMEOUT", 1)
    monkeypatch.setattr(roles_anywhere_request, "_READ_TIMEOUT", 2)
    fields = anywhere.certificate()
    anywhere.aws.tell("anywhere", **plan)
    began = time.monotonic()
    if code:
        anywhere.refused(code, "prod", **fields)
    else:
        assert anywhere.save(**fields).identity
    assert anywhere.requests == requests
    assert time.monotonic() - began < 20


def test_a_controller_without_the_library(anywhere: Anywhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "iam_rolesanywhere_session", None)
    error = anywhere.refused(
        ErrorCode.REQUIREMENT_MISSING, "iam-rolesanywhere-session is not installed", **anywhere.certificate()
    )
    assert "pip install 'iam-rolesanywhere-session>=3'" in error.hint


@pytest.mark.parametrize(
    ("fields", "code", "words"),
    [
        ({"profile_arn": PROFILE.replace("central", "west")}, "roles_anywhere_mismatch", "same region"),
        ({"profile_arn": PROFILE.replace("aws:", "aws-cn:", 1)}, "roles_anywhere_mismatch", "same partition"),
        ({"profile_arn": PROFILE.replace("1234", "9999")}, "roles_anywhere_mismatch", "same AWS account"),
        ({"role_arn": ROLE.replace("aws:", "aws-cn:", 1)}, "roles_anywhere_mismatch", "profile_arn and role_arn"),
        ({"role_arn": ROLE.replace("1234", "9999")}, "roles_anywhere_mismatch", "same AWS account"),
        ({"trust_anchor_arn": PROFILE}, "option_invalid", "trust_anchor_arn cannot be"),
        ({"profile_arn": ANCHOR}, "option_invalid", "profile_arn cannot be"),
        ({"profile_arn": ""}, "option_conflict", "needs profile_arn"),
        ({"certificate": ""}, "option_conflict", "needs certificate"),
        ({"private_key": PEM_KEY, "private_key_file": "/a"}, "option_conflict", "cannot be set together"),
        ({"private_key": "/canary/path"}, "option_invalid", "private_key is not a private key in PEM"),
        ({"private_key": PEM_KEY.replace("\n", " ")}, "option_invalid", "private_key is not in PEM"),
        ({"private_key": PEM_KEY + "\n" * 60_000 + "x"}, "option_invalid", "more than 60,000"),
        ({"certificate": PEM_KEY}, "option_invalid", "certificate contains a private key"),
        ({"certificate": "canary\ncanary"}, "option_invalid", "neither a path nor a certificate"),
        ({"role_session_name": "a b"}, "option_invalid", "role_session_name"),
        ({"duration_seconds": 60}, "option_invalid", "duration_seconds"),
        ({"secret_key": "canary"}, "option_conflict", "has no secret_key"),
    ],
)
def test_fields_that_no_account_can_have(fields: dict[str, t.Any], code: str, words: str) -> None:
    with pytest.raises(OctoAwsError, match=words) as failed:
        merge("prod", None, {**FIELDS, "certificate": "/etc/pki/a.pem", **fields})
    assert failed.value.code.value == code
    assert "canary" not in str(failed.value)


@pytest.mark.parametrize(
    ("partition", "region", "host"),
    [
        ("aws", "eu-central-1", "rolesanywhere.eu-central-1.amazonaws.com"),
        ("aws-cn", "cn-north-1", "rolesanywhere.cn-north-1.amazonaws.com.cn"),
        ("aws-us-gov", "us-gov-west-1", "rolesanywhere.us-gov-west-1.amazonaws.com"),
    ],
)
def test_partitions(
    partition: str, region: str, host: str, anywhere: Anywhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The request goes to the region of the ARNs, whatever the region of the account is."""
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    urls: list[str] = []

    def attempt(client: t.Any, _signer: t.Any, _text: str, _secrets: list[str]) -> t.Any:
        urls.append(client.meta.endpoint_url)
        return {}

    monkeypatch.setattr(roles_anywhere_request, "_attempt", attempt)
    arns = {field: arn.replace("aws", partition, 1).replace("eu-central-1", region) for field, arn in FIELDS.items()}
    arns["type"] = "roles_anywhere"
    account = checked(Account(name="prod", **{**arns, **anywhere.certificate()}))  # type: ignore[arg-type]
    with pytest.raises(OctoAwsError, match=f"IAM Roles Anywhere at https://{host} returned no session"):
        chain_of(account, "", _no_options()).links[0].request()
    assert urls == [f"https://{host}"]


def _no_options() -> SessionOptions:
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions

    return SessionOptions()
