# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Render files of the controller as templates."""

from __future__ import annotations

import os
import typing as t

from ansible.errors import AnsibleError
from ansible.template import trust_as_template

from ...module_utils._errors import ErrorCode, OctoAwsError


def render_file(path: str, templar: t.Any, variables: t.Mapping[str, t.Any], search_path: t.Sequence[str]) -> bytes:
    """Return the content of a file, rendered as by ``ansible.builtin.template``.

    :param search_path: the folders for includes
    :raises OctoAwsError: the file cannot be read or rendered
    """
    try:
        with open(path, encoding="utf-8", newline="") as file:
            text = file.read()
    except OSError as error:
        raise _invalid(path, f"cannot be read: {error.strerror}", "Correct its owner or mode.") from None
    except UnicodeDecodeError:
        raise _invalid(path, "is not valid UTF-8, and cannot be a template", "Correct templates.") from None
    folders = [place for base in (*search_path, os.path.dirname(path)) for place in (f"{base}/templates", base)]
    rendering = templar.copy_with_new_env(searchpath=folders, available_variables=variables)
    try:
        rendered = rendering.template(
            trust_as_template(text), escape_backslashes=False, overrides={"trim_blocks": True, "newline_sequence": "\n"}
        )
    except AnsibleError as error:
        raise _invalid(path, f"cannot be rendered: {str(error).rstrip('.')}", "Correct the template.") from None
    return str("" if rendered is None else rendered).encode("utf-8")


def _invalid(path: str, problem: str, hint: str) -> OctoAwsError:
    return OctoAwsError(ErrorCode.UPLOAD_SOURCE_INVALID, f"{path} {problem}.", hint=hint)
