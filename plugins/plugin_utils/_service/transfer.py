# Copyright (c) 2026, octo.aws contributors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

"""Private to octo.aws: brings accounts from elsewhere into a store, and says what became of each.

Service, above C(_accounts).
"""

from __future__ import annotations

import dataclasses
import typing as t

from ...module_utils._errors import ErrorCode, OctoAwsError, PartialFailure, RecordError
from .._accounts.name_patterns import missing, select
from .finder import read_many, unknown

if t.TYPE_CHECKING:
    from .._accounts.account import Account
    from .._stores.protocol import Store
    from .account_manager import AccountManager

Candidate = tuple[str, "Account | OctoAwsError"]
"""The name that an account shall have, with the account, or with why there is none."""

_NAMED_IN_MESSAGE = 5


@dataclasses.dataclass(frozen=True)
class Report:
    """What became of accounts, by name, or in check mode would become of them.

    :param saved: are stored now
    :param unchanged: were stored before, and are the same
    :param kept: another account of this name was left as it is
    :param left: could not be read, were refused in their test, or could not be written
    """

    saved: list[str] = dataclasses.field(default_factory=list)
    unchanged: list[str] = dataclasses.field(default_factory=list)
    kept: list[str] = dataclasses.field(default_factory=list)
    left: list[tuple[str, OctoAwsError]] = dataclasses.field(default_factory=list)

    def as_result(self, saved: str) -> dict[str, t.Any]:
        """The values of a task's result.

        :param saved: what the accounts that were saved are called there
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
    """The accounts of a store that RV(patterns) stand for. All are read before anything is written.

    :raises OctoAwsError: a plain name among the patterns is no account of the store, or the store does not exist or
        cannot be used
    """
    if source.exists() is False:
        raise OctoAwsError(
            ErrorCode.STORE_UNAVAILABLE,
            f"The store to copy from, {source.url}, does not exist.",
            hint="Correct the path in source_store.",
        )
    names = source.names()
    for name in missing(names, patterns):
        raise unknown(source, name)
    return [
        (name, found if isinstance(found, RecordError) else found.account)
        for name, found in read_many(source, select(names, patterns))
        if found is not None  # it may have been deleted meanwhile
    ]


def transfer(
    candidates: t.Iterable[Candidate], accounts: AccountManager, *, overwrite: bool, vault_id: str | None, test: bool
) -> Report:
    """Save each account, whatever became of those before it.

    :param overwrite: also where there is another account of its name
    :param vault_id: seal with this one's password; V(None) for what the settings say, and for what is there already
    :param test: only what passes its test
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
        same = outcome.account is not None and account.is_like(outcome.account)
        (report.saved if outcome.changed else report.unchanged if same else report.kept).append(name)
    return report


def result_of(report: Report, saved: str, **values: t.Any) -> dict[str, t.Any]:
    """The result of a task.

    :param saved: what the accounts that were saved are called in it
    :param values: more values of it
    :raises PartialFailure: not all could be done, with the same values
    """
    result = {**report.as_result(saved), **values}
    if not report.left:
        return result
    count = len(report.left)
    named = [f"{name!r:.80} ({error.code.value})" for name, error in report.left[:_NAMED_IN_MESSAGE]]
    if count > len(named):
        named.append(f"and {count - len(named)} more")
    raise PartialFailure.of(
        ErrorCode.TRANSFER_INCOMPLETE,
        f"{count} account{'s' if count > 1 else ''} could not be {saved}: {', '.join(named)}.",
        "All others were dealt with. In the result, left says what is wrong with each; put it right and do it again.",
        **result,
    )
