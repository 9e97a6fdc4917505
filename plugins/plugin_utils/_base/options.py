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
from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._model.validation import check_account_id, empty, refused
from ...module_utils._secrecy import register
from .._accounts.account import written_hops
from .._accounts.settings import SessionOptions, Settings

if t.TYPE_CHECKING:
    from ansible.plugins.lookup import LookupBase
    from ansible.template import Templar

LOOKUP = "octo.aws.creds"
"""The plugin whose documentation declares the settings for all others."""

_NO_CACHE = "none"

SETTING_NAMES = ("store", "vault_id", "session_cache", "region", "account_required")

_VARIABLES = tuple(f"octo_aws_{option}" for option in (*SETTING_NAMES, "mfa_token"))
_ENVIRONMENT = tuple(f"OCTO_AWS_{option.upper()}" for option in SETTING_NAMES)
_MARKS = ("OCTO_AWS_RESOLVING", "OCTO_AWS_MACHINE_")
"""No settings: what processes of the collection leave for those that they start."""
_SECTION = "octo_aws"

_NEVER_EMPTY = ("store", "session_cache", "region", "account_id")


def read_options(
    lookup: LookupBase, variables: t.Mapping[str, t.Any] | None, templar: Templar, given: t.Mapping[str, t.Any]
) -> Settings:
    """Set the options of RV(lookup) and return the settings among them.

    :param variables: all variables, not templated yet
    :param given: options that were written down where the plugin is used
    """
    # Templating all variables would be slow, and would fail for those that have nothing to do with this plugin.
    variables = variables or {}
    _refuse_unknown_settings(variables)
    own = {name: templar.template(variables[name]) for name in _VARIABLES if name in variables}
    _check_secret_options({"mfa_token": own.get("octo_aws_mfa_token"), **given})
    _refuse_empty(own, given)
    for written, name in ((own, "octo_aws_account_required"), (given, "account_required")):
        # ansible-core takes null for not set.
        if name in written:
            _true_or_false(name, written[name])
    lookup.set_options(var_options=own, direct=dict(given))
    *texts, account_required = (lookup.get_option(name) for name in SETTING_NAMES)
    store, vault_id, cache, region = (str(text or "").strip() for text in texts)
    region_given = bool(given.get("region"))
    default_store = os.path.join(C.ANSIBLE_HOME, "octo", "aws", "accounts")
    return Settings(
        store=store or default_store,
        default_store=default_store,
        vault_id=vault_id or None,
        session_cache="" if cache == _NO_CACHE else os.path.abspath(os.path.expanduser(cache or _default_cache())),
        region=region if region_given else "",
        fallback_region="" if region_given else region,
        account_required=_true_or_false("account_required", account_required),
    )


def _refuse_empty(own: t.Mapping[str, t.Any], given: t.Mapping[str, t.Any]) -> None:
    """Refuse what would be read as left out: the same name can lead elsewhere in the default store, and to another AWS
    account without its guard.

    :raises OctoAwsError: names the variable or the option
    """
    for option in _NEVER_EMPTY:
        for written, name in ((own, f"octo_aws_{option}"), (given, option)):
            if isinstance(written.get(name), str) and not written[name].strip():
                raise empty(name)


def _refuse_unknown_settings(variables: t.Mapping[str, t.Any]) -> None:
    """Refuse names of settings that lead to nothing: a mistyped setting would be off without anyone noticing.

    :raises OctoAwsError: a variable, an environment variable or a key of the ini file is no setting
    """
    # ansible-core keeps the file that it read, and offers no list of the keys in it.
    ini = C.config._parsers.get(C.CONFIG_FILE)
    section = ini[_SECTION] if ini and ini.has_section(_SECTION) else ()
    for what, where, names, known in (
        ("setting", "", _ours(variables), _VARIABLES),
        ("environment variable", "", _ours(os.environ), _ENVIRONMENT),
        ("key", f" in the section [{_SECTION}] of {C.CONFIG_FILE}", section, SETTING_NAMES),
    ):
        unknown = next((name for name in names if name not in known), None)
        if unknown:
            in_case = unknown.upper() if known is _ENVIRONMENT else unknown.lower()
            raise OctoAwsError(
                ErrorCode.OPTION_UNKNOWN,
                f"There is no {what} {unknown!r:.80}{where}.",
                hint=closest(in_case, known, most=1) or f"There are {', '.join(known)}.",
            )


def _ours(names: t.Iterable[object]) -> list[str]:
    """Those that name a setting, rightly or not. There can be thousands of variables."""
    found = [name for name in map(str, names) if name.startswith(("octo_aws_", "OCTO_AWS_"))]
    return [name for name in found if not name.startswith(_MARKS)]


def _true_or_false(option: str, value: object) -> bool:
    """The value as ansible-core reads it in arguments of modules; in options of plugins, it takes every text that it
    does not know for false.

    :raises OctoAwsError: it is neither true nor false
    """
    try:
        return bool(boolean(value))
    except TypeError:
        raise refused(option, f"is neither true nor false, but {value!r:.80}", "Write true or false.") from None


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


def refuse_wrong_shapes(given: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> None:
    """Refuse what is no mapping where an argument specification wants one, or a list of them, and show how to write it.

    :raises OctoAwsError: names the option
    """
    for name, option in spec.items():
        a_list = option.get("elements") == "dict"
        value = given.get(name)
        if value is None or not (a_list or option["type"] == "dict"):
            continue
        items = value if a_list else [value]
        # A text may be a list of one item. A mapping would be quoted by ansible-core.
        if (isinstance(items, (list, tuple)) and all(map(_may_be_mapping, items))) or _is_written_mapping(items):
            continue
        inside = next((key for key, inner in option.get("options", {}).items() if inner.get("required")), "name")
        shape = f"[{{{inside}: ...}}]" if a_list else f"{{{inside}: ...}}"
        raise refused(name, f"is not a {'list of mappings' if a_list else 'mapping'}", f"Write {name}: {shape}.")


def _may_be_mapping(value: t.Any) -> bool:
    return isinstance(value, t.Mapping) or _is_written_mapping(value)


def _is_written_mapping(value: t.Any) -> bool:
    """Whether ansible-core reads it as a mapping: JSON and ``name=value`` are such texts."""
    return isinstance(value, str) and ("=" in value or value.lstrip()[:1] == "{")


def _seconds(value: int | None) -> int:
    if value is None:
        return 0
    # Compiled in each process, and few lookups ask for it.
    from ...module_utils._model.hop import LONGEST_USER_SESSION, check_duration

    return check_duration(value, LONGEST_USER_SESSION)


def _check_secret_options(given: t.Mapping[str, t.Any]) -> None:
    """Refuse what ansible-core would refuse as well, quoting it.

    :raises OctoAwsError: a value of a type that the option cannot have
    """
    token, hops = given.get("mfa_token"), given.get("assume_role")
    if token is not None and (isinstance(token, bool) or not isinstance(token, (str, int))):
        raise refused("mfa_token", "is not a text", "It has six digits; quote it in YAML.")
    if hops is not None:
        # Compiled in each process, and few lookups ask for it.
        from ...module_utils._host.argument_specs import SESSION_SPEC

        refuse_wrong_shapes({"assume_role": hops}, {"assume_role": SESSION_SPEC["assume_role"]})


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
