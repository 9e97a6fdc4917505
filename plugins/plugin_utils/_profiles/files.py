# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: what the AWS config and credentials files of a user say, read by botocore's own parsers.

Ground, above C(_botocore). No error quotes a line of them: any line can hold a key.
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
"""What stands below one heading. A value is a text, or a mapping where it is an indented block."""

_FILES = {"AWS_CONFIG_FILE": "~/.aws/config", "AWS_SHARED_CREDENTIALS_FILE": "~/.aws/credentials"}
KEY_NAMES = ("aws_access_key_id", "aws_secret_access_key")
_PROCESS = "credential_process"
_SECRETS = ("aws_secret_access_key", "aws_session_token", "aws_security_token", "external_id")


@dataclasses.dataclass(frozen=True)
class AwsFiles:
    """The profiles of a config file and of a credentials file.

    :param config: the sections of the config file that are profiles, by the name of the profile
    :param credentials: the sections of the credentials file, each of which is a profile
    :param services: the sections of the config file that say how services are reached
    :param sso_sessions: the sections of the config file that say where people sign in
    :param headings: those of the config file, as they stand there
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
        """What both files say of a profile; the credentials file has the last word."""
        return {**self.config.get(name, {}), **self.credentials.get(name, {})}

    def chain(self, name: str) -> dict[str, Section]:
        """The profile and those that its credentials come from, by name. The last one is the source; those before it
        assume roles."""
        found: dict[str, Section] = {}
        while name in self.names and name not in found:
            section = found[name] = self.profile(name)
            # The keys of a source profile come before its role.
            if not assumes_role(section) or (len(found) > 1 and has_keys(section)):
                break
            name = str(section.get("source_profile", ""))
        return found


def process_of(chain: t.Mapping[str, Section]) -> str:
    """The credential_process that a chain starts from, for people; empty where it starts from something else."""
    name, source = list(chain.items())[-1] if chain else ("", {})
    return f"the credential_process of the profile {name!r} in {files_of_user()[0]}" if _PROCESS in source else ""


def assumes_role(section: Section) -> bool:
    """Whether a profile assumes a role with credentials that another profile or a machine gives."""
    return "role_arn" in section and "web_identity_token_file" not in section


def has_keys(section: Section) -> bool:
    """Whether a profile has keys, or half of them."""
    return any(name in section for name in KEY_NAMES)


def files_of_user() -> list[str]:
    """Where AWS clients look for the config file and the credentials file of the user that runs Ansible."""
    paths = [os.environ.get(variable) or path for variable, path in _FILES.items()]
    return [os.path.expanduser(os.path.expandvars(path)) for path in paths]


def file_of(files: AwsFiles, profile: str) -> str:
    """The file of the user that has a profile."""
    config_file, credentials_file = files_of_user()
    return config_file if profile in files.config else credentials_file


def digests_of_user() -> list[tuple[str, str]]:
    """These files, each with a digest of what is in it. What came of them is theirs as long as nobody edits them."""
    return [(path, digest_of(path)) for path in files_of_user()]


def read_files(config_file: str | None, credentials_file: str | None) -> AwsFiles:
    """What the two files say. One that was not named need not be there, but one of them must.

    :raises OctoAwsError: a file cannot be read, or is not what AWS clients take
    """
    files = _read(config_file, credentials_file)
    if files is None:
        config_file, credentials_file = files_of_user()
        raise OctoAwsError(
            ErrorCode.PROFILES_UNREADABLE,
            f"There is neither an AWS config file {config_file} nor a credentials file {credentials_file}.",
            hint="Name one with config_file or credentials_file. They are files on the controller.",
        )
    return files


def read_files_of_user() -> AwsFiles:
    """The profiles of the user that runs Ansible; none where there are no files.

    :raises OctoAwsError: a file cannot be read, or is not what AWS clients take
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
    """A digest of what is in a file, or an empty text where it cannot be read."""
    try:
        with open(path, "rb") as file:
            return hashlib.sha256(file.read()).hexdigest()
    except OSError:
        return ""


def _parsed(path: str, parse: t.Callable[[str], dict[str, t.Any]], *, must_exist: bool) -> dict[str, t.Any] | None:
    from botocore.exceptions import ConfigNotFound, ConfigParseError

    try:
        with open(path, "rb"):
            # botocore takes a file that it may not read for an empty one.
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
        raise _unreadable(path, f"it is not what AWS clients read{_line_of(error)}") from None


def _line_of(error: t.Any) -> str:
    """Where the parser stumbled, without what stands there."""
    cause = error.kwargs.get("error")
    numbers = [number for number, _line in getattr(cause, "errors", ())] or [getattr(cause, "lineno", None)]
    return f" (line {numbers[0]})" if numbers[0] else ""


def _unreadable(path: str, why: str) -> OctoAwsError:
    return OctoAwsError(
        ErrorCode.PROFILES_UNREADABLE,
        f"The file {path} cannot be read: {why}.",
        hint="Check its path, its mode and its form, as the user that runs Ansible: aws configure list-profiles.",
    )
