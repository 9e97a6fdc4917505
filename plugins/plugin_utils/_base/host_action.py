# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Base of the actions that run a module on a host with an account. The account is resolved on the controller."""

from __future__ import annotations

import contextlib
import dataclasses
import typing as t
from functools import partial

from ansible import constants as C
from ansible.errors import AnsibleError, AnsibleValueOmittedError
from ansible.utils.display import Display

from ...module_utils import _secrecy
from ...module_utils._errors import ErrorCode, OctoAwsError
from ...module_utils._host.argument_specs import ACCOUNT_SPEC, SESSION_SPEC, SETTINGS_SPEC
from ...module_utils._host.aws_environment import check_config
from .._accounts.account import check_name, error_context
from .._regions import warn_of_region
from .._service.resolver import UNNAMED, Resolver
from .._service.store_access import find, store_of
from .action import OctoAction, identity_in
from .prompts import ask_for_token
from .resolved_account import ResolvedAccount
from .served_account import pointing
from .sliced_run import SlicedRun
from .step import Step
from .unreadable import Unreadable

if t.TYPE_CHECKING:
    from ...module_utils._host.handover import Handover, UploadSource
    from ...module_utils._host.slices import Slice
    from ...module_utils._model.identity import Identity
    from .._accounts.settings import SessionOptions, Settings

display = Display()


