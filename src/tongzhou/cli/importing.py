"""Rows of a table as facts of the ledger: appended in batches; what is refused goes back with its row and reason."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from typing import Any

import click

from tongzhou.cli import tables

BATCH = 500
Fact = tuple[int, dict[str, str], Any]  # line, row, what it says


def append_rows(
    table: tables.Table,
    facts: Sequence[Fact],
    speaker: Any,
    reason: Callable[[Any], str] = str,
    known_at: dt.datetime | None = None,
) -> dict[str, Any]:
    """How many were `accepted` and how many the ledger held already (`repeated`); `speaker` says them, `reason` words a
    refusal, `known_at` is the moment that history was known from."""
    from tongzhou.ledger import door
    from tongzhou.ledger.append import append

    accepted = repeated = 0
    with tables.progress_bar(len(facts), quiet=True) as done:
        for start in range(0, len(facts), BATCH):
            part = facts[start : start + BATCH]
            with door.ledger() as connection:
                receipt = append(
                    connection, [fact for _, _, fact in part], speaker, known_at=known_at, origin="imported"
                )
            for n, problem in receipt.refused.items():
                table.refuse(part[n][0], part[n][1], reason(problem))
            accepted, repeated = accepted + receipt.accepted, repeated + receipt.known
            if done:
                done(start + len(part))
    return {"accepted": accepted, "repeated": repeated}


def finish(table: tables.Table, told: dict[str, Any], as_json: bool) -> None:
    """Write the refused rows beside the file and say what became of all."""
    back = table.give_back()
    told |= {
        "rows": told["accepted"] + told["repeated"] + len(table.refused),
        "refused": len(table.refused),
        "refused_file": str(back) if back else None,
    }
    words = f"{told['rows']} rows: {told['accepted']} are new in the ledger, {told['repeated']} were in it already."
    click.echo(json.dumps(told) if as_json else words)
    if back:
        click.echo(f"Refused: {told['refused']}. The rows are in {back} with the reasons.", err=True)
