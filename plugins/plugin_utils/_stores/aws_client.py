# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: how a store that is a service of AWS is asked, with which credentials, and what it refuses.

A part, above C(.protocol).
"""

from __future__ import annotations

import contextlib
import email.utils
import hashlib
import json
import os
import random
import time
import typing as t
from functools import cached_property

from ...module_utils._aws.botocore import isolated_session, make_client, shell_session
from ...module_utils._aws.errors import DENIED, ask, waiting_out_throttling
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
_ATTEMPTS = 6
"""Seconds, and attempts: throttling and short outages are waited out, for half a minute or so, with jitter."""

_MOST_PAGES = 10_000
"""Of answers. Each page has ten items or more, and no store as many."""

_BUSY = "TooManyUpdates"
"""Two requests at once to one parameter (Systems Manager API reference, PutParameter). botocore does not repeat it."""
_FULL = ("LimitExceededException", "ParameterLimitExceeded", "ParameterMaxVersionLimitExceeded")


class ServiceClient:
    """Asks one service for one store.

    :param service: as botocore names it
    :param url: names the store in errors
    :param options: of the URL: C(region), C(endpoint_url), and C(account) or C(profile)
    """

    def __init__(self, service: str, url: str, options: t.Mapping[str, str], context: StoreContext) -> None:
        self._service = service
        self._url = url
        self._options = options
        self._context = context
        self._secrets: list[str] = []
        self._own_secrets: t.Callable[[], list[str]] = list
        self._too_late: tuple[float, OctoAwsError] | None = None
        if is_nested():
            # Before anything waits for the process that started this one.
            refuse_circle(*self._way())

    @cached_property
    def access_digest(self) -> str:
        """A digest of what leads to an AWS account, without finding out to which: the options, and what AWS clients
        read of the environment and of files."""
        options = {name: value for name, value in self._options.items() if name != "cache_seconds"}
        variables = {name: value for name, value in os.environ.items() if name.startswith("AWS_")}
        told = [options, variables, digests_of_user()]
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()

    def call(self, operation: str, resource: str, /, **parameters: t.Any) -> dict[str, t.Any]:
        """The answer of the service.

        :param operation: as botocore names it
        :param resource: what the request is about, for errors
        :raises OctoAwsError: it was refused, or could not be asked; its C(aws_code) is that of AWS
        """
        client = self._client
        for attempt in range(_ATTEMPTS):
            try:
                return ask(client, operation, [*self._secrets, *self._own_secrets()], **parameters)
            except OctoAwsError as error:
                if not error.is_refusal(_BUSY) or attempt == _ATTEMPTS - 1:
                    raise self._explained(error, operation, resource) from None
            time.sleep(random.uniform(0, 0.2 * 2**attempt))
        raise AssertionError("the last attempt returns or raises")

    def pages(self, operation: str, resource: str, /, **parameters: t.Any) -> t.Iterator[dict[str, t.Any]]:
        """The answers to an operation that answers in pages, to the last one."""
        token: dict[str, t.Any] = {}
        for _page in range(_MOST_PAGES):
            response = self.call(operation, resource, **parameters, **token)
            yield response
            if not response.get("NextToken"):
                return
            token = {"NextToken": response["NextToken"]}
        raise self._not_aws("it has no end")

    @contextlib.contextmanager
    def parsing_responses(self) -> t.Iterator[None]:
        """What is done inside reads answers, which can have anything in them where it is not AWS that answers.

        :raises OctoAwsError: an answer cannot be one of the service
        """
        try:
            yield
        except (AttributeError, KeyError, OverflowError, TypeError, ValueError) as error:
            raise self._not_aws(type(error).__name__) from None

    def _not_aws(self, why: str) -> OctoAwsError:
        return OctoAwsError(
            ErrorCode.AWS_ANSWER_INVALID,
            f"The store {self._url}: what answered is not the service {self._service} ({why}).",
            hint="Check endpoint_url, AWS_ENDPOINT_URL, and what stands between this machine and AWS.",
        )

    def warn(self, text: str) -> None:
        """Tell people something that does not stop the work."""
        self._context.warn(text)

    @contextlib.contextmanager
    def sending_until(self, moment: float, too_late: OctoAwsError) -> t.Iterator[None]:
        """Send no request inside after a moment of the monotonic clock, retries included.

        :param too_late: is raised instead
        """
        self._too_late = (moment, too_late)
        try:
            yield
        finally:
            self._too_late = None

    def check_time(self, **_event: t.Any) -> None:
        """Refuse to send a request too late; see :meth:`sending_until`."""
        if self._too_late and time.monotonic() > self._too_late[0]:
            raise self._too_late[1]

    @contextlib.contextmanager
    def redacting(self, secrets: t.Sequence[str]) -> t.Iterator[None]:
        """No error that is raised inside quotes these."""
        self._secrets = list(secrets)
        try:
            yield
        finally:
            self._secrets = []

    def _way(self) -> tuple[str, str]:
        """What is resolved, and by which way, if this can start a process."""
        label = f"the store {self._url}"
        if account := self._options.get("account"):
            return label, f"account {account!r} of {self._options.get('account_store') or 'the default store'}"
        profile = self._options.get("profile", "")
        if not profile and os.environ.get("AWS_ACCESS_KEY_ID"):
            return label, ""
        with contextlib.suppress(OctoAwsError):  # botocore takes a file that it may not read for an empty one
            return label, process_of(read_files_of_user().chain(shell_session(profile).profile or "default"))
        return label, ""

    @cached_property
    def _client(self) -> t.Any:
        account, region = self._options.get("account"), self._options.get("region", "")
        try:
            if account:
                with mark_resolving(*self._way()):
                    credentials = self._context.credentials_of(account, self._options.get("account_store", ""))
                self._own_secrets = lambda: credentials.secrets
                return self._make_client(isolated_session(), region or credentials.region, credentials)
            session, region = self._session_of_controller(region)
            return self._make_client(session, region, None)
        except OctoAwsError as error:
            raise error.about(f"The store {self._url} cannot be asked") from None

    def _session_of_controller(self, region: str) -> tuple[t.Any, str]:
        """The AWS chain of the user that runs Ansible, which the AWS CLI would use, and the region of the store."""
        from botocore.exceptions import ClientError

        profile = self._options.get("profile", "")
        # botocore knows the second variable alone.
        region = region or os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or ""
        session = shell_session(profile)
        try:
            if region:
                # Where STS is asked for the role of a profile, too.
                session.set_config_variable("region", region)
            region = session.get_config_variable("region") or ""
            with mark_resolving(*self._way()):
                found = session.get_credentials()
                # A role is only asked for when its keys are needed.
                keys = waiting_out_throttling(found.get_frozen_credentials) if found else None
            if keys:
                register(filter(None, (keys.secret_key, keys.token)))
        except OctoAwsError:
            raise
        except ClientError:
            raise OctoAwsError(
                ErrorCode.PROFILE_FAILED,
                "AWS refused the role of the profile that it is asked with.",
                hint="Look why: aws sts get-caller-identity, with this profile, as this user.",
            ) from None
        except Exception as error:
            raise profile_failed(session.profile or "", error, region) from None
        if found is None and session.profile:
            raise profile_failed(session.profile, None)
        if found is None:
            raise OctoAwsError(
                ErrorCode.STORE_UNAVAILABLE,
                "Neither the environment, nor the AWS config, nor an IAM role of the controller gives credentials.",
                hint="Give the controller an IAM role, or name a profile or an account in the store's URL.",
            )
        self._own_secrets = lambda: [secret for secret in (found.secret_key, found.token) if secret]
        return session, region

    def _make_client(self, session: t.Any, region: str, credentials: t.Any) -> t.Any:
        if not region:
            raise OctoAwsError(
                ErrorCode.REGION_MISSING,
                "Nobody named the region of the store.",
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
        # botocore says it before each attempt.
        client.meta.events.register("before-send", self.check_time)
        return client

    def _explained(self, error: OctoAwsError, operation: str, resource: str) -> OctoAwsError:
        if error.code is ErrorCode.ACCESS_DENIED:
            return self._denied(error, operation, resource)
        if error.is_refusal(*_FULL):
            return error.with_text(
                f"The store {self._url} takes no more: {error.aws_code}.",
                "Look at the quotas of the service (Service Quotas), and delete what is not needed.",
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
            f"The guide to team stores has a policy for readers and one for writers. {error.hint}",
        )


def response_time(response: t.Mapping[str, t.Any]) -> float:
    """When AWS answered, by its own clock."""
    told = response["ResponseMetadata"]["HTTPHeaders"].get("date")
    return email.utils.parsedate_to_datetime(told).timestamp() if told else time.time()
