# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What Parameter Store does and moto does not: names, sizes and tiers by its rules, and pages of ten thousand
parameters.

Methods of moto are replaced, so that moto goes on parsing requests and writing answers.
"""

from __future__ import annotations

import contextlib
import re
import typing as t

import consistency
from limits import check_length
from moto.core.responses import ActionResult
from moto.ssm.exceptions import ParameterAlreadyExists, ParameterNotFound, SSMException, ValidationException
from moto.ssm.models import SimpleSystemManagerBackend
from moto.ssm.responses import SimpleSystemManagerResponse
from moto.ssm.utils import parameter_arn

VALUE_LENGTHS = {"Standard": 4096, "Advanced": 8192}
"""In bytes, by tier."""
NAME_LENGTH = 1011
"""Of the ARN, which the name is the end of."""
LEVELS = 15

_NAME = re.compile(r"[A-Za-z0-9_./-]+", re.ASCII)
_TIERS = ("Standard", "Advanced", "Intelligent-Tiering")
_MALFORMED = (
    'Parameter name: can\'t be prefixed with "ssm" (case-insensitive). If formed as a path, it can consist of '
    "sub-paths divided by slash symbol; each sub-path can be formed as a mix of letters, numbers and the following "
    "3 symbols .-_"
)

# What moto does by itself, before anything is replaced.
_get_parameter = SimpleSystemManagerResponse.get_parameter
_delete_parameter = SimpleSystemManagerResponse.delete_parameter
_get_parameters = SimpleSystemManagerResponse.get_parameters
_describe_parameters = SimpleSystemManagerBackend.describe_parameters
_put_parameter = SimpleSystemManagerBackend.put_parameter


def install() -> None:
    """Replace what moto does otherwise."""
    for method in (get_parameter, delete_parameter, get_parameters, describe_parameters):
        setattr(SimpleSystemManagerResponse, method.__name__, method)
    SimpleSystemManagerBackend.put_parameter = put_parameter


def get_parameter(self: t.Any) -> t.Any:
    _check_asked(self._get_param("Name"))
    with _without_words():
        return _get_parameter(self)


def delete_parameter(self: t.Any) -> t.Any:
    with _without_words():
        answer = _delete_parameter(self)
    _deleted(self.ssm_backend).add(self._get_param("Name"))
    return answer


def get_parameters(self: t.Any) -> t.Any:
    for name in self._get_param("Names"):
        _check_asked(name)
    return _get_parameters(self)


def put_parameter(
    self: t.Any,
    name: str,
    description: str,
    value: str,
    parameter_type: str | None,
    allowed_pattern: str | None,
    key_id: str | None,
    *arguments: t.Any,
    tier: str | None,
    policies: str | None,
) -> t.Any:
    _check_name(self, name)
    check_length("value", value, 32768, ValidationException)
    if re.search(r"\{\{.*\}\}", value, re.DOTALL):
        raise ValidationException('Parameter value can\'t nest another parameter. Do not use "{{}}" in the value.')
    check_length("description", description, 1024, ValidationException)
    versions = self._parameters.get(self._parameters.normalize_name(name))
    chosen = _tier(tier, versions[-1].tier if versions else None, value)
    most = VALUE_LENGTHS[chosen]
    if len(value.encode()) > most:
        raise ValidationException(
            f"{chosen} tier parameters support a maximum parameter value of {most} characters."
            + (
                " To create a larger parameter value, upgrade the parameter to use the advanced-parameter tier. For "
                "more information, see https://docs.aws.amazon.com/systems-manager/latest/userguide/"
                "parameter-store-advanced-parameters.html"
                if chosen == "Standard"
                else ""
            )
        )
    existing = versions[-1].parameter_type if versions else None
    overwrite = arguments[0]
    if existing and overwrite and parameter_type not in (None, existing):
        raise SSMException(
            "HierarchyTypeMismatchException",
            f"The parameter {name} is of type {existing}, and can't be changed to type {parameter_type}.",
        )
    if key_id and (parameter_type or existing) != "SecureString":
        raise ValidationException("KeyId is required for SecureString type parameter only.")
    if name in _deleted(self) and not versions and consistency.is_still_there():
        raise ParameterAlreadyExists
    made = (name, description, value, parameter_type, allowed_pattern, key_id)
    return _put_parameter(self, *made, *arguments, tier=chosen, policies=policies)


def describe_parameters(self: t.Any) -> t.Any:
    """A page of as many as are asked for, or of none; as in AWS, the last one may be empty, too."""
    size = self._get_param("MaxResults", 10)
    filters, parameter_filters = self._get_param("Filters"), self._get_param("ParameterFilters")
    if filters and parameter_filters:
        raise ValidationException("You can use either Filters or ParameterFilters in a single request.")
    token = self._get_param("NextToken")
    page, following = consistency.page(_matching(self.ssm_backend, filters, parameter_filters), size, token)
    answer: dict[str, t.Any] = {"Parameters": [_metadata(self.ssm_backend, parameter) for parameter in page]}
    if following or len(page) == size:
        answer["NextToken"] = following or str(int(token or 0) + size)
    return ActionResult(answer)


@contextlib.contextmanager
def _without_words() -> t.Iterator[None]:
    """AWS says nothing but the code of a parameter that is not there."""
    try:
        yield
    except ParameterNotFound:
        raise ParameterNotFound("") from None


def _deleted(backend: t.Any) -> set[str]:
    """The names of parameters that were deleted."""
    names: set[str] = backend.__dict__.setdefault("deleted_names", set())
    return names


def _matching(backend: t.Any, filters: list[t.Any] | None, parameter_filters: list[t.Any] | None) -> list[t.Any]:
    """moto looks at the tags of each parameter, even where nobody asks for them."""
    only = parameter_filters[0] if parameter_filters and len(parameter_filters) == 1 and not filters else {}
    if only.get("Key") != "Path":
        found: list[t.Any] = _describe_parameters(backend, filters or [], parameter_filters or [])
        return found
    backend._validate_parameter_filters(parameter_filters, by_path=False)
    recursive = only.get("Option", "OneLevel") == "Recursive"
    paths = [path.rstrip("/") + "/" for path in only["Values"]]
    return [
        versions[-1]
        for name, versions in consistency.listed(backend).items()
        if versions and _is_below("/" + name.removeprefix("/"), paths, recursive)
    ]


def _is_below(name: str, paths: list[str], recursive: bool) -> bool:
    return any(name.startswith(path) and (recursive or "/" not in name[len(path) :]) for path in paths)


def _metadata(backend: t.Any, parameter: t.Any) -> dict[str, t.Any]:
    return {
        **parameter.describe_response_object(False),
        "ARN": parameter_arn(backend.account_id, backend.region_name, parameter.name),
        "LastModifiedUser": f"arn:{backend.partition}:iam::{backend.account_id}:user/deployer",
    }


def _tier(asked: str | None, existing: str | None, value: str) -> str:
    """The tier that a parameter is in from now on: an advanced parameter stays one."""
    if asked is not None and asked not in _TIERS:
        raise ValidationException(
            f"1 validation error detected: Value '{asked}' at 'tier' failed to satisfy constraint: "
            f"Member must satisfy enum value set: [{', '.join(_TIERS)}]"
        )
    if asked == "Standard" and existing == "Advanced":
        raise ValidationException(
            "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
            "advanced-parameter tier to the standard-parameter tier. If necessary, you can delete the advanced "
            "parameter and recreate it as a standard parameter."
        )
    if asked == "Intelligent-Tiering":
        return "Advanced" if existing == "Advanced" or len(value.encode()) > VALUE_LENGTHS["Standard"] else "Standard"
    return asked or existing or "Standard"


def _check_name(backend: t.Any, name: str) -> None:
    """What moto does not refuse of a new name; it knows those that AWS keeps for itself."""
    bare = name.removeprefix("/")
    if "/" in bare and bare == name:
        raise ValidationException("Parameter name must be a fully qualified name.")
    if not _NAME.fullmatch(name) or "//" in name or name.endswith("/"):
        raise ValidationException(_MALFORMED)
    if bare.count("/") + 1 > LEVELS:
        raise SSMException(
            "HierarchyLevelLimitExceededException", f"A hierarchy can have a maximum of {LEVELS} levels."
        )
    if len(parameter_arn(backend.account_id, backend.region_name, name)) > NAME_LENGTH:
        raise ValidationException(
            f"Parameter name exceeds the maximum length of {NAME_LENGTH} characters, which include its ARN."
        )


def _check_asked(name: str) -> None:
    if name.startswith("arn:"):
        return
    name, _colon, _selector = name.partition(":")
    bare = name.removeprefix("/")
    if not _NAME.fullmatch(name) or ("/" in bare and bare == name) or bare.lower().startswith("ssm"):
        raise ValidationException(_MALFORMED)
