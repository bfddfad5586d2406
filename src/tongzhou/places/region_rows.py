"""Reads a region's CSV and YAML files row by row; an error names file, row and field."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
import io
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import yaml

from tongzhou.why import gettext_noop, why

MISSING = "is missing; docs/regions.md says what it holds"


@dataclass(frozen=True)
class Finding:
    """Something wrong in a region's files. `row` is the line as an editor counts it; 0 is the whole file."""

    file: str
    row: int
    field: str
    detail: str

    def __str__(self) -> str:
        place = (
            [self.file] + ([f"row {self.row}"] if self.row else []) + ([f"field {self.field}"] if self.field else [])
        )
        return ", ".join(place) + f": {self.detail}"


class RegionError(ValueError):
    """A region's files cannot be read as they are."""

    def __init__(self, finding: Finding) -> None:
        super().__init__(str(finding))
        self.finding = finding


@dataclass(frozen=True)
class Row:
    """One row of a file; every reader raises RegionError where the value does not fit."""

    file: str
    number: int
    values: Mapping[str, Any]

    def wrong(self, field: str, sentence: str, **told: object) -> RegionError:
        return RegionError(Finding(self.file, self.number, field, why("", sentence, **told)))

    def text_or(self, field: str, default: str = "") -> str:
        value = self.values.get(field)
        return default if value is None or value == "" else str(value)

    def text(self, field: str) -> str:
        return self.text_or(field) or self._missing(field)

    def count(self, field: str) -> int:
        value = self.count_or(field)
        return self._missing(field) if value is None else value

    def count_or(self, field: str) -> int | None:
        """A whole number of things, zero or more; None where nothing was found."""
        text = self.text_or(field)
        if not text:
            return None
        if not text.isdecimal():
            raise self.wrong(
                field,
                gettext_noop("“%(said)s” is no whole number of zero or more; write digits only"),
                said=text,
            )
        return int(text)

    def whole(self, field: str) -> int:
        """A whole number that may lie below zero."""
        text = self.text(field)
        if not re.fullmatch(r"-?[0-9]{1,9}", text):
            raise self.wrong(field, gettext_noop("“%(said)s” is no whole number; write digits only"), said=text)
        return int(text)

    def day(self, field: str) -> dt.date:
        value = self.day_or(field)
        return self._missing(field) if value is None else value

    def day_or(self, field: str) -> dt.date | None:
        text = self.text_or(field)
        if not text:
            return None
        try:
            return dt.date.fromisoformat(text)
        except ValueError:
            raise self.wrong(field, gettext_noop("“%(said)s” is no day; write it as 2020-03-10"), said=text) from None

    def flag(self, field: str) -> bool:
        text = self.text_or(field, "0").lower()
        if text not in {"0", "1", "false", "true"}:
            raise self.wrong(field, gettext_noop("“%(said)s” is neither 0 nor 1"), said=text)
        return text in {"1", "true"}

    def one_of(self, field: str, words: Sequence[str]) -> str:
        text = self.text(field)
        if text not in words:
            raise self.wrong(field, gettext_noop("“%(said)s” is none of %(words)s"), said=text, words=", ".join(words))
        return text

    def _missing(self, field: str) -> Any:
        raise self.wrong(field, gettext_noop("is missing; fill it in"))


T = TypeVar("T")


def read_table(
    folder: Path, name: str, build: Callable[[Row], T], findings: list[Finding], *, optional: bool = True
) -> tuple[T, ...]:
    """Read `name` or `name.gz`, one T per row; rows that cannot be read go to `findings` instead."""
    text = _text(folder, name)
    if text is None:
        if not optional:
            findings.append(Finding(name, 0, "", MISSING))
        return ()
    reader = csv.DictReader(io.StringIO(text))
    built: list[T] = []
    for values in reader:
        if None in values:
            findings.append(Finding(name, reader.line_num, "", "has more fields than the header; quote the comma"))
            continue
        _build(Row(name, reader.line_num, values), build, built, findings)
    return tuple(built)


def read_list(folder: Path, name: str, key: str, build: Callable[[Row], T], findings: list[Finding]) -> tuple[T, ...]:
    """Read the list under `key` of a YAML file; rows are counted from 1."""
    built: list[T] = []
    for number, values in enumerate(read_mapping(folder, name, findings, optional=True).get(key) or [], start=1):
        _build(Row(name, number, values), build, built, findings)
    return tuple(built)


def read_mapping(folder: Path, name: str, findings: list[Finding], *, optional: bool = False) -> Mapping[str, Any]:
    text = _text(folder, name)
    if text is None:
        if not optional:
            findings.append(Finding(name, 0, "", MISSING))
        return {}
    try:
        values = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        findings.append(Finding(name, mark.line + 1 if mark else 0, "", "is no YAML here; check blanks and colons"))
        return {}
    if not isinstance(values, dict):
        findings.append(Finding(name, 0, "", "holds no fields; begin each with its name and a colon"))
        return {}
    return values


def _build(row: Row, build: Callable[[Row], T], built: list[T], findings: list[Finding]) -> None:
    try:
        built.append(build(row))
    except RegionError as error:
        findings.append(error.finding)


def _text(folder: Path, name: str) -> str | None:
    plain, packed = folder / name, folder / (name + ".gz")
    if plain.exists():
        return plain.read_text(encoding="utf-8-sig")
    if packed.exists():
        return gzip.decompress(packed.read_bytes()).decode("utf-8-sig")
    return None
