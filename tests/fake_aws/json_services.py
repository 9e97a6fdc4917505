# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Secrets Manager and Parameter Store in front of moto: one request at a time, permissions by resource, and errors in
the format of their protocol, which is JSON."""

from __future__ import annotations

import dataclasses
import json
import threading
import typing as t

import constraints
import parameter_store
import run_command
import secrets_manager
from answers import Answer, StartResponse, answer, collect
from moto.secretsmanager.responses import SecretsManagerResponse
from moto.ssm.responses import SimpleSystemManagerResponse
from policies import Need, check_allowed, need_of_secret, needs
from sessions import Caller, Environ, Refusal, SignedRequest

_BAD_REQUEST = "400 Bad Request"
_SERVER_ERROR = "500 Internal Server Error"
_KMS = "Access to KMS is not allowed"
_CIPHERTEXT = (
    "The ciphertext refers to a customer master key that does not exist, does not exist in this region, or you are not "
    "allowed to access."
)
_OF_SERVICES: dict[str, dict[str, tuple[str, str, str]]] = {
    "secretsmanager": {
        "internal": (_SERVER_ERROR, "InternalServiceError", "An error occurred on the server side."),
        "kms": (_BAD_REQUEST, "DecryptionFailure", "Secrets Manager can't decrypt the protected secret text."),
        "kms_encrypt": (_BAD_REQUEST, "EncryptionFailure", "Secrets Manager can't encrypt the protected secret text."),
        "kms_denied": (_BAD_REQUEST, "AccessDeniedException", _KMS),
        "limit": (_BAD_REQUEST, "LimitExceededException", "The request would exceed a quota."),
        "refused": (_BAD_REQUEST, "InvalidRequestException", "The secret is managed by another service."),
    },
    "ssm": {
        "internal": (_SERVER_ERROR, "InternalServerError", "An error occurred on the server side."),
        "kms": (_BAD_REQUEST, "InvalidKeyId", "Invalid keyId 'not-there'"),
        "kms_denied": (_BAD_REQUEST, "AccessDeniedException", _CIPHERTEXT),
        "limit": (_BAD_REQUEST, "ParameterLimitExceeded", "You have reached the maximum number of parameters."),
        "too_many_updates": (_BAD_REQUEST, "TooManyUpdates", "There are concurrent updates for a resource."),
    },
}
_OF_ALL: dict[str, tuple[str, str, str]] = {
    "throttle": (_BAD_REQUEST, "ThrottlingException", "Rate exceeded"),
    "expired_token": (_BAD_REQUEST, "ExpiredTokenException", "The security token included in the request is expired"),
    "region_disabled": (
        _BAD_REQUEST,
        "UnrecognizedClientException",
        "The security token included in the request is invalid.",
    ),
    "scope": (_BAD_REQUEST, "InvalidSignatureException", "Credential should be scoped to a valid region."),
    "other": (_BAD_REQUEST, "SerializationException", "Could not parse the request"),
}
_NAMES = {
    "MissingAuthenticationToken": "MissingAuthenticationTokenException",
    "InvalidClientTokenId": "UnrecognizedClientException",
    "SignatureDoesNotMatch": "InvalidSignatureException",
    "ExpiredToken": "ExpiredTokenException",
}
"""How these services call errors of STS."""


class JsonServices:
    """Serves both of them."""

    def __init__(self, moto: t.Callable[..., t.Any]) -> None:
        self._moto = moto
        # As AWS is linearizable for each secret and parameter, and moto is not safe for threads.
        self._lock = threading.Lock()
        secrets_manager.install()
        parameter_store.install()
        for response in (SecretsManagerResponse, SimpleSystemManagerResponse):
            # moto would ask whether an action is allowed on all resources.
            response._authenticate_and_authorize_normal_action = lambda *_arguments: None

    def serves(self, service: str) -> bool:
        return service in _OF_SERVICES

    def serve(
        self, environ: Environ, body: bytes, action: str, region: str, fault: str | None, start_response: StartResponse
    ) -> t.Iterable[bytes]:
        """Carry out a request, unless a fault or a policy is in the way."""
        service, _colon, name = action.partition(":")
        try:
            signed = SignedRequest(environ, body, name)
            parameters = json.loads(body or b"{}")
            if broken := constraints.broken(service, name, parameters):
                raise Refusal("ValidationException", broken)
            with self._lock:
                asked = needs(service, name, parameters, signed.caller, region)
                if fault:
                    _raise_fault(service, fault, asked[0], signed.caller)
                for need in asked:
                    check_allowed(need, signed.caller, signed.policies)
                answered = collect(self._own(name, parameters) if run_command.serves(name) else self._moto, environ)
                if name == "BatchGetSecretValue" and answered.status.startswith("200"):
                    answered = _only_allowed(answered, signed, region)
        except Refusal as error:
            return refuse(start_response, error)
        if answered.status.startswith("4"):
            # moto has statuses of its own.
            answered = dataclasses.replace(answered, status=_BAD_REQUEST)
        return answered.send(start_response)

    @staticmethod
    def _own(name: str, parameters: dict[str, t.Any]) -> t.Callable[..., t.Any]:
        made = run_command.serve(name, parameters)
        return lambda _environ, start: answer(start, "200 OK", made, "application/x-amz-json-1.1")


def refuse(start_response: StartResponse, error: Refusal) -> t.Iterable[bytes]:
    """An error, by the name that these services have for it."""
    status = error.status if error.status == _SERVER_ERROR else _BAD_REQUEST
    told = {"__type": _NAMES.get(error.code, error.code), "message": str(error)}
    return answer(start_response, status, json.dumps(told), "application/x-amz-json-1.1")


def _raise_fault(service: str, kind: str, need: Need, caller: Caller) -> None:
    """Nothing, if the kind is no error of these services."""
    if kind == "denied":
        check_allowed(need, caller, [])
    elif found := _OF_SERVICES[service].get(kind) or _OF_ALL.get(kind):
        status, code, message = found
        raise Refusal(code, message, status)


def _only_allowed(answered: Answer, signed: SignedRequest, region: str) -> Answer:
    """What BatchGetSecretValue answers, with an error in place of each secret that the caller may not get."""
    content = json.loads(answered.body)
    allowed: list[dict[str, t.Any]] = []
    errors: list[dict[str, t.Any]] = []
    for value in content["SecretValues"]:
        denial = _denial(value["Name"], signed, region)
        (errors if denial else allowed).append(denial or value)
    errors += [_denial(error["SecretId"], signed, region) or error for error in content["Errors"]]
    return answered.with_body(json.dumps({"SecretValues": allowed, "Errors": errors}).encode())


def _denial(secret_id: str, signed: SignedRequest, region: str) -> dict[str, str] | None:
    try:
        check_allowed(
            need_of_secret("GetSecretValue", secret_id, signed.caller, region), signed.caller, signed.policies
        )
    except Refusal as error:
        return {"SecretId": secret_id, "ErrorCode": error.code, "Message": str(error)}
    return None
