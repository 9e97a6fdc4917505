# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The surroundings of the canaries: a fake AWS, secrets in every place that has some, and Ansible told to leave behind
all that it can."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import typing as t
from pathlib import Path

from ansible.parsing.vault import VaultLib, VaultSecret
from cryptography.hazmat.primitives import serialization
from harness.canary_secrets import Secrets
from harness.canary_watch import Watch
from harness.local_aws import LocalAws
from harness.local_vault import LocalVault

HERE = Path(__file__).parents[1]
PLAYBOOKS = HERE / "canaries"
TARGETS = HERE.parent / "integration" / "targets"

_PASSWORD = "canary-vault-password"
_CODES = {"save": "123456", "user": "234567", "wrong": "652817", "option": "908374", "variable": "517263"}
_CANARY, _EXTERNAL_ID = "canary/of+the+search", "canary-external-id"
_PARAMETER = "canary/parameter+of+the+search"
"""The value of a parameter that scripts read with environment_from."""
_OF_MASKING = {
    name: f"canary/{name}+of+the+masking" for name in ("shared", "copied", "read", "imported", "given", "hop")
}
_VARIABLES: dict[str, t.Any] = {
    "canary": _CANARY,
    "external": _EXTERNAL_ID,
    "wrong": "canary-external-wrong",
    "canaries": _OF_MASKING,
    "codes": _CODES,
}
"""Of the playbooks. They are in a file, as Ansible itself shows its command line."""

_WEB_TOKENS = {
    "web": "e30.e30.web-identity-token",
    "expired": "e30.e30.expired-web-identity-token",
    "invalid": "e30.e30.canary-web-identity",
}

_NOT_KEPT = ("AWS_", "OCTO_", "ANSIBLE_", "GITHUB_", "GITLAB_", "TF_BUILD", "JENKINS_", "AWX_")
"""Prefixes of variables that change credentials, or make this a job of a CI system."""
_PASSPHRASE = "canary/passphrase+of+the+search"
_PRIVATE_KEY = "canary/private+key+of+the+search"
"""In the place of the lines of a private key that cannot be used. Those that can are known to the fake AWS."""

_PROCESS = "ansible_collections.octo.aws.plugins.plugin_utils.credential_process"


