# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Explain why a profile of the AWS config provides no credentials.

The files define the source of the credentials, and the error of botocore has the cause. Neither is quoted: an error
message and the arguments of a ``credential_process`` can contain secrets.
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import typing as t

from ...module_utils._aws.client_errors import client_failed, no_credentials
from ...module_utils._aws.errors import explain
from ...module_utils._aws.instance_role import from_container, from_instance
from ...module_utils._aws.machine_role import read_token
from ...module_utils._aws.variables import in_container
from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from .._circular_credentials import circle_in
from .files import file_of, files_of_user, read_files_of_user
from .source_chain import CONTAINER, ENVIRONMENT, INSTANCE, LOGIN, PROCESS, SSO, WEB_IDENTITY, source_of

if t.TYPE_CHECKING:
    from .files import AwsFiles
    from .source_chain import Source

_RUN = "Run it as this user. It must print a JSON document with Version 1 (AWS CLI user guide, credential_process)."
_SSO_FIELDS = ("sso_start_url", "sso_region", "sso_account_id", "sso_role_name")


def profile_failed(profile: str, error: Exception | None, region: str = "") -> OctoAwsError:
    """Build the error for a profile.

    :param profile: its name; empty for the default one
    :param error: of botocore; ``None`` if botocore found no credentials
    :param region: of the STS requests for the roles of the profile
    """
    if error and (circle := circle_in(str(error))):
        return circle
    if error and getattr(error, "kwargs", {}).get("provider") == "env":
        return no_credentials(error) or _failed("The environment has no complete credentials", _check_hint(profile))
    try:
        files = read_files_of_user()
        name = profile or "default"
        if name not in files.names:
            of_machine = no_credentials(error) if error and not profile else None
            return of_machine or _unknown(name, files)
        source = source_of(files, name)
    except OctoAwsError as failure:
        return failure
    label = f"The profile {name!r:.80} in {file_of(files, name)} cannot be used"
    through = f", because its source {source.profile!r:.80} failed" if source.profile != name else ""
    return _of_source(f"{label}{through}", source, files, error) or _of_request(label, name, error, region)


def _unknown(profile: str, files: AwsFiles) -> OctoAwsError:
    config_file, credentials_file = files_of_user()
    return _failed(
        f"There is no profile {profile!r:.80} in {config_file} or {credentials_file}",
        closest(profile, files.names) or "To list the profiles, run `aws configure list-profiles` as this user.",
    )


def _of_source(label: str, source: Source, files: AwsFiles, error: Exception | None) -> OctoAwsError | None:
    """Build the error of the source of the credentials, if it is the one that failed."""
    if source.way in (INSTANCE, CONTAINER, WEB_IDENTITY):
        return _from_machine(f"{label}: its {_source_label(source)}", source)
    if source.way == ENVIRONMENT:
        variables = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        missing = [variable for variable in variables if not os.environ.get(variable)]
        reason = f"{label}: its credential_source {ENVIRONMENT} needs {' and '.join(missing)} in the environment"
        return (
            _failed(reason, "Set them for the user that runs Ansible, or use another credential_source.")
            if missing
            else None
        )
    if source.way == PROCESS and (failure := _of_process(source.value, error)):
        return _failed(f"{label}: its credential_process {failure[0]}", failure[1])
    if source.way in SSO:
        return _of_sso(label, source.profile, files, error)
    if source.way == LOGIN and _is_sign_in(error):
        hint = f"Run `aws login --profile {shlex.quote(source.profile)}` as this user."
        return _failed(f"{label}: its session (aws login) is missing or has expired", hint)
    return _failed(f"{label}: its keys are empty", _check_hint(source.profile)) if error is None else None


def _source_label(source: Source) -> str:
    return source.way if source.way == WEB_IDENTITY else f"credential_source {source.way}"


def _from_machine(label: str, source: Source) -> OctoAwsError | None:
    """Find out why a machine has no credentials by another request, because the error of botocore has no cause."""
    try:
        if source.way == WEB_IDENTITY:
            read_token(source.value)
        elif source.way == INSTANCE:
            from_instance("")
        elif in_container(os.environ):
            from_container("")
        else:
            return OctoAwsError(
                ErrorCode.CONTAINER_CREDENTIALS_FAILED,
                f"{label} failed: no variable AWS_CONTAINER_CREDENTIALS_... is set.",
                hint="Only ECS and EKS containers have it. Run there, or use another credential_source.",
            )
    except OctoAwsError as failure:
        return failure.about(f"{label} failed")
    return None


