"""Reads rulebooks/: the register of sources and every pack, complaining by file, rule and field."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Any

import yaml

from tongzhou.rules.pack import ENDS, LEVELS, STATUSES, Pack, PackError, Source

# Engine policies, forms and reports live beside the packs but are read by their own loaders.
NOT_PACKS = frozenset({"policies", "owed", "rhythm", "forms", "reports", "linelists", "terms"})
LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's reads all packs in a tenth of the time
CASES = "cases.yaml"
REGISTER = "sources.yaml"
FIELDS = ("id", "title", "issuer", "date", "grade", "zh")
REQUIRED = (
    "rule_id",
    "edition",
    "title",
    "jurisdiction",
    "level",
    "issuer",
    "sources",
    "status",
    "valid_from",
    "valid_to",
    "published",
    "supersedes",
    "authored_by",
    "checked_by",
    "next_review",
    "parameters",
)
OPTIONAL = (
    "end_published",
    "approved_measure",
    "enabled",
    "notes",
    "reviewed_until",
    "read_in",
    "called",
    "in_fact",
    "undated",
    "local_may_be_stricter",
    "local_orders_read",
)


def pack_files(root: Path) -> list[Path]:
    """Pack files in name order; folders of other readers and the worked cases left out."""
    return [path for path in sorted(root.glob("*/*.yaml")) if path.parent.name not in NOT_PACKS and path.name != CASES]


def case_files(root: Path) -> list[Path]:
    return [path for path in sorted(root.glob(f"*/{CASES}")) if path.parent.name not in NOT_PACKS]


def read_packs(root: Path) -> list[Pack]:
    """All packs under `root`. Raises PackError on the first one that cannot be used."""
    if not root.is_dir():
        raise PackError(f"{root}: there is no folder of rule packs here")
    register = read_register(root / REGISTER)
    packs = [pack for path in pack_files(root) for pack in _packs_of(path, root, register)]
    _refuse_overlaps(packs)
    return packs


def read_register(path: Path) -> dict[str, Source]:
    raw = _yaml(path)
    if not isinstance(raw, dict) or not isinstance(raw.get("sources"), list):
        raise PackError(f"{path.name}: expected a list under `sources`")
    register = {}
    for row in raw["sources"]:
        lacking = [key for key in FIELDS if key not in row]
        if lacking:
            raise PackError(f"{path.name}: source {row.get('id', '?')}: lacks {', '.join(lacking)}")
        fields = {key: str(row[key]) for key in FIELDS}
        register[fields["id"]] = Source(**fields)
    return register


def _yaml(path: Path) -> Any:
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=LOADER)
    except FileNotFoundError:
        raise PackError(f"{path.name}: this file is missing") from None
    except (yaml.YAMLError, ValueError) as error:
        raise PackError(f"{path.name}: not readable as YAML: {error}") from error


def _packs_of(path: Path, root: Path, register: dict[str, Source]) -> Iterator[Pack]:
    raw = _yaml(path)
    label = str(path.relative_to(root))
    if not isinstance(raw, dict) or not isinstance(raw.get("rules"), list):
        raise PackError(f"{label}: expected a list under `rules`")
    defaults = raw.get("defaults", {})
    for row in raw["rules"]:
        yield _pack({**defaults, **row}, label, register)


def _pack(row: dict[str, Any], label: str, register: dict[str, Source]) -> Pack:
    where = f"{label}: rule {row.get('rule_id', '?')}"
    lacking = [key for key in REQUIRED if key not in row]
    strange = [key for key in row if key not in REQUIRED and key not in OPTIONAL]
    if lacking or strange:
        problems = [f"lacks {key}" for key in lacking] + [f"has unknown field {key}" for key in strange]
        raise PackError(f"{where}: {'; '.join(problems)}")
    _check_words(row, where)
    unknown = [source for source in row["sources"] if source not in register]
    if unknown:
        raise PackError(f"{where}: sources: {', '.join(unknown)} not in {REGISTER}")
    _check_parameters(row["parameters"], where)
    days = {
        field: _day(row.get(field), f"{where}: {field}")
        for field in ("valid_from", "valid_to", "published", "end_published", "next_review", "reviewed_until")
    }
    for field in ("valid_from", "published", "next_review"):
        if days[field] is None:
            raise PackError(f"{where}: {field} must be a date")
    if days["valid_to"] and days["valid_from"] and days["valid_to"] < days["valid_from"]:
        raise PackError(f"{where}: valid_to lies before valid_from")
    if days["valid_to"] is None and days["reviewed_until"] is None:
        raise PackError(f"{where}: an edition without valid_to needs reviewed_until")
    return Pack(
        rule_id=str(row["rule_id"]),
        edition=str(row["edition"]),
        title_en=row["title"]["en"],
        title_zh=row["title"]["zh"],
        called_en=str(row.get("called", {}).get("en", "")),
        called_zh=str(row.get("called", {}).get("zh", "")),
        jurisdiction=str(row["jurisdiction"]),
        level=row["level"],
        issuer=row["issuer"],
        sources=tuple(register[source] for source in row["sources"]),
        status=row["status"],
        supersedes=row["supersedes"],
        authored_by=row["authored_by"],
        checked_by=row["checked_by"],
        approved_measure=row.get("approved_measure"),
        enabled=bool(row.get("enabled", row["status"] != "M")),
        read_in=_read_in(row.get("read_in") or {}, where, register),
        in_fact=bool(row.get("in_fact", False)),
        undated=bool(row.get("undated", False)),
        local_may_be_stricter=bool(row.get("local_may_be_stricter", False)),
        local_orders_read=tuple(map(str, row.get("local_orders_read", ()))),
        parameters=MappingProxyType({name: _frozen(value) for name, value in row["parameters"].items()}),
        notes=str(row.get("notes", "")),
        path=label,
        **days,  # type: ignore[arg-type]  # the three required days were checked above
    )


def _read_in(ends: Any, where: str, register: dict[str, Source]) -> Mapping[str, Source]:
    """In which source the first and the last day were read."""
    strange = [end for end, source in ends.items() if end not in ENDS or source not in register]
    if strange:
        raise PackError(f"{where}: read_in: {', '.join(map(str, strange))}: `from` and `until`, each with a source")
    return MappingProxyType({end: register[source] for end, source in ends.items()})


def _frozen(value: Any) -> Any:
    """A list of terms as a tuple of words, once for all questions."""
    plain = isinstance(value, list) and all(isinstance(term, str) for term in value)
    return tuple(value) if plain else value


def _check_words(row: dict[str, Any], where: str) -> None:
    title = row["title"]
    if not isinstance(title, dict) or not all(title.get(language) for language in ("en", "zh")):
        raise PackError(f"{where}: title needs both `en` and `zh`")
    called = row.get("called", title)
    if not isinstance(called, dict) or not all(called.get(language) for language in ("en", "zh")):
        raise PackError(f"{where}: called needs both `en` and `zh`")
    if row["status"] not in STATUSES:
        raise PackError(f"{where}: status {row['status']!r} is none of {', '.join(STATUSES)}")
    if row["level"] not in LEVELS:
        raise PackError(f"{where}: level {row['level']!r} is none of {', '.join(LEVELS)}")
    if row["status"] in ("V", "V-") and not row["sources"]:
        raise PackError(f"{where}: status {row['status']} needs at least one source")
    if row["status"] == "M" and row.get("enabled") and not row["checked_by"]:
        raise PackError(f"{where}: an item from memory may be enabled only with checked_by")
    if row["checked_by"] is not None and row["checked_by"] == row["authored_by"]:
        raise PackError(f"{where}: checked_by must be somebody else than authored_by")


def _check_parameters(parameters: Any, where: str) -> None:
    """Numbers, days, true/false, lists of plain terms; one level of nesting. Never an expression."""
    if not isinstance(parameters, dict):
        raise PackError(f"{where}: parameters must be a mapping")
    for name, value in parameters.items():
        leaves = value.values() if isinstance(value, dict) else value if isinstance(value, list) else [value]
        for leaf in leaves:
            if isinstance(leaf, str) and isinstance(value, list):
                continue
            if leaf is not None and not isinstance(leaf, int | float | bool | date):
                raise PackError(f"{where}: parameters.{name}: {leaf!r} is not a number, day or list of terms")


def _day(value: Any, where: str) -> date | None:
    if value is None:
        return None
    if isinstance(value, datetime) or not isinstance(value, date):
        raise PackError(f"{where}: {value!r} is not a day (YYYY-MM-DD)")
    return value


def _refuse_overlaps(packs: list[Pack]) -> None:
    """Two editions of a rule at one jurisdiction may not share a day: which would decide?"""
    for number, first in enumerate(packs):
        for second in packs[number + 1 :]:
            if (first.rule_id, first.jurisdiction) != (second.rule_id, second.jurisdiction):
                continue
            if first.edition == second.edition:
                raise PackError(f"{second.path}: {second.name} is there twice (also {first.path})")
            early, late = sorted((first, second), key=lambda pack: pack.valid_from)
            if early.valid_to is None or early.valid_to >= late.valid_from:
                raise PackError(f"{late.path}: {late.name} overlaps {early.name}: set valid_to of the earlier")
