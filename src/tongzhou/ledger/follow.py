"""Followers: whatever need not happen in the appending transaction (roll-ups, seal, alerts, archive).

One mechanism. A follower reads appends behind the snapshot horizon (reading `id > last` misses late commits),
keeps its bookmark in the transaction of its own work, and shows its lag and what it could not do.
"""

from __future__ import annotations

import datetime as dt
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import accumulate
from threading import Event
from typing import Any

import psycopg
from psycopg import Connection

from tongzhou.ledger import door, months

log = logging.getLogger(__name__)

# A step costs each follower a dozen statements however little there is to read: what comes within this many seconds is
# read together, unless as much as this waits already.
GATHERING, MANY = 0.1, 50
TOLD = 5.0  # seconds: so often it is written down that they are alive
PATIENCE = 60.0  # seconds for which whoever follows in turn waits for a transaction that hides what was said
LATE = 60.0  # seconds: a follower that has not looked for so long is dead, or stuck in its work

# (connection, ids of appends that have become visible, lowest xid among them) → None
Step = Callable[[Connection[Any], Sequence[int], "Span"], None]


@dataclass(frozen=True)
class Span:
    """Transactions with `after <= xid < before`, all of them finished."""

    after: int
    before: int


@dataclass(frozen=True)
class Follower:
    name: str
    step: Step
    most: int = 2000  # appends in one step
    facts: int | None = None  # in one step, where its work grows with them: after the append that makes it so many
    wants: Callable[[Connection[Any], Span], bool] | None = None  # work that transactions without an append left
    after: Callable[[], None] | None = None  # what may be done only once a step is committed


FOLLOWERS: dict[str, Follower] = {}


Look = Callable[[Connection[Any]], None]
TICK = 5.0  # seconds between two looks at what the clock alone has changed
TICKS: list[Look] = []


def ticks(look: Look) -> Look:
    """Register what looks at the clock: something may have begun or ended without anybody saying anything."""
    TICKS.append(look)
    return look


def tick() -> None:
    """Let everybody who looks at the clock look once."""
    for look in TICKS:
        try:
            with door.ledger() as connection:
                look(connection)
        except psycopg.OperationalError:
            raise
        except Exception:
            log.exception("%s failed; it looks again in %s seconds", look.__name__, TICK)


def follower(
    name: str,
    most: int = 2000,
    facts: int | None = None,
    wants: Callable[[Connection[Any], Span], bool] | None = None,
    after: Callable[[], None] | None = None,
) -> Callable[[Step], Step]:
    def register(step: Step) -> Step:
        FOLLOWERS[name] = Follower(name, step, most, facts, wants, after)
        return step

    return register


def advance(connection: Connection[Any], follower: Follower) -> int:
    """Take one step in the connection's transaction; return how many appends it covered."""
    if not _has_news(connection, follower):
        return 0
    row = connection.execute(
        "select xid::text::bigint, append from ledger_bookmark where follower = %s for update", [follower.name]
    ).fetchone()
    assert row is not None
    after, last = row
    horizon_row = connection.execute("select pg_snapshot_xmin(pg_current_snapshot())::text::bigint").fetchone()
    assert horizon_row is not None
    horizon = horizon_row[0]
    appends = connection.execute(_APPENDS, [after, last, horizon, follower.most]).fetchall()
    if follower.facts:
        before = accumulate((n for _id, _xid, n in appends), initial=0)
        enough = [one for one, told in zip(appends, before, strict=False) if told < follower.facts]
        full = len(enough) < len(appends) or len(appends) == follower.most
        appends = enough
    else:
        full = len(appends) == follower.most
    if not appends:
        quiet = Span(after, horizon)
        if follower.wants and after < horizon and follower.wants(connection, quiet):
            follower.step(connection, [], quiet)
            connection.execute(
                "update ledger_bookmark set xid = %s::text::xid8, append = 0, moved_at = clock_timestamp() where "
                "follower = %s",
                [horizon, follower.name],
            )
        return 0
    span = Span(after, appends[-1][1] + 1 if full else horizon)
    follower.step(connection, [id for id, _xid, _n in appends], span)
    connection.execute(
        "update ledger_bookmark set xid = %s::text::xid8, append = %s, moved_at = clock_timestamp() where "
        "follower = %s",
        [appends[-1][1], appends[-1][0], follower.name],
    )
    return len(appends)


