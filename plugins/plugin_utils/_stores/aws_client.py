# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Send the requests of a store to its AWS service: credentials, retries and errors."""

from __future__ import annotations

import contextlib
import email.utils
import hashlib
import json
import os
import random
import shlex
import time
import typing as t
from functools import cached_property

from ...module_utils._aws.botocore import isolated_session, make_client, shell_session
from ...module_utils._aws.error_codes import DENIED
from ...module_utils._aws.errors import call, retry_throttled
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._secrecy import register
from .._circular_credentials import is_nested, mark_resolving, refuse_circle
from .._profiles.errors import profile_failed
from .._profiles.files import digests_of_user, process_of, read_files_of_user
from .._regions import warn_of_region

if t.TYPE_CHECKING:
    from .protocol import StoreContext

_CONNECT_TIMEOUT = 5
_READ_TIMEOUT = 10
"""In seconds."""
_ATTEMPTS = 6
"""Enough to outlast throttling and outages of about half a minute, with jitter."""

_MAX_PAGES = 10_000
"""Far more than any store has, with at least ten items per page."""

_BUSY = "TooManyUpdates"
"""The error of concurrent writes to one parameter (API reference, PutParameter). botocore does not retry it."""
_FULL = ("LimitExceededException", "ParameterLimitExceeded", "ParameterMaxVersionLimitExceeded")


