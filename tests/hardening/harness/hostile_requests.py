# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the collection asks of services, of a server that answers as it likes."""

from __future__ import annotations

import contextlib
import dataclasses
import json
import typing as t
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from unittest.mock import patch

from ansible.parsing.vault import VaultSecret
from ansible_collections.octo.aws.plugins.module_utils._aws import botocore, machine_role, response_limits, sts
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.module_utils._model.hop import Hop
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.record import to_record
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.settings import SessionOptions
from ansible_collections.octo.aws.plugins.plugin_utils._sessions import identity, session_reuse
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.cache import SessionCache
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.chain import chain_of
from ansible_collections.octo.aws.plugins.plugin_utils._sessions.session_reuse import ChainWalk
from ansible_collections.octo.aws.plugins.plugin_utils._stores import aws_client, secretsmanager, ssm_lock
from ansible_collections.octo.aws.plugins.plugin_utils._stores.protocol import Store, StoreContext
from ansible_collections.octo.aws.plugins.plugin_utils._stores.registry import open_store
from ansible_collections.octo.aws.plugins.plugin_utils._vault import Vault
from harness.attempts import SECRETS
from harness.aws_process import REGION, clean_environment
from harness.hostile_server import HostileServer

ACCOUNT_ID = "123456789012"
ROLE = f"arn:aws:iam::{ACCOUNT_ID}:role/deploy"
SECRET_KEY, TOKEN, EXTERNAL_ID, WEB_TOKEN = SECRETS
KEYS: dict[str, t.Any] = {
    "access_key": "AKIAIOSFODNN7EXAMPLE",
    "secret_key": SECRET_KEY,
    "session_key": "0123456789abcdef" * 4,
}
LONG_AGO, LATER = "2001-01-01T00:00:00Z", "2099-01-01T00:00:00Z"

TIMEOUT = 0.2
ATTEMPTS = 2
LARGEST = 1024 * 1024


@contextlib.contextmanager
def fast_timeouts() -> t.Iterator[None]:
    """The bounds of tests, which are shorter: two attempts with TIMEOUT to connect and as much to read.

    The real ones are, for STS, 3 attempts of 15 seconds and at most 3 seconds between them; for stores, 6 attempts of
    15 seconds and at most 31 seconds between them; for instance metadata, 5 requests of 1 second; for container
    credentials, 3 attempts of 2 seconds and 1 second between them. No answer may be larger than 16 MiB.
    """
    from botocore.loaders import create_loader
    from botocore.utils import ContainerMetadataFetcher

    with contextlib.ExitStack() as stack:
        for module in (sts, aws_client):
            for name, value in (("_CONNECT_TIMEOUT", TIMEOUT), ("_READ_TIMEOUT", TIMEOUT), ("_ATTEMPTS", ATTEMPTS)):
                stack.enter_context(patch.object(module, name, value))
        stack.enter_context(patch.object(ContainerMetadataFetcher, "TIMEOUT_SECONDS", TIMEOUT))
        stack.enter_context(patch.object(ContainerMetadataFetcher, "SLEEP_TIME", 0))
        stack.enter_context(patch.object(response_limits, "LARGEST", LARGEST))
        stack.enter_context(patch.object(aws_client, "_MAX_PAGES", 20))
        stack.enter_context(patch.object(ssm_lock, "_PATIENCE", TIMEOUT))
        stack.enter_context(patch.object(secretsmanager, "_PATIENCE", TIMEOUT))
        stack.enter_context(patch("botocore.endpoint.time", SimpleNamespace(sleep=lambda _seconds: None)))
        # What botocore knows of services is read once, and not by each session.
        loader, session = create_loader(), botocore._session
        stack.enter_context(patch.object(botocore, "_session", lambda **options: _with(loader, session(**options))))
        yield


