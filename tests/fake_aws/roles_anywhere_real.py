# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Run the cases of the double of IAM Roles Anywhere against the real service.

    python tests/fake_aws/roles_anywhere_real.py FACTS

FACTS is a JSON file with the facts that ``roles_anywhere.RolesAnywhere.populate`` has, such as ``trust_anchor_arn``,
and with ``certificates``: for each name in ``roles_anywhere_cases.CERTIFICATES`` a pair of paths, of the certificate
with its chain and of its key. A case without its facts or its certificate is skipped. It makes sessions, and changes
nothing.

The collection must be importable, as with ``ANSIBLE_COLLECTIONS_PATH`` of ``make one`` on ``PYTHONPATH``.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from ansible_collections.octo.aws.plugins.module_utils._aws.endpoint import Endpoint
from ansible_collections.octo.aws.plugins.module_utils._errors import OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._accounts.account import Account, checked
from ansible_collections.octo.aws.plugins.plugin_utils._sources.protocol import FetchOptions
from ansible_collections.octo.aws.plugins.plugin_utils._sources.roles_anywhere import RolesAnywhereSource
from roles_anywhere_cases import CASES


def main() -> int:
    """Run all cases.

    :returns: how many went otherwise than with the double
    """
    facts = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    wrong = 0
    for name, case in CASES.items():
        needed = {"trust_anchor_arn", "profile_arn", "role_arn", *case.facts.values()}
        if not needed <= set(facts) or case.certificate not in facts["certificates"]:
            print(f"skipped: {name}")
            continue
        certificate, key = facts["certificates"][case.certificate]
        arns = {field: facts[case.facts.get(field, field)] for field in ("trust_anchor_arn", "profile_arn", "role_arn")}
        code, message = "", ""
        try:
            account = checked(
                Account(
                    name="real",
                    type="roles_anywhere",
                    certificate=certificate,
                    private_key_file=key,
                    **{**arns, **case.fields},
                )
            )
            RolesAnywhereSource().fetch(account, FetchOptions("", Endpoint(), "", 0, lambda _serial, _program: ""))
        except OctoAwsError as error:
            code, message = error.code.value, str(error)
        right = code == case.code and case.words in message
        wrong += not right
        print(f"{'as the double' if right else 'OTHERWISE'}: {name}: {message or 'a session'}")
    return wrong


if __name__ == "__main__":
    sys.exit(main())
