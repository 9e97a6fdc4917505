# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Cases of IAM Roles Anywhere, for the double and for the real service (``roles_anywhere_real.py``)."""

from __future__ import annotations

import typing as t


class Case(t.NamedTuple):
    """One request.

    :param certificate: the name of its certificate
    :param facts: other values of account fields, by the names of facts
    :param fields: other values of account fields
    :param code: the code of the error; empty for a session
    :param words: of the hint
    """

    certificate: str = "normal"
    facts: t.Mapping[str, str] = {}
    fields: t.Mapping[str, t.Any] = {}
    code: str = ""
    words: str = ""


CERTIFICATES: dict[str, dict[str, t.Any]] = {
    "normal": {},
    "rsa": {"kind": "rsa"},
    "sha384": {"sha": 384},
    "direct": {"direct": True},
    "foreign": {"foreign": True},
    "no_usage": {"usage": False},
}
"""How the double issues each certificate."""

_REFUSED = "roles_anywhere_refused"

CASES: dict[str, Case] = {
    "an EC key, by an intermediate CA": Case(),
    "an RSA key": Case("rsa"),
    "a CA that signs with SHA-384": Case("sha384"),
    "a certificate of the trust anchor itself": Case("direct"),
    "a duration": Case(fields={"duration_seconds": 900}),
    "a session name": Case(facts={"profile_arn": "naming_profile_arn"}, fields={"role_session_name": "controller"}),
    "a session name that the profile rejects": Case(
        fields={"role_session_name": "controller"}, code=_REFUSED, words="role_session_name"
    ),
    "a certificate of another CA": Case("foreign", code=_REFUSED, words="trust_anchor_arn"),
    "a certificate that must not sign": Case("no_usage", code=_REFUSED, words="trust_anchor_arn"),
    "another trust anchor": Case(
        facts={"trust_anchor_arn": "other_trust_anchor_arn"}, code=_REFUSED, words="trust_anchor_arn"
    ),
    "a disabled trust anchor": Case(
        facts={"trust_anchor_arn": "disabled_trust_anchor_arn"}, code=_REFUSED, words="Enable"
    ),
    "an unknown trust anchor": Case(
        facts={"trust_anchor_arn": "unknown_trust_anchor_arn"}, code=_REFUSED, words="exist"
    ),
    "a disabled profile": Case(facts={"profile_arn": "disabled_profile_arn"}, code=_REFUSED, words="Enable"),
    "an unknown profile": Case(facts={"profile_arn": "unknown_profile_arn"}, code=_REFUSED, words="exist"),
    "a role that is not in the profile": Case(facts={"role_arn": "unlisted_role_arn"}, code=_REFUSED, words="lists"),
    "a role that does not trust the service": Case(
        facts={"role_arn": "closed_role_arn"}, code=_REFUSED, words="trust policy"
    ),
}
