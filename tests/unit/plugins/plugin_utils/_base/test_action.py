# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""How the result of a module becomes an error of the action."""

from __future__ import annotations

import typing as t

import pytest
from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.plugin_utils._base.action import error_of_result


def test_the_failure_of_a_module_is_its_error() -> None:
    error = OctoAwsError(ErrorCode.ACCESS_DENIED, "No.", hint="Ask.", aws_code="AccessDenied", request_id="1")
    again = error_of_result({"failed": True, "msg": str(error), "error": error.as_result()})
    assert str(again) == str(error)
    assert again.as_result() == error.as_result()


@pytest.mark.parametrize(
    "result",
    [{}, {"msg": "no Python"}, {"error": "x"}, {"error": {"code": "x"}}, {"module_stderr": "no Python", "msg": ""}],
)
def test_a_module_that_could_not_run(result: dict[str, t.Any]) -> None:
    error = error_of_result({"failed": True, **result})
    assert error.code is ErrorCode.EXECUTOR_FAILED
    assert "could not run on the host: " in error.message
