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

from ._errors import ErrorCode, OctoAwsError, closest
from ._settings import Settings

if t.TYPE_CHECKING:
    from ansible.plugins.lookup import LookupBase
    from ansible.template import Templar

LOOKUP = "octo.aws.creds"
"""The plugin whose documentation declares the settings for all others."""

SETTING_NAMES = ("store", "vault_id", "region")


def read_options(
    lookup: LookupBase, variables: t.Mapping[str, t.Any] | None, templar: Templar, given: t.Mapping[str, t.Any]
) -> Settings:
    """Set the options of RV(lookup) and return the settings among them.

    :param variables: all variables, not templated yet
    :param given: options that were written down where the plugin is used
    """
    # Templating all variables would be slow, and would fail for those that have nothing to do with this plugin.
    variables = variables or {}
    names = [name for name in (f"octo_aws_{setting}" for setting in SETTING_NAMES) if name in variables]
    own = {name: templar.template(variables[name]) for name in names}
    lookup.set_options(var_options=own, direct=dict(given))
    store, vault_id, region = (str(lookup.get_option(name) or "").strip() for name in SETTING_NAMES)
    region_given = bool(given.get("region"))
    return Settings(
        store=store or os.path.join(C.ANSIBLE_HOME, "octo", "aws", "accounts"),
        vault_id=vault_id or None,
        region=region if region_given else "",
        fallback_region="" if region_given else region,
    )


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
