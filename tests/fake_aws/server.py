# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The AWS of the demo and the tests: moto in server mode, with a layer in front that adds what moto does not do.

    python tests/fake_aws/server.py --write FILE [--address ADDRESS] [--port PORT] [--tls BASE]
        [--https NAME] [--registry FOLDER] [--instance ADDRESS=ROLE]...

It listens on 127.0.0.1 unless told otherwise, makes users and roles (see accounts.py), and writes where it is and the
users' keys to FILE as JSON, which only its owner can read. Signatures, unknown keys, session tokens, IAM policies and
trust policies are really checked. It ends with the process that started it.
"""

from __future__ import annotations

import argparse
import json
import os
import threading
import time
import typing as t

import _descriptions  # noqa: F401  # pylint: disable=unused-import  # before moto
import accounts
import cloudformation
import containers
import documented
import ecs
import identity_center
import stack_sets
from change_sets import CHANGE_SET_METHODS
from ci_tokens import facts_of
from drift import DRIFT_METHODS
from front import Front
from metadata import Metadata
from moto import settings
from moto.core.authorization import ActionAuthenticatorMixin
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from roles_anywhere import ANYWHERE
from s3 import PAGE
from stack_sets import STACK_SET_METHODS
from werkzeug.serving import WSGIRequestHandler, make_server, make_ssl_devcert


class _Quiet(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def make_environ(self) -> dict[str, t.Any]:
        """Add the token of requests to ``sso``: werkzeug leaves out headers with an underscore."""
        environ: dict[str, t.Any] = super().make_environ()
        if token := self.headers.get("x-amz-sso_bearer_token"):
            environ["HTTP_X_AMZ_SSO_BEARER_TOKEN"] = token
        return environ

    def log(self, type: str, message: str, *args: t.Any) -> None:  # noqa: A002
        pass


def _serve(front: Front, address: str, port: int, certificate: str | None, name: str) -> int:
    """Serve from now on; by HTTPS with a certificate for ``name``, made as ``certificate`` with .crt and .key.

    :param port: 0 for any
    :returns: the port
    """
    server = make_server(
        address,
        port,
        front,
        threaded=True,
        request_handler=_Quiet,
        ssl_context=make_ssl_devcert(certificate, host=name) if certificate else None,
    )
    threading.Thread(target=server.serve_forever, daemon=True).start()
    used: int = server.server_port
    return used


def main() -> None:
    """Serve until the process that started this one ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--write", required=True)
    parser.add_argument("--address", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=0)
    parser.add_argument("--tls", help="serve HTTPS with a certificate for localhost, made as BASE.crt and BASE.key")
    parser.add_argument("--https", metavar="NAME", help="serve HTTPS under this name, too; FILE.crt is its certificate")
    parser.add_argument(
        "--instance", action="append", default=[], help="ADDRESS=ROLE, a role for the machine with this address"
    )
    parser.add_argument("--registry", metavar="FOLDER", help="serve a registry; FOLDER/registry.crt is its certificate")
    options = parser.parse_args()
    parent = os.getppid()
    # Whose a request is, is a matter of its access key.
    os.environ.pop("MOTO_ACCOUNT_ID", None)
    os.environ["MOTO_S3_DEFAULT_MAX_KEYS"] = str(PAGE)

    cloudformation.install([*CHANGE_SET_METHODS, *DRIFT_METHODS, *STACK_SET_METHODS])
    stack_sets.install()
    ecs.install()
    facts = {**accounts.populate(), **documented.populate()}
    containers.populate()
    identity_center.populate()
    facts["sso_start_url"] = identity_center.START_URL
    facts["anywhere"] = ANYWHERE.populate()
    # From here on, everything is authenticated and authorized.
    settings.INITIAL_NO_AUTH_ACTION_COUNT = 0
    ActionAuthenticatorMixin.request_count = 0
    instances = dict(instance.split("=") for instance in options.instance)
    metadata = Metadata(facts["role_arn"], {address: facts["roles"][role] for address, role in instances.items()})
    registry = containers.Registry(options.registry)
    front = Front(DomainDispatcherApplication(create_backend_app), metadata, registry)
    port = _serve(front, options.address, options.port, options.tls, "localhost")
    if options.https:
        _serve(front, options.address, 443, options.write, options.https)

    if options.registry:
        certificate = os.path.join(options.registry, "registry")
        at = f"localhost:{_serve(front, options.address, 0, certificate, 'localhost')}"
        # The name that other machines reach it by.
        registry.address = options.https or at
        facts["registry"] = registry.address
        facts["registry_behind"] = registry.behind
    facts["url"] = f"{'https://localhost' if options.tls else 'http://127.0.0.1'}:{port}"
    facts["ci"] = facts_of(facts["url"])
    temporary = f"{options.write}.new"
    with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        json.dump(facts, file)
    os.rename(temporary, options.write)
    while os.getppid() == parent:
        time.sleep(0.2)


if __name__ == "__main__":
    main()
