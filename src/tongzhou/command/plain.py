"""The board as data: null wherever the board shows a dash, so that a gap is never read as nought."""

from __future__ import annotations

from typing import Any

from tongzhou.command import measured, queries
from tongzhou.command.glance import Figure
from tongzhou.command.houses import Class
from tongzhou.command.seen import Seen


def whole(found: Seen) -> dict[str, Any]:
    """A board with what a command reads first, its beds by class, its units by every measure, and the places below."""
    board, at = found.board, found.at
    return {
        "day": found.day.isoformat(),
        "tallies_of": board.tallies_of.isoformat(),
        "as_known_at": at.isoformat() if at else None,
        "place": line(board.place) | measures(found, board.place.id),
        "figures": [told(one) for one in found.figures],
        "beds": [of_class(one) for one in found.beds.classes],
        "below": [line(one) | measures(found, one.id) for one in board.below],
        "units": [line(one) | measures(found, one.id) for one in found.units] if found.units != board.below else None,
    }


def line(one: queries.Line) -> dict[str, Any]:
    """A place with what is held about it."""
    told, listed = one.published, bool(one.households)
    return {
        "id": one.id, "key": one.key, "name_zh": one.name_zh, "name_en": one.name_en, "level": one.level,
        "invented": one.invented,
        "households": one.households or None,
        **{name: count if listed else None for name, count in one.tally.items()},
        "level_published": one.level_published,
        "confirmed": told.confirmed if told else None,
        "cured": told.cured if told else None,
        "dead": told.dead if told else None,
        "new": told.fresh if told else None,
        "revised": told.revised if told else None,
        "grades": told.grades if told else None,
        "figures_of": told.day.isoformat() if told else None,
        "figures_for": told.unit if told else None,
    }  # fmt: skip


def measures(found: Seen, place: int) -> dict[str, Any]:
    return {"measures": {name: figure(found.values[place][name]) for name in measured.BY_ID}}


def figure(value: measured.Figure) -> measured.Figure:
    """As exact as the board writes it."""
    return round(value, 1) if isinstance(value, float) else value


def told(one: Figure) -> dict[str, Any]:
    """One of the figures read first, with its day, source, grade and moment."""
    return {
        "id": one.id, "state": one.state, "value": figure(one.value), "change": one.change,
        "day": one.day.isoformat() if one.day else None, "published_on": one.told or None,
        "source": one.source or None, "grade": one.grade or None,
        "within": {"name_zh": one.within[0], "name_en": one.within[1]} if one.within else None,
    }  # fmt: skip


def of_class(one: Class) -> dict[str, Any]:
    return {
        "class": one.id, "houses": one.houses, "open": one.open, "used": one.used, "free": one.free,
        "at_least": one.least or None,
        "houses_without_beds_told": one.untold or None, "day": one.day.isoformat() if one.day else None,
        "source": one.source or None,
    }  # fmt: skip
