# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Read the settings, as the documentation of the lookup ``creds`` declares them, and check options."""

from __future__ import annotations

import os
import typing as t

from ansible import constants as C
from ansible.module_utils.parsing.convert_bool import boolean

from ...module_utils._errors import ErrorCode, OctoAwsError, closest
from ...module_utils._model.field_checks import check_account_ids, empty, refused
from ...module_utils._secrecy import register
from .._accounts.account import hops_from
from .._accounts.settings import SessionOptions, Settings

if t.TYPE_CHECKING:
    from ansible.plugins.lookup import LookupBase
    from ansible.template import Templar

    from ...module_utils._model.identity import AccountIds

LOOKUP = "octo.aws.creds"
"""The plugin with the documentation of all settings."""

_NO_CACHE = "none"

SETTING_NAMES = ("store", "vault_id", "session_cache", "region", "account_required")

_VARIABLES = tuple(f"octo_aws_{option}" for option in (*SETTING_NAMES, "mfa_token"))
_ENVIRONMENT = tuple(f"OCTO_AWS_{option.upper()}" for option in SETTING_NAMES)
_INTERNAL_PREFIXES = ("OCTO_AWS_RESOLVING", "OCTO_AWS_MACHINE_")
_INTERNAL = "OCTO_AWS_ACCOUNT"
"""Variables that the collection itself sets for its child processes. They are not settings."""
_SECTION = "octo_aws"

_NEVER_EMPTY = ("store", "session_cache", "region", "account_id")


def read_options(
    lookup: LookupBase, variables: t.Mapping[str, t.Any] | None, templar: Templar, given: t.Mapping[str, t.Any]
) -> Settings:
    """Set the options of ``lookup`` and return the settings among them.

    :param variables: all variables, not templated yet
    :param given: options of the task or lookup itself
    """
    # Templating all variables would be slow, and could fail for unrelated ones.
    variables = variables or {}
    _refuse_unknown_settings(variables)
    own = {name: templar.template(variables[name]) for name in _VARIABLES if name in variables}
    _check_secret_options({"mfa_token": own.get("octo_aws_mfa_token"), **given})
    _refuse_empty(own, given)
    # ansible-core has no error of its own for types that YAML does not have.
    _account_ids(given.get("account_id"))
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
    """Reject empty settings. They would count as left out: an account of the same name in the default store can be a
    different one, and without ``account_id`` no AWS account is checked.

    :raises OctoAwsError: names the variable or the option
    """
    for option in _NEVER_EMPTY:
        for written, name in ((own, f"octo_aws_{option}"), (given, option)):
            if isinstance(written.get(name), str) and not written[name].strip():
                raise empty(name)


def _refuse_unknown_settings(variables: t.Mapping[str, t.Any]) -> None:
    """Reject unknown names of settings: a mistyped setting would be ignored without notice.

    :raises OctoAwsError: a variable, an environment variable or a key of the ini file is not a setting
    """
    # ansible-core has no API that lists the keys of the file that it read.
    ini = C.config._parsers.get(C.CONFIG_FILE)
    section = ini[_SECTION] if ini and ini.has_section(_SECTION) else ()
    for kind, where, names, known in (
        ("setting", "", _with_our_prefix(variables), _VARIABLES),
        ("environment variable", "", _with_our_prefix(os.environ), _ENVIRONMENT),
        ("key", f" in the section [{_SECTION}] of {C.CONFIG_FILE}", section, SETTING_NAMES),
    ):
        unknown = next((name for name in names if name not in known), None)
        if unknown:
            in_case = unknown.upper() if known is _ENVIRONMENT else unknown.lower()
            raise OctoAwsError(
                ErrorCode.OPTION_UNKNOWN,
                f"Unknown {kind} {unknown!r:.80}{where}.",
                hint=closest(in_case, known, most=1) or f"Valid names: {', '.join(known)}.",
            )


def _with_our_prefix(names: t.Iterable[object]) -> list[str]:
    # There can be thousands of variables.
    ours = [name for name in map(str, names) if name.startswith(("octo_aws_", "OCTO_AWS_"))]
    return [name for name in ours if name != _INTERNAL and not name.startswith(_INTERNAL_PREFIXES)]


def _true_or_false(option: str, value: object) -> bool:
    """Return the value as ansible-core reads it in arguments of modules. In options of plugins, it reads every unknown
    text as false.

    :raises OctoAwsError: it is neither true nor false
    """
    try:
        return bool(boolean(value))
    except TypeError:
        raise refused(option, f"is neither true nor false, but {value!r:.80}", "Write true or false.") from None


