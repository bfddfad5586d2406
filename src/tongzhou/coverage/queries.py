"""What is missing, counted: at one community, or in each of the units below a desk. Counts, never who (ADR 0015)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from tongzhou.command.raw import raw
from tongzhou.ledger.missing import Found, Missing, all_missing
from tongzhou.ledger.owed import RANK, table_on
from tongzhou.ledger.time import local_day, zone
from tongzhou.places.queries import Name, names
from tongzhou.tables.policy import shipped


@dataclass(frozen=True)
class Word:
    """Whether anything was heard from a unit: of its communities, of how many a list of doors is held and how many gave
    no sign; the doors of the day."""

    communities: int = 0
    listed: int = 0
    wordless: int = 0
    households: int = 0
    heard: int = 0
    tried: int = 0

    @property
    def silent(self) -> bool:
        """Nothing was heard, or no list is held: nothing there counts as complete."""
        return self.listed == 0 or self.wordless >= self.listed


@dataclass(frozen=True)
class Unit:
    """A community, or an area right below the desk. `found`: by entry, for those that could be asked."""

    place: int
    word: Word
    found: dict[str, Found] = field(default_factory=dict)

    @property
    def gaps(self) -> list[tuple[Missing, Found]]:
        """What is missing, what is late first, then by the hour at which it is due."""
        told = [(one, found) for one in all_missing() if (found := self.found.get(one.code)) and found.n]
        return sorted(told, key=lambda pair: (not pair[1].late, pair[1].due or _EVER, pair[0].order))


_EVER = dt.datetime.max.replace(tzinfo=dt.UTC)


def coverage(units: Sequence[int], now: dt.datetime, known: dt.datetime | None = None) -> list[Unit]:
    """Each of these units in official order; those outside the reader's scope are left out."""
    moment = known or now
    words = _words(units, moment, known)
    owed = _owed(units, moment, known)
    counted = _counted(list(words), moment, known)
    turn = table_on(local_day(moment)).rounds["hear_doors"].at(moment)[1]
    found: dict[int, dict[str, Found]] = {unit: {} for unit in words}
    for one in all_missing():
        for unit, word in words.items():
            first = counted.get((one.code, unit))
            if one.by_word and word.listed:
                n = max(word.households - word.heard, 0)
                first = Found(unit, n, word.households, n if turn < moment else 0, turn)
            open_ = [owed[unit, what] for what in one.duties if (unit, what) in owed]
            if first is None and (one.counts or one.by_word):
                continue  # nobody can tell
            found[unit][one.code] = _together(first or Found(unit, 0), open_)
    return [Unit(unit, words[unit], found[unit]) for unit in sorted(words)]


def _counted(units: Sequence[int], moment: dt.datetime, known: dt.datetime | None) -> dict[tuple[str, int], Found]:
    """What queries of their own count, each asked once."""
    asks = dict.fromkeys(one.counts for one in all_missing() if one.counts)
    return {(code, found.unit): found for ask in asks for code, found in ask(units, moment, known)}


def _together(one: Found, more: Sequence[Found]) -> Found:
    """What is counted and what is owed, as one number with the first hour."""
    if not more:
        return one
    all_ = [one, *more]
    dues = [each.due for each in all_ if each.due and each.n]
    return Found(
        one.unit, sum(each.n for each in all_), one.of, sum(each.late for each in all_), min(dues, default=None)
    )


def _owed(units: Sequence[int], moment: dt.datetime, known: dt.datetime | None) -> dict[tuple[int, str], Found]:
    rows = raw().execute("select unit, what, n, late, due from coverage_owed(%s, %s, %s)", [moment, known, list(units)])
    return {(unit, what): Found(unit, n, None, late, due) for unit, what, n, late, due in rows.fetchall()}


def _words(units: Sequence[int], moment: dt.datetime, known: dt.datetime | None) -> dict[int, Word]:
    day = local_day(moment)
    since = day if moment >= no_word_from(moment) else day - dt.timedelta(days=1)
    asked = "select unit, communities, listed, wordless, households, heard, tried from coverage_heard(%s, %s, %s, %s)"
    rows = raw().execute(asked, [day, since, known, list(units)]).fetchall()
    return {unit: Word(*map(int, told)) for unit, *told in rows}