_APPENDS = """
select id, xid::text::bigint, facts from ledger_append
where (xid, id) > (%s::text::xid8, %s) and xid < %s::text::xid8 order by xid, id limit %s
"""
_NEWS = """
select b.xid::text::bigint, h.xid::text::bigint,
  exists (select from ledger_append a where (a.xid, a.id) > (b.xid, b.append) and a.xid < h.xid)
from ledger_bookmark b, (select pg_snapshot_xmin(pg_current_snapshot()) as xid) h where b.follower = %s
"""


def _has_news(connection: Connection[Any], follower: Follower) -> bool:
    """Is there anything to read? Mostly not: asked without a lock, and without a word to the disk."""
    row = connection.execute(_NEWS, [follower.name]).fetchone()
    if row is None:
        connection.execute("insert into ledger_bookmark (follower) values (%s) on conflict do nothing", [follower.name])
        return True
    after, horizon, appended = row
    quiet = Span(after, horizon)
    return bool(appended or (follower.wants and after < horizon and follower.wants(connection, quiet)))


def advance_or_bury(follower: Follower) -> int:
    """Take a step; where it fails, take its appends one by one and leave a dead letter for each that fails again."""
    try:
        return _advance_and_finish(follower)
    except psycopg.OperationalError:
        raise  # the server is away: nothing is wrong with the facts
    except Exception:
        log.exception("follower %s failed; trying one append at a time", follower.name)
    single = replace(follower, most=1, wants=None)
    try:
        return _advance_and_finish(single)
    except psycopg.OperationalError:
        raise
    except Exception as error:
        with door.ledger() as connection:
            return _bury(connection, single, f"{type(error).__name__}: {error}"[:500])


def _advance_and_finish(follower: Follower) -> int:
    with door.by_keys() as connection:
        moved = advance(connection, follower)
    if follower.after:
        try:
            follower.after()
        except OSError:
            log.exception("follower %s could not finish; it tries again after its next step", follower.name)
    return moved


def _bury(connection: Connection[Any], follower: Follower, error: str) -> int:
    def letter(connection: Connection[Any], appends: Sequence[int], span: Span) -> None:
        connection.execute(
            "insert into ledger_dead_letter (follower, append, error) values (%s, %s, %s)",
            [follower.name, appends[0], error],
        )

    return advance(connection, Follower(follower.name, letter, most=1))


def catch_up(told: Callable[[int], None] | None = None, *, in_turn: bool = False) -> int:
    """Let every follower read all there is; return how many appends were covered. `told`: hears how many so far.
    `in_turn`: whatever else is being written, each reads all that was said before its turn, what the one before it
    said as well: so the same words have the same consequences in the same order."""
    total = 0
    if in_turn:
        _until_readable()
    while moved := sum(_moved(each, in_turn) for each in FOLLOWERS.values()):
        total += moved
        if told:
            told(total)
    return total


def _moved(follower: Follower, in_turn: bool) -> int:
    moved = advance_or_bury(follower)
    if moved and in_turn:
        _until_readable()
    return moved


# Any older transaction of the whole server hides what is said: of another database, of its own upkeep of statistics.
_HIDDEN = "select max(xid) >= pg_snapshot_xmin(pg_current_snapshot()) from ledger_append"