class ServiceClient:
    """A client for the service of one store.

    :param service: its name in botocore
    :param url: the store, for messages
    :param options: of the URL: ``region``, ``endpoint_url``, and ``account`` or ``profile``
    """

    def __init__(self, service: str, url: str, options: t.Mapping[str, str], context: StoreContext) -> None:
        self._service = service
        self._url = url
        self._options = options
        self._context = context
        self._secrets: list[str] = []
        self._own_secrets: t.Callable[[], list[str]] = list
        self._deadline: tuple[float, OctoAwsError] | None = None
        if is_nested():
            # Checked before this process waits for a lock of the process that started it.
            refuse_circle(*self._dependency())

    @cached_property
    def access_digest(self) -> str:
        """A digest of everything that selects the AWS account: the options, and the variables and files that AWS
        clients read. It takes no request."""
        options = {name: value for name, value in self._options.items() if name != "cache_seconds"}
        variables = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        facts = [options, variables, digests_of_user()]
        return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()

    def call(self, operation: str, resource: str, /, **parameters: t.Any) -> dict[str, t.Any]:
        """Send a request and return the response.

        :param operation: its name in botocore
        :param resource: the resource of the request, for messages
        :raises OctoAwsError: the request failed; ``aws_code`` is the error code of AWS, if any
        """
        client = self._client
        for attempt in range(_ATTEMPTS):
            try:
                return call(client, operation, [*self._secrets, *self._own_secrets()], **parameters)
            except OctoAwsError as error:
                if not error.is_refusal(_BUSY) or attempt == _ATTEMPTS - 1:
                    raise self._explained(error, operation, resource) from None
            time.sleep(random.uniform(0, 0.2 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def pages(self, operation: str, resource: str, /, **parameters: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """Yield all pages of a response."""
        token: dict[str, t.Any] = {}
        for _page in range(_MAX_PAGES):
            response = self.call(operation, resource, **parameters, **token)
            yield response
            if not response.get("NextToken"):
                return
            token = {"NextToken": response["NextToken"]}
        raise self._unexpected_response("too many pages")

    @contextlib.contextmanager
    def parsing_responses(self) -> t.Iterator[None]:
        """Turn errors raised while parsing a malformed response into an :class:`OctoAwsError`."""
        try:
            yield
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise self._unexpected_response(type(error).__name__) from None

    def _unexpected_response(self, reason: str) -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"The store {self._url}: the response did not come from the AWS service {self._service} ({reason}).",
            hint="Check endpoint_url, AWS_ENDPOINT_URL, and the proxies between this machine and AWS.",
        )

    def warn(self, text: str) -> None:
        """Show a warning to the user."""
        self._context.warn(text)

    @contextlib.contextmanager
    def sending_until(self, moment: float, too_late: OctoAwsError) -> t.Iterator[None]:
        """Send no request inside after a time of the monotonic clock, retries included.

        :param too_late: raised instead
        """
        self._deadline = (moment, too_late)
        try:
            yield
        finally:
            self._deadline = None

    def check_deadline(self, **_event: t.Any) -> None:
        """Reject a request after the deadline of :meth:`sending_until`."""
        if self._deadline and time.monotonic() > self._deadline[0]:
            raise self._deadline[1]

    @contextlib.contextmanager
    def redacting(self, secrets: t.Sequence[str]) -> t.Iterator[None]:
        """Redact these secrets in errors raised inside."""
        self._secrets = list(secrets)
        try:
            yield
        finally:
            self._secrets = []

    def _dependency(self) -> tuple[str, str]:
        """Return the store and the source of its credentials, an account or a process, for :func:`refuse_circle`."""
        label = f"the store {self._url}"
        if account := self._options.get("account"):
            return label, f"account {account!r} of {self._options.get('account_store') or 'the default store'}"
        profile = self._options.get("profile", "")
        if not profile and os.environ.get("AWS_ACCESS_KEY_ID"):
            return label, ""
        with contextlib.suppress(OctoAwsError):  # botocore treats an unreadable file as empty
            return label, process_of(read_files_of_user().chain(shell_session(profile).profile or "default"))
        return label, ""

    @cached_property
    def _client(self) -> t.Any:
        account, region = self._options.get("account"), self._options.get("region", "")
        try:
            if account:
                with mark_resolving(*self._dependency()):
                    credentials = self._context.credentials_of(account, self._options.get("account_store", ""))
                self._own_secrets = lambda: credentials.secrets
                return self._make_client(isolated_session(), region or credentials.region, credentials)
            session, region = self._session_of_controller(region)
            return self._make_client(session, region, None)
        except OctoAwsError as error:
            raise error.about(f"Cannot access the store {self._url}") from None

    def _session_of_controller(self, region: str) -> tuple[t.Any, str]:
        """Return a session with the credentials that the AWS CLI of this user would use, and its region."""
        from botocore.exceptions import ClientError

        profile = self._options.get("profile", "")
        # botocore reads only AWS_DEFAULT_REGION.
        region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        session = shell_session(profile)
        try:
            if region:
                # STS requests for the role of a profile use it, too.
                session.set_config_variable("region", region)
            region = session.get_config_variable("region") or ""
            with mark_resolving(*self._dependency()):
                credentials = session.get_credentials()
                # botocore requests a role only when its keys are needed.
                keys = retry_throttled(credentials.get_frozen_credentials) if credentials else None
            if keys:
                register(filter(None, (keys.secret_key, keys.token)))
        except OctoAwsError:
            raise
        except ClientError:
            name = session.profile or "default"
            raise OctoAwsError(
                ErrorCode.PROFILE_FAILED,
                f"AWS rejected the role of the profile {name!r:.80}.",
                hint=f"To see why, run `aws sts get-caller-identity --profile {shlex.quote(name)}` as this user.",
            ) from None
        except Exception as error:
            raise profile_failed(session.profile or "", error, region) from None
        if credentials is None and session.profile:
            raise profile_failed(session.profile, None)
        if credentials is None:
            raise OctoAwsError(
                ErrorCode.STORE_UNAVAILABLE,
                "No AWS credentials found in the environment, the AWS config or the IAM role of the controller.",
                hint="Attach an IAM role to the controller, or add profile=NAME or account=NAME to the store URL.",
            )
        self._own_secrets = lambda: [secret for secret in (credentials.secret_key, credentials.token) if secret]
        return session, region

    def _make_client(self, session: t.Any, region: str, credentials: t.Any) -> t.Any:
        if not region:
            raise OctoAwsError(
                ErrorCode.REGION_MISSING,
                "No region is set for the store.",
                hint="Add region=REGION to its URL, or set AWS_REGION.",
            )
        warn_of_region(region, self.warn)
        client = make_client(
            session,
            self._service,
            region,
            credentials,
            connect_timeout=_CONNECT_TIMEOUT,
            read_timeout=_READ_TIMEOUT,
            attempts=_ATTEMPTS,
            endpoint_url=self._options.get("endpoint_url", ""),
            bounded=True,
        )
        # botocore emits this event before each attempt.
        client.meta.events.register("before-send", self.check_deadline)
        return client

    def _explained(self, error: OctoAwsError, operation: str, resource: str) -> OctoAwsError:
        if error.code is ErrorCode.ACCESS_DENIED:
            return self._denied(error, operation, resource)
        if error.is_refusal(*_FULL):
            return error.with_text(
                f"The store {self._url} is full: {error.aws_code}.",
                "Check the quotas of the service in the Service Quotas console, and delete unused accounts.",
                ErrorCode.STORE_FULL,
            )
        return error.about(f"The store {self._url}, {resource}")

    def _denied(self, error: OctoAwsError, operation: str, resource: str) -> OctoAwsError:
        message = error.message
        if message.startswith(DENIED):
            action = f"{self._service}:{self._client.meta.method_to_api_mapping[operation]}"
            message = f"AWS denied {action} on {resource} to these credentials."
        return error.with_text(
            f"The store {self._url}: {message}",
            f"Attach a policy for readers or writers, from the page 'Grant access to a team store'. {error.hint}",
        )


def response_time(response: t.Mapping[str, t.Any]) -> float:
    """Return the time of a response, by the clock of AWS."""
    date = response["ResponseMetadata"]["HTTPHeaders"].get("date")
    return email.utils.parsedate_to_datetime(date).timestamp() if date else time.time()
