# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Workloads inside one process, timed by pyperf: what a running ansible-playbook does many times.

    python tests/benchmark/workload.py --workload NAME [--workload ARGUMENT ...] [OPTIONS OF PYPERF]

Ansible is loaded and has used its own lookups before the time begins, as in a play that has done something. What the
work itself needs is imported where it is: to load the collection, or boto3, is a part of what is timed elsewhere.
"""

from __future__ import annotations

import itertools
import os
import sys
import typing as t
from pathlib import Path

import pyperf

Workload = t.Callable[[], object]
_COLLECTION = "ansible_collections.octo.aws."
WORKLOADS: dict[str, t.Callable[..., Workload]] = {}


def workload(function: t.Callable[..., Workload]) -> t.Callable[..., Workload]:
    """Register a workload under its name. The function prepares it, and what it returns is timed."""
    WORKLOADS[function.__name__.replace("_", "-")] = function
    return function


def _template() -> t.Callable[[str], t.Any]:
    from ansible.parsing.dataloader import DataLoader
    from ansible.parsing.vault import VaultSecret, VaultSecretsContext
    from ansible.plugins.loader import init_plugin_loader
    from ansible.template import Templar, trust_as_template

    init_plugin_loader()
    password = Path(os.environ["ANSIBLE_VAULT_PASSWORD_FILE"]).read_bytes().strip()
    secrets = [("default", VaultSecret(password))]
    VaultSecretsContext.initialize(VaultSecretsContext(secrets))
    loader = DataLoader()
    loader.set_vault_secrets(secrets)

    def template(text: str) -> t.Any:
        return Templar(loader=loader).template(trust_as_template(text))

    # What ansible-core itself does the first time is not what is compared here.
    template("{{ lookup('ansible.builtin.env', 'HOME') | string }}{{ '{}' | from_json }}")
    return template


@workload
def again(text: str) -> Workload:
    """A template that this process has rendered before."""
    template = _template()
    template(text)
    return lambda: template(text)


@workload
def in_fork(text: str) -> Workload:
    """A template that a process renders which was forked a moment ago, as Ansible forks one for each task of each
    host."""
    template = _template()
    return lambda: _forked(lambda: template(text))


@workload
def files_in_fork(text: str) -> Workload:
    """What ansible-core itself does with the files of the collection that a template needs, in a process that was
    forked a moment ago: it compiles them, and reads which options the lookup declares."""
    from ansible.parsing.plugin_docs import read_docstring

    template = _template()
    template(text)
    paths = [getattr(module, "__file__", None) for name, module in sys.modules.items() if name.startswith(_COLLECTION)]
    files = [Path(path) for path in paths if path and path.endswith(".py")]
    [lookup] = [file for file in files if file.name == "creds.py"]

    def handle() -> None:
        for file in files:
            compile(file.read_bytes(), str(file), "exec", dont_inherit=True)
        read_docstring(str(lookup))

    return lambda: _forked(handle)


@workload
def crowd(count: str, text: str) -> Workload:
    """A template that so many processes render at once. The lookup is loaded before, boto3 as well."""
    template = _template()
    template("{{ query('octo.aws.creds', [], on_missing='skip') }}")
    import boto3  # noqa: F401

    return lambda: _forked(lambda: template(text), int(count))


@workload
def crowd_of_profile(count: str, profile: str) -> Workload:
    """The credentials of a profile, for so many processes at once."""
    _template()
    import boto3

    def ask() -> None:
        boto3.Session(profile_name=profile).get_credentials().get_frozen_credentials()

    return lambda: _forked(ask, int(count))


@workload
def save(url: str, name: str) -> Workload:
    """A save that changes an account, without a test."""
    _template()
    from ansible_collections.octo.aws.plugins.plugin_utils import _vault
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts import settings as accounts_settings
    from ansible_collections.octo.aws.plugins.plugin_utils._service import account_manager, store_access

    numbers = itertools.count(os.getpid())
    settings, options = accounts_settings.Settings(store=url), accounts_settings.SessionOptions()

    def change() -> None:
        _vault._opened.clear()  # no process saves an account twice
        store = store_access.store_of(settings, print)
        accounts = account_manager.AccountManager(store, settings, dry_run=False, options=options, warn=print)
        accounts.save(name, {"description": f"number {next(numbers)}"}, vault_id=None, test=False)

    return change


@workload
def names(url: str) -> Workload:
    """The names of all accounts."""
    _template()
    from ansible_collections.octo.aws.plugins.plugin_utils._accounts import settings as accounts_settings
    from ansible_collections.octo.aws.plugins.plugin_utils._service import store_access

    return lambda: store_access.store_of(accounts_settings.Settings(store=url), print).names()


def _forked(do: Workload, count: int = 1) -> None:
    """Do it in so many forked processes at once.

    :raises RuntimeError: one of them failed
    """
    children = [_fork(do) for _number in range(count)]
    if any(os.waitpid(child, 0)[1] for child in children):
        raise RuntimeError("a forked process failed")


def _fork(do: Workload) -> int:
    child = os.fork()
    if child:
        return child
    status = 1
    try:
        do()
        status = 0
    except BaseException as error:
        os.write(2, f"{error}\n".encode())
    finally:
        os._exit(status)


def main() -> None:
    """Time the workload that was asked for."""
    runner = pyperf.Runner(add_cmdline_args=_hand_on)
    runner.argparser.add_argument("--workload", action="append", required=True)
    options = runner.parse_args()
    name, *arguments = options.workload
    # pyperf starts one more process, the worker, which does it.
    runner.bench_func(name, WORKLOADS[name](*arguments) if options.worker else _nothing)


def _nothing() -> None:
    """What the process does that waits for the worker."""


def _hand_on(command: list[str], options: t.Any) -> None:
    command += [f"--workload={word}" for word in options.workload]


if __name__ == "__main__":
    main()
