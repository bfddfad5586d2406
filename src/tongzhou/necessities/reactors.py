"""Where there is less than was ordered it is dealt by rule, and each door is told; where nothing comes, too."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from psycopg import Connection

from tongzhou.ledger.reactors import Cause, Effect, reacts
from tongzhou.necessities import books
from tongzhou.necessities.deal import EDITION, deal

RULE = "DEAL-01"
_OFFER = "select place, data from ledger_row where noun = 'offer' and key = %s"
STOPPED = "stopped"


@reacts(RULE, "offer.sent")
def deal_packs(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Cheap and free packs, and whatever there is less of by now than was ordered."""
    found = connection.execute(_OFFER, [cause.body.offer]).fetchone()
    if found is None:
        return []
    there = {n: line["stock"] for n, line in enumerate(found[1]["lines"], 1)}
    return _dealt(connection, cause, there)


@reacts(RULE, "offer.received")
def deal_what_came(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """What came, of every line: one that nobody wrote down did not come."""
    found = connection.execute(_OFFER, [cause.body.offer]).fetchone()
    if found is None:
        return []
    there = {n: 0 for n in range(1, len(found[1]["lines"]) + 1)} | {one.line: one.units for one in cause.body.lines}
    return _dealt(connection, cause, there)


@reacts(RULE, "offer.stopped")
def deal_nothing(connection: Connection[Any], cause: Cause) -> Sequence[Effect]:
    """Nothing comes: nobody pays, and what was paid goes back."""
    orders = books.orders(connection, cause.body.offer)
    return _effects(connection, cause, orders, {one["household"]: {} for one in orders}, STOPPED)


def _dealt(connection: Connection[Any], cause: Cause, there: Mapping[int, int]) -> list[Effect]:
    orders = books.orders(connection, cause.body.offer)
    wishes = {one["household"]: {wish["line"]: wish["units"] for wish in one["lines"]} for one in orders}
    return _effects(connection, cause, orders, deal(cause.body.offer, wishes, there), EDITION)


def _effects(
    connection: Connection[Any],
    cause: Cause,
    orders: Iterable[Mapping[str, Any]],
    got: Mapping[int, Mapping[int, int]],
    edition: str,
) -> list[Effect]:
    """Only doors for which it differs from what they know are told."""
    where = _places(connection, got)
    found = []
    for one in orders:
        door = one["household"]
        ordered = {wish["line"]: wish["units"] for wish in one["lines"]}
        knows = ordered | {int(line): units for line, units in one["dealt"].items()}
        now = {line: got[door].get(line, 0) for line in ordered}
        if now == {line: knows[line] for line in ordered} or door not in where:
            continue
        body = {"offer": cause.body.offer, "household": door, "edition": edition,
                "lines": [{"line": line, "units": units} for line, units in sorted(now.items())]}  # fmt: skip
        found.append(Effect("order.dealt", where[door], body, f"order/{cause.body.offer}.{door}"))
    return found


def _places(connection: Connection[Any], doors: Iterable[int]) -> dict[int, int]:
    rows = connection.execute("select id, place from community_household where id = any(%s)", [sorted(doors)])
    return dict(rows.fetchall())
