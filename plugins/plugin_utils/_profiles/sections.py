# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Find sections of AWS files that AWS clients do not read as intended. The rules are those of botocore
(``build_profile_map``)."""

from __future__ import annotations

import shlex
import typing as t

if t.TYPE_CHECKING:
    from .files import AwsFiles

_NO_PROFILES = ("preview", "plugins")
"""Sections of the config file that only the AWS CLI reads."""
_KINDS = ("profile", "sso-session", "services")
"""The types of named sections in the config file."""
_QUOTES = ("'", '"')


def odd_profiles(files: AwsFiles) -> dict[str, str]:
    """Return profiles of the credentials file with a misleading heading, each with a remark."""
    return {name: why for name in files.credentials if (why := _misleading(name))}


def section_remarks(files: AwsFiles) -> list[tuple[str, str]]:
    """Return remarks about sections, each with the name of the intended profile."""
    headings: dict[str, list[str]] = {}
    remarks = [(_plain(name), f"{why} It is not imported.") for name, why in odd_profiles(files).items()]
    for heading in files.headings:
        words = _words(heading)
        if heading == "default" or (len(words) == 2 and heading.startswith("profile")):
            headings.setdefault(words[-1], []).append(f"[{heading}]")
        elif heading not in _NO_PROFILES and not (len(words) == 2 and heading.startswith(_KINDS)):
            remarks.append((_plain(heading), _unread(heading)))
    for name, same in headings.items():
        if len(same) > 1:
            remarks.append(
                (name, f"{' and '.join(same)} in the config file are the same profile: AWS clients read only the last.")
            )
    return remarks


def _misleading(name: str) -> str:
    if name.split(" ")[0] in _KINDS[1:]:
        return f"AWS clients do not read [{name:.80}] in the credentials file. Move it to the config file."
    if name.startswith("profile ") or name != name.strip() or name.startswith(_QUOTES):
        return (
            f"AWS clients read [{name:.80}] in the credentials file as the profile {name!r:.80}. Change it to "
            f"[{_plain(name):.80}]."
        )
    return ""


def _unread(heading: str) -> str:
    kind = next((kind for kind in _KINDS if heading.strip().split(" ")[0] == kind), "profile")
    name = _plain(heading)
    quoted = f'"{name:.80}"' if " " in name else f"{name:.80}"
    return f"AWS clients do not read [{heading:.80}] in the config file. Change it to [{kind} {quoted}]."


def _plain(heading: str) -> str:
    """Return the intended name in a heading."""
    kind, _space, name = heading.strip().partition(" ")
    return (name if kind in _KINDS and name else heading).strip(" \t'\"")


def _words(heading: str) -> list[str]:
    try:
        return shlex.split(heading)
    except ValueError:
        return []
