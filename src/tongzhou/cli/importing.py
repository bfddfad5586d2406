"""Rows of a table as facts of the ledger: appended in batches; what is refused goes back with its row and reason."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from tongzhou.cli import tables
from tongzhou.why import Both

BATCH = 500
Fact = tuple[int, dict[str, str], Any]  # line, row, what it says


def append_rows(
    table: tables.Table,
    facts: Sequence[Fact],
    speaker: Any,
    reason: Callable[[Any], str] = str,
    known_at: dt.datetime | None = None,
    dry: bool = False,
) -> dict[str, Any]:
    """How many were `accepted` and how many the ledger held already (`repeated`); `speaker` says them, `reason` words a
    refusal, `known_at` is the moment that history was known from. Of what is said `dry` nothing stays."""
    from django.utils import translation

    from tongzhou.ledger import door
    from tongzhou.ledger.append import append

    accepted = repeated = 0
    with tables.progress_bar(len(facts), quiet=True) as done:
        for start in range(0, len(facts), BATCH):
            part = facts[start : start + BATCH]
            with door.ledger() as connection, translation.override("en"):
                receipt = append(
                    connection, [fact for _, _, fact in part], speaker, known_at=known_at, origin="imported"
                )
                told = {n: Both(reason(problem)) for n, problem in receipt.refused.items()}
                if dry:
                    connection.rollback()
            if told:
                _say_in_chinese(told, part, speaker, reason, known_at)
            for n, why in told.items():
                table.refuse(part[n][0], part[n][1], why)
            accepted, repeated = accepted + receipt.accepted, repeated + receipt.known
            if done:
                done(start + len(part))
    return {"accepted": accepted, "repeated": repeated}


def _say_in_chinese(
    told: dict[int, Both],
    part: Sequence[Fact],
    speaker: Any,
    reason: Callable[[Any], str],
    known_at: dt.datetime | None,
) -> None:
    """A problem is worded where it is met, in one language: what was refused is asked again in the other, and nothing
    of it stays."""
    from django.utils import translation

    from tongzhou.ledger import door
    from tongzhou.ledger.append import append

    with door.ledger() as connection, translation.override("zh-hans"):
        again = append(connection, [part[n][2] for n in told], speaker, known_at=known_at, origin="imported")
        for position, n in enumerate(told):
            told[n].other = reason(again.refused[position]) if position in again.refused else str(told[n])
        connection.rollback()


def finish(table: tables.Table, told: dict[str, Any], as_json: bool, *, dry: bool = False) -> None:
    """Write the refused rows beside the file and say what became of all."""
    back = table.give_back()
    told |= {
        "rows": told["accepted"] + told["repeated"] + len(table.refused),
        "refused": len(table.refused),
        "refused_file": str(back) if back else None,
        "dry_run": dry,
    }
    new = "would be new" if dry else "are new in the ledger"
    words = f"{told['rows']} rows: {told['accepted']} {new}, {told['repeated']} were in it already."
    click.echo(json.dumps(told) if as_json else words)
    tables.say_refused(table, back, dry=dry)
