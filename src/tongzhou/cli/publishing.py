"""Publications on their way into the ledger: when each is known from, and what in them contradicts itself."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from tongzhou.cli import tables
from tongzhou.cli.importing import append_rows
from tongzhou.ledger.kinds import Said
from tongzhou.places.bulletins import moment, published
from tongzhou.places.region_types import Bulletin, IndicatorFigure

Line = tuple[int, dict[str, str], Bulletin | IndicatorFigure, int]  # line, row, what it says, number of its place


def take(
    table: tables.Table, lines: Sequence[Line], speaker: Any, zone: dt.tzinfo, *, history_until: dt.datetime | None,
    dry: bool = False,
) -> dict[str, Any]:  # fmt: skip
    """Append publications in the order in which they came out. `history_until`: each is known from its own moment, and
    no later than this one; None: from now, since nobody here knew it before."""

    def known(line: Line) -> dt.datetime | None:
        return min(moment(line[2], zone), history_until) if history_until else None

    ordered = sorted(lines, key=lambda line: published(line[2]))
    told: Counter[str] = Counter(accepted=0, repeated=0)
    for at, group in groupby(ordered, key=known):
        facts = [(n, row, _said(one, place, zone)) for n, row, one, place in group]
        told.update(append_rows(table, facts, speaker, known_at=at, dry=dry))
    return dict(told)


def _said(one: Bulletin | IndicatorFigure, place: int, zone: dt.tzinfo) -> Said:
    from tongzhou.command.publish import figure, publication

    return publication(one, place, zone) if isinstance(one, Bulletin) else figure(one, place, zone)


def contradictions(bulletins: Iterable[Bulletin | IndicatorFigure]) -> list[str]:
    """What publications say that cannot be, in words; they are taken all the same, since they were published."""
    return [
        f"{one.place}, {one.day}: {one.cured or 0} cured and {one.dead or 0} dead of {one.confirmed} confirmed"
        for one in bulletins
        if isinstance(one, Bulletin) and (one.cured or 0) + (one.dead or 0) > one.confirmed
    ]
