"""Reports as definitions: what a body demands, in its own layout, filled from indicators. Nobody types a report.

A definition is a YAML file in `rulebooks/reports` beside the body's own workbook. Each field is a named cell of that
workbook and either an indicator that is held already or `not_held` with the reason.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.utils.translation import get_language

from tongzhou.reports.indicators import INDICATORS

FOLDER = Path(__file__).resolve().parents[3] / "rulebooks/reports"


class BadReport(Exception):
    """A definition that cannot be meant; the text names the file and the field."""


@dataclass(frozen=True)
class Words:
    """A text in both languages, shown in the reader's."""

    zh: str
    en: str

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh


@dataclass(frozen=True)
class Field:
    """One field of a report. `cell`: the name of its cell in the workbook. `indicator` None: not held, and why."""

    cell: str
    title: Words
    indicator: str | None
    not_held: Words | None = None


@dataclass(frozen=True)
class Report:
    """What a body demands: when, of which places, in which workbook."""

    id: str
    title: Words
    body: Words
    source: Words
    due: str  # local time of the day after
    owed_by: tuple[str, ...]  # roles whose desk owes it for its own place
    others: str  # local time by which other roles owe the figures that they hold
    levels: tuple[str, ...]
    valid_from: dt.date
    valid_to: dt.date | None
    template: Path
    fields: tuple[Field, ...]

    def asks(self, level: str, day: dt.date) -> bool:
        """Whether the body asks for it from places of this level on this day."""
        return level in self.levels and self.valid_from <= day and (self.valid_to is None or day <= self.valid_to)


def reports() -> tuple[Report, ...]:
    """All definitions that can be meant, by id."""
    return read(FOLDER)[0]


@cache
def read(folder: Path) -> tuple[tuple[Report, ...], tuple[str, ...]]:
    """The definitions of a folder, and why the others are refused; one that cannot be meant stops no other."""
    good, bad = [], []
    for path in sorted(folder.glob("*.yaml")):
        try:
            good.append(load(path))
        except BadReport as error:
            bad.append(str(error))
    return tuple(good), tuple(bad)


def load(path: Path) -> Report:
    """One definition, checked against its workbook and the indicators. Raises BadReport."""
    try:
        told = yaml.safe_load(path.read_text())
        template = path.with_name(told["template"])
        fields = tuple(_field(path, one) for one in told["fields"])
        title, body, source = (Words(**told[name]) for name in ("title", "body", "source"))
        found = Report(told["report"], title, body, source, told["due"], tuple(told["owed_by"]),
                       told.get("others", told["due"]), tuple(told["levels"]),
                       told["valid_from"], told.get("valid_to"), template, fields)  # fmt: skip
    except yaml.YAMLError as error:
        raise BadReport(f"{path.name}: {' '.join(str(error).split())}") from None
    except (KeyError, TypeError) as error:
        raise BadReport(f"{path.name}: {error} is missing or cannot be meant") from None
    _check(path, found)
    return found


def _field(path: Path, one: dict[str, Any]) -> Field:
    indicator, not_held = one.get("indicator"), one.get("not_held")
    if (indicator is None) == (not_held is None):
        raise BadReport(f"{path.name}, field {one.get('cell')}: either an indicator, or not_held with the reason")
    if indicator is not None and indicator not in INDICATORS:
        raise BadReport(f"{path.name}, field {one['cell']}: no indicator is called {indicator!r}")
    return Field(one["cell"], Words(one["zh"], one["en"]), indicator, Words(**not_held) if not_held else None)


def _check(path: Path, report: Report) -> None:
    from tongzhou.reports.excel import names

    if not report.template.exists():
        raise BadReport(f"{path.name}: there is no workbook {report.template.name} beside it")
    held = names(report.template)
    for field in report.fields:
        if field.cell not in held:
            raise BadReport(f"{path.name}, field {field.cell}: {report.template.name} has no cell of this name")
    cells = [field.cell for field in report.fields]
    for cell in cells:
        if cells.count(cell) > 1:
            raise BadReport(f"{path.name}, field {cell}: named twice")
