# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Passwords of ECR, a registry that takes them, and clusters of EKS.

The registry is Debian's ``docker-registry``, with the rules of ECR in front of it: no other password than those of ECR,
no repository that was not created, and no tag that is moved where tags are immutable. The repositories and the clusters
are those of moto.
"""

from __future__ import annotations

import base64
import http.client
import json
import re
import secrets
import socket
import subprocess
import tempfile
import time
import typing as t
from pathlib import Path

import clock
from accounts import ACCOUNT_ID
from answers import StartResponse, answer
from moto.ecr.models import ecr_backends
from moto.eks.models import eks_backends
from sessions import SCOPE, Environ, Refusal, SignedRequest

TOKEN_ACTIONS = ("ecr:GetAuthorizationToken", "ecr-public:GetAuthorizationToken")
REGION = "eu-central-1"
_LIFETIME = 12 * 3600
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIBfake\n-----END CERTIFICATE-----\n"
_PATH = re.compile(r"/v2/(?P<repository>.+)/(?P<what>manifests|blobs|tags)/(?P<rest>.*)")
_JSON = "application/json"
_CONFIGURATION = """\
version: 0.1
log: {{level: error, accesslog: {{disabled: true}}}}
storage: {{filesystem: {{rootdirectory: {folder}}}}}
http: {{addr: "127.0.0.1:{port}", relativeurls: true}}
"""


def populate() -> None:
    """Make repositories, a cluster, and one that is being created."""
    ecr = ecr_backends[ACCOUNT_ID][REGION]
    for name, mutability in (("team/app", "MUTABLE"), ("fixed", "IMMUTABLE"), ("copied", "MUTABLE")):
        ecr.create_repository(name, None, {}, {}, mutability, [])
    eks = eks_backends[ACCOUNT_ID][REGION]
    for name in ("shop", "young", "outpost"):
        cluster = eks.create_cluster(name, f"arn:aws:iam::{ACCOUNT_ID}:role/eks", {"subnetIds": [], "vpcId": "vpc-1"})
        cluster.certificate_authority = {"data": base64.b64encode(_CERTIFICATE.encode()).decode()}
    # A local cluster on AWS Outposts has an ID, which its tokens name.
    eks.clusters["outpost"].outpost_id = "6f1e7a9c-0d2b-4c7e-9a7f-1b2c3d4e5f60"
    young = eks.clusters["young"]
    young.status, young.endpoint, young.certificate_authority = "CREATING", None, {}


def describe_cluster(environ: Environ, body: bytes) -> dict[str, t.Any]:
    """The answer of DescribeCluster, whose signature moto does not check as AWS does."""
    signed = SignedRequest(environ, body, "DescribeCluster")
    name = environ["PATH_INFO"].rpartition("/")[2]
    signed.check_permitted("eks:DescribeCluster", f"arn:aws:eks:{REGION}:{ACCOUNT_ID}:cluster/{name}")
    region = SCOPE.search(environ["HTTP_AUTHORIZATION"])[2]  # type: ignore[index]
    cluster = eks_backends[signed.caller.account_id][region].clusters.get(name)
    if cluster is None:
        raise Refusal("ResourceNotFoundException", f"No cluster found for name: {name}.", "404 Not Found")
    values = {
        "name": cluster.name,
        "arn": cluster.arn,
        "status": cluster.status,
        "endpoint": cluster.endpoint,
        "certificateAuthority": cluster.certificate_authority,
        "id": getattr(cluster, "outpost_id", None),
    }
    return {"cluster": {name: value for name, value in values.items() if value}}


class Registry:
    """The passwords that ECR gave, and the registry behind them.

    :param folder: for the files of the registry; without it, there is none
    """

    def __init__(self, folder: str | None) -> None:
        self.address = "123456789012.dkr.ecr.eu-central-1.amazonaws.com"
        """Where the registry is for clients."""
        self.plan: dict[str, t.Any] = {}
        """What goes wrong until the next reset: ``denied``, ``broken``, or ``seconds`` for each layer."""
        self._passwords: dict[str, float] = {}
        self._port = _start_registry(folder) if folder else 0

    @property
    def behind(self) -> str:
        """Where the registry is without the rules of ECR, by HTTP and without a password."""
        return f"127.0.0.1:{self._port}"

    @property
    def secrets(self) -> list[str]:
        return list(self._passwords)

    def give_password(self, environ: Environ, body: bytes, action: str) -> dict[str, t.Any]:
        """The answer of GetAuthorizationToken."""
        signed = SignedRequest(environ, body, action.partition(":")[2])
        signed.check_permitted(action, "*")
        # As long as those of ECR, which no hash of passwords takes.
        password, end = secrets.token_urlsafe(1300), clock.now() + _LIFETIME
        self._passwords[password] = end
        token = base64.b64encode(f"AWS:{password}".encode()).decode()
        data = {"authorizationToken": token, "expiresAt": end}
        if action.startswith("ecr-public:"):
            return {"authorizationData": data}
        return {"authorizationData": [{**data, "proxyEndpoint": f"https://{self.address}"}]}

    def serve(self, environ: Environ, start_response: StartResponse) -> t.Iterable[bytes]:
        """Answer a request of the registry protocol."""
        body = _body(environ)
        try:
            self._check(environ)
        except Refusal as error:
            errors = json.dumps({"errors": [{"code": error.code, "message": str(error)}]})
            if error.status.startswith("401"):
                challenge = ("Www-Authenticate", f'Basic realm="https://{self.address}/",service="ecr.amazonaws.com"')
                start_response(error.status, [challenge, ("Content-Type", _JSON), ("Content-Length", str(len(errors)))])
                return [errors.encode()]
            return answer(start_response, error.status, errors, _JSON)
        return self._forward(environ, body, start_response)

    def _check(self, environ: Environ) -> None:
        sent = base64.b64decode(environ.get("HTTP_AUTHORIZATION", "").partition(" ")[2]).decode().partition(":")[2]
        if self._passwords.get(sent, 0) < clock.now():
            message = "Your authorization token has expired. Reauthenticate and try again."
            raise Refusal("DENIED", message, "401 Unauthorized")
        if self.plan.get("broken"):
            raise Refusal("UNKNOWN", "An internal error occurred.", "500 Internal Server Error")
        found = _PATH.fullmatch(environ["PATH_INFO"])
        if not found:
            return
        writes = environ["REQUEST_METHOD"] not in ("GET", "HEAD")
        repository = ecr_backends[ACCOUNT_ID][REGION].repositories.get(found["repository"])
        if repository is None:
            name = found["repository"]
            message = f"The repository with name '{name}' does not exist in the registry with id '{ACCOUNT_ID}'"
            raise Refusal("NAME_UNKNOWN", message, "404 Not Found")
        if writes and self.plan.get("denied"):
            message = f"User: arn:aws:iam::{ACCOUNT_ID}:user/x is not authorized to perform: ecr:InitiateLayerUpload"
            raise Refusal("DENIED", message, "403 Forbidden")
        if writes and found["what"] == "blobs":
            time.sleep(self.plan.get("seconds", 0))
        fixed = repository.image_tag_mutability == "IMMUTABLE" and not found["rest"].startswith("sha256:")
        if writes and found["what"] == "manifests" and fixed and self._has(environ["PATH_INFO"]):
            message = (
                f"The image tag '{found['rest']}' already exists in the '{found['repository']}' repository and cannot "
                "be overwritten because the repository is immutable."
            )
            raise Refusal("TAG_INVALID", message, "400 Bad Request")

    def _has(self, path: str) -> bool:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        accepted = "application/vnd.docker.distribution.manifest.v2+json, application/vnd.oci.image.manifest.v1+json"
        connection.request("HEAD", path, headers={"Accept": accepted})
        return connection.getresponse().status == http.client.OK

    def _forward(self, environ: Environ, body: bytes, start_response: StartResponse) -> t.Iterable[bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self._port)
        path = environ["PATH_INFO"] + (f"?{environ['QUERY_STRING']}" if environ.get("QUERY_STRING") else "")
        names = {"HTTP_ACCEPT": "Accept", "CONTENT_TYPE": "Content-Type", "HTTP_CONTENT_RANGE": "Content-Range"}
        headers = {name: environ[key] for key, name in names.items() if environ.get(key)}
        method = environ["REQUEST_METHOD"]
        connection.request(method, path, body=body if method in ("POST", "PUT", "PATCH") else None, headers=headers)
        response = connection.getresponse()
        content = response.read()
        kept = [(name, value) for name, value in response.getheaders() if name.lower() not in ("connection", "date")]
        start_response(f"{response.status} {response.reason}", kept)
        return [content]


def action_of(environ: Environ) -> str:
    """What a request of the registry protocol is called in the journal."""
    found = _PATH.fullmatch(environ["PATH_INFO"])
    return f"registry:{environ['REQUEST_METHOD']} {found['what'] if found else 'version'}"


def _body(environ: Environ) -> bytes:
    length = int(environ.get("CONTENT_LENGTH") or 0)
    if environ.get("wsgi.input_terminated"):
        return bytes(environ["wsgi.input"].read())
    return bytes(environ["wsgi.input"].read(length)) if length else b""


def _start_registry(folder: str) -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    configuration = Path(tempfile.mkstemp(suffix=".yml", dir=folder)[1])
    configuration.write_text(_CONFIGURATION.format(folder=folder, port=port), encoding="utf-8")
    # It ends with this process.
    command = ["setpriv", "--pdeathsig", "KILL", "docker-registry", "serve", str(configuration)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    for _try in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return port
        time.sleep(0.05)
    process.kill()
    raise SystemExit("docker-registry did not start")
