"""`bench owed`: what counts and lists duties, with 100,000 open ones of which 40,000 are late and as many former lines
as asked. In process over one connection of the pages' role, under row-level security: the queries, not the pages."""

from __future__ import annotations

import datetime as dt
import functools
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from psycopg import Connection

from tongzhou.bench import board as boards
from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.command.raw import raw
from tongzhou.command.rounds import Round, rounds, silent_below
from tongzhou.coverage.queries import coverage
from tongzhou.database.roles import Installation
from tongzhou.people import mine
from tongzhou.people.scope import holder_by_token, set_scope
from tongzhou.today import mine as today

ZONE = dt.timezone(dt.timedelta(hours=8))
FEW = 3  # times that what takes seconds is asked


@dataclass(frozen=True)
class Options:
    open: int = 100_000
    former: int = 1_000_000
    communities: int = 27_405
    times: int = 40
    alone: bool = False  # nobody below the province holds a desk: it owes all that came up
    peer: int = 500  # late duties for which the peer asks the tree: all of them would take minutes


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    now = dt.datetime.now(ZONE)
    with lands.database(installation, "tongzhou_bench"):
        land = lands.lay_out(17, 103, options.communities)
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            posts = {
                "community": lands.make_worker(owner, land.leaves[7], "grid_worker"),
                "county": lands.make_worker(owner, land.counties[5], "epidemiologist"),
                "county_desk": lands.make_worker(owner, land.counties[5], "duty_officer"),
                "province": lands.make_worker(owner, land.root, "commander"),
            }
            for place in () if options.alone else (*land.prefectures, *land.counties[6:]):
                lands.make_worker(owner, place, "duty_officer")
            heard(owner, land, options, now)
            progress(f"{options.open:,} open duties, {options.former:,} former lines")
            fill(owner, land, options, now)
        with lands.owner_connection() as owner:
            owner.autocommit = True
            owner.execute("vacuum analyze")
            sizes = dict(
                owner.execute(
                    "select relname, pg_total_relation_size(oid) from pg_class"
                    " where relname in ('ledger_owed', 'ledger_owed_was')"
                ).fetchall()
            )
        started = meters.cpu_seconds()
        then = now - dt.timedelta(days=5)
        figures = {
            "overdue_by_county": _as(posts["province"], lambda _h: _overdue(now, None), options.times),
            "overdue_by_county_known_at": _as(posts["province"], lambda _h: _overdue(then, then), options.times),
            "overdue_of_one_county": _as(posts["county_desk"], lambda _h: _overdue(now, None), options.times),
        } | {
            f"counts_of_{name}": _as(token, lambda holder: mine.counts(holder, now), options.times)
            for name, token in posts.items()
        }
        figures |= {
            "rounds_of_grid": _as(posts["community"], lambda holder: rounds(holder, now), options.times),
            "silent_below_county": _as(posts["county_desk"], lambda _h: silent_below(land.counties[5], now.date()),
                                       options.times),
            "silent_below_province": _as(posts["province"], lambda _h: silent_below(land.root, now.date()),
                                         options.times),
        }  # fmt: skip
        asked = {"of_county": [leaf for leaf in land.leaves if land.parents[leaf] == land.counties[5]],
                 "of_province": land.prefectures, "of_all_communities": land.leaves}  # fmt: skip
        for name, units in asked.items():
            token = posts["county_desk" if name == "of_county" else "province"]
            times = min(options.times, FEW) if units is land.leaves else options.times
            for known, suffix in ((None, ""), (then, "_known_at")):
                ask = functools.partial(_covered, units, now, known)
                figures[f"coverage_{name}{suffix}"] = _as(token, ask, times)
        for name, token in posts.items():
            figures[f"today_of_{name}"] = _as(token, lambda holder: today.owed(holder, now), options.times)
            figures[f"today_of_{name}_known_at"] = _as(
                token, lambda holder: today.owed(holder, then, known=then), options.times
            )
        peer = _as(posts["province"], lambda _h: _peer(now, options.peer), FEW)
        late = figures["overdue_by_county"]["answer"]
        told = "count(*) group by with the ancestor asked for each row"
        whole = round(peer["p50_ms"] / 1000 * late / options.peer, 1)
        return {
            "open": options.open,
            "late": late,
            "former_lines": options.former,
            "bytes": sizes,
            "figures": figures,
            "peer": {**peer, "late": options.peer, "of_all_late_s": whole, "what": told},
            "cpu_seconds": round(meters.cpu_seconds() - started, 1),
        }


def _as(token: str, ask: Callable[[Any], Any], times: int) -> dict[str, Any]:
    """p50 and p95 in milliseconds of what a holder of this token asks, and how many it found."""
    taken, answer = [], 0
    for _ in range(times + 2):
        with transaction.atomic():
            holder = holder_by_token(token)
            set_scope(holder)
            began = time.perf_counter()
            found = ask(holder)
            taken.append(1000 * (time.perf_counter() - began))
        answer = _size(found)
    taken = sorted(taken[2:])
    return {"p50_ms": round(statistics.median(taken), 2), "p95_ms": round(taken[int(0.95 * (len(taken) - 1))], 2),
            "answer": answer}  # fmt: skip