def read_session_options(lookup: LookupBase) -> SessionOptions:
    """Return the session options of ``lookup``. Its options must be set.

    :raises OctoAwsError: a value is invalid
    """
    token = str(lookup.get_option("mfa_token") or "").strip()
    register([token])
    min_ttl = lookup.get_option("min_ttl")
    if min_ttl is not None and min_ttl < 0:
        raise refused("min_ttl", f"cannot be {min_ttl}", "It is a number of seconds.")
    return SessionOptions(
        assume_role=hops_from(lookup.get_option("assume_role"), written=True),
        duration_seconds=_seconds(lookup.get_option("duration_seconds")),
        min_ttl=min_ttl,
        account_id=_account_ids(lookup.get_option("account_id")),
        mfa_token=token,
        ask_for_token=getattr(lookup, "ask_for_token", None),
        show_sign_in=getattr(lookup, "show_sign_in", None),
    )


def refuse_wrong_shapes(given: t.Mapping[str, t.Any], spec: t.Mapping[str, t.Any]) -> None:
    """Reject values that are not a mapping, or not a list of mappings, where an argument specification requires one.

    :raises OctoAwsError: names the option, with an example
    """
    for name, option in spec.items():
        is_list = option.get("elements") == "dict"
        if given.get(name) is not None and (is_list or option["type"] == "dict"):
            inside = next((key for key, inner in option.get("options", {}).items() if inner.get("required")), "name")
            example = f"{name}: [{{{inside}: ...}}]" if is_list else f"{name}: {{{inside}: ...}}"
            refuse_wrong_shape(name, given[name], is_list, example)


def refuse_wrong_shape(name: str, value: t.Any, is_list: bool, example: str, *, text_allowed: bool = True) -> None:
    """Reject a value that is not a mapping, or not a list of mappings.

    :param text_allowed: accept texts that ansible-core reads as a mapping: JSON and ``name=value``
    :raises OctoAwsError: names the option, with the example
    """

    def is_text(item: t.Any) -> bool:
        return text_allowed and isinstance(item, str) and ("=" in item or item.lstrip()[:1] == "{")

    def is_mapping(item: t.Any) -> bool:
        return isinstance(item, t.Mapping) or is_text(item)

    if is_list:
        # ansible-core reads a text as a list with one item. In an error, it would quote a mapping.
        is_right = (isinstance(value, (list, tuple)) and all(map(is_mapping, value))) or is_text(value)
    else:
        is_right = is_mapping(value)
    if not is_right:
        raise refused(name, f"is not a {'list of mappings' if is_list else 'mapping'}", f"Write {example}.")


def _account_ids(value: object) -> AccountIds:
    if value is None:
        return ""
    if value in ([], ()):
        # An empty list would check no AWS account.
        raise empty("account_id")
    return check_account_ids(value)


def _seconds(value: int | None) -> int:
    if value is None:
        return 0
    # Few lookups need it, and it is compiled in each process.
    from ...module_utils._model.hop import LONGEST_USER_SESSION, check_duration

    return check_duration(value, LONGEST_USER_SESSION)


def _check_secret_options(given: t.Mapping[str, t.Any]) -> None:
    """Reject values of a wrong type that ansible-core would quote in its own error.

    :raises OctoAwsError: names the option, without its value
    """
    token, hops = given.get("mfa_token"), given.get("assume_role")
    if token is not None and (isinstance(token, bool) or not isinstance(token, (str, int))):
        raise refused("mfa_token", "is not a text", "It has six digits; quote it in YAML.")
    if hops is not None:
        # Few lookups need it, and it is compiled in each process.
        from ...module_utils._host.argument_specs import SESSION_SPEC

        refuse_wrong_shapes({"assume_role": hops}, {"assume_role": SESSION_SPEC["assume_role"]})


def _default_cache() -> str:
    return os.path.join(C.ANSIBLE_HOME, "octo", "aws", "sessions")


def refuse_unknown(given: t.Iterable[str], known: t.Iterable[str]) -> None:
    """Reject unknown options.

    :raises OctoAwsError: names the first one and the closest valid one
    """
    known = sorted(known)
    unknown = sorted(set(given) - set(known))
    if unknown:
        raise OctoAwsError(
            ErrorCode.OPTION_UNKNOWN,
            f"Unknown option {unknown[0]!r:.80}.",
            hint=closest(unknown[0], known) or f"Valid options: {', '.join(known)}.",
        )


def refuse_unknown_inside(given: t.Any, spec: t.Mapping[str, t.Any]) -> None:
    """Reject unknown options at all levels of an argument specification.

    :raises OctoAwsError: names the first one, where it is, and the closest valid one
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