class HostAction(OctoAction):
    """A task with a module of the same name that runs on a host with an account.

    ``work`` of a subclass checks :meth:`module_arguments` and reads files of the controller. Then, when requests can be
    sent, it calls :meth:`resolve` and :meth:`run_with`.
    """

    _supports_async = True

    MODULE: t.ClassVar[str]
    """The module that runs on the host."""
    MODULE_SPEC: t.ClassVar[dict[str, t.Any]] = {}
    """The arguments of the module, without those of the account."""
    HOST_PATHS: t.ClassVar[tuple[str, ...]] = ()
    """The names of those arguments that are paths on the host."""
    GIVEN_SETTINGS = (*SETTINGS_SPEC, *SESSION_SPEC)
    NEVER_EMPTY: t.ClassVar[tuple[str, ...]] = ("region", "account_id")

    def __init_subclass__(cls) -> None:
        cls.ARGUMENT_SPEC = {**ACCOUNT_SPEC, **cls.MODULE_SPEC}

    @classmethod
    def finalize_task_arg(cls, name: str, value: t.Any, templar: t.Any, *context: t.Any) -> t.Any:
        """Template an argument for ansible-core. Keep the error of a template, to raise it with the name of the step.

        This is an experimental method of ansible-core: without it, ansible-core shows an error of its own.
        """
        if name == "step" and isinstance(value, t.Mapping):
            step = {}
            for key, item in value.items():
                # Leave out an omitted value. If the exception were raised further, the whole step would be omitted.
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
        argument = self._task.args.get("step")
        step = Step(argument, argument.get("name")) if isinstance(argument, t.Mapping) else None
        try:
            if step and not step.is_enabled():
                return {"changed": False, "skipped": True, "skip_reason": "The step is not enabled."}
            if step:
                step.refuse_unreadable(self._task.args)
        except OctoAwsError as error:
            result = self.failure(error)
        else:
            for value in self._task.args.values():
                if isinstance(value, Unreadable):
                    raise value.error()
            result = super().run(tmp, task_vars)
        if step and result.get("failed"):
            result["msg"] = f"Step {step.name}: {result.get('msg') or 'it failed.'}"
            # It has the message of the module, without the step.
            result.pop("exception", None)
            # ansible-core shows where the failed task is written. For a step, that is where its user wrote it.
            self._task._ds = step.place
        return result

    def module_arguments(self, arguments: dict[str, t.Any]) -> dict[str, t.Any]:
        """Return the arguments of the module, from those of the task."""
        own = {name: arguments[name] for name in self.MODULE_SPEC if arguments[name] is not None}
        # A tilde in a path of the host is for the home folder there.
        return {**own, **{name: self.written[name] for name in self.HOST_PATHS if name in own}}

    def run_with(
        self,
        account: ResolvedAccount,
        arguments: dict[str, t.Any],
        source: UploadSource | None = None,
        task_slice: Slice | None = None,
    ) -> dict[str, t.Any]:
        """Run the module on the host with an account.

        :param arguments: those of the module; see :meth:`module_arguments`
        :param source: the files that ``s3_upload`` has to upload
        :param task_slice: the slice of the work to run; ``None`` for all of it
        """
        wrap_async = bool(self._task.async_val) and not self._connection.has_native_async
        pipelined = self._is_pipelining_enabled("new", wrap_async)
        reason = "async needs" if wrap_async else "this connection needs"
        with self._pointing(account) as (handover, secrets):
            self.refuse_to_keep(handover, pipelined=pipelined, reason=reason)
            # The module itself returns the values about the account: in the background, only its own result is kept.
            handover = dataclasses.replace(handover, about=account.as_result(), source=source, slice=task_slice)
            arguments = {**arguments, **handover.as_arguments()}
            result = self.run_module(self.MODULE, arguments, wrap_async=wrap_async)
        # A module with a pointer does not know the secrets.
        masked: dict[str, t.Any] = _secrecy.redact_data(result, list(secrets)) if secrets else result
        return masked

    def send_file(self, path: str, name: str) -> str:
        """Send a file of the controller to a temporary folder of the host, and return its path there. ansible-core
        removes the folder when the task ends, or with async when the module ends, even if it fails.

        :param name: of the file on the host
        """
        folder = self._connection._shell.tmpdir or self._make_tmp_path()
        target = self._connection._shell.join_path(folder, name)
        self._transfer_file(path, target)
        self._fixup_perms2((folder, target))
        return str(target)

    @property
    def runs_here(self) -> bool:
        """Whether a module of the task runs on this machine as this user."""
        return bool(self._connection.transport == "local" and not self._connection.become)

    @property
    def is_renewed(self) -> bool:
        """Whether the module can renew its credentials: it runs here, and does not outlive this process."""
        return self.runs_here and not self._task.async_val

    def _pointing(
        self, account: ResolvedAccount
    ) -> contextlib.AbstractContextManager[tuple[Handover, t.Collection[str]]]:
        """Serve the credentials of the account, if the module can renew them."""
        if account.is_role_of_host or not self.is_renewed:
            return contextlib.nullcontext((account.handover, ()))
        return pointing(account.handover, account.renew)

    def run_in_slices(
        self,
        account: ResolvedAccount,
        arguments: dict[str, t.Any],
        source: UploadSource | None = None,
        seconds: t.Callable[[int], float] = lambda number: 5.0 if number else 0.0,
    ) -> dict[str, t.Any]:
        """Run the module in slices, and show its progress. In the background, ansible-core runs it once.

        :param seconds: how long a slice waits or works on the host, by its number. The first one is short, so that what
            it began is shown at once
        """
        if self._task.async_val:
            return self.run_with(account, arguments, source)
        arguments = {**arguments, "progress": arguments["progress"] and not self._task.no_log}
        run = partial(self.run_with, arguments=arguments, source=source)
        return SlicedRun(account, run, seconds, self.show_unless_hidden).result()

    def show(self, line: str) -> None:
        """Show a line about the task while it runs."""
        # Standard output belongs to the callback, which may write a document there.
        printable = "".join(character if character.isprintable() else " " for character in line)
        display.display(f"[octo.aws] {printable}", stderr=True)

    def show_unless_hidden(self, line: str) -> None:
        """Show a line about the task, unless it has ``no_log``."""
        if not self._task.no_log:
            self.show(line)

    def refuse_to_keep(self, handover: Handover, *, pipelined: bool, reason: str) -> None:
        """Reject a task that would leave a file with secrets on the host.

        :raises OctoAwsError: ansible-core keeps the files of modules, and one would have the credentials
        """
        if C.DEFAULT_KEEP_REMOTE_FILES and handover.secrets and not pipelined:
            raise OctoAwsError(
                ErrorCode.OPTION_CONFLICT,
                f"A file with the credentials would be kept on {self.executor}: ANSIBLE_KEEP_REMOTE_FILES is set, and "
                f"{reason} a file for the arguments of a module.",
                hint="Unset it, or use an instance role.",
            )

    def resolve(self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions) -> ResolvedAccount:
        """Resolve the account of the task, check its AWS account and announce it if ``announce`` is set.

        :raises OctoAwsError: there is no such account, or it leads to the wrong AWS account
        """
        account = self.resolve_on_controller(arguments, settings, options)
        handover = account.handover
        guarded = handover.account_id or handover.own_account_id
        if account.is_role_of_host and (arguments["announce"] or guarded):
            account = dataclasses.replace(account, identity=identity_in(self.run_identity_module(handover)))
        self.announce(account, arguments)
        return account

    def resolve_on_controller(
        self, arguments: dict[str, t.Any], settings: Settings, options: SessionOptions
    ) -> ResolvedAccount:
        """Resolve the account of the task. The identity of a role of the host is not requested."""
        name = None if arguments["account"] is None else check_name(arguments["account"])
        if "account" not in self._task.args:
            settings.check_unnamed(
                "For the IAM role of the host, write account: null, or name an account of type instance_role."
            )
        store = None if name is None else store_of(settings, display.warning)
        account = find(store, name).account if store and name else UNNAMED
        options = dataclasses.replace(
            options, ask_for_token=ask_for_token, task_seconds=self.seconds_with_session(arguments)
        )
        resolver = Resolver(settings, options, store, display.warning)

        def resolve(resolver: Resolver) -> tuple[Handover, Identity | None]:
            with error_context(account):
                handover, identity = resolver.handover(account)
            _secrecy.register(handover.secrets)
            return handover, identity

        with error_context(account):
            warn_of_region(settings.region_for(account.region), display.warning)
        handover, identity = resolve(resolver)
        if handover.is_role_of_host:
            check_config(handover.hops)
        return ResolvedAccount(name, handover, identity, self.executor, lambda: resolve(resolver.unattended())[0])

    def seconds_with_session(self, arguments: t.Mapping[str, t.Any]) -> int:
        """Return how long the task can need the session that it begins with; 0 if it is renewed or not known."""
        return 0 if self.is_renewed else arguments.get("timeout") or 0

    def announce(self, account: ResolvedAccount, arguments: t.Mapping[str, t.Any]) -> None:
        """Log the account before the task starts, if ``announce`` is set."""
        if arguments["announce"]:
            self.show(str(account))
