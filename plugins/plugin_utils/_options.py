# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the settings, read by ansible-core as the documentation of the lookup C(creds) declares them.

Glue, shared by lookup and actions.
"""

from __future__ import annotations

import os
import typing as t

from ansible import constants as C

from ..module_utils._errors import ErrorCode, OctoAwsError, closest
from ..module_utils._secrecy import register
from ..module_utils._values import check_account_id, refused
from ._account import written_hops
from ._settings import SessionOptions, Settings

if t.TYPE_CHECKING:
    from ansible.plugins.lookup import LookupBase
    from ansible.template import Templar

LOOKUP = "octo.aws.creds"
"""The plugin whose documentation declares the settings for all others."""

_NO_CACHE = "none"

SETTING_NAMES = ("store", "vault_id", "session_cache", "region")


def read_options(
    lookup: LookupBase, variables: t.Mapping[str, t.Any] | None, templar: Templar, given: t.Mapping[str, t.Any]
) -> Settings:
    """Set the options of RV(lookup) and return the settings among them.

    :param variables: all variables, not templated yet
    :param given: options that were written down where the plugin is used
    """
    # Templating all variables would be slow, and would fail for those that have nothing to do with this plugin.
    variables = variables or {}
    options = (*SETTING_NAMES, "mfa_token")
    names = [name for name in (f"octo_aws_{option}" for option in options) if name in variables]
    own = {name: templar.template(variables[name]) for name in names}
    _check_secret_options({"mfa_token": own.get("octo_aws_mfa_token"), **given})
    lookup.set_options(var_options=own, direct=dict(given))
    store, vault_id, cache, region = (str(lookup.get_option(name) or "").strip() for name in SETTING_NAMES)
    region_given = bool(given.get("region"))
    default_store = os.path.join(C.ANSIBLE_HOME, "octo", "aws", "accounts")
    return Settings(
        store=store or default_store,
        default_store=default_store,
        vault_id=vault_id or None,
        session_cache="" if cache == _NO_CACHE else os.path.abspath(os.path.expanduser(cache or _default_cache())),
        region=region if region_given else "",
        fallback_region="" if region_given else region,
    )


def read_session_options(lookup: LookupBase) -> SessionOptions:
    """What the options of RV(lookup), which were set before, ask of a session.

    :raises OctoAwsError: a value that cannot be
    """
    account_id, token = (str(lookup.get_option(name) or "").strip() for name in ("account_id", "mfa_token"))
    register([token])
    min_ttl = lookup.get_option("min_ttl")
    if min_ttl is not None and min_ttl < 0:
        raise refused("min_ttl", f"cannot be {min_ttl}", "It is a number of seconds.")
    return SessionOptions(
        assume_role=written_hops(lookup.get_option("assume_role") or ()),
        duration_seconds=_seconds(lookup.get_option("duration_seconds")),
        min_ttl=min_ttl,
        account_id=check_account_id(account_id) if account_id else "",
        mfa_token=token,
        ask_for_token=getattr(lookup, "ask_for_token", None),
    )


def _seconds(value: int | None) -> int:
    if value is None:
        return 0
    # Compiled in each process, and few lookups ask for it.
    from ..module_utils._hop import LONGEST_OF_ALL, check_duration

    return check_duration(value, LONGEST_OF_ALL)


def _check_secret_options(given: t.Mapping[str, t.Any]) -> None:
    """Refuse what ansible-core would refuse as well, quoting it.

    :raises OctoAwsError: a value of a type that the option cannot have
    """
    token, hops = given.get("mfa_token"), given.get("assume_role")
    if token is not None and (isinstance(token, bool) or not isinstance(token, (str, int))):
        raise refused("mfa_token", "is not a text", "It has six digits; quote it in YAML.")
    if hops is not None and not isinstance(hops, (str, list, tuple)):
        raise refused("assume_role", "is not a list of roles", "Each item is a mapping with role_arn.")


def _default_cache() -> str:
    return os.path.join(C.ANSIBLE_HOME, "octo", "aws", "sessions")


def refuse_unknown(given: t.Iterable[str], known: t.Iterable[str]) -> None:
    """Refuse a mistyped option, with the closest right one.

    :raises OctoAwsError: an option is not known
    """
    known = sorted(known)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise OctoAwsError(
            ErrorCode.OPTION_UNKNOWN,
            f"There is no option {unknown[0]!r:.80}.",
            hint=closest(unknown[0], known) or f"The options are {', '.join(known)}.",
        )


def refuse_unknown_inside(given: t.Any, spec: t.Mapping[str, t.Any]) -> None:
    """The same for all options of an argument specification, those inside mappings and lists of mappings included.

    :raises OctoAwsError: an option is not known; it names where
    """
    if not isinstance(given, t.Mapping):
        return
    refuse_unknown(given, spec)
    for name, inner in ((name, option["options"]) for name, option in spec.items() if "options" in option):
        value = given.get(name)
        for number, item in enumerate(value if isinstance(value, list) else [value], 1):
            try:
                refuse_unknown_inside(item, inner)
            except OctoAwsError as error:
                raise error.about(f"{name}, item {number}" if isinstance(value, list) else name) from None
