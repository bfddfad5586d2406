"""One row of a list → the facts it says and what goes to the vault, or every reason why it cannot go in."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from tongzhou.ledger.kinds import Said
from tongzhou.linelist import identity, values
from tongzhou.linelist.days import moment, without_year
from tongzhou.linelist.mapping import HELD, Binding
from tongzhou.linelist.places import Places
from tongzhou.linelist.values import Unreadable, clean
from tongzhou.people.sealing import Index
from tongzhou.tables.nothing import is_error

OLD = frozenset({"before_region"})  # of an outbreak before the region's tree of places begins
READ = frozenset({"point_zero"})  # understood, and told how
DOUBTS = frozenset({"identity_check_digit", "identity_birth", "identity_age", "identity_sex"})
NAMESPACE = uuid.UUID("6f1f0f0e-6a35-5f0b-9c39-5b1f3ad7f2c1")


class Trouble(msgspec.Struct, frozen=True, gc=False):
    """What is wrong in a row: the heading of the column, a code of linelist.refusals, and what was found there.

    `case`: the one that was there already, for whoever may see it; `differs`: the headings under which it says
    something else.
    """

    field: str
    code: str
    detail: str = ""
    case: str = ""
    differs: str = ""


class Refusal(msgspec.Struct, frozen=True, gc=False):
    n: int
    cells: Sequence[str]
    troubles: tuple[Trouble, ...]


class Good(msgspec.Struct, frozen=True, gc=False):
    """A row that says something: its case, the facts, and what names the person.

    `notes`: what was left out, or does not agree and is marked as unverified.
    """

    n: int
    cells: Sequence[str]
    case: uuid.UUID
    place: int
    facts: tuple[Said, ...]
    held: dict[str, str]
    card: str | None
    key: str | None  # the case's own key, where the list was written by this program
    digests: dict[str, list[bytes]]  # of name, identity number and telephone, as the vault finds them
    notes: tuple[Trouble, ...] = ()


@dataclass
class Known:
    """What was made of texts that come again: a list has few days, words, ages and places. Only what could be read is
    kept; what could not is read anew each time, so that its reason is told with its own field."""

    cells: dict[str, str] = field(default_factory=dict)  # as they came → cleaned, empty where they say nothing
    moments: dict[str, dt.datetime] = field(default_factory=dict)
    values: dict[tuple[str, str, str], Any] = field(default_factory=dict)
    codes: dict[str, int | None] = field(default_factory=dict)
    bodies: dict[tuple[Any, ...], msgspec.Raw] = field(default_factory=dict)

    def tidy(self) -> None:
        """Numbers of people never come again: what has grown large is begun anew."""
        for kept in (self.cells, self.moments, self.values, self.codes, self.bodies):
            if len(kept) > MOST_KNOWN:
                kept.clear()


MOST_KNOWN = 10_000


@dataclass
class Reader:
    """Reads rows by a binding. `secret`: keys the ids of the cases, so that they tell nothing of what they hold;
    `index`: the blind index that is searched."""

    binding: Binding
    places: Places
    now: dt.datetime
    zone: ZoneInfo
    place: int | None  # where cases are reported when the row does not say
    source: str
    secret: bytes
    index: Index
    leave_out: bool = False  # an optional field that cannot be read is left out, the row goes in
    known: Known = field(default_factory=Known)
    _troubles: list[Trouble] = field(default_factory=list)
    _notes: list[Trouble] = field(default_factory=list)
    _held: dict[str, str] = field(default_factory=dict)

    def read(self, n: int, cells: Sequence[str], filled: Sequence[int] = ()) -> Good | Refusal:
        """Every field is looked at, so that a row comes back once with all that is wrong with it.

        `filled`: positions whose value stands in a cell merged with the one above.
        """
        self._troubles, self._notes = [], []
        if n % 1_000 == 0:
            self.known.tidy()
        if len(cells) > self._width and any(cell.strip() for cell in cells[self._width :]):
            self._troubles.append(Trouble("", "too_many_cells", str(len(cells))))
        if filled and self.binding.at.get("name") in filled:
            self._trouble("name", Unreadable("merged"))
        row = self._row(cells)
        for name in self._needs:
            if not row.get(name):
                self._trouble(name, Unreadable("empty"))
        days = self._days(row)
        facts = self._facts(row, days)
        if self._troubles:
            return Refusal(n, cells, tuple(self._troubles))
        assert facts is not None
        case, place, said, card = facts
        identified = said[0].effective_at.astimezone(self.zone).date()
        if self.places.since and identified < self.places.since:
            self._notes.append(Trouble(self.binding.heading("identified"), "before_region", str(identified)))
        if self._notes:
            self._held |= noted(self._notes)
        digests = self.index.of(self._held)
        key = _key(row.get("row", ""))
        return Good(n, cells, case, place, said, self._held, card, key, digests, tuple(self._notes))

    @cached_property
    def _width(self) -> int:
        return len(self.binding.headings)

    @cached_property
    def _last(self) -> dt.date:
        return self.now.astimezone(self.zone).date()

    def _row(self, cells: Sequence[str]) -> dict[str, str]:
        """The mapped cells, cleaned, without those that say nothing; a formula or an error says what it is."""
        mapping, width = self.binding.mapping, len(cells)
        row, known = dict(mapping.fixed), self.known.cells
        for name, position in self._at:
            if position >= width:
                continue
            if (text := known.get(cell := cells[position])) is None:
                text = clean(cell)
                if text[:1] in ("=", "#") and (code := _no_value(text)):
                    self._trouble(name, Unreadable(code, text[:60]))
                    continue
                text = known[cell] = "" if text.lower() in mapping.blank else text
            if text:
                row[name] = text
        return row

    @cached_property
    def _at(self) -> tuple[tuple[str, int], ...]:
        return tuple(self.binding.at.items())

    def _trouble(self, name: str, error: Unreadable) -> None:
        """The row comes back; or, where the person chose so and the row can do without the field, it is noted."""
        told = Trouble(self.binding.heading(name), error.code, error.detail)
        optional = self.leave_out and name not in self._needed and error.code not in _NEVER_LEFT_OUT
        (self._notes if optional else self._troubles).append(told)

    @cached_property
    def _needs(self) -> tuple[str, ...]:
        return self.binding.mapping.all_needs

    @cached_property
    def _needed(self) -> frozenset[str]:
        return frozenset({*self._needs, *self.binding.mapping.row_key, "reporting", "reporting_name"})

    def _days(self, row: dict[str, str]) -> dict[str, dt.datetime]:
        """Days and moments of the row, in the region's zone; none lies in the future, and each after those that must
        come before it."""
        mapping = self.binding.mapping
        found: dict[str, dt.datetime] = {}
        near: dt.date | None = None  # a day of the row that says its year, which the others may not
        given = [name for name in _DAYS if name in row]
        if later := [name for name in given if without_year(row[name])]:
            given = [name for name in given if name not in later] + later
        for name in given:
            try:
                at = self._moment(row[name], near)
                day = at.date()
                if day >= self._last and at > self.now:
                    raise Unreadable("date_future", row[name])
                if name != "born" and day < mapping.earliest:
                    raise Unreadable("date_too_old", row[name])
                found[name] = at
                near = near or (day if name != "born" and name not in later else None)
            except Unreadable as error:
                self._trouble(name, error)
        before = ""
        for name in mapping.order:
            if name not in found:
                continue
            if before and found[name] < found[before] and found[name].date() < found[before].date():
                told = f"{self.binding.heading(before)} {found[before].date()}"
                self._trouble(name, Unreadable("date_order", f"{found[name].date()} < {told}"))
                if not self._troubles:
                    del found[name]
                    continue
            before = name
        return found

    def _moment(self, text: str, near: dt.date | None) -> dt.datetime:
        """In the region's zone. A day without a year depends on the row it stands in, and is not kept."""
        if (at := self.known.moments.get(text)) is not None:
            return at
        mapping = self.binding.mapping
        at = moment(text, self._last, mapping.year, mapping.day_first, near)
        at = at.replace(tzinfo=self.zone) if at.tzinfo is None else at.astimezone(self.zone)
        if not without_year(text):
            self.known.moments[text] = at
        return at

    def _facts(
        self, row: dict[str, str], days: dict[str, dt.datetime]
    ) -> tuple[uuid.UUID, int, tuple[Said, ...], str | None] | None:
        read = {name: self._read(name, row, days) for name in ("classification", "sex", "age", "age_band", "card")}
        self._held = self._to_hold(row)
        self._doubt(row, read, days)
        home, reporting = self._place("home", row), self._place("reporting", row)
        if reporting is None and not any(one.field == self.binding.heading("reporting") for one in self._troubles):
            self._trouble("reporting", Unreadable("place_needed"))
        if self._troubles:
            return None
        assert reporting is not None
        at, case = days["identified"], self._case(row)
        said = [Said(case, "case.identified", at, self._identified(read, days), reporting, home, reporting)]
        told = {"case": str(case)}
        if read["classification"] == "excluded":
            body = {**told, "classification": "excluded", "basis": "definition"}
            said.append(_step("case.classified", case, 1, at, reporting, body))
        if read["card"]:
            reported = days.get("reported", at)
            said.append(_step("case.reported", case, 2, reported, reporting, {**told, "card": read["card"]}))
        if "received" in days:
            said.append(_step("case.received", case, 3, days["received"], reporting, told))
        return case, reporting, tuple(said), read["card"]

    def _identified(self, read: dict[str, Any], days: dict[str, dt.datetime]) -> msgspec.Raw:
        """The body of the identification; many people of a list have the same."""
        onset = days["onset"].date() if "onset" in days else None
        key = (read["classification"], read["age"], read["age_band"], read["sex"], onset)
        if (made := self.known.bodies.get(key)) is None:
            excluded = read["classification"] == "excluded"
            body = {"classification": "suspected" if excluded else read["classification"], "source": self.source}
            body |= {name: read[name] for name in ("age", "age_band", "sex") if read[name] is not None}
            body |= {"onset": onset.isoformat()} if onset else {}
            made = self.known.bodies[key] = msgspec.Raw(_encode(body))
        return made

    def _read(self, name: str, row: dict[str, str], days: dict[str, dt.datetime]) -> Any:
        """A value in our words, None where the row does not say it."""
        text, known = row.get("age" if name == "age_band" else name), self.known.values
        key = (name, text or "", row.get("age_unit", ""))
        if text and key in known:
            return known[key]
        try:
            found = self._value(name, text, row, days)
        except Unreadable as error:
            self._trouble(name, error)
            return None
        if text and name != "card":
            known[key] = found
        return found

    def _value(self, name: str, text: str | None, row: dict[str, str], days: dict[str, dt.datetime]) -> Any:
        if text is None:
            at = days.get("identified") if name == "age" and "born" in days else None
            return values.age_on(days["born"].date(), at.date()) if at else None
        if name == "age_band":
            return values.age_band(text)
        if name == "age":
            return None if values.age_band(text) else values.age(values.whole(text), row.get("age_unit", ""))
        if (found := self.binding.mapping.values.get(name, {}).get(text.lower())) is not None:
            return found
        if name == "classification":
            return _class(text)
        return values.sex(text) if name == "sex" else values.card(text)

    def _place(self, name: str, row: dict[str, str]) -> int | None:
        """Home (None: elsewhere or not said) or place of report (from the row, else where the list was taken in)."""
        try:
            if name in row:
                found = self._by_code(row[name])
                if found is None and name == "reporting":
                    raise Unreadable("place_elsewhere", row[name])
                if (plain := values.whole(row[name])) != row[name]:
                    self._notes.append(Trouble(self.binding.heading(name), "point_zero", f"{row[name]} → {plain}"))
                return found
            if name == "reporting":
                if "reporting_name" not in row:
                    return self.place
                found = self.places.by_names([row["reporting_name"]])
                if found is None:
                    raise Unreadable("place_unknown", row["reporting_name"])
                return found
            names = [row.get(f"home_{level}", "") for level in ("province", "city", "county", "township")]
            found = self.places.by_names(names)
            if found is None and any(names) and not self.binding.mapping.elsewhere:
                raise Unreadable("place_unknown", " ".join(filter(None, names)))
            return found
        except Unreadable as error:
            self._trouble(name if name in row else _NAMED[name], error)
            return None

    def _by_code(self, text: str) -> int | None:
        if text not in self.known.codes:
            self.known.codes[text] = self.places.by_code(values.whole(text))
        return self.known.codes[text]

    def _to_hold(self, row: dict[str, str]) -> dict[str, str]:
        """Names and numbers, for the vault alone."""
        held: dict[str, str] = {}
        for name in HELD:
            if name not in row:
                continue
            try:
                if name == "telephone":
                    first, *more = values.telephones(row[name])
                    held |= {"telephone": first} | ({"other_telephones": " ".join(more)} if more else {})
                else:
                    held[name] = identity.identity(row[name]) if name == "identity" else row[name]
            except Unreadable as error:
                self._trouble(name, error)
        return held

    def _doubt(self, row: dict[str, str], read: dict[str, Any], days: dict[str, dt.datetime]) -> None:
        """Note what in an identity number contradicts itself or the row; nobody is refused for a slip in a number."""
        if "identity" in self._held and "identified" in days:
            day = days["identified"].date()
            for code in identity.doubts(self._held["identity"], read["sex"], read["age"], day):
                self._notes.append(Trouble(self.binding.heading("identity"), code))

    def _case(self, row: dict[str, str]) -> uuid.UUID:
        """The case's id, the same whenever this row is read again: by the layout's row key, or by all that it says.

        Keyed, since a content could name somebody; in the shape of a UUIDv7 of the moment 0, since partitions go by
        the time in the id and the day in the row may be put right later: the row must stay the same row.
        """
        mapping = self.binding.mapping
        key = [row.get(name, "") for name in mapping.row_key]
        told = key if any(key) else [f"{name}={row[name]}" for name in sorted(row)]
        everywhere = any(key) and mapping.same_everywhere and len("".join(key)) >= _NATIONAL
        where = "" if everywhere else str(self.place)
        digest = hmac.digest(self.secret, "\n".join([self.source, where, *told]).encode(), hashlib.sha256)
        made = int.from_bytes(hashlib.sha1(_NAMED_IN + digest.hex().encode(), usedforsecurity=False).digest()[:16])
        return uuid.UUID(int=7 << 76 | (made >> 64 & 0xFFF) << 64 | 2 << 62 | made & (1 << 62) - 4)


