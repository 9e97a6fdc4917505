# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Try the authentication methods with a real OpenBao or Vault: ``python tests/fake_vault/real_logins.py [PROGRAM]``.

PROGRAM, ``bao`` by default, is started in development mode with TLS. Run this with the Python of an environment of
tests, which has ``hvac``, with the collection in ``ANSIBLE_COLLECTIONS_PATH`` and in ``PYTHONPATH``. The methods are
token, approle, jwt, and cert; kubernetes sends the same request as jwt, and aws_iam needs an AWS account.
"""

from __future__ import annotations

import base64
import datetime
import json
import ssl
import subprocess
import sys
import tempfile
import time
import typing as t
import urllib.request
import uuid
from pathlib import Path

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._hashi_vault.client import VaultClient
from ansible_collections.octo.aws.plugins.plugin_utils._hashi_vault.connection import connection_of
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ADDRESS = "127.0.0.1:18211"
URL = f"https://{ADDRESS}"


class Service:
    """A service in development mode, and requests of its administrator."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.token = uuid.uuid4().hex
        self._context = ssl.create_default_context()

    def wait(self) -> None:
        """Wait until the service has its certificate, and responds."""
        for _try in range(100):
            try:
                self._context.load_verify_locations(self.authority)
                self.request("GET", "sys/health")
            except OSError:
                time.sleep(0.2)
            else:
                return
        sys.exit(f"{URL} did not start.")

    @property
    def authority(self) -> str:
        return next((str(path) for path in self.folder.glob("*ca.pem")), str(self.folder / "ca.pem"))

    def request(self, method: str, path: str, **body: t.Any) -> dict[str, t.Any]:
        content = json.dumps(body).encode() if body else None
        headers = {"X-Vault-Token": self.token}
        request = urllib.request.Request(f"{URL}/v1/{path}", content, headers, method=method)
        with urllib.request.urlopen(request, context=self._context) as response:
            return t.cast("dict[str, t.Any]", json.loads(response.read() or b"{}"))


def _log_in(service: Service, **options: str) -> str:
    """Return the name of the token that a login gets."""
    connection = connection_of({"url": URL, "ca_cert": service.authority, **options})
    connection.check("")
    found = VaultClient(connection, "the real service").call("GET", "auth/token/lookup-self")
    return str(found["data"]["path"])


def _written(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    return str(path)


def _key(path: Path) -> tuple[rsa.RSAPrivateKey, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    form = serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    return key, _written(path, key.private_bytes(serialization.Encoding.PEM, *form))


def _certificate(key: rsa.RSAPrivateKey, name: str) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    today = datetime.datetime.now(datetime.timezone.utc)
    made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(today - datetime.timedelta(days=1)).not_valid_after(today + datetime.timedelta(days=1))
    made = made.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    signed = made.add_extension(usage, critical=False).sign(key, hashes.SHA256())
    return signed.public_bytes(serialization.Encoding.PEM)


def _jwt(key: rsa.RSAPrivateKey, audience: str) -> str:
    def encoded(part: bytes) -> str:
        return base64.urlsafe_b64encode(part).decode().rstrip("=")

    now = int(time.time())
    claims = {"sub": "deploy", "aud": audience, "iat": now, "exp": now + 300, "iss": "test"}
    text = ".".join(encoded(json.dumps(part).encode()) for part in ({"alg": "RS256", "typ": "JWT"}, claims))
    return f"{text}.{encoded(key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def _approle(service: Service) -> dict[str, str]:
    service.request("POST", "sys/auth/approle", type="approle")
    service.request("POST", "auth/approle/role/deploy", token_policies="default")
    role = service.request("GET", "auth/approle/role/deploy/role-id")["data"]["role_id"]
    secret = service.request("POST", "auth/approle/role/deploy/secret-id", ttl="1h")["data"]["secret_id"]
    return {"auth_method": "approle", "role_id": role, "secret_id": secret}


def _web_token(service: Service) -> dict[str, str]:
    key, _path = _key(service.folder / "jwt.key")
    form = serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    service.request("POST", "sys/auth/jwt", type="jwt")
    service.request("POST", "auth/jwt/config", jwt_validation_pubkeys=key.public_key().public_bytes(*form).decode())
    role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": ["vault"], "token_policies": "default"}
    service.request("POST", "auth/jwt/role/deploy", **role)
    return {"auth_method": "jwt", "role_id": "deploy", "jwt": _jwt(key, "vault")}


def _client_certificate(service: Service) -> dict[str, str]:
    key, key_path = _key(service.folder / "client.key")
    certificate = _certificate(key, "deploy")
    service.request("POST", "sys/auth/cert", type="cert")
    service.request("POST", "auth/cert/certs/deploy", certificate=certificate.decode(), token_policies="default")
    path = _written(service.folder / "client.pem", certificate)
    return {
        "auth_method": "cert",
        "role_id": "deploy",
        "cert_auth_public_key": path,
        "cert_auth_private_key": key_path,
    }


def _other_certificate(service: Service) -> dict[str, str]:
    key, key_path = _key(service.folder / "other.key")
    path = _written(service.folder / "other.pem", _certificate(key, "other"))
    return {"auth_method": "cert", "cert_auth_public_key": path, "cert_auth_private_key": key_path}


def _report(service: Service) -> bool:
    """Print the outcome of each login. Return whether all are right."""
    expected: dict[str, tuple[dict[str, str], str]] = {
        "token": ({"token": service.token}, "auth/token/create"),
        "approle": (_approle(service), "auth/approle/login"),
        "jwt": (_web_token(service), "auth/jwt/login"),
        "cert": (_client_certificate(service), "auth/cert/login"),
        "token, wrong": ({"token": "wrong"}, ErrorCode.VAULT_DENIED.value),
        "approle, wrong": ({**_wrong("approle"), "secret_id": "wrong"}, ErrorCode.VAULT_AUTH_FAILED.value),
        "jwt, wrong": ({**_wrong("jwt"), "jwt": "e30.e30.e30"}, ErrorCode.VAULT_AUTH_FAILED.value),
        "cert, another": (_other_certificate(service), ErrorCode.VAULT_AUTH_FAILED.value),
    }
    good = True
    for name, (options, outcome) in expected.items():
        try:
            found = _log_in(service, **options)
        except OctoAwsError as error:
            found = error.code.value
        good &= found == outcome
        print(f"{name}: {found}" + ("" if found == outcome else f", expected {outcome}"))
    return good


def _wrong(method: str) -> dict[str, str]:
    return {"auth_method": method, "role_id": "deploy"}


def main() -> int:
    """Return 0 if each login has the outcome that it shall have."""
    program = sys.argv[1] if sys.argv[1:] else "bao"
    with tempfile.TemporaryDirectory() as folder:
        service = Service(Path(folder))
        options = [f"-dev-root-token-id={service.token}", f"-dev-listen-address={ADDRESS}", "-dev-no-store-token"]
        tls = ["-dev-tls", f"-dev-tls-cert-dir={folder}"]
        server = subprocess.Popen([program, "server", "-dev", *options, *tls], stdout=subprocess.DEVNULL)
        try:
            service.wait()
            return 0 if _report(service) else 1
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    sys.exit(main())
