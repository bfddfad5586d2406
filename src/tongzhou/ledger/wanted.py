"""Which rows a list asks for, as SQL that reads no more than it shows (DECISIONS measured it at 100,000 rows).

Keys come first and stand by themselves, then the rows are read by key. The keys of a small branch are found by its
places; to them come rows to which a place of the branch is invited, and rows that everybody sees. Whoever covers much
is served in the order of time. Left alone, the planner chooses neither.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import asdict, dataclass
from typing import Any

COLUMNS = "noun, key, place, effective_at, known_from, state, sees, data, rev, shape"
_READ = ", ".join(f"r.{name}" for name in COLUMNS.split(", "))
_KEY = "select r.key, r.effective_at"
_NEWEST = "effective_at desc, key desc"

Asked = tuple[str, dict[str, Any]]


@dataclass(frozen=True)
class Wanted:
    """Rows of a noun, by what every row has as a column: what is filtered is never looked up inside `data`."""

    noun: str
    keys: Collection[str] | None = None
    covers: str | None = None
    states: Collection[str] | None = None
    but: Collection[str] | None = None
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    running: dt.datetime | None = None
    invited: Collection[int] | None = None
    at: dt.datetime | None = None

    def where(self) -> str:
        """What the row `r` must be."""
        said = ["r.noun = %(noun)s", "r.state <> 'void'"]
        said += ["r.key = any(%(keys)s)"] * (self.keys is not None)
        said += ["r.state = any(%(states)s)"] * (self.states is not None)
        said += ["r.state <> all(%(but)s)"] * (self.but is not None)
        said += ["r.effective_at >= %(since)s"] * (self.since is not None)
        said += ["r.effective_at < %(until)s"] * (self.until is not None)
        said += ["(r.ends is null or r.ends >= %(running)s)"] * (self.running is not None)
        said += ["r.place <@ %(covers)s::int4multirange"] * (self.covers is not None)
        return " and ".join(said)

    def versions(self) -> list[tuple[str, str]]:
        """The tables that hold them, each with what makes a version the one that was known."""
        if self.at is None:
            return [("ledger_row", "")]
        then = " and r.known_from <= %(at)s"
        return [("ledger_row", then), ("ledger_row_was", f"{then} and r.known_to > %(at)s")]

    def given(self) -> dict[str, Any]:
        return {
            name: list(value) if isinstance(value, Collection) and not isinstance(value, str) else value
            for name, value in asdict(self).items()
        }


def whole_sql(wanted: Wanted, near: str | None) -> Asked:
    """All of them."""
    given = wanted.given() | {"near": near}
    order = "order by effective_at desc, key"
    if near is None and wanted.invited is None:
        parts = [f"select {_READ} from {table} r where {wanted.where()}{then}" for table, then in wanted.versions()]
        return f"select * from ({' union all '.join(parts)}) r {order}", given
    keys = _keys(wanted, near, "")
    return (
        f"with k as materialized ({keys}) select r.* from k cross join lateral ({_by_key(wanted, 'k')}) r {order}",
        given,
    )


def count_sql(wanted: Wanted, near: str | None, most: int) -> Asked:
    """How many they are, counted up to `most`."""
    given = wanted.given() | {"near": near, "most": most}
    return f"select count(*) from ({_keys(wanted, near, '')} limit %(most)s) k", given


def page_sql(wanted: Wanted, near: str | None, after: tuple[dt.datetime, str] | None, size: int, most: int) -> Asked:
    """The first `size` of them behind `after`, each with how many there are, counted up to `most`."""
    behind = " and (r.effective_at, r.key) < (%(after_at)s, %(after_key)s)" if after else ""
    given = wanted.given() | {"near": near, "size": size, "most": most}
    if after:
        given |= {"after_at": after[0], "after_key": after[1]}
    sql = f"""
with k as materialized (select * from ({_keys(wanted, near, behind)}) c order by {_NEWEST} limit %(most)s),
first as materialized (select * from k order by {_NEWEST} limit %(size)s)
select (select count(*) from k), r.* from first cross join lateral ({_by_key(wanted, "first")}) r
order by r.effective_at desc, r.key desc"""
    return sql, given


def _keys(wanted: Wanted, near: str | None, behind: str) -> str:
    """Keys and moments of the rows, each once."""
    parts = []
    for table, then in wanted.versions():
        where = f"where {wanted.where()}{then}{behind}"
        audience = f"join {table} r on r.noun = a.noun and r.key = a.key {where}"
        if wanted.invited is not None:
            parts.append(
                f"{_KEY} from ledger_audience a {audience} and a.noun = %(noun)s and a.place = any(%(invited)s)"
            )
        elif near is None:
            parts.append(f"{_KEY} from {table} r {where}")
        else:
            within = "x.place >= lower(g) and x.place < upper(g)"
            parts += [
                f"select r.* from unnest(%(near)s::int4multirange) g cross join lateral ("
                f"{_KEY} from {table} r {where} and {within.replace('x.', 'r.')} offset 0) r",
                f"{_KEY} from unnest((select tongzhou_scope('any'))) g join ledger_audience a on a.noun = %(noun)s"
                f" and {within.replace('x.', 'a.')} {audience}",
                f"{_KEY} from {table} r {where} and r.sees = 'public'",
            ]
    return " union ".join(parts) if len(parts) > 1 else parts[0]


def _by_key(wanted: Wanted, named: str) -> str:
    """The rows themselves, of the keys in `named`."""
    return " union all ".join(
        f"select {_READ} from {table} r where r.noun = %(noun)s and r.key = {named}.key{then}"
        for table, then in wanted.versions()
    )
