# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Copy or import many accounts into a store, and report on each."""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, PartialFailure, RecordError
from .._accounts.name_patterns import missing, select
from .store_access import account_unknown, named_failures, read_many

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .._stores.protocol import Store
    from .account_manager import AccountManager

Candidate = tuple[str, "Account | OctoAwsError"]
"""The name of an account, with the account or with the error that prevents it."""


@dataclasses.dataclass(frozen=True)
class Report:
    """The names of accounts by outcome, in check mode by the outcome that a run would have.

    :param saved: stored by this run
    :param unchanged: already stored with the same values
    :param kept: not stored, because there is a different account of this name
    :param left: not read, not tested successfully, or not written
    """

    saved: list[str] = dataclasses.field(default_factory=list)
    unchanged: list[str] = dataclasses.field(default_factory=list)
    kept: list[str] = dataclasses.field(default_factory=list)
    left: list[tuple[str, OctoAwsError]] = dataclasses.field(default_factory=list)

    def as_result(self, saved: str) -> dict[str, t.Any]:
        """Return the values of a task's result.

        :param saved: the key of the saved accounts
        """
        left = [{"name": name, "msg": str(error), "error": error.as_result()} for name, error in self.left]
        return {
            "changed": bool(self.saved),
            saved: self.saved,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "left": left,
        }


def candidates_of(source: Store, patterns: t.Sequence[str] | None) -> list[Candidate]:
    """Read the accounts of a store that match ``patterns``. All are read before any is written.

    :raises OctoAwsError: a plain name among the patterns is not in the store, or the store cannot be used
    """
    if source.exists() is False:
        raise OctoAwsError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The store to copy from, {source.url}, does not exist.",
            hint="Correct the path in source_store.",
        )
    names = source.names()
    for name in missing(names, patterns):
        raise account_unknown(source, name)
    return [
        (name, stored if isinstance(stored, RecordError) else stored.account)
        for name, stored in read_many(source, select(names, patterns))
        if stored is not None  # deleted since it was listed
    ]


def transfer(
    candidates: t.Iterable[Candidate], accounts: AccountManager, *, overwrite: bool, vault_id: str | None, test: bool
) -> Report:
    """Save each account. A failure of one does not stop the others.

    :param overwrite: also replace a different account of the same name
    :param vault_id: the vault ID to encrypt with; ``None`` for that of the stored record or of the settings
    :param test: save only accounts that pass their test
    """
    report = Report()
    for name, account in candidates:
        try:
            if isinstance(account, OctoAwsError):
                raise account
            outcome = accounts.put(account, overwrite=overwrite, vault_id=vault_id, test=test)
        except OctoAwsError as error:
            report.left.append((name, error))
            continue
        if outcome.changed:
            report.saved.append(name)
        elif outcome.account is not None and account.is_like(outcome.account):
            report.unchanged.append(name)
        else:
            report.kept.append(name)
    return report


def result_of(report: Report, saved: str, **values: t.Any) -> dict[str, t.Any]:
    """Return the result of a task.

    :param saved: the key of the saved accounts, such as ``copied``
    :param values: more values
    :raises PartialFailure: some accounts could not be saved; it has the same values
    """
    result = {**report.as_result(saved), **values}
    if not report.left:
        return result
    count = len(report.left)
    named = named_failures([(name, error.code.value) for name, error in report.left])
    raise PartialFailure.of(
        ErrorCode.TRANSFER_INCOMPLETE,
        f"{count} account{'s' if count > 1 else ''} could not be {saved}: {named}.",
        "All others are done. Fix the errors in left of the result, and run the task again.",
        **result,
    )