def no_word_from(moment: dt.datetime) -> dt.datetime:
    """From when on, on a day, a community of which no door gave a sign is without word."""
    hour = dt.time.fromisoformat(shipped("coverage")["values"]["no_word_from"])
    return dt.datetime.combine(local_day(moment), hour, zone())


_LAST = """
select u.place, (select max(hour) from (
    (select m.hour from ledger_roll_move m where m.place = u.place and m.hour <= %(moment)s
      order by m.day desc, m.hour desc limit 1)
    union all
    (select m.hour from ledger_tally_move m where m.place = u.place and m.hour <= %(moment)s
      order by m.day desc, m.hour desc limit 1)) x)
from unnest(%(units)s::integer[]) u (place)
"""


def last_words(units: Sequence[int], moment: dt.datetime) -> dict[int, dt.datetime | None]:
    """Until when at the latest something was heard from the doors of these communities; None: never."""
    return dict(raw().execute(_LAST, {"units": list(units), "moment": moment}).fetchall()) if units else {}


def all_there_are(units: Sequence[int]) -> dict[tuple[int, str], int]:
    """By unit and entry, how many rows there are of what may be missing."""
    wanted = {one.code: one.rows for one in all_missing() if one.rows}
    nouns = sorted({noun for noun, _states in wanted.values()})
    rows = raw().execute("select noun, state, unit, n from coverage_rows(%s, %s)", [nouns, list(units)]).fetchall()
    found: dict[tuple[int, str], int] = {(unit, code): 0 for unit in units for code in wanted}
    for noun, state, unit, n in rows:
        for code, (of, states) in wanted.items():
            if noun == of and state in states:
                found[unit, code] += n
    return found


@dataclass(frozen=True)
class Team:
    """Who are here today in a unit's teams: with a duty, without one yet, with nothing to do; fit for what."""

    busy: int = 0
    here: int = 0
    idle: int = 0
    fit: dict[str, int] = field(default_factory=dict)

    @property
    def n(self) -> int:
        return self.busy + self.here + self.idle


def teams(units: Sequence[int], now: dt.datetime, known: dt.datetime | None = None) -> dict[int, Team]:
    """By unit, numbers; a unit in which nobody is here is left out."""
    moment = known or now
    began = dt.datetime.combine(local_day(moment), dt.time(), zone())
    rows = raw().execute("select unit, state, fit, n from coverage_team(%s, %s, %s, %s)",
                         [began, moment, known, list(units)]).fetchall()  # fmt: skip
    told: dict[int, dict[str, int]] = {}
    fits: dict[int, dict[str, int]] = {}
    for unit, state, fit, n in rows:
        if fit is None:
            told.setdefault(unit, {})[state] = n
        else:
            held = fits.setdefault(unit, {})
            held[fit] = held.get(fit, 0) + n
    return {unit: Team(**states, fit=fits.get(unit, {})) for unit, states in told.items()}


_BELOW = """
select c.place, c.parent, n.level from places_cover c
join places_name n on n.place = c.place and n.valid_to is null
where c.tree = 'command' and c.valid_to is null and c.parent = any(%s) order by c.place
"""


def level(place: int) -> str:
    row = raw().execute("select level from places_name where place = %s and valid_to is null", [place]).fetchone()
    return str(row[0]) if row else ""


def below(place: int) -> list[tuple[int, int]]:
    """(unit, the one it lies in) right below a desk: of a street its communities, of a county the communities of its
    streets, of whoever stands above the areas right below."""
    found = raw().execute(_BELOW, [[place]]).fetchall()
    if RANK.get(level(place), 9) > RANK["county"]:
        return [(unit, parent) for unit, parent, _level in found]
    streets = [unit for unit, _parent, of in found if of == "township"]
    deeper = raw().execute(_BELOW, [streets]).fetchall() if streets else []
    return [(unit, parent) for unit, parent, of in sorted([*found, *deeper]) if of == "community"]


_GRIDS = """
select n.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null and n.level = 'grid'
where c.tree = 'command' and c.valid_to is null and c.parent = %s order by 1
"""


def grids(community: int) -> dict[int, Name]:
    """The grids of a community in official order."""
    found = [grid for (grid,) in raw().execute(_GRIDS, [community]).fetchall()]
    called = names(found)
    return {grid: called[grid] for grid in found if grid in called}
