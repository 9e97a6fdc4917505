# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Formats of names and ARNs, as AWS documents them.

An empty name is often a variable without a value, and means "all" to AWS: DescribeStacks without a name describes every
stack. So it is rejected before any request. ``None`` means that the option is not set.
"""

from __future__ import annotations

import re
import typing as t

from .field_checks import empty, refused

PARTITION = r"arn:aws(?:-[a-z]+)*"


class Form(t.NamedTuple):
    """The format of an option.

    :param pattern: empty for any text
    :param longest: the largest number of characters
    :param hint: a sentence about the expected value
    """

    pattern: str
    longest: int
    hint: str

    def check(self, option: str, value: object) -> None:
        """Reject a value with another format.

        :raises OctoAwsError: the value is empty or not valid
        """
        text = str(value)
        if not text.strip():
            raise empty(option, self.hint)
        if len(text) > self.longest or not re.fullmatch(self.pattern or r"[^\0]*", text):
            raise refused(option, f"cannot be {text!r:.120}", self.hint)


def check_forms(given: t.Mapping[str, t.Any], forms: t.Mapping[str, Form], *, required: t.Sequence[str] = ()) -> None:
    """Reject options, and items of lists, with another format.

    :param required: the required options
    :raises OctoAwsError: an option is missing, empty or not valid
    """
    for option, form in forms.items():
        value = given.get(option)
        if value is None:
            if option in required:
                raise refused(option, "is missing", form.hint)
        elif isinstance(value, (list, tuple)):
            for item in value:
                form.check(option, item)
        else:
            form.check(option, value)


def check_not_empty(given: t.Mapping[str, t.Any], *options: str) -> None:
    """Reject empty options, and empty items of lists.

    :raises OctoAwsError: an option is empty
    """
    check_forms(given, dict.fromkeys(options, _ANY))


_ANY = Form("", 1_000_000, "")

KMS_KEY = Form(
    rf"(?:{PARTITION}:kms:[a-z0-9-]+:[0-9]{{12}}:(?:key|alias)/)?[A-Za-z0-9/_-]+",
    2_048,
    "Use the ID, the alias (alias/NAME) or the ARN of a KMS key.",
)