def _until_readable() -> None:
    """Wait until nothing that was said is hidden from followers by an older transaction that is still open."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        with door.ledger() as connection:
            row = connection.execute(_HIDDEN).fetchone()
        if not (row and row[0]):
            return
        time.sleep(0.002)
    log.warning("a transaction has been open for %s seconds; what was said after it is followed later", PATIENCE)


def run(stop: Event, pause: float = 0.1) -> None:
    """Follow until told to stop. Outages of the database are waited out."""
    ready: dt.date | None = None
    told = due = 0.0
    while not stop.is_set():
        try:
            if ready != (today := dt.datetime.now(dt.UTC).date()):
                with door.ledger() as connection:
                    months.make_ready(connection, today)
                ready = today
            if time.monotonic() >= due:
                tick()
                due = time.monotonic() + TICK
            moved = sum(advance_or_bury(each) for each in FOLLOWERS.values())
            if time.monotonic() - told > TOLD:
                turned()
                told = time.monotonic()
        except psycopg.OperationalError as error:
            log.warning("the database is away (%s); trying again", type(error).__name__)
            stop.wait(1.0)
            continue
        if moved < MANY:
            stop.wait(pause if not moved else GATHERING)


def turned() -> None:
    """Write down that every follower has looked just now, whether there was anything to read or not."""
    with door.ledger() as connection:
        connection.execute(
            "update ledger_bookmark set turned_at = clock_timestamp() where follower = any(%s)", [list(FOLLOWERS)]
        )


def lag(connection: Connection[Any]) -> list[dict[str, Any]]:
    """How far each follower is behind: seconds since it last looked (None: never), appends waiting, seconds since the
    oldest of them, dead letters."""
    found = []
    for name in FOLLOWERS:
        row = connection.execute(
            "select count(*), coalesce(extract(epoch from clock_timestamp() - min(a.received_at)), 0),"
            " (select count(*) from ledger_dead_letter d where d.follower = %s and d.resolved_at is null),"
            " (select extract(epoch from clock_timestamp() - turned_at) from ledger_bookmark where follower = %s)"
            " from ledger_append a left join ledger_bookmark b on b.follower = %s"
            " where (a.xid, a.id) > (coalesce(b.xid, '0'), coalesce(b.append, 0))",
            [name, name, name],
        ).fetchone()
        assert row is not None
        found.append(
            {
                "follower": name,
                "turned": None if row[3] is None else max(0.0, float(row[3])),
                "waiting": row[0],
                "seconds": max(0.0, float(row[1])) if row[0] else 0.0,
                "dead_letters": row[2],
            }
        )
    return found


def after_restore(connection: Connection[Any]) -> None:
    """Number transactions anew where a ledger was restored into another cluster; call as owner, before following.

    A new cluster counts its transactions from the start, so what it appends would lie before every bookmark.
    What was read before the backup stays read; what was not is read again: transaction numbers become the number
    of bookmarks that lie before them, and the i-th bookmark becomes i.
    """
    marks = connection.execute(
        "select distinct xid::text::bigint, append from ledger_bookmark order by 1, 2"
    ).fetchall()
    xids, appends = [str(xid) for xid, _ in marks], [append for _, append in marks]
    connection.execute("alter table ledger_append disable trigger user")  # no fact changes, only when it was read
    connection.execute(
        "update ledger_append a set xid = (select count(*) from unnest(%s::text[]::xid8[], %s::bigint[]) as m "
        "(xid, append)"
        " where (a.xid, a.id) > (m.xid, m.append))::text::xid8",
        [xids, appends],
    )
    connection.execute("alter table ledger_append enable trigger user")
    connection.execute(
        "update ledger_tally_move t set xid = (select count(*) from unnest(%s::text[]::xid8[]) as m (xid)"
        " where t.xid >= m.xid)::text::xid8",
        [xids],
    )
    for number, (xid, append) in enumerate(marks, start=1):
        connection.execute(
            "update ledger_bookmark set xid = %s::text::xid8, append = -%s where xid = %s::text::xid8 and append = %s",
            [number, number, xid, append],
        )
    connection.execute("update ledger_bookmark set append = 0")
