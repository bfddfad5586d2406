"""A table as a file for Excel: no HTML in it, numbers that are numbers, days and hours that are days."""

from __future__ import annotations

import csv
import datetime as dt
import importlib
import pkgutil
from typing import Any

import pytest
from django.utils.html import format_html

import tongzhou
from tongzhou.pages.table import Column, Table

NIGHT = dt.datetime(2020, 3, 10, 15, 30, 12, tzinfo=dt.UTC)
LOCAL = dt.datetime.fromisoformat("2020-03-10T23:30")


def test_a_cell_of_marks_is_its_words_in_a_file_and_what_can_be_reckoned_is_no_text() -> None:
    columns = (
        Column("store", "Store", lambda row: format_html('{}<small class="source">{}</small>', "A & B", "S48")),
        Column("n", "n", lambda row: f"{row:,}", lambda row: row, sort="number"),
        Column("day", "Day", lambda row: "2020-03-10", sort="moment"),
        Column("at", "At", lambda row: "03-10 23:30", lambda row: NIGHT, sort="moment"),
        Column("none", "None", lambda row: None),
    )
    table = Table("All", columns, [18500])
    _heads, cells = table.plain()
    assert list(cells) == ["A & B S48", 18500, dt.date(2020, 3, 10), LOCAL, ""]
    _heads, line = csv.reader("".join(table.csv()).splitlines())
    assert line == ["A & B S48", "18500", "2020-03-10", "2020-03-10 23:30", ""]


def declared() -> list[Any]:
    """The tables that are declared once at a module's end, and given as files there."""
    found = []
    for one in pkgutil.walk_packages(tongzhou.__path__, "tongzhou."):
        if one.name.rpartition(".")[2] in ("tables", "public", "lists"):
            columns = getattr(importlib.import_module(one.name), "COLUMNS", ())
            found += [pytest.param(column, id=f"{one.name}.{column.name}") for column in columns
                      if isinstance(column, Column) and column.sort == "moment"]  # fmt: skip
    return found


@pytest.mark.parametrize("column", declared())
def test_a_moment_that_is_written_without_its_year_has_one_in_the_file(column: Column) -> None:
    assert column.plain is not None