_NAMED_IN = NAMESPACE.bytes  # the number is the one that uuid.uuid5 gives, its version and variant set otherwise
_DAYS = ("infected", "onset", "admitted", "identified", "reported", "received", "outcome", "born")
_NEVER_LEFT_OUT = frozenset({"date_future", "merged"})  # these question the row, not the field
_NAMED = {"home": "home_county", "reporting": "reporting_name"}
_NATIONAL = 8  # characters of a number that one office gave out for the whole country; 1, 2, 3 is a list's own
_encode = msgspec.json.Encoder(order="sorted").encode
_OUR_WORDS = frozenset({"suspected", "clinical", "confirmed", "asymptomatic", "excluded"})


def noted(notes: Sequence[Trouble]) -> dict[str, str]:
    """What the vault keeps of the notes: that the identity number is unverified, and the words that were left out."""
    doubts = " ".join(dict.fromkeys(one.code for one in notes if one.code in DOUBTS))
    left = "; ".join(f"{one.field}: {one.detail}" for one in notes if one.code not in DOUBTS | OLD | READ)
    return {name: text for name, text in (("identity_unverified", doubts), ("left_out", left)) if text}


def _step(kind: str, case: uuid.UUID, step: int, at: dt.datetime, place: int, body: dict[str, Any]) -> Said:
    """What follows the identification, under a number next to the case's."""
    return Said(uuid.UUID(int=case.int ^ step), kind, at, msgspec.Raw(_encode(body)), place)


def _no_value(text: str) -> str:
    if text.startswith("="):
        return "formula"
    return "error_cell" if is_error(text) else ""


def _class(text: str) -> str:
    if text.lower() not in _OUR_WORDS:
        raise Unreadable("class_unknown", text)
    return text.lower()


def _key(text: str) -> str | None:
    try:
        return str(uuid.UUID(text)) if len(text) == 36 else None
    except ValueError:
        return None