def _size(found: Any) -> int:
    """How many of whatever was counted."""
    if isinstance(found, mine.Counts):
        return sum(one.n for one in found.by_what.values())
    if isinstance(found, today.Owed):
        return found.n
    return sum(one.n if isinstance(one, Round) else one[-1] for one in found)


def _covered(units: Sequence[int], now: dt.datetime, known: dt.datetime | None, _holder: Any) -> list[tuple[int, int]]:
    """How much is missing in each of these units, as whoever reads may see it."""
    return [(one.place, sum(found.n for found in one.found.values())) for one in coverage(units, now, known)]


def _overdue(at: dt.datetime, known: dt.datetime | None) -> list[tuple[str, int, int]]:
    return raw().execute("select what, unit, n from command_overdue(%s, %s, null)", [at, known]).fetchall()


_PEER = """
select o.what, county.place, count(*) from (select * from ledger_owed where step = 0 and due < %s limit %s) o
join lateral (
  select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
  where c.tree = 'command' and c.valid_to is null and c.covers @> o.place
    and n.level in ('county', 'zone', 'prefecture', 'province')
  order by c.depth desc limit 1) county on true
group by 1, 2
"""


def _peer(at: dt.datetime, most: int) -> list[tuple[str, int, int]]:
    return raw().execute(_PEER, [at, most]).fetchall()


def heard(owner: Connection[Any], land: lands.Land, options: Options, now: dt.datetime) -> None:
    """Doors of twenty communities, lists of households everywhere, and today's tallies of them."""
    today = now.date()
    boards._households(owner, land, today)
    owner.execute(
        "insert into places_fact (place, name, value, valid_from, source)"
        " select place, 'roster', jsonb_build_object('households', 730), %s, 'bench' from places_cover"
        " where tree = 'command' on conflict do nothing",
        [today],
    )
    boards._tallies(owner, land, boards.Options(communities=options.communities, days=1), today)


_COLUMNS = """noun, key, what, at, step, role, place, owes_from, since, due, urgency, clock, rule, edition, staff,
  hindered, seen, known_from, until"""
_LINES = """
with duties as (
  select n, (%(leaves)s::integer[])[(1 + (n::bigint * 7919) %% %(many)s)::integer] as leaf, n %% 6 as what,
    %(now)s::timestamptz - make_interval(mins => ((n::bigint * 104729) %% %(span)s - %(ahead)s)::integer) as due
  from generate_series(%(first)s::integer, %(last)s::integer) n
), told as (
  select d.*, county.place as county, prefecture.place as prefecture,
    (array['call_back', 'do_task', 'bring', 'follow_up', 'investigate_case', 'classify_case'])[what + 1] as name,
    (array['community_doctor', 'grid_worker', 'community_lead', 'community_doctor', 'epidemiologist',
      'clinician'])[what + 1] as post
  from duties d
  join places_cover leaf on leaf.tree = 'command' and leaf.place = d.leaf
  join places_cover county on county.tree = 'command' and county.place = leaf.parent
  join places_cover prefecture on prefecture.tree = 'command' and prefecture.place = county.parent
)
select 'exception', 'bench-' || n, name, leaf, s.step, s.role, s.place, s.owes_from, due - interval '1 day', due,
  1::smallint, 'work', 'OWED/' || name, 'design_1', null::integer, null, null::timestamptz, due - interval '1 day',
  case when name = 'follow_up' then due + interval '14 days' end
from told t, lateral (values
  (0::smallint, post, case when what >= 4 then county else leaf end, due - interval '1 day'),
  (1::smallint, 'desk', county, due + interval '2 hours'),
  (2::smallint, 'desk', prefecture, due + interval '8 hours')) s (step, role, place, owes_from)
"""
# Former lines lie in the order in which they were done: nothing is ever written between them.
_DONE = f"""
insert into ledger_owed_was ({_COLUMNS}, known_to)
select x.*, least(%(now)s, x.due + make_interval(mins => (
  case when random() < 0.2 then 57600 * random() else -1439 * random() end)::integer)) as done from ({_LINES}) x
order by done
"""


def fill(owner: Connection[Any], land: lands.Land, options: Options, now: dt.datetime) -> None:
    """Open duties, four in ten of them late by up to four days; former ones of the last sixty days, one in five of them
    late by up to forty days before it was done."""
    given = {"leaves": land.leaves, "many": len(land.leaves), "now": now}
    day = 24 * 60
    owner.execute(
        f"insert into ledger_owed ({_COLUMNS}) {_LINES}",
        {**given, "first": 1, "last": options.open, "span": 10 * day, "ahead": 6 * day},
    )
    owner.execute(
        _DONE,
        {**given, "first": options.open + 1, "last": options.open + options.former // 3, "span": 60 * day, "ahead": 0},
    )
