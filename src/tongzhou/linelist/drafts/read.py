"""A list → drafts, with the one reader of tables. Each row becomes a draft or comes back with a reason; what could not
be read in an optional field stands beside the draft as a doubt. Reading says nothing to the ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import msgspec
from django.utils.translation import gettext

from tongzhou.linelist import identity, values
from tongzhou.linelist.days import moment
from tongzhou.linelist.drafts import words
from tongzhou.linelist.drafts.sorts import Sort
from tongzhou.linelist.mapping import MappingError, position
from tongzhou.linelist.rows import Refusal, Trouble
from tongzhou.linelist.understand import NO_CHOICES, Choices
from tongzhou.linelist.values import Unreadable, clean
from tongzhou.tables import BadInput
from tongzhou.tables.nothing import is_error, is_nothing
from tongzhou.tables.reader import Limits, Line, Table, open_table
from tongzhou.tables.reader.heading import Heading, headings, plain, unheaded
from tongzhou.tables.reader.types import USUAL, Sheet

MOST = 400  # drafts that a person looks at in one go
LEFT = 200  # people of the day before that are told by row
FIRST = 6  # rows that are shown as they came, for whoever says what their columns hold


class Draft(msgspec.Struct, omit_defaults=True):
    """What a row would say. `who`: name, telephone, identity, tube, door as written; `says`: in our words; `doubts`:
    (heading, code, what stood there) of what was left out; `cells`: the row as it came, none of a message."""

    n: int
    who: dict[str, str] = {}
    says: dict[str, Any] = {}
    doubts: list[tuple[str, str, str]] = []
    cells: list[str] = []


class Batch(msgspec.Struct):
    """`left`: rows of the sheet before whose people are in this one no more; nobody is dropped in silence. `lacks`: why
    nothing was read, where no row of headings fits and nobody said what the columns hold; `at`: field → position."""

    lacks: str = ""
    first: list[Line] = []
    at: dict[str, int] = {}
    headings: list[str] = []
    drafts: list[Draft] = []
    refused: list[Refusal] = []
    sheet: str = ""
    sheets_not_read: list[str] = []
    heading_row: int = 0
    columns: dict[str, str] = {}
    columns_left: list[str] = []
    coloured: int = 0
    before: str = ""
    left: list[Draft] = []


class _Bound(NamedTuple):
    """A row of headings with where the fields of a sort stand under it; `why`: what a person chose and is not there."""

    heading: Heading
    places: dict[str, int]
    why: str = ""

    def fits(self, sort: Sort) -> bool:
        return all(set(names) & self.places.keys() for names in sort.needs)


def read(content: bytes, sort: Sort, last: dt.date, choices: Choices = NO_CHOICES, limits: Limits = USUAL) -> Batch:
    """Raises NotATable, and BadInput for a choice that there is not."""
    table = open_table(content, choices.of_file, limits, alone=True)
    sheets = [one for one in table.look.sheets if one.name == choices.sheet or (not choices.sheet and one.visible)]
    bound = {one.name: _bound(one.first, sort, choices) for one in sheets}
    names = [name for name, one in bound.items() if one.fits(sort)]
    if not names:
        return _unread(table, sheets, bound, sort)
    if sort.daily:
        names.sort(key=lambda name: _day_of(name, last))
    chosen = names[-1] if sort.daily else names[0]
    batch = _read_sheet(table, chosen, bound[chosen], sort, last)
    batch.sheets_not_read = [one.name for one in table.look.sheets if one.name != chosen]
    if sort.daily and (earlier := _before(table, chosen, bound[chosen], sort, last, choices)):
        batch.before = earlier.sheet
        here = {one for draft in batch.drafts for one in _known_by(draft)}
        batch.left = [one for one in earlier.drafts if not here & _known_by(one)][:LEFT]
    return batch


def _before(table: Table, sheet: str, own: _Bound, sort: Sort, last: dt.date, choices: Choices) -> Batch | None:
    """What the sheet of the day before says; none where there is none that fits. What a person said of the columns
    holds under the same headings."""
    fitting = {sheet: own}
    for one in table.look.sheets:
        found = _bound(one.first, sort, choices)
        if found.heading.shown != own.heading.shown:
            found = _bound(one.first, sort, NO_CHOICES)
        if one.visible and one.name != sheet and found.fits(sort):
            fitting[one.name] = found
    names = [one.name for one in table.look.sheets if one.name in fitting]
    names.sort(key=lambda name: _day_of(name, last))
    at = names.index(sheet)
    return _read_sheet(table, names[at - 1], fitting[names[at - 1]], sort, last) if at else None


def _unread(table: Table, sheets: Sequence[Sheet], bound: dict[str, _Bound], sort: Sort) -> Batch:
    """Nothing fits: what was seen of the sheet that comes nearest, for a person to say what its columns hold."""
    if not sheets:
        raise BadInput(gettext("Every sheet of the file is hidden: name the one to read, or show it and save."))
    sheet = max(sheets, key=lambda one: len(bound[one.name].places))
    if why := bound[sheet.name].why:
        raise BadInput(why)
    batch = _seen(table, sheet.name, bound[sheet.name])
    batch.lacks = _missing(bound[sheet.name], sheet.first, sort)
    batch.sheets_not_read = [one.name for one in table.look.sheets if one.name != sheet.name]
    return batch


def _known_by(draft: Draft) -> set[str]:
    return {draft.who[name] for name in ("identity", "name") if name in draft.who}


def _day_of(sheet: str, last: dt.date) -> dt.date:
    """The day that a sheet is named after, such as 2月10日 or 2.10; those that name none keep their order, before."""
    for text in (clean(sheet), f"{last.year}.{clean(sheet)}"):
        try:
            return moment(text, last).date()
        except Unreadable:
            continue
    return dt.date.min


def _bound(first: Sequence[Line], sort: Sort, choices: Choices) -> _Bound:
    """The row of headings under which most fields stand, with what the person said of it."""
    rows = [unheaded(first)] if choices.heading == 0 else list(headings(first, choices.heading))
    found, why = list[tuple[int, _Bound]](), ""
    for one in rows:
        known = len(_places(one, sort, {}))
        try:
            found.append((known, _Bound(one, _places(one, sort, choices.columns))))
        except MappingError as error:  # a title has fewer columns than the headings below it
            why = str(error)
    none = (0, _Bound(unheaded(first), {}, why))
    return max(found, key=lambda one: (one[0], len(one[1].places)), default=none)[1]


def _places(heading: Heading, sort: Sort, columns: dict[str, str]) -> dict[str, int]:
    """field → position: where the person says it stands, else by its headings. Raises MappingError."""
    if unknown := sorted(columns.keys() - sort.columns.keys()):
        raise MappingError(f"{unknown[0]}: there is no such field; known: {', '.join(sort.columns)}")
    places = heading.places()
    found = {name: position(heading.shown, wanted) for name, wanted in columns.items() if wanted}
    for name, known in sort.columns.items():
        at = next((places[plain(one)] for one in known if plain(one) in places), None)
        if name not in columns and at is not None and at not in found.values():
            found[name] = at
    return found


def _missing(bound: _Bound, first: Sequence[Line], sort: Sort) -> str:
    """What the list has no column for, and the row that comes nearest to headings: the first where none does."""
    lacking = [names for names in sort.needs if not set(names) & bound.places.keys()]
    asked = "; ".join(" / ".join(f"{sort.columns[name][0]} ({name})" for name in names) for names in lacking)
    row = bound.heading.n if bound.places else next((line.n for line in first), 0)
    heads = " | ".join(cell for line in first if line.n == row for cell in line.cells if cell.strip())[:200]
    told = {"asked": asked, "heads": heads, "n": row}
    return gettext("No row of headings with %(asked)s. The row that comes nearest, %(n)s, reads: %(heads)s") % told


def _seen(table: Table, sheet: str, bound: _Bound) -> Batch:
    """What was understood of a sheet, without its rows."""
    heading, places = bound.heading, bound.places
    batch = Batch(headings=[*heading.shown], sheet=sheet, heading_row=heading.n, at=places)
    batch.columns = {name: heading.shown[at] for name, at in places.items()}
    batch.columns_left = [text for at, text in enumerate(heading.shown) if at not in places.values() and text]
    here = next((one for one in table.look.sheets if one.name == sheet), None)
    if here:
        batch.coloured = here.coloured
        batch.first = [line for line in here.first if line.n > heading.n and any(map(str.strip, line.cells))][:FIRST]
    return batch


def _read_sheet(table: Table, sheet: str, bound: _Bound, sort: Sort, last: dt.date) -> Batch:
    heading, places = bound.heading, bound.places
    batch = _seen(table, sheet, bound)
    seen: dict[str, int] = {}
    for line in (table.on(sheet) if sheet else table).lines():
        if line.n <= heading.n or not any(map(str.strip, line.cells)):
            continue
        try:
            draft = _draft(line, places, heading, sort, last)
            key = draft.who.get("tube") or draft.who.get("identity")
            if key and (twin := seen.setdefault(key, draft.n)) != draft.n:
                raise Unreadable("twice_in_file", str(twin))
        except Unreadable as why:
            batch.refused.append(Refusal(line.n, line.cells, (Trouble("", why.code, why.detail),)))
            continue
        if len(batch.drafts) == MOST:
            batch.refused.append(Refusal(line.n, line.cells, (Trouble("", "too_many_drafts"),)))
        else:
            batch.drafts.append(draft)
    return batch


def _draft(line: Line, places: dict[str, int], heading: Heading, sort: Sort, last: dt.date) -> Draft:
    if line.trouble:
        raise Unreadable(line.trouble)
    if any(cell.strip() for cell in line.cells[len(heading.shown) :]):
        raise Unreadable("too_many_cells", str(len(line.cells)))
    if places.get("name") in line.filled:
        raise Unreadable("merged")
    cells = {name: clean(line.cells[at]) if at < len(line.cells) else "" for name, at in places.items()}
    if all(not text or plain(text) == plain(heading.shown[places[name]]) for name, text in cells.items()):
        raise Unreadable("heading_again")
    draft = Draft(line.n, cells=line.cells)
    for name, text in cells.items():
        own = name not in ("telephone", "identity") or places[name] not in line.filled  # a merged number is a family's
        if text and own and (name == "result" or not is_nothing(text)):
            _take(draft, name, text, heading.shown[places[name]], last)
    if not draft.who.keys() & {"name", "tube"} or not any(name in cells and cells[name] for name in sort.needs[-1]):
        raise Unreadable("empty")
    return draft


def _take(draft: Draft, name: str, text: str, head: str, last: dt.date) -> None:
    """One cell into the draft. What the draft cannot do without raises; the rest becomes a doubt."""
    try:
        if text.startswith("=") or is_error(text):
            raise Unreadable("formula" if text.startswith("=") else "error_cell", text[:60])
        if name in ("name", "door", "room"):
            draft.who[name] = text
        elif name in _WHO:
            draft.who[name] = _WHO[name](text)
        elif name == "sampled":
            draft.says[name] = moment(text, last).isoformat()
        else:
            draft.says |= words.READ[name](text)
    except Unreadable as why:
        if name in ("tube", "result", "category"):
            raise
        draft.doubts.append((head, why.code, why.detail or text[:60]))


_WHO: dict[str, Callable[[str], str]] = {
    "telephone": lambda text: values.telephones(text)[0],
    "identity": identity.identity,
    "tube": words.tube,
}