@dataclasses.dataclass(frozen=True)
class HostileRequest:
    """Something that is asked of the server.

    :param name: names it, for people
    :param ask: asks it
    :param document: a right answer, as a document that names it by its fields
    :param write: makes a body of such a document
    :param kind: the type of the body
    :param target: the end of the target of the request that is answered wrongly; others get what ``others`` says
    :param others: right answers by the ends of their targets
    :param environment: variables to ask with
    :param patient: whether answers that take long are tried, too: once for each way of asking is enough
    :param secrets: what the server is sent, or could guess, and can quote
    """

    name: str
    ask: t.Callable[[], t.Any]
    document: dict[str, t.Any]
    write: t.Callable[[dict[str, t.Any]], bytes]
    kind: str = "application/x-amz-json-1.1"
    target: str = ""
    others: t.Mapping[str, bytes] = dataclasses.field(default_factory=dict)
    environment: t.Mapping[str, str] = dataclasses.field(default_factory=dict)
    secrets: tuple[str, ...] = (SECRET_KEY, TOKEN)
    patient: bool = False


class HostileRequests:
    """All that is asked.

    :param server: whom
    :param folder: for the session cache, and for a token
    """

    def __init__(self, server: HostileServer, folder: Path) -> None:
        self._server = server
        self.sessions = folder / "sessions"
        self._token_file = folder / "token"
        self._token_file.write_text(WEB_TOKEN, encoding="ascii")

    def __iter__(self) -> t.Iterator[HostileRequest]:
        yield from self._of_sts()
        yield from self._of_machine()
        yield from self._of_stores()

    def kept(self) -> str:
        """What was kept of an answer, in the process or in the session cache."""
        files = [path.name for path in self.sessions.rglob("*.session")]
        return ", ".join([*files, *session_reuse._in_memory])

    def forget(self) -> None:
        """Keep nothing."""
        session_reuse._in_memory.clear()
        identity.known_identities.clear()
        for path in self.sessions.rglob("*.session"):
            path.unlink()

    def _resolve(self, **fields: t.Any) -> Credentials:
        account = Account(name="prod", region=REGION, endpoint_url=self._server.url, **fields)
        cache = SessionCache(str(self.sessions), "file:/store", "prod", _warn)
        return ChainWalk(chain_of(account, REGION, SessionOptions()), cache).credentials()

    def _of_sts(self) -> t.Iterator[HostileRequest]:
        keys = {"type": "access_key", **KEYS}
        user = f"arn:aws:iam::{ACCOUNT_ID}:user/deployer"
        session = {
            "AccessKeyId": "ASIAIOSFODNN7EXAMPLE",
            "SecretAccessKey": "given",
            "SessionToken": "given",
            "Expiration": LATER,
        }
        role = {"Arn": f"arn:aws:sts::{ACCOUNT_ID}:assumed-role/deploy/octo", "AssumedRoleId": "AROA:octo"}
        token = {"session_token": TOKEN, "access_key": "ASIAIOSFODNN7EXAMPLE"}
        web = {"type": "web_identity", "role_arn": ROLE, "web_identity_token_file": str(self._token_file)}
        identity = {"Arn": user, "UserId": "AIDA", "Account": ACCOUNT_ID}
        yield _sts_request(
            "AssumeRole",
            lambda: self._resolve(**{**keys, **token}, assume_role=(Hop(ROLE, external_id=EXTERNAL_ID),)),
            {"Credentials": session, "AssumedRoleUser": role},
            (SECRET_KEY, TOKEN, EXTERNAL_ID),
        )
        yield _sts_request(
            "AssumeRoleWithWebIdentity",
            lambda: self._resolve(**web, session_key=KEYS["session_key"]),
            {"Credentials": session, "AssumedRoleUser": role},
            (WEB_TOKEN,),
        )
        yield _sts_request(
            "GetSessionToken", lambda: self._resolve(**keys, temporary=True), {"Credentials": session}, (SECRET_KEY,)
        )
        yield _sts_request(
            "GetCallerIdentity",
            lambda: self._resolve(**{**keys, **token}, account_id=ACCOUNT_ID),
            identity,
            (SECRET_KEY, TOKEN),
        )

    def _of_machine(self) -> t.Iterator[HostileRequest]:
        document = {"AccessKeyId": "ASIAIOSFODNN7EXAMPLE", "SecretAccessKey": "given", "Token": "given"}
        document = {"Code": "Success", **document, "Expiration": LATER}
        right = {"/token": b"token", "credentials/": b"web", "/web": _json(document)}

        def ask() -> Credentials:
            return machine_role.machine_credentials(REGION)

        for target, value in right.items():
            yield HostileRequest(
                name=f"instance metadata ({target})",
                ask=ask,
                document=document if target == "/web" else {"": value.decode()},
                write=_json if target == "/web" else _plain,
                kind="application/json" if target == "/web" else "text/plain",
                target=target,
                others={other: body for other, body in right.items() if other != target},
                environment={
                    "AWS_EC2_METADATA_SERVICE_ENDPOINT": self._server.url,
                    "AWS_METADATA_SERVICE_TIMEOUT": "1",
                },
                patient=target == "/web",
            )
        yield HostileRequest(
            name="container credentials",
            ask=ask,
            document=document,
            write=_json,
            kind="application/json",
            environment={"AWS_CONTAINER_CREDENTIALS_FULL_URI": f"{self._server.url}/credentials"},
            patient=True,
        )

    def _of_stores(self) -> t.Iterator[HostileRequest]:
        account = Account(name="prod", type="access_key", **KEYS)
        record = to_record(account, compact=True)
        at = f"region={REGION}&endpoint_url={self._server.url}"
        for url in (f"secretsmanager:hostile?{at}", f"ssm:/hostile?{at}"):
            service = url.partition(":")[0]
            context = StoreContext(Vault([("default", VaultSecret(b"p"))]), "", _warn, _refuse)
            store = open_store(url, context)
            item = "hostile/prod" if service == "secretsmanager" else "/hostile/prod"
            value = {"Name": item, "ARN": "a", "VersionId": "v", "SecretString": record, "CreatedDate": 1e9}
            parameter = {"Name": item, "Type": "SecureString", "Value": record, "Version": 1, "LastModifiedDate": 1e9}
            one = value if service == "secretsmanager" else {"Parameter": parameter}
            many = {"SecretValues": [value], "Errors": [], "Parameters": [parameter], "NextToken": ""}
            names = {"SecretList": [{"Name": item}], "Parameters": [{"Name": item}], "NextToken": ""}
            works: dict[str, tuple[t.Callable[[], object], dict[str, t.Any]]] = {
                "read": (partial(store.read, "prod", fresh=True), one),
                "read_many": (partial(_all, store), many),
                "names": (store.names, names),
                "write": (partial(store.write, account, None, None), one),
                "replace": (partial(store.write, account, "v", None), one),
                "delete": (partial(store.delete, "prod"), one),
            }
            for what, (work, document) in works.items():
                yield HostileRequest(
                    name=f"{service}, {what}",
                    ask=work,
                    document=document,
                    write=_json,
                    environment={
                        "AWS_ACCESS_KEY_ID": KEYS["access_key"],
                        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
                        "AWS_SESSION_TOKEN": TOKEN,
                    },
                    patient=what == "names",
                )


