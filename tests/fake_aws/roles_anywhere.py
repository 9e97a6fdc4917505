# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""CreateSession of IAM Roles Anywhere, and certificates for it.

It is written from the user guide of IAM Roles Anywhere: "Authentication", "The IAM Roles Anywhere authentication
signing process", "Trust model" and "Troubleshooting". It checks the signature (with code of its own, not that of the
client), the time and the scope of the request, the chain of certificates up to the trust anchor, their dates and
extensions, revocation, the ARNs, the profile, the trust policy of the role, and the duration. Types and states of its
refusals are those of the guide; not all of their words are.
"""

from __future__ import annotations

import base64
import datetime
import hashlib
import json
import re
import time
import typing as t
import urllib.parse

from accounts import ACCOUNT_ID, make_role
from answers import StartResponse, answer
from clock import now
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.x509.oid import NameOID
from faults import drop
from moto.iam.models import iam_backends
from moto.sts.models import sts_backends
from sessions import Environ, Refusal
from trust import trusts

SERVICE = "rolesanywhere"
REGION = "eu-central-1"
_PRINCIPAL = "rolesanywhere.amazonaws.com"
_JSON = "application/json"
_TOLERANCE = 300
_AUTHORIZATION = re.compile(
    r"(AWS4-X509-(?:RSA|ECDSA)-SHA256) Credential=(\d+)/(\d{8})/([a-z0-9-]+)/rolesanywhere/aws4_request, "
    r"SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]+)"
)
_SIGNED = {"host", "x-amz-date", "x-amz-x509"}
_MOST_IN_CHAIN = 5


def _arn(kind: str, number: int, region: str = REGION, account_id: str = ACCOUNT_ID) -> str:
    return f"arn:aws:{SERVICE}:{region}:{account_id}:{kind}/00000000-0000-4000-8000-{number:012}"


class RolesAnywhere:
    """A CA that issues certificates, and the service that takes them.

    ``plan`` is how the next requests go: ``mode`` is one of ``normal``; ``status`` with a ``status`` and an ``error``;
    ``slow`` after ``seconds``; ``cut``, less than announced; ``drop``, no answer; ``html``; ``huge``; ``empty``, no
    session; ``list``, other JSON; ``wrong_role``; ``expired``; ``no_expiration``. ``times`` limits it.
    """

    def __init__(self) -> None:
        self.plan: dict[str, t.Any] = {}
        self.revoked: set[int] = set()
        self.issued: list[str] = []
        self._root_key, self._key, self._other_key = (ec.generate_private_key(ec.SECP256R1()) for _number in range(3))
        self.root = _certificate("Root", "Root", self._root_key, self._root_key, ca=True)
        self.intermediate = _certificate("Intermediate", "Root", self._key, self._root_key, ca=True)
        self.other_root = _certificate("Other Root", "Other Root", self._other_key, self._other_key, ca=True)
        self._anchors = {
            _arn("trust-anchor", 1): (self.root, True),
            _arn("trust-anchor", 2): (self.root, False),
            _arn("trust-anchor", 3): (self.other_root, True),
        }
        self._profiles: dict[str, dict[str, t.Any]] = {}

    def populate(self) -> dict[str, t.Any]:
        """Make roles and profiles: what a test has to know of them."""
        service = {"Service": _PRINCIPAL}
        actions = ("sts:AssumeRole", "sts:SetSourceIdentity", "sts:TagSession")
        condition = {"ArnEquals": {"aws:SourceArn": _arn("trust-anchor", 1)}}
        anywhere = make_role("anywhere", service, action=actions, condition=condition)
        unlisted = make_role("unlisted", service, action=actions)
        closed = make_role("closed_anywhere", {"Service": "ec2.amazonaws.com"})
        roles = [anywhere.arn, closed.arn]
        self._profiles = {
            _arn("profile", 1): {"roles": roles, "enabled": True, "seconds": 3600, "names": False},
            _arn("profile", 2): {"roles": roles, "enabled": False, "seconds": 3600, "names": False},
            _arn("profile", 3): {"roles": roles, "enabled": True, "seconds": 43200, "names": True},
        }
        anchors, profiles = list(self._anchors), list(self._profiles)
        return {
            "trust_anchor_arn": anchors[0],
            "disabled_trust_anchor_arn": anchors[1],
            "other_trust_anchor_arn": anchors[2],
            "unknown_trust_anchor_arn": _arn("trust-anchor", 9),
            "profile_arn": profiles[0],
            "disabled_profile_arn": profiles[1],
            "naming_profile_arn": profiles[2],
            "unknown_profile_arn": _arn("profile", 9),
            "role_arn": anywhere.arn,
            "unlisted_role_arn": unlisted.arn,
            "closed_role_arn": closed.arn,
        }

    def issue(
        self,
        kind: str = "ec",
        *,
        begin: float = -60,
        end: float = 86400,
        direct: bool = False,
        foreign: bool = False,
        usage: bool = True,
        sha: int = 256,
    ) -> dict[str, t.Any]:
        """A certificate and its key.

        :param begin: seconds from now until it is valid
        :param direct: signed by the trust anchor itself, not by the intermediate CA
        :param foreign: signed by a CA that is no trust anchor
        :param usage: for digital signatures
        """
        key: t.Any = rsa.generate_private_key(65537, 2048) if kind == "rsa" else ec.generate_private_key(ec.SECP384R1())
        ca, issuer = (self._root_key, "Root") if direct else (self._key, "Intermediate")
        if foreign:
            ca, issuer = ec.generate_private_key(ec.SECP256R1()), "Intermediate"
        made = _certificate("controller", issuer, key, ca, begin=begin, end=end, usage=usage, sha=sha)
        formats = (serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        text = key.private_bytes(*formats).decode()
        self.issued += text.splitlines()[1:-1]
        return {
            "certificate": _pem(made),
            "chain": "" if direct else _pem(self.intermediate),
            "root": _pem(self.root),
            "private_key": text,
            "serial": made.serial_number,
        }

    def serve(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        mode = self._mode()
        if mode == "slow":
            time.sleep(float(self.plan.get("seconds", 1)))
        if mode == "drop":
            drop(environ)
        if mode == "status":
            error = {"message": self.plan.get("message", "no"), "__type": self.plan.get("error", "Other")}
            return answer(start_response, f"{self.plan['status']} Error", json.dumps(error), _JSON)
        try:
            made = self._create(environ, body)
        except Refusal as refusal:
            error = {"message": str(refusal), "__type": refusal.code}
            return answer(start_response, refusal.status, json.dumps(error), _JSON)
        found = made["credentialSet"][0]
        if mode == "wrong_role":
            found["assumedRoleUser"]["arn"] = found["assumedRoleUser"]["arn"].replace(ACCOUNT_ID, "999999999999")
        if mode == "expired":
            found["credentials"]["expiration"] = "2020-01-01T00:00:00Z"
        if mode == "no_expiration":
            del found["credentials"]["expiration"]
        if mode == "empty":
            made["credentialSet"] = []
        text = {"html": "<html>A captive portal</html>", "list": "[]"}.get(mode, json.dumps(made))
        if mode == "huge":
            text += " " * 20_000_000
        if mode == "cut":
            start_response("201 Created", [("Content-Type", _JSON), ("Content-Length", str(len(text)))])
            return _cut(text.encode(), environ)
        return answer(start_response, "201 Created", text, _JSON)

    def _create(self, environ: Environ, body: bytes) -> dict[str, t.Any]:
        if environ["REQUEST_METHOD"] != "POST":
            raise _refusal("ValidationException", "Unsupported method", 400)
        certificate, chain, region = _authenticate(environ, body)
        given = _body(body)
        anchor_arn, profile_arn, role_arn = (given[name] for name in ("trustAnchorArn", "profileArn", "roleArn"))
        for arn in (anchor_arn, profile_arn):
            if arn.split(":")[3] != region:
                raise _refusal("ValidationException", "Invalid region in ARN", 400)
        if anchor_arn not in self._anchors:
            raise _refusal("ResourceNotFoundException", f"Trust anchor with ARN {anchor_arn} not found", 404)
        if profile_arn not in self._profiles:
            raise _refusal("ResourceNotFoundException", f"Profile with ARN {profile_arn} not found", 404)
        anchor, enabled = self._anchors[anchor_arn]
        profile = self._profiles[profile_arn]
        if not enabled:
            raise _refusal("AccessDeniedException", "Trust anchor is disabled")
        if not profile["enabled"]:
            raise _refusal("AccessDeniedException", "Profile is disabled")
        _check_chain(certificate, chain, anchor)
        if certificate.serial_number in self.revoked:
            raise _refusal("AccessDeniedException", "Certificate revoked")
        if role_arn not in profile["roles"]:
            raise _refusal("AccessDeniedException", f"Unable to assume role for {role_arn}")
        role = iam_backends[ACCOUNT_ID]["aws"].get_role_by_arn(role_arn)
        document = role.assume_role_policy_document
        if not trusts(document, "sts:AssumeRole", {"Service": {_PRINCIPAL}}, {"aws:SourceArn": anchor_arn}):
            raise _refusal("AccessDeniedException", f"Unable to assume role for {role_arn}")
        name = given.get("roleSessionName")
        if name is not None and not profile["names"]:
            raise _refusal("AccessDeniedException", "Profile does not accept a custom role session name")
        seconds = min(given.get("durationSeconds", profile["seconds"]), profile["seconds"])
        return _session(role, name or f"{certificate.serial_number:x}"[:64], seconds, certificate)

    def _mode(self) -> str:
        times = self.plan.get("times")
        if times is not None:
            if times <= 0:
                return "normal"
            self.plan["times"] = times - 1
        return str(self.plan.get("mode", "normal"))


def _authenticate(environ: Environ, body: bytes) -> tuple[x509.Certificate, list[x509.Certificate], str]:
    """The certificate that signed the request, its chain, and the region that it was signed for."""
    match = _AUTHORIZATION.fullmatch(environ.get("HTTP_AUTHORIZATION", ""))
    if not match:
        raise _refusal("AccessDeniedException", "Invalid authorization header")
    algorithm, serial, day, region, names, signature = match.groups()
    signed = names.split(";")
    chain_header = environ.get("HTTP_X_AMZ_X509_CHAIN")
    if not set(signed) >= _SIGNED or (chain_header and "x-amz-x509-chain" not in signed) or signed != sorted(signed):
        raise _refusal("AccessDeniedException", "Required headers are not signed")
    try:
        certificate = x509.load_der_x509_certificate(base64.b64decode(environ["HTTP_X_AMZ_X509"], validate=True))
        parts = chain_header.split(",") if chain_header else []
        chain = [x509.load_der_x509_certificate(base64.b64decode(part, validate=True)) for part in parts]
    except (KeyError, ValueError):
        raise _refusal("AccessDeniedException", "Untrusted certificate. Certificate could not be parsed") from None
    moment = environ.get("HTTP_X_AMZ_DATE", "")
    sent = datetime.datetime.strptime(f"{moment}+0000", "%Y%m%dT%H%M%SZ%z").timestamp()
    if not moment.startswith(day) or abs(sent - now()) > _TOLERANCE:
        raise _refusal("AccessDeniedException", "Signature expired or not yet current")
    if int(serial) != certificate.serial_number:
        raise _refusal("AccessDeniedException", "Serial number does not match certificate")
    text = "\n".join(
        [
            algorithm,
            moment,
            f"{day}/{region}/{SERVICE}/aws4_request",
            hashlib.sha256(_canonical(environ, body, signed).encode()).hexdigest(),
        ]
    )
    key = certificate.public_key()
    try:
        if isinstance(key, rsa.RSAPublicKey) and "-RSA-" in algorithm:
            key.verify(bytes.fromhex(signature), text.encode(), padding.PKCS1v15(), hashes.SHA256())
        elif isinstance(key, ec.EllipticCurvePublicKey) and "-ECDSA-" in algorithm:
            key.verify(bytes.fromhex(signature), text.encode(), ec.ECDSA(hashes.SHA256()))
        else:
            raise InvalidSignature
    except (InvalidSignature, ValueError):
        raise _refusal("AccessDeniedException", "Invalid signature") from None
    return certificate, chain, region


def _canonical(environ: Environ, body: bytes, signed: list[str]) -> str:
    """The canonical request of Signature Version 4."""
    pairs = urllib.parse.parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
    query = "&".join(f"{_quote(name)}={_quote(value)}" for name, value in sorted(pairs))
    names = {"content-type": "CONTENT_TYPE", "content-length": "CONTENT_LENGTH"}
    values = [environ.get(names.get(name, f"HTTP_{name.upper().replace('-', '_')}"), "") for name in signed]
    headers = "".join(f"{name}:{' '.join(value.split())}\n" for name, value in zip(signed, values, strict=True))
    digest = hashlib.sha256(body).hexdigest()
    path = urllib.parse.quote(environ["PATH_INFO"], safe="/-_.~")
    return "\n".join([environ["REQUEST_METHOD"], path, query, headers, ";".join(signed), digest])


def _quote(text: str) -> str:
    return urllib.parse.quote(text, safe="-_.~")


def _body(body: bytes) -> dict[str, t.Any]:
    try:
        given = json.loads(body)
    except ValueError:
        raise _refusal("ValidationException", "The body is not JSON", 400) from None
    known = {"trustAnchorArn", "profileArn", "roleArn", "durationSeconds", "roleSessionName", "instanceProperties"}
    if not isinstance(given, dict) or set(given) - known:
        raise _refusal("ValidationException", "Unknown member", 400)
    for name in ("trustAnchorArn", "profileArn", "roleArn"):
        if not isinstance(given.get(name), str) or given[name].count(":") < 5:
            raise _refusal("ValidationException", f"Value at '{name}' is not an ARN", 400)
    seconds = given.get("durationSeconds", 3600)
    if not isinstance(seconds, int) or not 900 <= seconds <= 43200:
        raise _refusal("ValidationException", "Value at 'durationSeconds' must be between 900 and 43200", 400)
    name = given.get("roleSessionName", "ab")
    if not isinstance(name, str) or not re.fullmatch(r"[\w+=,.@-]{2,64}", name, re.ASCII):
        raise _refusal("ValidationException", "Value at 'roleSessionName' is not valid", 400)
    return given


def _check_chain(certificate: x509.Certificate, chain: list[x509.Certificate], anchor: x509.Certificate) -> None:
    """Refuse a certificate that does not lead to the trust anchor ("Trust model", "Signature validation")."""
    if len(chain) > _MOST_IN_CHAIN:
        raise _refusal("ValidationException", "Too many certificates in the chain", 400)
    if certificate.version != x509.Version.v3 or _is_ca(certificate) or not _can_sign(certificate):
        raise _refusal("AccessDeniedException", "Untrusted certificate. Insufficient certificate")
    current, left = certificate, list(chain)
    while True:
        moment = datetime.datetime.fromtimestamp(now(), datetime.timezone.utc)
        if not current.not_valid_before_utc <= moment <= current.not_valid_after_utc:
            raise _refusal("AccessDeniedException", "Untrusted certificate. Certificate expired or not yet valid")
        if _issued(current, anchor):
            return
        issuer = next((other for other in left if _is_ca(other) and _issued(current, other)), None)
        if issuer is None:
            raise _refusal("AccessDeniedException", "Untrusted certificate. Insufficient certificate")
        left.remove(issuer)
        current = issuer


def _issued(certificate: x509.Certificate, issuer: x509.Certificate) -> bool:
    try:
        certificate.verify_directly_issued_by(issuer)
    except (ValueError, TypeError, InvalidSignature):
        return False
    return True


def _is_ca(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    except x509.ExtensionNotFound:
        return False


def _can_sign(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.digital_signature
    except x509.ExtensionNotFound:
        return False


def _session(role: t.Any, name: str, seconds: int, certificate: x509.Certificate) -> dict[str, t.Any]:
    session = sts_backends[ACCOUNT_ID]["aws"].assume_role(
        region_name="aws", role_session_name=name, role_arn=role.arn, policy="", duration=seconds, external_id=""
    )
    subject = f"arn:aws:{SERVICE}:{REGION}:{ACCOUNT_ID}:subject/00000000-0000-4000-8000-000000000001"
    return {
        "credentialSet": [
            {
                "assumedRoleUser": {"arn": session.arn, "assumedRoleId": session.user_id},
                "credentials": {
                    "accessKeyId": session.access_key_id,
                    "secretAccessKey": session.secret_access_key,
                    "sessionToken": session.session_token,
                    "expiration": session.expiration.strftime("%Y-%m-%dT%H:%M:%SZ"),
                },
                "packedPolicySize": 0,
                "roleArn": role.arn,
                "sourceIdentity": certificate.subject.rfc4514_string(),
            }
        ],
        "subjectArn": subject,
    }


def _certificate(
    name: str,
    issuer: str,
    key: t.Any,
    ca_key: t.Any,
    *,
    ca: bool = False,
    begin: float = -3600,
    end: float = 864000,
    usage: bool = True,
    sha: int = 256,
) -> x509.Certificate:
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)]) for text in (name, issuer)]
    moment = datetime.datetime.fromtimestamp(time.time(), datetime.timezone.utc)
    uses = ("content_commitment", "key_encipherment", "data_encipherment", "key_agreement")
    unused: dict[str, bool] = dict.fromkeys((*uses, "encipher_only", "decipher_only"), False)
    rules = x509.KeyUsage(digital_signature=usage, key_cert_sign=ca, crl_sign=ca, **unused)
    builder = x509.CertificateBuilder(names[1], names[0], key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(moment + datetime.timedelta(seconds=begin))
    builder = builder.not_valid_after(moment + datetime.timedelta(seconds=end))
    builder = builder.add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
    algorithm: t.Any = {256: hashes.SHA256(), 384: hashes.SHA384(), 512: hashes.SHA512()}[sha]
    return builder.add_extension(rules, critical=True).sign(ca_key, algorithm)


def _pem(certificate: x509.Certificate) -> str:
    return certificate.public_bytes(serialization.Encoding.PEM).decode()


def _refusal(code: str, message: str, status: int = 403) -> Refusal:
    words = {400: "Bad Request", 403: "Forbidden", 404: "Not Found"}
    return Refusal(code, message, f"{status} {words[status]}")


def _cut(body: bytes, environ: Environ) -> t.Iterator[bytes]:
    yield body[:20]
    drop(environ)


ANYWHERE = RolesAnywhere()
"""The one of this process."""