def _of_process(command: str, error: Exception | None) -> tuple[str, str] | None:
    """Return the reason and the hint for a failed program. Its arguments may be secret."""
    try:
        program = next(iter(shlex.split(command)), "")
    except ValueError:
        return "has an unclosed quote", "Correct it in the file."
    name, assigned, _value = program.partition("=")
    if assigned and not shutil.which(program):
        return f"starts with the assignment of {name!r:.80}", "It runs without a shell: set variables with env."
    its = f"{program!r:.200}"
    if isinstance(error, FileNotFoundError):
        if shutil.which(program):
            return f"{its} has an interpreter (#!) that does not exist", "Correct its first line."
        expand = (
            " It runs without a shell: write the full path, without ~ and variables." if program[:1] in "~$" else ""
        )
        return f"{its} does not exist", f"Correct the path, or install the program for this user.{expand}"
    if isinstance(error, OSError) and error.strerror:
        return f"{its} cannot be run: {error.strerror}", "Check its mode (`chmod +x`) and its first line (#!)."
    message = str(getattr(error, "kwargs", {}).get("error_msg", ""))
    if message.startswith("Unsupported version"):
        return f"{its} prints a Version other than 1", _RUN
    if message.startswith("Missing required key"):
        return f"{its} prints no AccessKeyId or no SecretAccessKey", _RUN
    if getattr(error, "kwargs", {}).get("provider") == "custom-process":
        return f"{its} failed", "To see its error message, run it as this user."
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError)):
        return f"{its} does not print a JSON document", _RUN
    if isinstance(error, (ValueError, OverflowError)):
        return f"{its} prints an invalid Expiration", _RUN
    if isinstance(error, RuntimeError):
        return f"{its} prints expired credentials", _RUN
    return (f"{its} prints empty keys", _RUN) if error is None else None


def _is_sign_in(error: Exception | None) -> bool:
    """Whether an error is about the token of a sign-in, by the names of its class and base classes."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"SSOError", "LoginError", "TokenRetrievalError", "UnauthorizedSSOTokenError"})


def _of_sso(label: str, profile: str, files: AwsFiles, error: Exception | None) -> OctoAwsError | None:
    section = files.profile(profile)
    session = str(section.get("sso_session", ""))
    if session and session not in files.sso_sessions:
        hint = closest(session, files.sso_sessions) or f"Add [sso-session {session:.80}], or correct the name."
        return _failed(f"{label}: its sso_session {session!r:.80} does not exist", hint)
    fields = {**section, **files.sso_sessions.get(session, {})}
    if missing := [field for field in _SSO_FIELDS if not fields.get(field)]:
        return _failed(
            f"{label}: its SSO needs {' and '.join(missing)}",
            f"Run `aws configure sso --profile {shlex.quote(profile)}` as this user.",
        )
    if _is_sign_in(error):
        return _failed(
            f"{label}: its SSO session is missing or has expired",
            f"Run `aws sso login --profile {shlex.quote(profile)}` as this user.",
        )
    return None


def _of_request(label: str, profile: str, error: Exception | None, region: str) -> OctoAwsError:
    """Build the error of a request, sent or not."""
    from botocore import exceptions as aws

    if error is None:
        return _failed(f"{label}: it has no credentials", _check_hint(profile))
    if isinstance(error, (aws.NoRegionError, aws.InvalidRegionError)) or type(error).__name__ == "ValueError":
        return client_failed(error, "sts", region, "").about(label)
    explained = explain(error, endpoint=str(getattr(error, "kwargs", {}).get("endpoint_url", "AWS")), secrets=())
    if explained.code in (ErrorCode.AWS_ANSWER_INVALID, ErrorCode.PROFILE_FAILED):
        return _failed(f"{label}: botocore failed with {type(error).__name__}", _check_hint(profile))
    return explained.with_text(f"{label}: {explained.message}", explained.hint or "Correct it there.")


def _check_hint(profile: str) -> str:
    name = shlex.quote(profile or "default")
    return f"To see why, run `aws sts get-caller-identity --profile {name}` as this user."


def _failed(message: str, hint: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.PROFILE_FAILED, f"{message}.", hint=hint)
