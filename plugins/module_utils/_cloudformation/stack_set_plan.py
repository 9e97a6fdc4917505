# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""The differences between a stack set and the options of a task."""

from __future__ import annotations

import dataclasses
import typing as t

from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .options import api_parameters
from .stack_set import HIDDEN, Instance, StackSet
from .stack_set_options import target_option

Place = tuple[str, str]
"""A target (an account or an organizational unit) and a region."""


@dataclasses.dataclass(frozen=True)
class Plan:
    """The work for a stack set.

    :param settings: the names of the options that differ, such as ``tags``
    :param outdated: instances that are not at the state of the stack set
    :param missing: places without instances
    :param extra: places to remove instances from
    """

    settings: list[str]
    outdated: list[Instance]
    missing: list[Place]
    extra: list[Place]

    @property
    def updates(self) -> bool:
        """Whether the stack set is updated."""
        return bool(self.settings or self.outdated)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.updates or self.missing or self.extra)

    def as_result(self, places: t.Sequence[Place], *, exists: bool) -> dict[str, t.Any]:
        """Return values for the result of a task, with the diff.

        :param places: those with instances
        :param exists: whether the stack set exists
        """
        changes = [
            *(_change("Remove", place) for place in self.extra),
            *(_change("Modify", (instance.account, instance.region)) for instance in self.outdated),
            *(_change("Add", place) for place in self.missing),
        ]
        after = [place for place in places if place not in self.extra] + self.missing
        header = [f"{setting}: changed" for setting in self.settings] if exists else ["stack set: created"]
        before_lines = [f"{target} {region}" for target, region in sorted(places)]
        after_lines = [*header, *(f"{target} {region}" for target, region in sorted(after))]
        diff = {"before": _text(before_lines), "after": _text(after_lines)}
        return {"settings": self.settings, "changes": changes, "diff": diff}


def _change(action: str, place: Place) -> dict[str, str]:
    return {"action": action, "target": place[0], "region": place[1]}


def _text(lines: t.Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def plan_for(
    stack_set: StackSet | None,
    options: t.Mapping[str, t.Any],
    same_template: t.Callable[[str], bool],
    defaults: t.Callable[[], t.Mapping[str, str | None]],
) -> Plan:
    """Compare a stack set with the options of a task.

    :param same_template: whether a template is that of the task
    :param defaults: returns the defaults of the present template's parameters
    :raises OctoAwsError: the permission model differs, or an instance is inoperable
    """
    targets, regions = options.get(target_option(options)), options.get("regions")
    wanted = [(target, region) for target in targets or [] for region in regions or []]
    if stack_set is None:
        return Plan([], [], wanted, [])
    _check_model(stack_set, options)
    places = stack_set.places
    extra = [place for place in places if place not in wanted] if options.get("purge_instances") else []
    staying = [instance for instance in stack_set.instances if stack_set.place_of(instance) not in extra]
    _check_operable(stack_set, staying)
    return Plan(
        settings=_settings(stack_set, options, same_template, defaults),
        outdated=[instance for instance in staying if instance.outdated],
        missing=[place for place in wanted if place not in places],
        extra=extra,
    )


def _check_model(stack_set: StackSet, options: t.Mapping[str, t.Any]) -> None:
    if stack_set.permission_model != options["permission_model"]:
        raise OctoAwsError(
            ErrorCode.OPTION_CONFLICT,
            f"permission_model cannot be {options['permission_model']}: the stack set {stack_set.name} has "
            f"{stack_set.permission_model}, and AWS cannot change it.",
            hint="Correct permission_model, or delete the stack set with state: absent first.",
        )


def _check_operable(stack_set: StackSet, instances: t.Sequence[Instance]) -> None:
    inoperable = [f"{item.account} in {item.region}" for item in instances if item.status == "INOPERABLE"]
    if inoperable:
        raise PartialFailure.of(
            ErrorCode.STACK_INSTANCE_INOPERABLE,
            f"Instances of the stack set {stack_set.name} are in the state INOPERABLE, and AWS does not update them: "
            f"{', '.join(inoperable[:5])}{', ...' if len(inoperable) > 5 else ''}.",
            "Remove them from accounts or regions with purge_instances: true and retain_stacks: true, delete their "
            "stacks, then add them again.",
            **stack_set.as_result(),
        )


def _settings(
    stack_set: StackSet,
    options: t.Mapping[str, t.Any],
    same_template: t.Callable[[str], bool],
    defaults: t.Callable[[], t.Mapping[str, str | None]],
) -> list[str]:
    differing = [] if same_template(stack_set.template) else ["template"]
    wanted = api_parameters(options, update=True)
    differing += _parameters(stack_set, wanted.get("Parameters") or [], {} if differing else None, defaults)
    if "Tags" in wanted and {tag["Key"]: tag["Value"] for tag in wanted["Tags"]} != dict(stack_set.tags):
        differing.append("tags")
    for option in ("description", "administration_role_arn", "execution_role_name"):
        if options.get(option) is not None and options[option] != getattr(stack_set, option):
            differing.append(option)
    deployment = options.get("auto_deployment")
    if deployment and not _same_deployment(deployment, stack_set.auto_deployment):
        differing.append("auto_deployment")
    return differing


def _same_deployment(wanted: t.Mapping[str, t.Any], present: t.Mapping[str, bool]) -> bool:
    # AWS keeps the second one only while the first one is enabled.
    names = ("enabled", "retain_stacks_on_account_removal") if wanted["enabled"] else ("enabled",)
    return all(wanted[name] == present.get(name, False) for name in names)


def _parameters(
    stack_set: StackSet,
    wanted: t.Sequence[t.Mapping[str, t.Any]],
    known_defaults: t.Mapping[str, str | None] | None,
    defaults: t.Callable[[], t.Mapping[str, str | None]],
) -> list[str]:
    """Return the parameters that differ. AWS does not return those with ``NoEcho``, which therefore differ."""
    present = dict(stack_set.parameters)
    differing = []
    for item in wanted:
        value = present.pop(item["ParameterKey"], None)
        if not item.get("UsePreviousValue") and (value == HIDDEN or value != item["ParameterValue"]):
            differing.append(item["ParameterKey"])
    # An omitted parameter gets the default of the template. A new template has its own.
    if present and known_defaults is None:
        known_defaults = defaults()
        differing += [name for name, value in present.items() if value == HIDDEN or value != known_defaults.get(name)]
    return [f"parameters.{name}" for name in differing]


def grouped(places: t.Sequence[Place]) -> list[tuple[list[str], list[str]]]:
    """Return places as lists of targets and regions, each of which is one request: all targets in all regions."""
    regions_of: dict[str, list[str]] = {}
    for target, region in places:
        regions_of.setdefault(target, []).append(region)
    targets_of: dict[tuple[str, ...], list[str]] = {}
    for target, regions in regions_of.items():
        targets_of.setdefault(tuple(regions), []).append(target)
    return [(targets, list(regions)) for regions, targets in targets_of.items()]
