# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Shows the results of all tasks as one JSON document, as ansible.posix.json does."""

from __future__ import annotations

import json
import typing as t
from importlib import import_module

from ansible.plugins.callback import CallbackBase

# Tasks begin as copies of this process, so that none of them has to import it again.
import_module("botocore.session")

DOCUMENTATION = """
name: document
type: aggregate
short_description: Results as JSON
description: Shows the results of all tasks as one JSON document.
"""


class CallbackModule(CallbackBase):
    """See above."""

    CALLBACK_VERSION = 2.0
    CALLBACK_TYPE = "aggregate"
    CALLBACK_NAME = "document"

    def __init__(self) -> None:
        super().__init__()
        self._results: list[t.Any] = []

    def _keep(self, result: t.Any, **_options: t.Any) -> None:
        result = getattr(result, "result", None) or result._result
        self._results.append(json.loads(self._dump_results(result)))

    v2_runner_on_ok = v2_runner_on_failed = v2_runner_on_skipped = v2_runner_on_unreachable = _keep
    v2_runner_item_on_ok = v2_runner_item_on_failed = v2_runner_retry = v2_runner_on_async_ok = _keep

    def v2_playbook_on_stats(self, _stats: t.Any) -> None:
        self._display.display(json.dumps({"canary results": self._results}, indent=1))
