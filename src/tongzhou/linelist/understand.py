"""What was understood of a list, before anything is said: sheet, headings, layout, columns; and every choice in it.

    understood = understand(content, Choices())
    understood.binding      # None where no layout fits: `why` says what each lacks, `nearest` is where to begin

Nothing is chosen in silence: sheets that are not read, layouts that would fit as well, and columns that are not taken
are all told.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from tongzhou.ledger.dated import is_one
from tongzhou.linelist.mapping import Binding, Mapping, MappingError, bind, changed, choose, chosen, mappings
from tongzhou.tables import reader
from tongzhou.tables.reader import Limits, NotATable, Table
from tongzhou.tables.reader.types import ENCODINGS, SEPARATORS, USUAL


class Choices(msgspec.Struct, frozen=True, omit_defaults=True):
    """What the person said in place of what would be understood. `columns`: field → heading, letter or number of the
    column, nothing to leave it out; `fixed`: field → the value of every row."""

    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    heading: int | None = None
    layout: str = ""
    columns: dict[str, str] = {}
    fixed: dict[str, str] = {}
    day_first: bool | None = None
    earliest: str = ""  # no day of the list lies before it: an old outbreak, or slips to be caught
    leave_out: bool = False

    @property
    def of_file(self) -> reader.Choices:
        """What of it says how the file itself is read."""
        return reader.Choices(self.sheet, SEPARATORS.get(self.separator, self.separator), self.encoding)


NO_CHOICES = Choices()
LIKE_A_LIST = 3  # headings of a layout
FEW_WORDS = 0.5  # of what the rows call a case: of several layouts, one that knows fewer is not taken by itself


@dataclass(frozen=True)
class Understood:
    table: Table
    binding: Binding | None
    nearest: Binding
    why: str = ""
    others: tuple[str, ...] = ()  # layouts that would fit as well
    doubt: str = ""  # what a person has to choose before anything is taken in: sheet or layout

    @property
    def sure(self) -> Binding | None:
        """Where the fields stand, once nothing is left for a person to choose."""
        return None if self.doubt else self.binding

    @property
    def sheets_left(self) -> list[str]:
        """Sheets that are shown, hold rows and are not read."""
        return [one.name for one in self.table.look.sheets if one.visible and one.name != self.table.sheet.name]

    @property
    def sheets_hidden(self) -> list[str]:
        """Hidden sheets that are not read."""
        return [one.name for one in self.table.look.sheets if not one.visible and one.name != self.table.sheet.name]

    def told(self) -> dict[str, Any]:
        """As JSON: what was read, and what was not."""
        look, binding = self.table.look, self.binding or self.nearest
        names = {mark: name for name, mark in SEPARATORS.items()}
        return {
            "layout": binding.mapping.name,
            "layouts_too": list(self.others),
            "to_choose": self.doubt,
            "sheet": self.table.sheet.name,
            "sheets_not_read": self.sheets_left,
            "sheets_hidden": self.sheets_hidden,
            "heading_row": binding.header,
            "separator": names.get(look.separator, look.separator),
            "columns": {name: binding.headings[position] for name, position in binding.at.items()},
            "columns_left": list(binding.left),
            "fixed": binding.mapping.fixed,
        }


def understand(
    content: bytes, choices: Choices = NO_CHOICES, mapping: Mapping | None = None, limits: Limits = USUAL
) -> Understood:
    """Look at a list. Raises NotATable, and MappingError for a choice that cannot be. Where several sheets look like
    lists, or several layouts fit and none has words for what the rows say, a person has to choose: see `doubt`.

    `mapping`: a layout of the person's own, in place of those shipped.
    """
    _possible(choices)
    table = reader.open_table(content, choices.of_file, limits, alone=True)
    known = [mapping] if mapping is not None else _named(choices.layout)
    sheets = [table.sheet] if choices.sheet else [one for one in table.look.sheets if one.visible]
    if not sheets:
        raise NotATable("hidden_sheets")
    found = [_on(table.on(sheet.name), known, choices, len(known) == 1) for sheet in sheets]
    if not (fitting := [one for one in found if one.binding is not None]):
        return max(found, key=lambda one: len(one.nearest.at))
    best = max(fitting, key=lambda one: one.table.sheet.rows)
    return replace(best, doubt="sheet") if sum(map(_is_list, found)) > 1 else best


def _is_list(found: Understood) -> bool:
    """Does a sheet look like a list of persons, if not by all headings of a layout?"""
    return found.binding is not None or (
        len(found.nearest.at) >= LIKE_A_LIST and found.table.sheet.rows > found.nearest.header
    )


def _on(table: Table, known: list[Mapping], choices: Choices, said: bool) -> Understood:
    """One sheet by the layouts known. `said`: the person named the layout, which may then fit in part."""
    first, row = table.sheet.first, choices.heading
    bindings = [_changed(bind(one, first, row), choices) for one in known]
    nearest = max(bindings, key=lambda one: len(one.at))
    own_word = bool(choices.fixed.get("classification") or choices.columns.get("classification"))
    fitting = [one for one in bindings if one.at and not one.missing and (one.whole or said or own_word)]
    fitting = [one for one in fitting if own_word or not one.overruled]
    if fitting:
        known_words = {one.mapping.name: one.words_known(first) for one in fitting}
        best = max(fitting, key=lambda one: (known_words[one.mapping.name], len(one.at)))
        others = tuple(one.mapping.name for one in fitting if one is not best)
        unsure = others and not said and known_words[best.mapping.name] < FEW_WORDS
        return Understood(table, best, best, "", others, "layout" if unsure else "")
    try:
        (chosen(known[0], first, row) if said else choose(known, first, row))
        why = "; ".join(f"{nearest.mapping.name}: {head!r} says what each case is" for head in nearest.overruled)
    except MappingError as error:
        why = str(error)
    return Understood(table, None, nearest, why)


def _changed(binding: Binding, choices: Choices) -> Binding:
    if choices.day_first is not None:
        binding = replace(binding, mapping=replace(binding.mapping, day_first=choices.day_first))
    if choices.earliest:
        earliest = dt.date.fromisoformat(choices.earliest)
        binding = replace(binding, mapping=replace(binding.mapping, earliest=earliest))
    return changed(binding, choices.columns, choices.fixed) if choices.columns or choices.fixed else binding


def _named(layout: str) -> list[Mapping]:
    known = mappings()
    if not layout:
        return known
    if not (found := [one for one in known if one.name == layout]):
        raise MappingError(f"there is no layout {layout!r}; known: {', '.join(one.name for one in known)}")
    return found


def _possible(choices: Choices) -> None:
    if choices.earliest and not is_one(choices.earliest, "day"):
        raise MappingError(f"{choices.earliest!r} is no day; write 2014-01-01")
    if choices.encoding and choices.encoding not in ENCODINGS:
        raise MappingError(f"there is no encoding {choices.encoding!r}; known: {', '.join(ENCODINGS)}")
    if len(SEPARATORS.get(choices.separator, choices.separator)) > 1:
        raise MappingError(f"there is no separator {choices.separator!r}; known: {', '.join(SEPARATORS)}")
