# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The chain of an account: its source, then its hops, as links that are resolved one by one.

A link has everything that shapes its session, and requests it. The modules for requests to AWS are imported where a
request is sent, so that a lookup of a cached session does not load them.
"""

from __future__ import annotations

import dataclasses
import os
import typing as t
from functools import cached_property, partial

from ...module_utils._aws.endpoint import ENDPOINT_VARIABLES, Endpoint
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.field_checks import check_token_code, parse_role_arn
from ...module_utils._model.hop import DEFAULT_SESSION, check_duration, hop_label
from ...module_utils._model.identity import AccountIds, each_id, ids_as_text, is_one_of
from .._accounts.record import to_record
from .._cache.seal import SessionSeal
from .._sources.protocol import FetchOptions, ignore_warning
from .._sources.registry import source_of
from .session_name import session_name

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.hop import Hop
    from .._accounts.account import Account
    from .._accounts.settings import SessionOptions
    from .._sources.protocol import Leases

_PROCESS_KEY = os.urandom(32).hex()
"""Seals sessions of accounts without a session key, in this process only. It is never written."""


@dataclasses.dataclass(frozen=True, kw_only=True)
class Link:
    """One step of a chain.

    :param label: names it in errors; empty where the error names it itself
    :param made_by: plain data, everything that shapes it besides the links before it
    :param request: returns its credentials; called with those of the link before, the first one without
    :param session: whether it results in a session; the keys of an account do not
    :param shared: whether other processes can use its session
    :param needs_mfa: whether it cannot be requested again without an MFA code
    :param seconds: how long its session lasts; 0 if that is not known in advance
    :param leases: renews and revokes its session; ``None`` if that is not possible
    :param role_arn: the role that it leads to, if that is known in advance
    :param must_lead_to: the AWS account that it must lead to, or several that are right; empty for any
    """

    label: str
    made_by: t.Mapping[str, t.Any]
    request: t.Callable[..., Credentials]
    session: bool = True
    shared: bool = True
    needs_mfa: bool = False
    seconds: int = 0
    leases: Leases | None = None
    role_arn: str = ""
    must_lead_to: AccountIds = ""


@dataclasses.dataclass(frozen=True, kw_only=True)
class CredentialChain:
    """The steps from the source of an account to its credentials.

    :param subject: names the account in errors
    :param region: in which the credentials are used; empty if none is set
    :param session_key: of the account; empty if its sessions cannot be shared
    :param endpoint: the endpoint of STS
    """

    subject: str
    region: str
    session_key: str
    endpoint: Endpoint
    hops: tuple[Hop, ...]
    links: tuple[Link, ...]

    @cached_property
    def seals(self) -> list[SessionSeal]:
        """The seal of each link's session, which depends on all links before it, too."""
        made_by = [link.made_by for link in self.links]
        key = self.session_key or _PROCESS_KEY
        return [SessionSeal.of(key, made_by[: index + 1]) for index in range(len(made_by))]

    def endpoint_in(self, region: str) -> Endpoint:
        """Return the STS endpoint of a region."""
        return self.endpoint._replace(region=region)

    def check_roles(self) -> None:
        """Check the roles before a request is sent. This needs botocore's data.

        :raises OctoAwsError: the region is of another partition, or the chain leads to the wrong AWS account
        """
        for link in self.links:
            if not link.role_arn:
                continue
            from ...module_utils._aws.botocore import partition_of_region

            role = parse_role_arn(link.role_arn)
            partition = partition_of_region(self.region) if self.region else None
            if partition and partition != role.partition:
                raise OctoAwsError(
                    ErrorCode.PARTITION_MISMATCH,
                    f"The region {self.region} belongs to the partition {partition}, but {link.role_arn} does not.",
                    hint="Set a region of the partition of the role.",
                )
            if link.must_lead_to and not is_one_of(role.account_id, link.must_lead_to):
                right = ids_as_text(link.must_lead_to)
                raise OctoAwsError(
                    ErrorCode.ACCOUNT_MISMATCH,
                    f"The chain must lead to the AWS account {right}, but {link.role_arn} is a role of "
                    f"{role.account_id}.",
                    hint="Correct role_arn or account_id. If hops of the lookup lead elsewhere, set account_id there.",
                )


