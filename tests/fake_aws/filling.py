# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""All secrets and parameters away, and many at once."""

from __future__ import annotations

import json
import typing as t

from accounts import ACCOUNT_ID
from moto.secretsmanager.models import secretsmanager_backends
from moto.ssm.models import ssm_backends

_REGION = "eu-central-1"


def all_backends() -> t.Iterator[t.Any]:
    """Those that hold secrets and parameters."""
    for backends in (secretsmanager_backends, ssm_backends):
        for account in list(backends.values()):
            yield from list(account.values())


def empty() -> None:
    """Forget all secrets and parameters, as if there never were any."""
    for backend in all_backends():
        backend.reset()


def fill(value: dict[str, t.Any]) -> None:
    """Make ``count`` secrets or parameters as CreateSecret or PutParameter do by these ``parameters``, but at once.

    In each text, ``{}`` is the number, of five digits.
    """
    make = {"secretsmanager": _create_secret, "ssm": _put_parameter}[value["service"]]
    text = json.dumps(value["parameters"])
    for number in range(value["count"]):
        make(json.loads(text.replace("{}", f"{number:05}")), value.get("region", _REGION))


def _create_secret(parameters: dict[str, t.Any], region: str) -> None:
    secretsmanager_backends[ACCOUNT_ID][region].create_secret(
        name=parameters["Name"],
        secret_string=parameters["SecretString"],
        secret_binary=None,
        description=parameters.get("Description", ""),
        tags=parameters.get("Tags", []),
        kms_key_id=parameters.get("KmsKeyId"),
        client_request_token=None,
        replica_regions=[],
        force_overwrite=False,
    )


def _put_parameter(parameters: dict[str, t.Any], region: str) -> None:
    ssm_backends[ACCOUNT_ID][region].put_parameter(
        parameters["Name"],
        parameters.get("Description"),
        parameters["Value"],
        parameters["Type"],
        None,
        parameters.get("KeyId"),
        False,
        parameters.get("Tags"),
        "text",
        tier=parameters.get("Tier"),
        policies=None,
    )
