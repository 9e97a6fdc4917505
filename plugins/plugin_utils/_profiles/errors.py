# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: why a profile of the AWS config gives no credentials, in words that help.

A part, above ``_aws_profiles``. The files say where the credentials come from, and botocore's error how that failed.
What it says may quote a secret, and the arguments of a ``credential_process`` may be one.
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
from .to_account import CONTAINER, ENVIRONMENT, INSTANCE, LOGIN, PROCESS, SSO, WEB_IDENTITY, source_of

if t.TYPE_CHECKING:
    from .files import AwsFiles
    from .to_account import Source

_LOOK = "Look what it gives, as this user: aws configure export-credentials --profile NAME."
_RUN = (
    "Run it by hand, as this user: it prints a JSON document with Version 1 (AWS CLI user guide, credential_process)."
)
_SSO_FIELDS = ("sso_start_url", "sso_region", "sso_account_id", "sso_role_name")


def profile_failed(profile: str, error: Exception | None, region: str = "") -> OctoAwsError:
    """The failure of a profile.

    :param profile: empty where nothing names one
    :param error: of botocore; ``None`` where it just found nothing
    :param region: where STS is asked for the roles of the profile
    """
    if error and (circle := circle_in(str(error))):
        return circle
    if error and getattr(error, "kwargs", {}).get("provider") == "env":
        return no_credentials(error) or _failed("The environment gives no credentials", _LOOK)
    try:
        files = read_files_of_user()
        name = profile or "default"
        if name not in files.names:
            of_machine = no_credentials(error) if error and not profile else None
            return of_machine or _unknown(name, files)
        source = source_of(files, name)
    except OctoAwsError as failure:
        return failure
    what = f"The profile {name!r:.80} in {file_of(files, name)} cannot be used"
    through = f", since its source {source.profile!r:.80} gives nothing" if source.profile != name else ""
    return _of_source(f"{what}{through}", source, files, error) or _of_request(what, error, region)


def _unknown(profile: str, files: AwsFiles) -> OctoAwsError:
    config_file, credentials_file = files_of_user()
    return _failed(
        f"There is no profile {profile!r:.80} in {config_file} or {credentials_file}",
        closest(profile, files.names) or "Check its name, and AWS_CONFIG_FILE of the user that runs Ansible.",
    )


def _of_source(what: str, source: Source, files: AwsFiles, error: Exception | None) -> OctoAwsError | None:
    """The failure of the place that the credentials come from, if that is where it failed."""
    if source.way in (INSTANCE, CONTAINER, WEB_IDENTITY):
        return _from_machine(f"{what}: its {_named(source)}", source)
    if source.way == ENVIRONMENT:
        variables = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY")
        missing = [variable for variable in variables if not os.environ.get(variable)]
        why = f"{what}: its credential_source {ENVIRONMENT} needs {' and '.join(missing)} in the environment"
        return _failed(why, "Set them for the user that runs Ansible, or name another source.") if missing else None
    if source.way == PROCESS and (failure := _of_process(source.value, error)):
        return _failed(f"{what}: its credential_process {failure[0]}", failure[1])
    if source.way in SSO:
        return _of_sso(what, source.profile, files, error)
    if source.way == LOGIN and _is_sign_in(error):
        hint = f"Sign in, as this user: aws login --profile {source.profile}."
        return _failed(f"{what}: its sign-in (aws login) is missing or has expired", hint)
    return _failed(f"{what}: it has empty keys", _LOOK) if error is None else None


def _named(source: Source) -> str:
    return source.way if source.way == WEB_IDENTITY else f"credential_source {source.way}"


def _from_machine(what: str, source: Source) -> OctoAwsError | None:
    """Why a machine gives nothing: botocore does not say, so it is asked once more."""
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
                f"{what} gives nothing: no variable AWS_CONTAINER_CREDENTIALS_... is set.",
                hint="ECS and EKS set it in their containers. Run there, or name another source.",
            )
    except OctoAwsError as failure:
        return failure.about(f"{what} gives nothing")
    return None


