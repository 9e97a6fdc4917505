# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""What the check ``crashes`` interrupts: each thing that writes into a store or a cache."""

from __future__ import annotations

import dataclasses
import typing as t

from ansible_collections.octo.aws.plugins.module_utils._errors import ErrorCode, OctoAwsError
from ansible_collections.octo.aws.plugins.module_utils._model.credentials import Credentials
from ansible_collections.octo.aws.plugins.plugin_utils._service.transfer import candidates_of, result_of, transfer
from harness.store_state import LONG, NAME, RECORD, ROLE, StoreState, session

_OLD, _NEW = "ASIAOLDSESSION", "ASIANEWSESSION"
_DENIED = OctoAwsError(ErrorCode.ACCESS_DENIED, "AWS refuses the role.")


@dataclasses.dataclass(frozen=True)
class Operation:
    """One thing that writes.

    :param name: for people
    :param promise: what it is an example of
    :param prepare: makes what is there before
    :param perform: does it
    :param answer: what it returns, whatever happens to a cache
    """

    name: str
    promise: t.Literal["save", "deletion", "copy", "cache"]
    prepare: t.Callable[[StoreState], object]
    perform: t.Callable[[StoreState], object]
    answer: t.Any = None


def _one_account(state: StoreState) -> None:
    state.save("other")


def _with_session(state: StoreState) -> None:
    state.save(**ROLE)
    state.take_session(lambda: session(_OLD))


def _with_ending_session(state: StoreState) -> None:
    state.save(**ROLE)
    state.take_session(lambda: session(_OLD, 60))


def _to_copy(state: StoreState) -> None:
    state.save("kept")
    state.save(description="of the target")
    state.save(store=state.source, description="of the source")
    state.save(LONG, store=state.source, description="of the source")


def _delete(name: str) -> t.Callable[[StoreState], None]:
    def delete(state: StoreState) -> None:
        state.accounts().delete(name)

    return delete


def _copy(state: StoreState) -> None:
    candidates = candidates_of(state.source, None)
    result_of(transfer(candidates, state.accounts(), overwrite=True, vault_id=None, test=False), "copied")


def _deny() -> Credentials:
    raise _DENIED


def _be_denied(state: StoreState) -> str:
    try:
        return state.take_session(_deny)
    except OctoAwsError as error:
        return error.code.value


OPERATIONS = (
    Operation("the first save of all", "save", lambda _state: None, lambda state: state.save()),
    Operation("a save of a new account", "save", _one_account, lambda state: state.save()),
    Operation("a save of a new account with a long name", "save", _one_account, lambda state: state.save(LONG)),
    Operation("a save of a changed account with a session", "save", _with_session, lambda p: p.save(description="new")),
    Operation("a deletion of an account with a session", "deletion", _with_session, _delete(NAME)),
    Operation("a deletion of an account with a long name", "deletion", lambda state: state.save(LONG), _delete(LONG)),
    Operation("a copy of two accounts, one of them over another", "copy", _to_copy, _copy),
    Operation(
        "the first session of all",
        "cache",
        lambda state: state.save(**ROLE),
        lambda state: state.take_session(lambda: session(_NEW)),
        _NEW,
    ),
    Operation(
        "a session in the place of one that is about to end",
        "cache",
        _with_ending_session,
        lambda state: state.take_session(lambda: session(_NEW)),
        _NEW,
    ),
    Operation(
        "a failure that others wait for",
        "cache",
        lambda state: state.save(**ROLE),
        _be_denied,
        ErrorCode.ACCESS_DENIED.value,
    ),
    Operation("a record that processes share", "cache", lambda _state: None, StoreState.take_record, RECORD.text),
    Operation("a record that is shared no longer", "cache", StoreState.take_record, StoreState.forget_record),
)
