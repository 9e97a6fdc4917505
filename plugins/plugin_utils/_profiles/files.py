# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the AWS config and credentials files of a user with the parsers of botocore.

No error quotes a line of a file: any line can contain a key.
"""

from __future__ import annotations

import dataclasses
import hashlib
import os
import typing as t

from ...module_utils._aws.botocore import missing_botocore
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register

Section = t.Mapping[str, t.Any]
"""The fields below one heading. A value is a text, or a mapping if it is an indented block."""

_FILES = {"AWS_CONFIG_FILE": "~/.aws/config", "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}
KEY_NAMES = ("aws_access_key_id", "aws_secret_access_key")
_PROCESS = "credential_process"
_SECRETS = ("aws_secret_access_key", "aws_session_token", "aws_security_token", "external_id")


@dataclasses.dataclass(frozen=True)
class AwsFiles:
    """The profiles of a config file and of a credentials file.

    :param config: the profiles of the config file, by name
    :param credentials: the profiles of the credentials file, by name
    :param services: the ``services`` sections of the config file
    :param sso_sessions: the ``sso-session`` sections of the config file
    :param headings: all headings of the config file
    """

    config: t.Mapping[str, Section] = dataclasses.field(repr=False)
    credentials: t.Mapping[str, Section] = dataclasses.field(repr=False)
    services: t.Mapping[str, Section] = dataclasses.field(default_factory=dict, repr=False)
    sso_sessions: t.Mapping[str, Section] = dataclasses.field(default_factory=dict, repr=False)
    headings: t.Sequence[str] = dataclasses.field(default=(), repr=False)

    @property
    def names(self) -> list[str]:
        """The names of all profiles, sorted."""
        return sorted({*self.config, *self.credentials})

    def profile(self, name: str) -> Section:
        """Return the fields of a profile in both files. The credentials file takes precedence."""
        return {**self.config.get(name, {}), **self.credentials.get(name, {})}

    def chain(self, name: str) -> dict[str, Section]:
        """Return the profile and its source profiles, by name.

        The last one is the source of the credentials; those before it assume roles.
        """
        sections: dict[str, Section] = {}
        while name in self.names and name not in sections:
            section = sections[name] = self.profile(name)
            # In a source profile, keys take precedence over a role.
            if not assumes_role(section) or (len(sections) > 1 and has_keys(section)):
                break
            name = str(section.get("source_profile", ""))
        return sections


def process_of(chain: t.Mapping[str, Section]) -> str:
    """Describe the credential_process that a chain starts with; empty if it starts with something else."""
    name, source = list(chain.items())[-1] if chain else ("", {})
    return f"the credential_process of the profile {name!r} in {files_of_user()[0]}" if _PROCESS in source else ""


def assumes_role(section: Section) -> bool:
    """Whether a profile assumes a role with the credentials of another profile or a machine."""
    return "role_arn" in section and "web_identity_token_file" not in section


def has_keys(section: Section) -> bool:
    """Whether a profile has keys, or one of the pair."""
    return any(name in section for name in KEY_NAMES)


def files_of_user() -> list[str]:
    """Return the paths of the config file and the credentials file of the user that runs Ansible."""
    paths = [os.environ.get(variable) or path for variable, path in _FILES.items()]
    return [os.path.expanduser(os.path.expandvars(path)) for path in paths]


def file_of(files: AwsFiles, profile: str) -> str:
    """Return the path of the file that has a profile."""
    config_file, credentials_file = files_of_user()
    return config_file if profile in files.config else credentials_file


def digests_of_user() -> list[tuple[str, str]]:
    """Return both paths, each with a digest of the file. Credentials from the files are valid until one changes."""
    return [(path, digest_of(path)) for path in files_of_user()]


def read_files(config_file: str | None, credentials_file: str | None) -> AwsFiles:
    """Read both files. A default path may be missing, but not both.

    :raises OctoAwsError: a file cannot be read or parsed
    """
    files = _read(config_file, credentials_file)
    if files is None:
        config_file, credentials_file = files_of_user()
        raise OctoAwsError(
            ErrorCode.PROFILES_UNREADABLE,
            f"No AWS config file {config_file} and no credentials file {credentials_file} on the controller.",
            hint="Set config_file or credentials_file to the path of a file on the controller.",
        )
    return files


def read_files_of_user() -> AwsFiles:
    """Read the profiles of the user that runs Ansible; none if there are no files.

    :raises OctoAwsError: a file cannot be read or parsed
    """
    return _read(None, None) or AwsFiles({}, {})


def _read(config_file: str | None, credentials_file: str | None) -> AwsFiles | None:
    try:
        from botocore.configloader import build_profile_map, raw_config_parse
    except ImportError:
        raise missing_botocore() from None

    paths = files_of_user()
    config = _parsed(config_file or paths[0], raw_config_parse, must_exist=bool(config_file))
    credentials = _parsed(credentials_file or paths[1], raw_config_parse, must_exist=bool(credentials_file))
    if config is None and credentials is None:
        return None
    parts = build_profile_map(config or {})
    files = AwsFiles(parts["profiles"], credentials or {}, parts["services"], parts["sso_sessions"], list(config or {}))
    sections = (*files.config.values(), *files.credentials.values())
    register(str(section[key]) for section in sections for key in _SECRETS if key in section)
    return files


def digest_of(path: str) -> str:
    """Return the digest of a file; empty if it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _parsed(path: str, parse: t.Callable[[str], dict[str, t.Any]], *, must_exist: bool) -> dict[str, t.Any] | None:
    from botocore.exceptions import ConfigNotFound, ConfigParseError

    try:
        with open(path, "rb"):
            # botocore treats an unreadable file as empty.
            return parse(path)
    except FileNotFoundError as error:
        if not must_exist:
            return None
        raise _unreadable(path, str(error.strerror)) from None
    except OSError as error:
        raise _unreadable(path, str(error.strerror)) from None
    except ConfigNotFound:
        return {}  # not a plain file, such as /dev/null
    except ConfigParseError as error:
        raise _unreadable(path, f"it is not a valid AWS config file{_line_of(error)}") from None


def _line_of(error: t.Any) -> str:
    """Describe the line of a syntax error, without its content."""
    cause = error.kwargs.get("error")
    numbers = [number for number, _line in getattr(cause, "errors", ())] or [getattr(cause, "lineno", None)]
    return f" (line {numbers[0]})" if numbers[0] else ""


def _unreadable(path: str, reason: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.PROFILES_UNREADABLE,
        f"The file {path} cannot be read: {reason}.",
        hint="Check its path, mode and syntax. To see the error, run `aws configure list-profiles` as this user.",
    )
