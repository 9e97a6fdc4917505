# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the chain of an account, from its source along its hops, as links that are taken one by one.

A part, above the sources and C(_sts). A link says what it is, everything that shapes it, and how it is taken.

What asks AWS is imported where it is asked: a lookup that needs nobody loads none of it.
"""

from __future__ import annotations

import dataclasses
import os
import typing as t

from ...module_utils._aws.endpoint import ENDPOINT_VARIABLES, Endpoint
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._model.hop import (
    DEFAULT_SESSION,
    LONGEST_CHAINED_SESSION,
    LONGEST_SESSION,
    check_duration,
    hop_label,
)
from ...module_utils._model.validation import check_token_code, parse_role_arn
from .._accounts.account import check_chain_of
from .._accounts.record import to_record
from .._sources.protocol import FetchOptions
from .._sources.registry import source_of
from .session_name import session_name

if t.TYPE_CHECKING:
    from ...module_utils._model.credentials import Credentials
    from ...module_utils._model.hop import Hop
    from .._accounts.account import Account
    from .._accounts.settings import SessionOptions


@dataclasses.dataclass(frozen=True, kw_only=True)
class Link:
    """One step of the chain.

    :param what: names it in errors; empty for what its error names itself
    :param made_by: plain data, everything that shapes it besides the links before it
    :param take: asks for it, with the credentials of the link before
    :param session: whether it makes a session; keys that an account holds are none
    :param shared: whether other processes can use its session
    :param needs_a_person: whether it cannot be taken again without one
    :param seconds: how long its session lasts; V(0) where that is not known before
    :param role_arn: the role that it leads to, where that is known before
    :param must_lead_to: the AWS account, if it is guarded
    """

    what: str
    made_by: t.Mapping[str, t.Any]
    take: t.Callable[[Credentials | None], Credentials]
    session: bool = True
    shared: bool = True
    needs_a_person: bool = False
    seconds: int = 0
    role_arn: str = ""
    must_lead_to: str = ""


def links_of(account: Account, region: str, options: SessionOptions) -> list[Link]:
    """The chain of the account, with the hops of RV(options) after its own.

    :raises OctoAwsError: there cannot be such a chain; nobody was asked
    """
    hops = hops_in(account, options)
    endpoint = endpoint_of(account, region, [hop.role_arn for hop in hops])
    name = session_name()
    token_for = _token_for(options)
    links = [_source_link(account, region, endpoint, name, 0 if hops else options.duration_seconds, token_for)]
    for number, hop in enumerate(hops, 1):
        links.append(_hop_link(hop, hop_label(hop, number, len(hops)), endpoint, name, token_for))
    _guard(links, account, options)
    _check_min_ttl(links[-1], options)
    return links


def hops_in(account: Account, options: SessionOptions) -> list[Hop]:
    """The roles to assume, those of RV(options) after the account's own.

    :raises OctoAwsError: they cannot form a chain
    """
    hops = [*account.assume_role, *options.assume_role]
    check_chain_of(account, hops)
    if options.duration_seconds and hops:
        chained = len(hops) > 1 or account.type == "web_identity"
        seconds = check_duration(options.duration_seconds, LONGEST_CHAINED_SESSION if chained else LONGEST_SESSION)
        hops[-1] = dataclasses.replace(hops[-1], duration_seconds=seconds)
    return hops


def endpoint_of(account: Account, region: str, role_arns: t.Sequence[str] = ()) -> Endpoint:
    """The STS that is asked for this account."""
    arns = [account.role_arn, *role_arns]
    known = [parse_role_arn(arn).partition for arn in arns if arn]
    return Endpoint(
        region=region,
        partition=known[0] if known else "",
        url=account.endpoint_url,
        validate_certs=account.validate_certs,
        ca_bundle=account.ca_bundle,
    )


def check_before_asking(links: t.Sequence[Link], region: str) -> None:
    """Refuse what can be known to be wrong before anything is sent. It needs botocore's data.

    :raises OctoAwsError: the region is of another partition, or the chain ends in another AWS account than it must
    """
    for link in links:
        if not link.role_arn:
            continue
        from ...module_utils._aws.botocore import partition_of_region

        role = parse_role_arn(link.role_arn)
        partition = partition_of_region(region) if region else None
        if partition and partition != role.partition:
            raise OctoAwsError(
                ErrorCode.PARTITION_MISMATCH,
                f"The region {region} belongs to the partition {partition}, and {link.role_arn} does not.",
                hint="Name a region of the partition that the role is in.",
            )
        if link.must_lead_to and link.must_lead_to != role.account_id:
            raise OctoAwsError(
                ErrorCode.ACCOUNT_MISMATCH,
                f"The chain must lead to the AWS account {link.must_lead_to}, but {link.role_arn} is a role of "
                f"{role.account_id}.",
                hint="Correct role_arn or account_id. Where hops at the lookup lead elsewhere, give account_id there.",
            )


def _source_link(
    account: Account,
    region: str,
    endpoint: Endpoint,
    name: str,
    duration_seconds: int,
    token_for: t.Callable[[str], str],
) -> Link:
    source = source_of(account.type)
    session = source.session(account)
    if duration_seconds:
        if not session or not session.longest_seconds:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"Nobody can choose how long credentials of type {account.type} last.",
                hint="duration_seconds is for roles to assume, web identities, and keys with temporary: true.",
            )
        check_duration(duration_seconds, session.longest_seconds)
    terms = FetchOptions(
        region=region,
        endpoint=endpoint,
        session_name=name,
        duration_seconds=duration_seconds,
        token_for=token_for,
    )
    return Link(
        what="",
        made_by={
            "record": to_record(dataclasses.replace(account, session_key="", verified=None)),
            "region": region,
            "duration_seconds": duration_seconds,
            "session_name": name,
            "endpoint": {variable: os.environ.get(variable, "") for variable in ENDPOINT_VARIABLES},
            "facts": dict(session.facts) if session else {},
        },
        take=lambda _before: source.fetch(account, terms),
        session=session is not None,
        shared=session is not None and session.shared,
        needs_a_person=bool(session and session.mfa_serial),
        seconds=duration_seconds or (session.default_seconds if session else 0),
        role_arn=account.role_arn,
    )


def _hop_link(hop: Hop, what: str, endpoint: Endpoint, name: str, token_for: t.Callable[[str], str]) -> Link:
    def take(before: Credentials | None) -> Credentials:
        from ...module_utils._aws.sts import assume_role

        if before is None:
            raise AssertionError("a hop starts from credentials")
        token_code = token_for(hop.mfa_serial) if hop.mfa_serial else ""
        # A profile may have brought a region with it.
        here = endpoint._replace(region=endpoint.region or before.region)
        return assume_role(before, hop, here, session_name=name, token_code=token_code)

    return Link(
        what=what,
        made_by={"hop": hop.as_record()},
        take=take,
        needs_a_person=bool(hop.mfa_serial),
        seconds=hop.duration_seconds or DEFAULT_SESSION,
        role_arn=hop.role_arn,
    )


def _guard(links: list[Link], account: Account, options: SessionOptions) -> None:
    """Say where the chain must lead to. Hops that are asked for with an AWS account of their own are guarded by that
    one, and the account's own end by its own."""
    own_end = len(account.assume_role) if options.account_id else len(links) - 1
    for index, account_id in ((own_end, account.account_id), (len(links) - 1, options.account_id)):
        link = links[index]
        if link.must_lead_to and account_id not in ("", link.must_lead_to):
            raise OctoAwsError(
                ErrorCode.ACCOUNT_MISMATCH,
                f"Account {account.name!r} must lead to the AWS account {link.must_lead_to}, not to {account_id}.",
                hint="Name the right account, or correct account_id.",
            )
        if account_id:
            links[index] = dataclasses.replace(link, must_lead_to=account_id)


def _check_min_ttl(last: Link, options: SessionOptions) -> None:
    if options.min_ttl and last.seconds and options.min_ttl > last.seconds:
        raise OctoAwsError(
            ErrorCode.SESSION_TOO_SHORT,
            f"min_ttl asks for {options.min_ttl} seconds, and the session lasts {last.seconds} when it is new.",
            hint="Ask for less, or for a longer session with duration_seconds.",
        )


def _token_for(options: SessionOptions) -> t.Callable[[str], str]:
    def token_for(serial: str) -> str:
        code = options.mfa_token
        if not code and options.ask_for_token:
            code = options.ask_for_token(serial).strip()
        if not code:
            raise OctoAwsError(
                ErrorCode.MFA_TOKEN_MISSING,
                f"The code of the MFA device {serial} is needed, and there is no terminal to ask for it.",
                hint="Give mfa_token, for example with -e octo_aws_mfa_token=CODE. The session is then kept for all "
                "that follow.",
            )
        return check_token_code(code)

    return token_for
