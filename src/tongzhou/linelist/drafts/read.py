"""A list → drafts, with the one reader of tables. Each row becomes a draft or comes back with a reason; what could not
be read in an optional field stands beside the draft as a doubt. Reading says nothing to the ledger.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
from django.utils.translation import gettext

from tongzhou.linelist import identity, values
from tongzhou.linelist.days import moment
from tongzhou.linelist.drafts import words
from tongzhou.linelist.drafts.sorts import Sort
from tongzhou.linelist.rows import Refusal, Trouble
from tongzhou.linelist.values import Unreadable, clean
from tongzhou.tables import BadInput
from tongzhou.tables.nothing import is_error, is_nothing
from tongzhou.tables.reader import Choices, Limits, Line, Table, open_table
from tongzhou.tables.reader.heading import Heading, headings, plain
from tongzhou.tables.reader.types import NO_CHOICES, USUAL

MOST = 400  # drafts that a person looks at in one go
LEFT = 200  # people of the day before that are told by row


class Draft(msgspec.Struct, omit_defaults=True):
    """What a row would say. `who`: name, telephone, identity, tube, door as written; `says`: in our words; `doubts`:
    (heading, code, what stood there) of what was left out."""

    n: int
    who: dict[str, str] = {}
    says: dict[str, Any] = {}
    doubts: list[tuple[str, str, str]] = []


class Batch(msgspec.Struct):
    """`left`: rows of the sheet before whose people are in this one no more; nobody is dropped in silence."""

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


def read(content: bytes, sort: Sort, last: dt.date, choices: Choices = NO_CHOICES, limits: Limits = USUAL) -> Batch:
    """Raises NotATable, and BadInput that names the columns which are missing."""
    table = open_table(content, choices, limits, alone=True)
    fitting = [(one.name, found) for one in table.look.sheets
               if (one.visible or choices.sheet == one.name) and (found := _heading(one.first, sort))]  # fmt: skip
    names = [name for name, _ in fitting]
    if not names or (choices.sheet and choices.sheet not in names):
        raise BadInput(_missing(table, sort))
    if sort.daily:
        names.sort(key=lambda name: _day_of(name, last))
    chosen = choices.sheet or (names[-1] if sort.daily else names[0])
    batch = _read_sheet(table, chosen, dict(fitting)[chosen], sort, last)
    batch.sheets_not_read = [one.name for one in table.look.sheets if one.name != chosen]
    if sort.daily and (at := names.index(chosen)):
        batch.before = names[at - 1]
        earlier = _read_sheet(table, batch.before, dict(fitting)[batch.before], sort, last)
        here = {one for draft in batch.drafts for one in _known_by(draft)}
        batch.left = [one for one in earlier.drafts if not here & _known_by(one)][:LEFT]
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


def _heading(first: Sequence[Line], sort: Sort) -> Heading | None:
    best = max(headings(first), key=lambda one: len(_places(one, sort)), default=None)
    if best is None or not all(set(names) & _places(best, sort).keys() for names in sort.needs):
        return None
    return best


def _places(heading: Heading, sort: Sort) -> dict[str, int]:
    places = heading.places()
    found: dict[str, int] = {}
    for name, known in sort.columns.items():
        at = next((places[plain(one)] for one in known if plain(one) in places), None)
        if at is not None and at not in found.values():
            found[name] = at
    return found


def _missing(table: Table, sort: Sort) -> str:
    asked = "; ".join(" / ".join(f"{sort.columns[name][0]} ({name})" for name in names) for names in sort.needs)
    heads = " | ".join(cell for line in table.sheet.first[:1] for cell in line.cells if cell.strip())[:200]
    told = {"asked": asked, "heads": heads}
    return gettext("No row of headings with %(asked)s. The first row reads: %(heads)s") % told


def _read_sheet(table: Table, sheet: str, heading: Heading, sort: Sort, last: dt.date) -> Batch:
    places = _places(heading, sort)
    taken = set(places.values())
    batch = Batch([*heading.shown], sheet=sheet, heading_row=heading.n)
    batch.columns = {name: heading.shown[at] for name, at in places.items()}
    batch.columns_left = [text for at, text in enumerate(heading.shown) if at not in taken and text]
    batch.coloured = next((one.coloured for one in table.look.sheets if one.name == sheet), 0)
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
    draft = Draft(line.n)
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
