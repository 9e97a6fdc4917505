# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: an action whose module works with an account, on the host that the task is for.

Glue, above C(_action).
"""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t

from ansible import constants as C
from ansible.errors import AnsibleError, AnsibleValueOmittedError
from ansible.utils.display import Display

from ...module_utils import _secrecy
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._host.argument_specs import ACCOUNT_SPEC, SESSION_SPEC, SETTINGS_SPEC
from ...module_utils._host.aws_environment import check_config
from .._accounts.account import check_name
from .._regions import warn_of_region
from .._service.finder import find
from .._service.resolver import UNNAMED, cache_of, hand_over
from .._service.store_access import store_of
from .action import OctoAction
from .mfa_prompt import ask_for_token
from .step import Step, Unreadable

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover
    from ...module_utils._model.identity import Identity
    from .._accounts.settings import SessionOptions, Settings

display = Display()


@dataclasses.dataclass(frozen=True)
class Account:
    """An account that was resolved for a task.

    :param name: V(None) for the role of the host without a name
    :param identity: who it is, as far as it is known
    """

    name: str | None
    handover: Handover
    identity: Identity | None
    executor: str

    @property
    def of_executor(self) -> bool:
        """Whether it is a role of the host itself."""
        return self.handover.credentials is None

    def as_result(self) -> dict[str, t.Any]:
        """What every module says about the account."""
        return {
            "account": self.name,
            "identity": self.identity.as_result() if self.identity else None,
            "region": self.handover.region or None,
            "executor": self.executor,
            "role_of_executor": self.of_executor,
        }

    def __str__(self) -> str:
        what = f"account {self.name!r}" if self.name else "the IAM role of the host"
        who = self.identity.arn if self.identity else "nobody could ask who that is"
        return f"{self.executor}: {what} ({who}), region {self.handover.region or 'of the host'}"


class HostAction(OctoAction):
    """A task that a host does with an account; the account is resolved here, once."""

    _supports_async = True

    MODULE: t.ClassVar[str]
    """The module of the same name that does the work."""
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = {}
    """Its own arguments."""
    HOST_PATHS: t.ClassVar[tuple[str, ...]] = ()
    """Those that are paths on the host."""
    GIVEN_SETTINGS = (*SETTINGS_SPEC, *SESSION_SPEC)
    NEVER_EMPTY: t.ClassVar[tuple[str, ...]] = ("region", "account_id")

    def __init_subclass__(cls) -> None:
        cls.ARGUMENT_SPEC = {**ACCOUNT_SPEC, **cls.MODULE_SPEC}

    def prepare(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """The arguments of the module, of those of the task. What is read on the controller is read here, before
        anybody is asked for anything."""
        return arguments

    @classmethod
    def finalize_task_arg(cls, name: str, value: t.Any, templar: t.Any, *context: t.Any) -> t.Any:
        """Read an argument, for ansible-core. An error of a template waits, so that it can say which step it is of.

        This is an experimental method of ansible-core: without it, ansible-core shows an error of its own.
        """
        if name == "step" and isinstance(value, t.Mapping):
            step = {}
            for key, item in value.items():
                # What is left out is left out of the step. Beyond it, all of the step would be.
                with contextlib.suppress(AnsibleValueOmittedError):
                    step[key] = cls.finalize_task_arg(f"step.{key}", item, templar, *context)
            return step
        try:
            return super().finalize_task_arg(name, value, templar, *context)
        except AnsibleValueOmittedError:
            raise
        except AnsibleError as error:
            return Unreadable.of(error)

    def run(self, tmp: str | None = None, task_vars: dict[str, t.Any] | None = None) -> dict[str, t.Any]:
        given = self._task.args.get("step")
        self._step = Step(given, given.get("name")) if isinstance(given, t.Mapping) else None
        result = super().run(tmp, task_vars)
        if self._step and result.get("failed"):
            result["msg"] = f"Step {self._step.name}: {result.get('msg') or 'it failed.'}"
            # Words of the module, without the step.
            result.pop("exception", None)
            # ansible-core says where the task of a failure is written. For a step, that is where its user wrote it.
            self._task._ds = self._step.place
        return result

    def outcome(self) -> dict[str, t.Any]:
        if self._step:
            if not self._step.is_enabled():
                return {"changed": False, "skipped": True, "skip_reason": "The step is not enabled."}
            self._step.refuse_unreadable(self._task.args)
        for value in self._task.args.values():
            if isinstance(value, Unreadable):
                raise value.error()
        return super().outcome()

    def work(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> dict[str, t.Any]:
        given = {name: arguments[name] for name in self.MODULE_SPEC if arguments[name] is not None}
        # A tilde in a path of the host is for the home folder there.
        given.update({name: self.written[name] for name in self.HOST_PATHS if name in given})
        prepared = self.prepare(given)
        return self.execute(self.resolve(arguments, settings, options), prepared)

    def execute(self, account: Account, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Have the host do the work."""
        wrap_async = bool(self._task.async_val) and not self._connection.has_native_async
        pipelined = self._is_pipelining_enabled("new", wrap_async)
        why = "async needs" if wrap_async else "this connection needs"
        self.refuse_to_keep(account.handover, pipelined=pipelined, why=why)
        handed_over = account.handover.as_arguments()
        # The module says it itself, as nobody else can where it works in the background.
        handed_over["handover"].update(about=account.as_result(), **arguments.pop("handover", {}))
        return self.run_module(self.MODULE, {**arguments, **handed_over}, wrap_async=wrap_async)

    def refuse_to_keep(self, handover: Handover, *, pipelined: bool, why: str) -> None:
        """Refuse work that would leave a file with secrets on the host.

        :raises OctoAwsError: ansible-core is told to keep the files of modules, and there would be one
        """
        if C.DEFAULT_KEEP_REMOTE_FILES and handover.secrets and not pipelined:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"A file with the credentials would be kept on {self.executor}: ANSIBLE_KEEP_REMOTE_FILES is set, and "
                f"{why} a file for the arguments of a module.",
                hint="Unset it, or use an instance role.",
            )

    def resolve(
        self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions, *, identify: bool = False
    ) -> Account:
        """The account of the task; its AWS account is guarded, and it is announced where that was asked for.

        :param identify: ask who the role of the host is, even where nobody has to know
        :raises OctoAwsError: there is no such account, or it leads elsewhere than it must
        """
        options = dataclasses.replace(options, ask_for_token=ask_for_token)
        name = None if arguments["account"] is None else check_name(arguments["account"])
        if "account" not in self._task.args:
            settings.check_unnamed(
                "For the IAM role of the host, write account: null, or name an account of type instance_role."
            )
        if name is None:
            warn_of_region(settings.region_for(""), display.warning)
            handover, identity = hand_over(UNNAMED, settings, options, None)
        else:
            store = store_of(settings, display.warning)
            cache = cache_of(store, name, settings, display.warning)
            stored = find(store, name)
            warn_of_region(settings.region_for(stored.account.region), display.warning)
            handover, identity = hand_over(stored.account, settings, options, cache)
        _secrecy.register(handover.secrets)
        if handover.credentials is None:
            check_config(handover.hops)
            if identify or arguments["announce"] or handover.account_id or handover.own_account_id:
                identity = self.identity_on_executor(handover)
        account = Account(name, handover, identity, self.executor)
        if arguments["announce"]:
            # Standard output belongs to the callback, which may write a document there.
            display.display(f"[octo.aws] {account}", stderr=True)
        return account
