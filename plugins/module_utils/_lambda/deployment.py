# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Deploy a function: settings, code, version, a test of it, and then its alias."""

from __future__ import annotations

import json
import typing as t

from .._aws.console import with_console
from .._errors import ErrorCode, OctoAwsError, PartialFailure
from .._model.yaml_values import to_texts
from .function import function_url, is_same_version
from .options import payload_of, present_settings, wanted_settings, weights_of

if t.TYPE_CHECKING:
    from .._host.slices import SlicedWork
    from .function import Function
    from .function_code import Code

Options = t.Mapping[str, t.Any]
Result = dict[str, t.Any]

_LATEST = "$LATEST"


class Deployment:
    """One deployment of a function.

    :param code: ``None`` to keep the present code
    :param region: for the address in the console
    :param preview: whether only to find out what would change
    """

    def __init__(
        self, function: Function, code: Code | None, work: SlicedWork, options: Options, region: str, *, preview: bool
    ) -> None:
        self._function = function
        self._code = code
        self._work = work
        self._options = options
        self._region = region
        self._preview = preview
        self._wanted = wanted_settings(options)
        self._changes: list[str] = []
        self.diff: dict[str, dict[str, t.Any]] = work.kept.setdefault("diff", {"before": {}, "after": {}})
        """The settings that change, without values of the environment."""
        self._known: Result = {
            "changed": False,
            "function_name": options["function_name"],
            "function_arn": None,
            "state": None,
            "version": None,
            "code_sha256": None,
            "changes": self._changes,
            "alias": None,
            "invoke_result": None,
        }

    def result(self) -> Result:
        """Deploy the function, and return its state.

        :raises OctoAwsError: AWS refused a request, the update or the test failed, or the wait timed out
        """
        try:
            self._deploy()
        except OctoAwsError as error:
            hint = self._link if error.code is ErrorCode.FUNCTION_TIMED_OUT or self._changes else ""
            raise PartialFailure.after(error.about(self._subject), hint, **self._known) from None
        outputs = {name: self._known[name] for name in ("function_arn", "version", "code_sha256")}
        invocation = self._known["invoke_result"] or {}
        outputs["alias_arn"] = (self._known["alias"] or {}).get("arn")
        outputs["payload"] = _parsed(invocation["payload"]) if invocation else None
        return {**self._known, "outputs": outputs}

    @property
    def _subject(self) -> str:
        return f"The function {self._function.name}, state {self._known['state'] or 'unknown'}"

    @property
    def _link(self) -> str:
        url = function_url(self._region, self._function.name)
        return with_console(url, "Run the task again: it continues from the present state of the function.")

    def _deploy(self) -> None:
        # An update of before has to end first: AWS refuses another one until then.
        exists = self._work.step(lambda: self._wait(judge=False), may_wait=True)
        if not exists:
            self._changed("created", self._work.step(self._create))
        else:
            self._changed("settings", self._work.step(self._update_settings))
            self._work.step(self._wait, may_wait=True)
            self._changed("code", self._work.step(self._update_code))
            self._changed("tags", self._work.step(self._update_tags))
        if not (self._preview and not exists):
            self._work.step(self._wait, may_wait=True)
        self._finish(exists=exists)

    def _finish(self, *, exists: bool) -> None:
        """Publish, test and point the alias."""
        if self._options["publish"]:
            version, is_new = self._work.step(lambda: self._publish(exists=exists))
            self._changed("version", is_new)
            self._known["version"] = version
            if version:
                self._work.step(lambda: self._wait(version), may_wait=True)
        if not self._preview or exists:
            self._work.step(self._describe)
            self._known.update(self._work.kept.get("described", {}))
        if self._options.get("invoke") is not None and not self._preview:
            self._known["invoke_result"] = self._work.step(self._invoke)
            self._judge(self._known["invoke_result"])
        if self._options.get("alias"):
            alias, moved = self._work.step(lambda: self._point(exists=exists))
            self._changed("alias", moved)
            self._known["alias"] = alias

    def _changed(self, name: str, changed: bool) -> None:
        if changed:
            self._changes.append(name)
            self._known["changed"] = True

    def _send(self, operation: str, /, **parameters: t.Any) -> dict[str, t.Any]:
        """Send a request that changes something, except in check mode."""
        return {} if self._preview else self._function.send(operation, **parameters)

    def _create(self) -> bool:
        missing = [] if self._options.get("role") else ["role"]
        if self._code is None:
            missing.append("src, s3_bucket or image_uri")
        elif not self._options.get("image_uri"):
            missing += [name for name in ("runtime", "handler") if self._options.get(name) is None]
        if missing or self._code is None:
            raise OctoAwsError(
                ErrorCode.OPTION_INVALID,
                f"It does not exist, and needs {' and '.join(missing)}.",
                hint="Set the options, or correct function_name, account or region.",
            )
        self._note({}, self._wanted)
        extra: dict[str, t.Any] = {"PackageType": "Image"} if self._options.get("image_uri") else {}
        if self._options.get("architecture"):
            extra["Architectures"] = [self._options["architecture"]]
        if self._options.get("tags"):
            extra["Tags"] = to_texts("tags", self._options["tags"])
        self._send("create_function", Code=self._code.parameters(), Publish=False, **self._wanted, **extra)
        return True

    def _update_settings(self) -> bool:
        present = present_settings(self._get()["Configuration"])
        different = {name: value for name, value in self._wanted.items() if present[name] != value}
        if different:
            self._note(present, different)
            self._send("update_function_configuration", **different)
        return bool(different)

    def _update_code(self) -> bool:
        if self._code is None:
            return False
        function = self._get()
        present = function["Configuration"].get("Architectures") or ["x86_64"]
        architecture = self._options.get("architecture") or present[0]
        if [architecture] == present and self._code.is_in(function):
            return False
        self.diff["before"]["CodeSha256"] = function["Configuration"].get("CodeSha256")
        self.diff["after"]["CodeSha256"] = "(new code)"
        self._send("update_function_code", Architectures=[architecture], Publish=False, **self._code.parameters())
        return True

    def _update_tags(self) -> bool:
        wanted = to_texts("tags", self._options.get("tags") or {})
        if not wanted:
            return False
        function = self._get()
        present = function.get("Tags") or {}
        different = {name: value for name, value in wanted.items() if present.get(name) != value}
        if different and not self._preview:
            self._function.set_tags(function["Configuration"]["FunctionArn"], different)
        self._note({"Tags": present}, {"Tags": {**present, **different}} if different else {})
        return bool(different)

    def _publish(self, *, exists: bool) -> tuple[str | None, bool]:
        """Publish a version, unless the last one is the same. Return it, and whether it is new."""
        if self._preview and (not exists or self._changes):
            return None, True
        latest = self._get()["Configuration"]
        last = self._function.last_version()
        if last and is_same_version(latest, self._function.configuration(last)):
            return last, False
        # AWS refuses it if another deployment has changed the code since.
        return self._send("publish_version", CodeSha256=latest["CodeSha256"]).get("Version"), True

    def _invoke(self) -> dict[str, t.Any]:
        options = self._options["invoke"]
        qualifier = options.get("qualifier") or self._known["version"] or _LATEST
        return self._function.invoke(qualifier, payload_of(options))

    def _judge(self, invocation: t.Mapping[str, t.Any]) -> None:
        if not invocation["error"]:
            return
        answer = _parsed(invocation["payload"])
        details = answer if isinstance(answer, dict) else {}
        reason = ": ".join(str(details[name]) for name in ("errorType", "errorMessage") if details.get(name))
        problem = f"failed ({invocation['error']})"
        raise OctoAwsError(
            ErrorCode.FUNCTION_FAILED,
            f"The invocation of {invocation['qualifier']} {problem}{f': {reason:.500}' if reason else ''}.",
            hint="invoke_result.log of the result has the end of its log. The alias is as before.",
        )

    def _point(self, *, exists: bool) -> tuple[dict[str, t.Any] | None, bool]:
        """Create or update the alias. Return it, and whether that changes something."""
        options = self._options["alias"]
        version = options.get("version") or self._known["version"]
        present = self._function.alias(options["name"]) if exists or not self._preview else None
        if version is None:
            return None, True
        weights = weights_of(options)
        share = options.get("weight")
        if share is not None and share < 1 and present and present["FunctionVersion"] != version:
            # The present version keeps the rest of the requests.
            version, weights = present["FunctionVersion"], {version: share}
        wanted = {"FunctionVersion": version, "RoutingConfig": {"AdditionalVersionWeights": weights}}
        if options.get("description") is not None:
            wanted["Description"] = options["description"]
        if present and all(_alias_part(present, name) == value for name, value in wanted.items()):
            return _alias(present), False
        before = {name: _alias_part(present, name) for name in wanted} if present else {}
        self._note({"Alias": before}, {"Alias": wanted})
        operation = "update_alias" if present else "create_alias"
        return _alias(
            self._send(operation, Name=options["name"], **wanted) or {**wanted, "Name": options["name"]}
        ), True

    def _describe(self) -> None:
        configuration = self._get()["Configuration"]
        self._work.kept["described"] = {
            "function_arn": configuration["FunctionArn"],
            "code_sha256": configuration.get("CodeSha256"),
            "state": configuration.get("State"),
        }

    def _get(self) -> dict[str, t.Any]:
        function = self._function.get()
        if function is None:
            raise OctoAwsError(ErrorCode.FUNCTION_UPDATE_FAILED, "It was deleted during the deployment.")
        return function

    def _wait(self, qualifier: str = "", *, judge: bool = True) -> bool:
        """Wait until the function is neither being created nor updated. Return whether it exists."""
        began = self._work.elapsed
        while True:
            function = (
                self._function.get() if not qualifier else {"Configuration": self._function.configuration(qualifier)}
            )
            if function is None:
                return False
            configuration = function["Configuration"]
            state, update = configuration.get("State") or "Active", configuration.get("LastUpdateStatus")
            self._known["state"] = "Updating" if state == "Active" and update == "InProgress" else state
            if self._preview or (state != "Pending" and update != "InProgress"):
                break
            self._show()
            self._pause(self._work.elapsed - began)
        if judge and not self._preview and "Failed" in (state, update):
            prefix = "State" if state == "Failed" else "LastUpdateStatus"
            code, reason = configuration.get(f"{prefix}ReasonCode"), configuration.get(f"{prefix}Reason")
            again = "Delete the function, correct" if state == "Failed" else "Correct"
            raise OctoAwsError(
                ErrorCode.FUNCTION_UPDATE_FAILED,
                f"AWS could not activate it: {reason or 'without a reason'} ({code}).",
                hint=f"{again} the cause, then run the task again.",
            )
        return True

    def _show(self) -> None:
        if self._options["progress"]:
            line = f"function {self._function.name} is {self._known['state']}"
            self._work.show_state(line, function_url(self._region, self._function.name))

    def _pause(self, waited: float) -> None:
        remaining = self._options["timeout"] - self._work.elapsed
        if remaining <= 0:
            raise OctoAwsError(
                ErrorCode.FUNCTION_TIMED_OUT, f"It is not ready after {self._options['timeout']} seconds."
            )
        self._work.report_unfinished(self._subject, self._link, self._known)
        self._work.pause(min(max(1.0, waited / 10), 10.0, remaining))

    def _note(self, before: t.Mapping[str, t.Any], after: t.Mapping[str, t.Any]) -> None:
        """Keep settings for the diff, with the names of variables in place of the values."""
        for name, value in after.items():
            old = before.get(name)
            if name == "Environment":
                was, will = (old or {}).get("Variables", {}), value["Variables"]
                old = {key: "(before)" if was[key] != will.get(key) else "(unchanged)" for key in sorted(was)}
                value = {key: "(after)" if will[key] != was.get(key) else "(unchanged)" for key in sorted(will)}
            if old is not None:
                self.diff["before"][name] = old
            self.diff["after"][name] = value


def _alias_part(alias: t.Mapping[str, t.Any], name: str) -> t.Any:
    if name == "RoutingConfig":
        return {"AdditionalVersionWeights": (alias.get(name) or {}).get("AdditionalVersionWeights") or {}}
    return alias.get(name) or ""


def _alias(alias: t.Mapping[str, t.Any]) -> dict[str, t.Any]:
    return {
        "name": alias.get("Name"),
        "arn": alias.get("AliasArn"),
        "version": alias.get("FunctionVersion"),
        "weights": _alias_part(alias, "RoutingConfig")["AdditionalVersionWeights"],
    }


def _parsed(text: str) -> t.Any:
    try:
        return json.loads(text)
    except ValueError:
        return text
