# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read access keys in the forms in which AWS shows them: pasted text, and the CSV files of the AWS console.

No error quotes the text, since any part of it can be the secret key.
"""

from __future__ import annotations

import csv
import json
import os
import re
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register, register_typed

FIELDS = ("access_key", "secret_key", "session_token", "region")
"""The options of aws_account that a text can have."""

_NAMES = {
    "aws_access_key_id": "access_key",
    "aws_secret_access_key": "secret_key",
    "aws_session_token": "session_token",
    "aws_security_token": "session_token",
    "aws_region": "region",
    "aws_default_region": "region",
    "region": "region",
    "accesskeyid": "access_key",
    "secretaccesskey": "secret_key",
    "sessiontoken": "session_token",
    "access key id": "access_key",
    "secret access key": "secret_key",
}
"""By the names of environment variables, profiles, JSON of AWS, and columns of the console."""
_ASSIGNMENT = re.compile(
    r"""(?:^|[\s;{,&])(?:export\s+|set\s+|setx\s+|\$env:)?["']?(?P<name>[A-Za-z_]\w*|[A-Za-z]+(?:\ [A-Za-z]+){1,2})["']?
        \s*(?:[=:]|\t)\s*["']?(?P<value>[^\s"',;]+)""",
    re.VERBOSE | re.MULTILINE | re.IGNORECASE,
)
_ACCESS_KEY = re.compile("[A-Z0-9]{16,128}")
_LONGEST_FILE = 65_536


def parse(text: str) -> dict[str, str]:
    """Return the keys in a pasted text, by the option of aws_account. The text can be an access key ID alone.

    :raises OctoAwsError: there is no access key ID in it, or more than one
    """
    register_typed(text)
    for read in (_from_json, _from_csv, _from_assignments, _from_words):
        found = read(text)
        if found:
            break
    access_key = found.get("access_key", "")
    if not _ACCESS_KEY.fullmatch(access_key):
        raise OctoAwsError(
            ErrorCode.OPTION_INVALID,
            "There is no access key ID in this answer.",
            hint="Type it (AKIA...), or paste it together with the secret access key, as AWS shows them.",
        )
    register(value for field, value in found.items() if field in ("secret_key", "session_token"))
    return found


def read_csv(path: str) -> dict[str, str]:
    """Return the keys in a file of the AWS console, such as accessKeys.csv.

    :raises OctoAwsError: the file cannot be read, or does not have one key pair
    """
    path = os.path.abspath(os.path.expanduser(path))
    try:
        with open(path, "rb") as file:
            data = file.read(_LONGEST_FILE + 1)
        text = data.decode("utf-8-sig")
    except OSError as error:
        raise _wrong(path, f"cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise _wrong(path, "is not a text file") from None
    register_typed(text)
    if len(data) > _LONGEST_FILE:
        raise _wrong(path, "is too large for a file with access keys")
    found = _from_csv(text)
    if not {"access_key", "secret_key"} <= found.keys() or not _ACCESS_KEY.fullmatch(found["access_key"]):
        raise _wrong(path, "does not have exactly one access key with its secret key")
    return found


def _wrong(path: str, problem: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.OPTION_INVALID,
        f"The file {path} {problem}.",
        hint="Use the file that the AWS console offers when it creates an access key (accessKeys.csv).",
    )


def _from_json(text: str) -> dict[str, str]:
    """Read the output of ``aws iam create-access-key``, ``aws sts`` and credential processes."""
    try:
        values = json.loads(text)
    except ValueError:
        return {}
    while isinstance(values, dict):
        found = _named(values.items())
        if found:
            return found
        values = values.get("AccessKey") or values.get("Credentials")
    return {}


def _from_csv(text: str) -> dict[str, str]:
    rows = [row for row in csv.reader(text.strip().splitlines()) if any(row)]
    if len(rows) != 2:
        return {}
    found = _named(zip(rows[0], rows[1], strict=False))
    return found if "access_key" in found else {}


def _from_assignments(text: str) -> dict[str, str]:
    return _named((match["name"], match["value"]) for match in _ASSIGNMENT.finditer(text))


def _from_words(text: str) -> dict[str, str]:
    words = text.replace(",", " ").split()
    if len(words) > len(FIELDS[:3]):
        return {}
    return dict(zip(FIELDS, words, strict=False))


def _named(pairs: t.Iterable[tuple[str, t.Any]]) -> dict[str, str]:
    """Return the values with a known name; nothing if a name is there twice with different values."""
    found: dict[str, str] = {}
    for name, value in pairs:
        field = _NAMES.get(name.strip().casefold())
        if field and isinstance(value, str) and found.setdefault(field, value.strip()) != value.strip():
            return {}
    return {field: value for field, value in found.items() if value}
