# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: sections of AWS files that AWS clients do not read as they look.

Ground, above ``_aws_files``. The rules are those of botocore (``build_profile_map``).
"""

from __future__ import annotations

import shlex
import typing as t

if t.TYPE_CHECKING:
    from .files import AwsFiles

_NO_PROFILES = ("preview", "plugins")
"""Sections of the config file that the AWS CLI reads for itself."""
_KINDS = ("profile", "sso-session", "services")
"""How the headings of the config file begin, before a name."""
_QUOTES = ("'", '"')


def odd_profiles(files: AwsFiles) -> dict[str, str]:
    """Profiles of the credentials file whose names are not what they look like, each with a sentence about it."""
    return {name: why for name in files.credentials if (why := _odd(name))}


def section_remarks(files: AwsFiles) -> list[tuple[str, str]]:
    """What a person should know of sections, each with the name of the profile that it seems to be."""
    headings: dict[str, list[str]] = {}
    remarks = [(_plain(name), f"{why} It is not imported.") for name, why in odd_profiles(files).items()]
    for heading in files.headings:
        words = _words(heading)
        if heading == "default" or (len(words) == 2 and heading.startswith("profile")):
            headings.setdefault(words[-1], []).append(f"[{heading}]")
        elif heading not in _NO_PROFILES and not (len(words) == 2 and heading.startswith(_KINDS)):
            remarks.append((_plain(heading), _passed_over(heading)))
    for name, same in headings.items():
        if len(same) > 1:
            remarks.append(
                (name, f"{' and '.join(same)} of the config file are one profile: AWS clients read the last alone.")
            )
    return remarks


def _odd(name: str) -> str:
    if name.split(" ")[0] in _KINDS[1:]:
        return f"[{name:.80}] is a section of the config file, and AWS clients do not read it in the credentials file."
    if name.startswith("profile ") or name != name.strip() or name.startswith(_QUOTES):
        return (
            f"AWS clients take {name!r:.80} for the name of the profile [{name:.80}] of the credentials file. There, "
            f"the heading is the plain name: [{_plain(name):.80}]."
        )
    return ""


def _passed_over(heading: str) -> str:
    kind = next((kind for kind in _KINDS if heading.strip().split(" ")[0] == kind), "profile")
    name = _plain(heading)
    quoted = f'"{name:.80}"' if " " in name else f"{name:.80}"
    return f"AWS clients do not read the section [{heading:.80}] of the config file. There, it is [{kind} {quoted}]."


def _plain(heading: str) -> str:
    """The name that a heading seems to have."""
    kind, _space, name = heading.strip().partition(" ")
    return (name if kind in _KINDS and name else heading).strip(" \t'\"")


def _words(heading: str) -> list[str]:
    try:
        return shlex.split(heading)
    except ValueError:
        return []