@contextlib.contextmanager
def asking(question: HostileRequest) -> t.Iterator[None]:
    """The environment to ask in."""
    with clean_environment(NO_PROXY="*", **question.environment):
        yield


def _sts_request(
    operation: str, ask: t.Callable[[], t.Any], document: dict[str, t.Any], secrets: tuple[str, ...]
) -> HostileRequest:
    def write(changed: dict[str, t.Any]) -> bytes:
        result = f"<{operation}Result>{_xml(changed)}</{operation}Result>"
        namespace = "https://sts.amazonaws.com/doc/2011-06-15/"
        return f'<{operation}Response xmlns="{namespace}">{result}</{operation}Response>'.encode("utf-8", "replace")

    patient = operation == "AssumeRole"
    return HostileRequest(operation, ask, document, write, kind="text/xml", secrets=secrets, patient=patient)


def _xml(value: t.Any) -> str:
    # What is no text is written as it is: it may be no XML at all.
    if isinstance(value, dict):
        return "".join(f"<{name}>{_xml(inner)}</{name}>" for name, inner in value.items())
    return "".join(map(_xml, value)) if isinstance(value, list) else str(value)


def _json(value: dict[str, t.Any]) -> bytes:
    return json.dumps(value).encode()


def _plain(value: dict[str, t.Any]) -> bytes:
    return str(value[""]).encode("utf-8", "surrogatepass")


def _with(loader: t.Any, session: t.Any) -> t.Any:
    session.register_component("data_loader", loader)
    return session


def _all(store: Store) -> t.Any:
    return list(store.read_many(["prod"]))


def _warn(_text: str) -> None:
    pass


def _refuse(name: str, url: str) -> t.NoReturn:
    raise AssertionError((name, url))
