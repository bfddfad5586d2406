"""The follower that folds again what a correction touched.

A correction and the fact it corrects may be appended at the same moment by two requests that cannot see each other;
once both are behind the horizon, this folds their subjects from all facts.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger import refold, touching
from tongzhou.ledger.follow import Span, follower


@follower("settle")
def settle(connection: Connection[Any], appends: Sequence[int], span: Span) -> None:
    corrected = [
        row[0]
        for row in connection.execute(
            "select corrects from ledger_fact where append = any(%s) and corrects is not null", [list(appends)]
        )
    ]
    if not corrected:
        return
    subjects = touching.reach(connection, refold.touched_by(connection, corrected)).subjects
    now = dt.datetime.now(dt.UTC)
    row = connection.execute("select max(known_at) from ledger_append where id = any(%s)", [list(appends)]).fetchone()
    known_at = row[0] if row and row[0] else now
    refold.rows(connection, subjects, known_at)
    refold.corrected(connection, corrected, known_at)
