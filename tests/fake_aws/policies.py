# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the policies of a caller say about secrets and parameters: moto knows no resource but ``*``."""

from __future__ import annotations

import dataclasses
import json
import re
import typing as t

from moto.iam.models import Policy
from moto.secretsmanager.models import secretsmanager_backends
from sessions import Caller, Refusal

_ANY_SUFFIX = "-aBcDeF"
"""What an ARN of a secret that is not there would end with."""
_ON_ALL_SECRETS = frozenset({"ListSecrets", "BatchGetSecretValue", "GetRandomPassword"})


@dataclasses.dataclass(frozen=True)
class Need:
    """An action that the caller must be allowed.

    :param shown: the name of the resource in an error, where it is not its ARN
    """

    action: str
    resource: str
    shown: str | None = None


def check_document(policy: dict[str, t.Any]) -> None:
    """Refuse a policy that is not understood here, rather than to follow it wrongly."""
    for statement in _list(policy["Statement"]):
        unknown = set(statement) - {"Sid", "Effect", "Action", "NotAction", "Resource", "NotResource"}
        if unknown or statement["Effect"] not in ("Allow", "Deny"):
            raise ValueError(f"The fake AWS does not understand {statement}")


def needs(service: str, action: str, parameters: dict[str, t.Any], caller: Caller, region: str) -> list[Need]:
    """What a request to Secrets Manager or Parameter Store takes."""
    of_service = _of_secrets if service == "secretsmanager" else _of_parameters
    return list(of_service(action, parameters, caller, region))


def need_of_secret(action: str, secret_id: str, caller: Caller, region: str) -> Need:
    """A secret by its ARN; in errors, one that is not there has its name only."""
    action = f"secretsmanager:{action}"
    secret = secretsmanager_backends[caller.account_id][region].secrets.get(secret_id)
    if secret:
        return Need(action, secret.arn)
    if secret_id.startswith("arn:"):
        return Need(action, secret_id)
    return Need(action, f"{_arn('secretsmanager', caller, region)}:secret:{secret_id}{_ANY_SUFFIX}", secret_id)


def check_allowed(
    need: Need, caller: Caller, policies: list[t.Any], variables: t.Mapping[str, str] | None = None
) -> None:
    """Refuse what no policy allows, or one denies, in the words of AWS.

    :param variables: of policies, such as ``${aws:username}``
    """
    effects = {
        statement["Effect"]
        for policy in policies
        for statement in _list(json.loads(_with(_document(policy), variables or {}))["Statement"])
        if _concerns(statement, "Action", need.action, re.IGNORECASE)
        and _concerns(statement, "Resource", need.resource)
    }
    if effects == {"Allow"}:
        return
    resource = need.shown or need.resource
    on_resource = "" if resource == "*" else f" on resource: {resource}"
    reason = (
        "with an explicit deny in an identity-based policy"
        if "Deny" in effects
        else f"because no identity-based policy allows the {need.action} action"
    )
    raise Refusal(
        "AccessDeniedException",
        f"User: {caller.arn} is not authorized to perform: {need.action}{on_resource} {reason}",
        "400 Bad Request",
    )


def _of_secrets(action: str, parameters: dict[str, t.Any], caller: Caller, region: str) -> t.Iterator[Need]:
    if action in _ON_ALL_SECRETS:
        yield Need(f"secretsmanager:{action}", "*")
        return
    name = str(parameters.get("Name" if action == "CreateSecret" else "SecretId", ""))
    yield need_of_secret(action, name, caller, region)
    if action == "CreateSecret" and parameters.get("Tags"):
        yield need_of_secret("TagResource", name, caller, region)


def _of_parameters(action: str, parameters: dict[str, t.Any], caller: Caller, region: str) -> t.Iterator[Need]:
    arn = _arn("ssm", caller, region)
    single = parameters.get("Name") or parameters.get("ResourceId") or parameters.get("Path")
    names = parameters.get("Names") or ([single] if single else [])
    if not names:
        # An action on no parameter is one on the whole account.
        yield Need(f"ssm:{action}", f"{arn}:*")
    for name in names:
        resource = name if name.startswith("arn:") else f"{arn}:parameter/{name.partition(':')[0].removeprefix('/')}"
        yield Need(f"ssm:{action}", resource)
        if action == "PutParameter" and parameters.get("Tags"):
            yield Need("ssm:AddTagsToResource", resource)


def _arn(service: str, caller: Caller, region: str) -> str:
    return f"arn:{caller.partition}:{service}:{region}:{caller.account_id}"


def _concerns(statement: dict[str, t.Any], element: str, value: str, flags: int = 0) -> bool:
    negated = f"Not{element}"
    patterns = _list(statement[negated if negated in statement else element])
    matches = any(re.fullmatch(_expression(pattern), value, flags | re.DOTALL) for pattern in patterns)
    return matches is (negated not in statement)


def _expression(pattern: str) -> str:
    return re.escape(pattern).replace(r"\*", ".*").replace(r"\?", ".")


def _document(policy: t.Any) -> str:
    """moto has policies in three shapes."""
    if isinstance(policy, Policy):
        return str(next(version.document for version in policy.versions if version.is_default))
    return str(policy if isinstance(policy, str) else policy["policy_document"])


def _with(document: str, variables: t.Mapping[str, str]) -> str:
    for name, value in variables.items():
        document = document.replace(name, value)
    return document


def _list(value: t.Any) -> list[t.Any]:
    return value if isinstance(value, list) else [value]