def _of_process(command: str, error: Exception | None) -> tuple[str, str] | None:
    """Why a program gave no credentials, and what to do. Its arguments may be secret."""
    try:
        program = next(iter(shlex.split(command)), "")
    except ValueError:
        return "has a quote that does not end", "Correct it in the file."
    name, assigned, _value = program.partition("=")
    if assigned and not shutil.which(program):
        return f"begins with {name!r:.80} and an equals sign", "It is run without a shell: set variables with env."
    its = f"{program!r:.200}"
    if isinstance(error, FileNotFoundError):
        if shutil.which(program):
            return f"{its} names an interpreter (#!) that does not exist", "Correct its first line."
        expand = (
            " It is run without a shell: write the path out, without ~ and variables." if program[:1] in "~$" else ""
        )
        return f"{its} does not exist", f"Correct the path, or install the program for this user.{expand}"
    if isinstance(error, OSError) and error.strerror:
        return f"{its} cannot be run: {error.strerror}", "Check its mode (chmod +x), and its first line (#!)."
    said = str(getattr(error, "kwargs", {}).get("error_msg", ""))
    if said.startswith("Unsupported version"):
        return f"{its} prints another Version than 1", _RUN
    if said.startswith("Missing required key"):
        return f"{its} prints no AccessKeyId or no SecretAccessKey", _RUN
    if getattr(error, "kwargs", {}).get("provider") == "custom-process":
        return f"{its} failed", "Run it by hand, as this user: it says why."
    if isinstance(error, (json.JSONDecodeError, UnicodeDecodeError, AttributeError, TypeError)):
        return f"{its} does not print a JSON document", _RUN
    if isinstance(error, (ValueError, OverflowError)):
        return f"{its} prints an Expiration that is no time", _RUN
    if isinstance(error, RuntimeError):
        return f"{its} prints credentials that have expired", _RUN
    return (f"{its} prints empty keys", _RUN) if error is None else None


def _is_sign_in(error: Exception | None) -> bool:
    """Whether an error is about a token that a sign-in left, by the names of its class and of those above."""
    names = {kind.__name__ for kind in type(error).__mro__}
    return bool(names & {"SSOError", "LoginError", "TokenRetrievalError", "UnauthorizedSSOTokenError"})


def _of_sso(what: str, profile: str, files: AwsFiles, error: Exception | None) -> OctoAwsError | None:
    section = files.profile(profile)
    session = str(section.get("sso_session", ""))
    if session and session not in files.sso_sessions:
        hint = closest(session, files.sso_sessions) or f"Add [sso-session {session:.80}], or correct the name."
        return _failed(f"{what}: its sso_session {session!r:.80} does not exist", hint)
    given = {**section, **files.sso_sessions.get(session, {})}
    if missing := [field for field in _SSO_FIELDS if not given.get(field)]:
        return _failed(f"{what}: its SSO needs {' and '.join(missing)}", "Configure it: aws configure sso.")
    if _is_sign_in(error):
        return _failed(
            f"{what}: its SSO session is missing or has expired",
            f"Sign in, as this user: aws sso login --profile {profile}.",
        )
    return None


def _of_request(what: str, error: Exception | None, region: str) -> OctoAwsError:
    """The failure of a request on the way, or of one that botocore did not send."""
    from botocore import exceptions as aws

    if error is None:
        return _failed(f"{what}: it names no credentials", _LOOK)
    if isinstance(error, (aws.NoRegionError, aws.InvalidRegionError)) or type(error).__name__ == "ValueError":
        return client_failed(error, "sts", region, "").about(what)
    explained = explain(error, endpoint=str(getattr(error, "kwargs", {}).get("endpoint_url", "AWS")), secrets=())
    if explained.code in (ErrorCode.AWS_ANSWER_INVALID, ErrorCode.PROFILE_FAILED):
        return _failed(f"{what}: botocore failed with {type(error).__name__}", _LOOK)
    return explained.with_text(f"{what}: {explained.message}", explained.hint or "Correct it there.")


def _failed(message: str, hint: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.PROFILE_FAILED, f"{message}.", hint=hint)