class CanarySetup:
    """A folder with what nobody may see (``given``), and one with all that is left of the runs (``left``).

    :param folder: an empty one
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.given = folder / "given"
        self.left = folder / "left"
        self.passing = folder / "passing"
        self.started = folder / "started"
        """Is there as soon as a script runs that will be interrupted."""
        os.umask(0o077)
        self._registry = folder / "registry"
        for name in ("given/images", "left/home", "left/tmp", "registry"):
            (folder / name).mkdir(parents=True)
        subprocess.run(
            [sys.executable, str(TARGETS / "containers" / "images.py"), str(self.given / "images")], check=True
        )
        self._local_aws = LocalAws(self.given, "--registry", str(self._registry))
        self.aws = self._local_aws.facts
        self._local_vault = LocalVault(self.given)
        self.tell = self._local_aws.tell
        self._give()
        self.environment = self._environment()

    def end(self) -> None:
        """End the fake AWS and the double of Vault."""
        self._local_vault.end()
        self._local_aws.end()

    def secrets(self) -> Secrets:
        """All that there ever were, with the keys that sessions are sealed with."""
        known = [_PASSWORD, *_CODES.values(), *_WEB_TOKENS.values(), *_OF_MASKING.values()]
        known += [_CANARY, _PARAMETER, _EXTERNAL_ID, _VARIABLES["wrong"], _PASSPHRASE, _PRIVATE_KEY]
        known += self._local_vault.secrets()
        return Secrets([*known, *self.tell("secrets"), *self._session_keys()])

    def run(self, name: str, *command: str, **environment: str | None) -> tuple[int, Watch]:
        """Run a command, with its output in ``left``.

        :param environment: what is other than usual in it; ``None`` for what is not in it
        """
        with self.watch(name) as watch:
            process = self.start(name, *command, **environment)
            process.wait()
        return process.returncode, watch

    def play(self, name: str, *arguments: str, **environment: str | None) -> Watch:
        """Run playbooks that end well."""
        return self.succeed(name, *self.playbook(*arguments), **environment)

    def succeed(self, name: str, *command: str, **environment: str | None) -> Watch:
        """Run a command that ends well."""
        status, watch = self.run(name, *command, **environment)
        if status:
            said = self.output(name).read_text().partition('"canary results"')[0]
            raise AssertionError(f"{name} ended with {status}:\n{said[-6000:]}")
        return watch

    def playbook(self, *arguments: str) -> tuple[str, ...]:
        """The command for playbooks."""
        # Ansible would read files of a play again for each task.
        files = [self.given / "vars.json", *sorted(PLAYBOOKS.glob("vars/*.yml"))]
        variables = [f"ansible_python_interpreter={sys.executable}", *(f"@{path}" for path in files)]
        options = [word for variable in variables for word in ("-e", variable)]
        return ("ansible-playbook", *arguments, "-c", "local", *options, "-vvvvv", "--diff")

    def start(self, name: str, *command: str, **environment: str | None) -> subprocess.Popen[bytes]:
        """The same without waiting for it."""
        whole = {**self.environment, **environment}
        with self.output(name).open("wb") as output:
            return subprocess.Popen(
                command,
                cwd=PLAYBOOKS,
                env={name: value for name, value in whole.items() if value is not None},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    def watch(self, name: str) -> Watch:
        """Look at processes and at all folders for files that come and go."""
        folders = [self.left / place for place in ("tmp", "local", "remote", "async", "tree")]
        return Watch(self.folder, folders, self.passing / name)

    def output(self, name: str) -> Path:
        """The file with what a run showed."""
        return self.left / f"output-{name}"

    def end_what_is_left(self) -> None:
        """End processes of the runs that outlived them."""
        mark = f"ANSIBLE_HOME={self.environment['ANSIBLE_HOME']}".encode()
        for path in Path("/proc").glob("[0-9]*/environ"):
            try:
                ours = mark in path.read_bytes().split(b"\0")
                if ours and int(path.parent.name) not in (os.getpid(), self._local_aws.process):
                    os.kill(int(path.parent.name), signal.SIGKILL)
            except OSError:
                continue

    def _give(self) -> None:
        variables = {"aws": self.aws, "work": str(self.folder), "given": str(self.given), **_VARIABLES}
        variables["started"] = str(self.started)
        issued = self.tell("certificate", kind="ec")
        variables |= {"issued": issued, "passphrase": _PASSPHRASE}
        variables["expired"] = self.tell("certificate", begin=-7200, end=-3600)
        variables["early"] = self.tell("certificate", begin=3600)
        variables["false_key"] = f"-----BEGIN PRIVATE KEY-----\n{_PRIVATE_KEY}\n-----END PRIVATE KEY-----"
        self._issued = issued
        variables["vault"] = self._local_vault.facts
        (self.given / "vars.json").write_text(json.dumps(variables))
        prompts = {
            "account_name": "typed",
            "account_confirm": "typed",
            "account_access_key": self.aws["access_key"],
            "account_secret_key": self.aws["secret_key"],
            "account_region": "eu-central-1",
            "account_details": True,
            "copy_from": str(self.left / "source"),
            "import_profiles": "base,external,web",
            "import_test": False,
        }
        (self.given / "prompts.json").write_text(json.dumps(prompts))
        for name, token in _WEB_TOKENS.items():
            (self.given / name).write_text(token)
        (self.given / "password").write_text(_PASSWORD)
        (self.given / "wrong-code").write_text(_CODES["wrong"])
        (self.given / "no-botocore").mkdir()
        (self.given / "no-botocore" / "botocore.py").write_text("raise ImportError\n")
        (self.given / "broken").write_text(f"[profile base]\n{_CANARY}\n")
        self._give_certificate()
        self._give_profiles()
        self._give_records()
        parameter = {"Name": "/canary/of/{}-script", "Type": "SecureString", "Value": _PARAMETER}
        self.tell("fill", service="ssm", count=1, parameters=parameter)

    def _give_certificate(self) -> None:
        """The files of IAM Roles Anywhere, and a key with a passphrase."""
        (self.given / "controller.pem").write_text(self._issued["certificate"] + self._issued["chain"])
        (self.given / "controller.key").write_text(self._issued["private_key"])
        key = serialization.load_pem_private_key(self._issued["private_key"].encode(), None)
        sealed = key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(_PASSPHRASE.encode()),
        )
        (self.given / "sealed.key").write_bytes(sealed)

    def _give_profiles(self) -> None:
        key, roles = self.aws["access_key"], self.aws["roles"]
        wrong, external = _CANARY, _EXTERNAL_ID
        reader = self.aws["users"]["reader"]
        profiles = {
            "base": {"aws_access_key_id": key, "aws_secret_access_key": self.aws["secret_key"]},
            "wrong": {"aws_access_key_id": key, "aws_secret_access_key": wrong},
            "reader": {"aws_access_key_id": reader["access_key"], "aws_secret_access_key": reader["secret_key"]},
            "external": {"role_arn": roles["external"], "source_profile": "base", "external_id": external},
            "web": {"role_arn": roles["web"], "web_identity_token_file": str(self.given / "web")},
            "half": {"aws_secret_access_key": wrong},
            "circle": {"credential_process": f"{sys.executable} -m {_PROCESS} circle", "external_id": external},
            "misplaced": {"role_arn": wrong, "source_profile": "base"},
        }
        (self.given / "config").write_text(_profiles(profiles))
        secret = _OF_MASKING["imported"]
        imported = {"imported": {"aws_access_key_id": key, "aws_secret_access_key": secret}}
        (self.given / "imported").write_text(_profiles(imported))

    def _give_records(self) -> None:
        """Records that cannot be used, with secrets in them."""
        store = self.left / "store"
        store.mkdir()
        secret = _CANARY
        keys = {"access_key": "AKIAIOSFODNN7EXAMPLE", "secret_key": secret}
        record = json.dumps({"version": 1, "name": "misplaced", "type": "access_key", **keys})
        (store / "damaged.vault").write_text("$ANSIBLE_VAULT;1.1;AES256\n00\n")
        (store / "empty.vault").touch()
        (store / "unreadable.vault").mkdir()
        (store / "invalid.vault").write_bytes(_sealed(json.dumps(keys), _PASSWORD))
        (store / "misplaced.vault").write_bytes(_sealed(record.replace("misplaced", "another"), _PASSWORD))
        (store / "sealed.vault").write_bytes(_sealed(record, "another password"))

    def _environment(self) -> dict[str, str]:
        kept = {name: value for name, value in os.environ.items() if not name.startswith(_NOT_KEPT)}
        collections = os.environ.get("ANSIBLE_COLLECTIONS_PATH")
        return {
            **kept,
            **({"ANSIBLE_COLLECTIONS_PATH": collections} if collections else {}),
            "AWS_CONFIG_FILE": str(self.given / "config"),
            "AWS_ENDPOINT_URL": self.aws["url"],
            "ACTIONS_ID_TOKEN_REQUEST_URL": self.aws["ci"]["github_url"],
            "ACTIONS_ID_TOKEN_REQUEST_TOKEN": self.aws["ci"]["github_secret"],
            "AWS_EC2_METADATA_SERVICE_ENDPOINT": self.aws["url"],
            # The default of one second is short for a machine that does other work, too.
            "AWS_METADATA_SERVICE_TIMEOUT": "5",
            "NO_PROXY": "*",
            "SSL_CERT_FILE": str(self._registry / "registry.crt"),
            "OCTO_AWS_STORE": str(self.left / "store"),
            "ANSIBLE_HOME": str(self.left / "ansible"),
            "ANSIBLE_VAULT_PASSWORD_FILE": str(self.given / "password"),
            "ANSIBLE_INVENTORY": "localhost,",
            "ANSIBLE_DEPRECATION_WARNINGS": "false",
            "ANSIBLE_PIPELINING": "false",
            "ANSIBLE_LOG_PATH": str(self.left / "log"),
            "ANSIBLE_CONNECTION_PLUGINS": str(TARGETS / "s3_upload" / "connection_plugins"),
            "ANSIBLE_CALLBACK_PLUGINS": str(PLAYBOOKS / "callback_plugins"),
            "ANSIBLE_CALLBACKS_ENABLED": "ansible.builtin.junit,ansible.builtin.tree,document",
            "JUNIT_OUTPUT_DIR": str(self.left / "junit"),
            "ANSIBLE_CALLBACK_TREE_DIR": str(self.left / "tree"),
            "ANSIBLE_CACHE_PLUGIN": "ansible.builtin.jsonfile",
            "ANSIBLE_CACHE_PLUGIN_CONNECTION": str(self.left / "facts"),
            "ANSIBLE_LOCAL_TEMP": str(self.left / "local"),
            "ANSIBLE_REMOTE_TEMP": str(self.left / "remote"),
            "ANSIBLE_ASYNC_DIR": str(self.left / "async"),
            "TMPDIR": str(self.left / "tmp"),
            "HOME": str(self.left / "home"),
            "PYTHONPATH": os.pathsep.join([str(PLAYBOOKS / "python"), *filter(None, [os.environ.get("PYTHONPATH")])]),
            "CANARY_SYSLOG": str(self.left / "syslog"),
        }

    def _session_keys(self) -> list[str]:
        vault = VaultLib([("default", VaultSecret(_PASSWORD.encode()))])
        keys = []
        for path in (path for path in self.left.rglob("*.vault") if path.is_file()):
            try:
                keys.append(json.loads(vault.decrypt(path.read_bytes())).get("session_key"))
            except Exception:
                continue  # one of those that cannot be used
        found = [key for key in keys if key]
        if len(set(found)) != len(found):
            raise AssertionError("accounts share the key that seals their sessions")
        return found


def _profiles(profiles: t.Mapping[str, t.Mapping[str, str]]) -> str:
    lines = []
    for name, fields in profiles.items():
        lines += [f"[profile {name}]", *(f"{field} = {value}" for field, value in fields.items()), ""]
    return "\n".join(lines)


def _sealed(text: str, password: str) -> bytes:
    secret = VaultSecret(password.encode())
    sealed: bytes = VaultLib([("default", secret)]).encrypt(text, secret)
    return sealed
