# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The errors of the collection, each with a stable code.

``docs/docsite/rst/errors.rst`` has an entry with cause and solution for each code. A test compares both.
"""

from __future__ import annotations

import typing as t
from enum import Enum

_PAGE = "https://github.com/octo-aws/octo.aws/blob/main/docs/docsite/rst/errors.rst"
"""The page with cause and solution of each code. Each code is an anchor of the page."""


class ErrorCode(str, Enum):
    """The error codes. A code may be added, but never renamed or given another meaning."""

    # Arguments
    NAME_INVALID = "name_invalid"
    OPTION_INVALID = "option_invalid"
    OPTION_CONFLICT = "option_conflict"
    OPTION_UNKNOWN = "option_unknown"
    ACCOUNT_REQUIRED = "account_required"
    REQUIREMENT_MISSING = "requirement_missing"
    ANSWER_MISSING = "answer_missing"

    # Stores
    STORE_URL_INVALID = "store_url_invalid"
    STORE_UNAVAILABLE = "store_unavailable"
    STORE_WRITE_FAILED = "store_write_failed"
    STORE_BUSY = "store_busy"
    STORE_FULL = "store_full"
    ACCOUNT_UNKNOWN = "account_unknown"
    RECORD_EMPTY = "record_empty"
    RECORD_UNREADABLE = "record_unreadable"
    RECORD_DAMAGED = "record_damaged"
    RECORD_INVALID = "record_invalid"
    RECORD_MISPLACED = "record_misplaced"
    RECORD_TOO_LARGE = "record_too_large"
    VAULT_PASSWORD_MISSING = "vault_password_missing"
    VAULT_PASSWORD_WRONG = "vault_password_wrong"
    VAULT_ID_UNKNOWN = "vault_id_unknown"
    PROFILES_UNREADABLE = "profiles_unreadable"
    TRANSFER_INCOMPLETE = "transfer_incomplete"

    # Responses of AWS
    ACCESS_KEY_UNKNOWN = "access_key_unknown"
    SECRET_KEY_WRONG = "secret_key_wrong"
    SESSION_TOKEN_EXPIRED = "session_token_expired"
    CLOCK_SKEWED = "clock_skewed"
    PARTITION_MISMATCH = "partition_mismatch"
    ACCOUNT_MISMATCH = "account_mismatch"
    ACCESS_DENIED = "access_denied"
    REGION_DISABLED = "region_disabled"
    THROTTLED = "throttled"
    AWS_UNAVAILABLE = "aws_unavailable"
    AWS_REFUSED = "aws_refused"
    AWS_ANSWER_INVALID = "aws_answer_invalid"

    # Sessions
    MFA_TOKEN_MISSING = "mfa_token_missing"
    MFA_TOKEN_REFUSED = "mfa_token_refused"
    MFA_PROCESS_FAILED = "mfa_process_failed"
    JOB_UNKNOWN = "job_unknown"
    SESSION_DURATION_REFUSED = "session_duration_refused"
    SESSION_TOO_SHORT = "session_too_short"
    SESSION_POLICY_REFUSED = "session_policy_refused"
    WEB_IDENTITY_TOKEN_UNREADABLE = "web_identity_token_unreadable"
    WEB_IDENTITY_TOKEN_MISSING = "web_identity_token_missing"
    WEB_IDENTITY_TOKEN_INVALID = "web_identity_token_invalid"
    WEB_IDENTITY_TOKEN_EXPIRED = "web_identity_token_expired"
    WEB_IDENTITY_AUDIENCE_WRONG = "web_identity_audience_wrong"
    WEB_IDENTITY_REQUEST_FAILED = "web_identity_request_failed"
    WEB_IDENTITY_COMMAND_FAILED = "web_identity_command_failed"
    WEB_IDENTITY_REFUSED = "web_identity_refused"
    CERTIFICATE_UNREADABLE = "certificate_unreadable"
    CERTIFICATE_EXPIRED = "certificate_expired"
    CERTIFICATE_NOT_YET_VALID = "certificate_not_yet_valid"
    PRIVATE_KEY_UNREADABLE = "private_key_unreadable"
    PRIVATE_KEY_PASSPHRASE_WRONG = "private_key_passphrase_wrong"
    PRIVATE_KEY_MISMATCH = "private_key_mismatch"
    ROLES_ANYWHERE_MISMATCH = "roles_anywhere_mismatch"
    ROLES_ANYWHERE_REFUSED = "roles_anywhere_refused"
    PROFILE_FAILED = "profile_failed"
    CREDENTIALS_CIRCLE = "credentials_circle"

    # Rotation of access keys
    ROTATION_UNSUPPORTED = "rotation_unsupported"
    ROTATION_DENIED = "rotation_denied"
    ROTATION_KEY_LIMIT = "rotation_key_limit"
    ROTATION_BLOCKED = "rotation_blocked"
    ROTATION_KEY_NOT_ACCEPTED = "rotation_key_not_accepted"
    ROTATION_UNFINISHED = "rotation_unfinished"
    ROTATION_INCOMPLETE = "rotation_incomplete"

    # IAM Identity Center
    SSO_SIGN_IN_REQUIRED = "sso_sign_in_required"
    SSO_SIGN_IN_DENIED = "sso_sign_in_denied"
    SSO_SIGN_IN_EXPIRED = "sso_sign_in_expired"
    SSO_SIGN_IN_FAILED = "sso_sign_in_failed"
    SSO_START_URL_REFUSED = "sso_start_url_refused"
    SSO_ROLE_DENIED = "sso_role_denied"
    SSO_ROLE_UNKNOWN = "sso_role_unknown"

    # The AWS console
    CONSOLE_SESSION_UNSUITABLE = "console_session_unsuitable"
    CONSOLE_PARTITION_UNKNOWN = "console_partition_unknown"
    CONSOLE_SIGN_IN_FAILED = "console_sign_in_failed"

    # HashiCorp Vault and OpenBao
    HVAC_MISSING = "hvac_missing"
    VAULT_UNAVAILABLE = "vault_unavailable"
    VAULT_SEALED = "vault_sealed"
    VAULT_AUTH_FAILED = "vault_auth_failed"
    VAULT_DENIED = "vault_denied"
    VAULT_REFUSED = "vault_refused"
    VAULT_ANSWER_INVALID = "vault_answer_invalid"

    # Connections to AWS
    ENDPOINT_UNREACHABLE = "endpoint_unreachable"
    PROXY_FAILED = "proxy_failed"
    TLS_FAILED = "tls_failed"

    # The role of the machine
    INSTANCE_ROLE_MISSING = "instance_role_missing"
    INSTANCE_METADATA_BLOCKED = "instance_metadata_blocked"
    INSTANCE_METADATA_DISABLED = "instance_metadata_disabled"
    INSTANCE_METADATA_UNREACHABLE = "instance_metadata_unreachable"
    CONTAINER_CREDENTIALS_FAILED = "container_credentials_failed"

    # The host of the task
    EXECUTOR_FAILED = "executor_failed"
    REGION_MISSING = "region_missing"
    SCRIPT_FAILED = "script_failed"
    SCRIPT_TIMED_OUT = "script_timed_out"
    ENVIRONMENT_INVALID = "environment_invalid"
    PARAMETER_UNKNOWN = "parameter_unknown"
    SECRET_UNKNOWN = "secret_unknown"

    # Approvals
    APPROVAL_REQUIRED = "approval_required"
    APPROVAL_REJECTED = "approval_rejected"
    APPROVAL_TIMED_OUT = "approval_timed_out"

    # CloudFormation
    TEMPLATE_UNREADABLE = "template_unreadable"
    TEMPLATE_TOO_LARGE = "template_too_large"
    TEMPLATE_INVALID = "template_invalid"
    CAPABILITIES_MISSING = "capabilities_missing"
    PARAMETERS_FILE_INVALID = "parameters_file_invalid"
    STACK_UNKNOWN = "stack_unknown"
    STACK_FAILED = "stack_failed"
    STACK_TIMED_OUT = "stack_timed_out"
    STACK_IN_REVIEW = "stack_in_review"
    STACK_NEVER_CAME_UP = "stack_never_came_up"
    STACK_STUCK = "stack_stuck"
    STACK_PROTECTED = "stack_protected"
    CHANGE_SET_FAILED = "change_set_failed"
    CHANGE_SET_UNKNOWN = "change_set_unknown"
    CHANGE_SET_UNUSABLE = "change_set_unusable"
    DRIFT_DETECTION_FAILED = "drift_detection_failed"
    STACK_SET_FAILED = "stack_set_failed"
    STACK_SET_TIMED_OUT = "stack_set_timed_out"
    STACK_INSTANCE_INOPERABLE = "stack_instance_inoperable"

    # ECS
    CLUSTER_UNKNOWN = "cluster_unknown"
    SERVICE_UNKNOWN = "service_unknown"
    SERVICE_UNSUPPORTED = "service_unsupported"
    TASK_DEFINITION_UNKNOWN = "task_definition_unknown"
    CONTAINER_UNKNOWN = "container_unknown"
    ROLLOUT_FAILED = "rollout_failed"
    ROLLOUT_TIMED_OUT = "rollout_timed_out"
    TASK_NOT_PLACED = "task_not_placed"
    TASK_FAILED = "task_failed"
    TASK_TIMED_OUT = "task_timed_out"

    # Run Command
    COMMAND_FAILED = "command_failed"
    COMMAND_TIMED_OUT = "command_timed_out"
    COMMAND_UNKNOWN = "command_unknown"
    COMMAND_WITHOUT_TARGETS = "command_without_targets"

    # Lambda
    FUNCTION_CODE_INVALID = "function_code_invalid"
    FUNCTION_FAILED = "function_failed"
    FUNCTION_TIMED_OUT = "function_timed_out"
    FUNCTION_UPDATE_FAILED = "function_update_failed"

    # Uploads and downloads
    UPLOAD_SOURCE_INVALID = "upload_source_invalid"
    UPLOAD_EMPTY = "upload_empty"
    BUCKET_UNKNOWN = "bucket_unknown"
    BUCKET_TAKEN = "bucket_taken"
    OBJECT_UNKNOWN = "object_unknown"
    OBJECT_CHANGED = "object_changed"
    OBJECT_ARCHIVED = "object_archived"
    DOWNLOAD_EMPTY = "download_empty"
    DOWNLOAD_KEY_INVALID = "download_key_invalid"
    DOWNLOAD_DEST_INVALID = "download_dest_invalid"
    KMS_KEY_REFUSED = "kms_key_refused"

    # Containers
    CLUSTER_NOT_READY = "cluster_not_ready"
    REPOSITORY_UNKNOWN = "repository_unknown"
    IMAGE_SOURCE_INVALID = "image_source_invalid"
    IMAGE_TAG_IMMUTABLE = "image_tag_immutable"
    IMAGE_PUSH_FAILED = "image_push_failed"
    IMAGE_PUSH_TIMED_OUT = "image_push_timed_out"


class AwsResponse(t.NamedTuple):
    """An error response of AWS, for decisions only: it may quote a secret, and must not be shown.

    :ivar status: the HTTP status; 0 without a response
    :ivar unsent: whether botocore rejected the request before it was sent
    """

    status: int = 0
    code: str = ""
    message: str = ""
    unsent: bool = False

    def __repr__(self) -> str:
        return f"AwsResponse(status={self.status})"


class OctoAwsError(Exception):
    """An error that a user can act on.

    :param code: the stable error code
    :param message: one or two sentences: what failed, and where, without secrets
    :param hint: an imperative, such as a command to run
    :param aws_code: the error code of AWS, to be shown; for decisions, see :meth:`is_refusal`
    :param request_id: the request ID for AWS support
    """

    _response = AwsResponse()

    def __init__(
        self,
        code: ErrorCode,
        message: str,
        *,
        hint: str = "",
        aws_code: str | None = None,
        request_id: str | None = None,
    ) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.hint = hint
        self.aws_code = aws_code
        self.request_id = request_id

    def __str__(self) -> str:
        return " ".join(part for part in (self.message, self.hint, f"({self.code.value})") if part)

    def __reduce__(self) -> tuple[t.Any, ...]:
        # Ansible sends exceptions to other processes; by default, they would lose the keyword arguments. The response
        # of AWS is not sent.
        return _rebuild, (type(self), self.code, self.message, self.hint, self.aws_code, self.request_id)

    def with_response(self, response: AwsResponse) -> OctoAwsError:
        """Attach the response of AWS that caused this error."""
        self._response = response
        return self

    def is_refusal(self, *codes: str, message: str = "") -> bool:
        """Whether AWS returned one of these error codes, with these words in the message.

        This reads the unmasked response: a word of it can be equal to a secret.
        """
        return self._response.code in codes and message in self._response.message

    def find_in_response(self, phrases: t.Iterable[str]) -> list[str]:
        """Return the phrases that are in the unmasked message of AWS."""
        return [phrase for phrase in phrases if phrase in self._response.message]

    @property
    def may_have_worked(self) -> bool:
        """Whether AWS may have carried out the request: it was sent, and neither accepted nor refused."""
        maybe = (ErrorCode.ENDPOINT_UNREACHABLE, ErrorCode.AWS_UNAVAILABLE, ErrorCode.AWS_ANSWER_INVALID)
        return self.code in maybe and not self._response.unsent

    def about(self, subject: str) -> OctoAwsError:
        """Return this error with its subject in front of the message."""
        return self.with_text(f"{subject}: {self.message}" if subject else self.message, self.hint)

    def reworded(self, reword: t.Callable[[str], str]) -> OctoAwsError:
        """Return this error with ``reword`` applied to message and hint."""
        return self.with_text(reword(self.message), reword(self.hint))

    def with_text(self, message: str, hint: str, code: ErrorCode | None = None) -> OctoAwsError:
        """Return this error with another message and hint, and optionally another code."""
        error = _rebuild(type(self), code or self.code, message, hint, self.aws_code, self.request_id)
        error.__dict__.update({**self.__dict__, **error.__dict__})
        return error

    def as_result(self) -> dict[str, str | None]:
        """Return the value of ``error`` in the result of a task."""
        return {
            "code": self.code.value,
            "aws_code": self.aws_code,
            "request_id": self.request_id,
            "hint": self.hint,
            "url": f"{_PAGE}#{self.code.value}",
        }


class PartialFailure(OctoAwsError):
    """An error with values for the result of a task: the state after the changes that were made.

    :ivar values: by their names in the result
    """

    values: t.Mapping[str, t.Any] = {}

    @classmethod
    def of(cls, code: ErrorCode, message: str, hint: str = "", **values: t.Any) -> PartialFailure:
        """Create the error with values for the result."""
        error = cls(code, message, hint=hint)
        error.values = values
        return error

    @classmethod
    def after(cls, error: OctoAwsError, hint: str = "", **values: t.Any) -> PartialFailure:
        """Add values to an error that was raised after changes had been made.

        :param hint: about these changes, appended to the hint of the error
        :param values: for the result, unless the error has its own
        """
        hints = " ".join(part for part in (error.hint, hint) if part)
        failure = cls(error.code, error.message, hint=hints, aws_code=error.aws_code, request_id=error.request_id)
        failure.values = {**values, **(error.values if isinstance(error, PartialFailure) else {})}
        failure.with_response(error._response)
        return failure


class RecordError(OctoAwsError):
    """An error of a single record. The store and its other records work."""


def _rebuild(
    kind: type[OctoAwsError], code: ErrorCode, message: str, hint: str, aws_code: str | None, request_id: str | None
) -> OctoAwsError:
    return kind(code, message, hint=hint, aws_code=aws_code, request_id=request_id)


def closest(word: str, known: t.Iterable[str], *, most: int = 3, least: float = 0.6) -> str:
    """Return a sentence with the known words that are similar to ``word``, or an empty string.

    difflib is imported here, since only an error needs it.

    :param most: the largest number of words
    :param least: the smallest similarity, from 0 to 1
    """
    from difflib import get_close_matches

    matches = get_close_matches(word, list(known), n=most, cutoff=least)
    return f"Did you mean {' or '.join(repr(match) for match in matches)}?" if matches else ""
