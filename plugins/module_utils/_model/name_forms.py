# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: the forms of names and ARNs, as AWS documents them.

Ground, above ``_values``. A name that is empty is often a variable without a value, and AWS takes it for "all of them":
DescribeStacks without a name describes every stack. So it is refused before anything is sent. ``None`` is left out.
"""

from __future__ import annotations

import re
import typing as t

from .validation import empty, refused

PARTITION = r"arn:aws(?:-[a-z]+)*"


class Form(t.NamedTuple):
    """What an option can be.

    :param pattern: empty for any text
    :param longest: characters
    :param hint: says what it is, in a sentence
    """

    pattern: str
    longest: int
    hint: str

    def check(self, option: str, value: object) -> None:
        """Refuse what does not have the form.

        :raises OctoAwsError: names the option
        """
        text = str(value)
        if not text.strip():
            raise empty(option, self.hint)
        if len(text) > self.longest or not re.fullmatch(self.pattern or r"[^\0]*", text):
            raise refused(option, f"cannot be {text!r:.120}", self.hint)


def check_forms(given: t.Mapping[str, t.Any], forms: t.Mapping[str, Form], *, required: t.Sequence[str] = ()) -> None:
    """Refuse options, and items of lists, that do not have their form.

    :param required: those that cannot be left out
    :raises OctoAwsError: names the option
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
    """Refuse options, and items of lists, that are empty.

    :raises OctoAwsError: names the option
    """
    check_forms(given, dict.fromkeys(options, _ANY))


_ANY = Form("", 1_000_000, "")

KMS_KEY = Form(
    rf"(?:{PARTITION}:kms:[a-z0-9-]+:[0-9]{{12}}:(?:key|alias)/)?[A-Za-z0-9/_-]+",
    2_048,
    "It is the ID, the alias (alias/NAME) or the ARN of a KMS key.",
)
