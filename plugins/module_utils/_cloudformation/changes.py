# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Changes of resources: those of a change set, and those that delete or create all resources of a stack."""

from __future__ import annotations

import typing as t


def to_change(resource_change: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    """Convert a change of one resource from DescribeChangeSet."""
    targets = [detail.get("Target") or {} for detail in resource_change.get("Details") or []]
    names = {".".join(filter(None, (target.get("Attribute"), target.get("Name")))) for target in targets}
    return {
        "action": resource_change.get("Action"),
        "logical_id": resource_change.get("LogicalResourceId"),
        "physical_id": resource_change.get("PhysicalResourceId") or None,
        "type": resource_change.get("ResourceType"),
        "replacement": resource_change.get("Replacement") or None,
        "details": sorted(names - {""}),
    }


def replacements(changes: t.Iterable[t.Mapping[str, t.Any]]) -> list[str]:
    """Return the logical IDs of the resources that will or may be replaced."""
    return [change["logical_id"] for change in changes if change["replacement"] in ("True", "Conditional")]


def changes_for(resources: t.Iterable[t.Mapping[str, t.Any]], action: str) -> list[dict[str, t.Any]]:
    """Return one change with the same action for each resource."""
    return [to_change({**resource, "Action": action}) for resource in resources]


def changes_diff(
    name: str, changes: t.Iterable[t.Mapping[str, t.Any]], settings: t.Iterable[str] = ()
) -> dict[str, str]:
    """Return changes as a diff with one line for each resource.

    :param settings: the changed settings of the stack itself
    """
    before, after = [], []
    for change in changes:
        line = f"{change['logical_id']} ({change['type']})"
        if change["action"] != "Add":
            before.append(line)
        if change["action"] != "Remove":
            details = [change["action"]] if change["action"] != "Add" else []
            details += [f"replacement {change['replacement']}"] if change["replacement"] else []
            after.append(": ".join(filter(None, (line, ", ".join(details + change["details"])))))
    after += [f"{setting}: changed" for setting in settings]
    header = f"the stack {name}"
    return {
        "before_header": header,
        "after_header": header,
        "before": "".join(f"{line}\n" for line in before),
        "after": "".join(f"{line}\n" for line in after),
    }