def chain_of(
    account: Account,
    region: str,
    options: SessionOptions,
    session_cache: str = "",
    warn: t.Callable[[str], None] = ignore_warning,
) -> CredentialChain:
    """Build the chain of an account, with the hops of ``options`` after its own. No request is sent.

    :param session_cache: the folder for sign-ins; empty if they are not shared
    :param warn: called with a user-facing warning
    :raises OctoAwsError: there cannot be such a chain
    """
    hops = account.hops(options)
    if any(hop.tags_from_job for hop in hops):
        from .job import with_job

        hops = tuple(map(with_job, hops))
        account.check_chain(hops)
    programs = (account.mfa_process, *(hop.mfa_process for hop in hops))
    if any(programs):
        from .._secret_program import refuse_nested

        refuse_nested("mfa_process", f"account {account.name!r}")
    arns = [arn for arn in (account.role_arn, *(hop.role_arn for hop in hops)) if arn]
    fetch_options = FetchOptions(
        region=region,
        endpoint=Endpoint(
            region=region,
            partition=parse_role_arn(arns[0]).partition if arns else "",
            url=account.endpoint_url,
            validate_certs=account.validate_certs,
            ca_bundle=account.ca_bundle,
        ),
        session_name=session_name(),
        duration_seconds=0 if hops else options.duration_seconds,
        token_for=partial(_mfa_code, options, f"account {account.name!r}"),
        session_cache=session_cache,
        warn=warn,
        show_sign_in=options.show_sign_in,
    )
    links = [_source_link(account, fetch_options)]
    links += [_hop_link(hop, hop_label(hop, number, len(hops)), fetch_options) for number, hop in enumerate(hops, 1)]
    subject = f"Account {account.name!r}" if account.name else "The chain"
    # With an account_id in the options, the account's own one is for the end of its own hops.
    own_end = len(account.assume_role) if options.account_id else len(hops)
    _guard(links, own_end, account.account_id, subject)
    _guard(links, len(hops), options.account_id, subject)
    _check_min_ttl(links[-1], options)
    return CredentialChain(
        subject=subject,
        region=region,
        session_key=account.session_key,
        endpoint=fetch_options.endpoint,
        hops=hops,
        links=tuple(links),
    )


def _source_link(account: Account, options: FetchOptions) -> Link:
    source = source_of(account.type)
    session = source.session(account)
    if options.duration_seconds:
        if not session or not session.longest_seconds:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"duration_seconds cannot be set for credentials of type {account.type}.",
                hint="Remove it. It is for roles to assume, web identities, and keys with temporary: true.",
            )
        check_duration(options.duration_seconds, session.longest_seconds)
    return Link(
        label="",
        made_by={
            "record": to_record(
                dataclasses.replace(account, session_key="", verified=None, rotation=None, key_created="")
            ),
            "region": options.region,
            "duration_seconds": options.duration_seconds,
            "session_name": options.session_name,
            "endpoint": {variable: os.environ.get(variable, "") for variable in ENDPOINT_VARIABLES},
            "facts": dict(session.facts) if session else {},
        },
        request=partial(source.fetch, account, options),
        session=session is not None,
        shared=session is not None and session.shared,
        needs_mfa=bool(session and session.mfa_serial),
        seconds=options.duration_seconds or (session.default_seconds if session else 0),
        leases=session.leases if session else None,
        role_arn=account.role_arn,
    )


def _hop_link(hop: Hop, label: str, options: FetchOptions) -> Link:
    return Link(
        label=label,
        made_by={"hop": hop.as_record()},
        request=partial(_assume, hop, options),
        needs_mfa=bool(hop.mfa_serial),
        seconds=hop.duration_seconds or DEFAULT_SESSION,
        role_arn=hop.role_arn,
    )


def _assume(hop: Hop, options: FetchOptions, before: Credentials) -> Credentials:
    from ...module_utils._aws.sts import assume_role

    token_code = options.token_for(hop.mfa_serial, hop.mfa_process) if hop.mfa_serial else ""
    # The region can come from a profile.
    endpoint = options.endpoint._replace(region=options.region or before.region)
    return assume_role(before, hop, endpoint, session_name=options.session_name, token_code=token_code)


def _guard(links: list[Link], index: int, account_id: AccountIds, subject: str) -> None:
    """Set the AWS account that a link must lead to, or several. They can be some of those that were set before."""
    before = links[index].must_lead_to
    if before and account_id and not all(is_one_of(one, before) for one in each_id(account_id)):
        raise OctoAwsError(
            ErrorCode.ACCOUNT_MISMATCH,
            f"{subject} must lead to the AWS account {ids_as_text(before)}, not to {ids_as_text(account_id)}.",
            hint="Use the right account, or correct account_id.",
        )
    if account_id:
        links[index] = dataclasses.replace(links[index], must_lead_to=account_id)


def _check_min_ttl(last: Link, options: SessionOptions) -> None:
    if options.min_ttl and last.seconds and options.min_ttl > last.seconds:
        raise OctoAwsError(
            ErrorCode.SESSION_TOO_SHORT,
            f"min_ttl is {options.min_ttl} seconds, but a new session lasts only {last.seconds}.",
            hint="Set a lower min_ttl, or a longer session with duration_seconds.",
        )


def _mfa_code(options: SessionOptions, subject: str, serial: str, program: tuple[str, ...]) -> str:
    """Return the code of an MFA device, from the options, from a program or from a prompt."""
    code = options.mfa_token
    if not code and program:
        from .mfa_program import code_of

        return code_of(program, subject)
    if not code and options.ask_for_token:
        code = options.ask_for_token(serial).strip()
    if not code:
        raise OctoAwsError(
            ErrorCode.MFA_TOKEN_MISSING,
            f"The code of the MFA device {serial} is missing, and there is no terminal to prompt for it.",
            hint="Set mfa_token, for example with -e octo_aws_mfa_token=CODE. The session is then cached for later "
            "tasks. Or set mfa_process to a program that prints codes.",
        )
    return check_token_code(code)
