"""The tables of `plan roster`: staff, shifts, slots, and, where there are any, days off and the plan in force."""

from pathlib import Path

from tongzhou.engines.rosters import DayOff, Roster, Shift, Slot, Staff

from . import BadInput
from .columns import PlanTable, table_exists, write_table

COLUMNS = {
    "staff": {"id": True, "ward": True, "skills": True, "trained": True, "zone_days": False, "before": False},
    "shifts": {"name": True, "start_h": True, "end_h": True, "zone_h": False, "night": False},
    "slots": {"ward": True, "shift": True, "skill": True, "count": True},
    "off": {"staff": True, "day": True, "firm": False},
    "last": {"staff": True, "day": True, "shift": True},
}
NO_YES = ("no", "yes")
REST = "-"


def read_roster(folder: Path, days: int) -> Roster:
    """The tables of a folder, for ``days`` days; several skills stand apart by ';', past shifts too ("-" is rest)."""
    s, f, t = (PlanTable(folder, name, COLUMNS[name]) for name in ("staff", "shifts", "slots"))
    staff = zip(
        s.texts("id"), s.texts("ward"), map(_words, s.texts("skills")), s.codes("trained", NO_YES),
        s.whole("zone_days", 0).tolist(), map(_line, s.texts("before")), strict=True,
    )  # fmt: skip
    shifts = zip(
        f.texts("name"), f.numbers("start_h").tolist(), f.numbers("end_h").tolist(), f.numbers("zone_h", 0.0).tolist(),
        f.codes("night", NO_YES, 0), strict=True,
    )  # fmt: skip
    slots = zip(t.texts("ward"), t.texts("shift"), t.texts("skill"), t.whole("count").tolist(), strict=True)
    return Roster(
        tuple(Staff(who, ward, skills, bool(ok), zone, before) for who, ward, skills, ok, zone, before in staff),
        tuple(Shift(name, start, end, zone, bool(night)) for name, start, end, zone, night in shifts),
        tuple(Slot(*row) for row in slots),
        days, _off(folder), _last(folder),
    )  # fmt: skip


def write_roster(folder: Path, roster: Roster) -> None:
    """Write an instance as the CSV tables that :func:`read_roster` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = [(p.id, p.ward, ";".join(sorted(p.skills)), NO_YES[p.trained], p.zone_days, p.before) for p in roster.staff]
    _write(folder, "staff", [(*row[:5], ";".join(name or REST for name in row[5])) for row in lines])
    _write(folder, "shifts", [(f.name, f.start, f.end, f.zone_hours, NO_YES[f.night]) for f in roster.shifts])
    _write(folder, "slots", [(t.ward, t.shift, t.skill, t.count) for t in roster.slots])
    _write(folder, "off", [(off.staff, off.day, NO_YES[off.firm]) for off in roster.off])
    if roster.last:
        _write(folder, "last", [(who, day, shift) for (who, day), shift in sorted(roster.last.items()) if shift])


def _write(folder: Path, name: str, rows: list[tuple[object, ...]]) -> None:
    columns = zip(*rows, strict=True) if rows else ([] for _ in COLUMNS[name])
    write_table(folder / f"{name}.csv", dict(zip(COLUMNS[name], map(list, columns), strict=True)))


def _off(folder: Path) -> tuple[DayOff, ...]:
    if not table_exists(folder, "off"):
        return ()
    table = PlanTable(folder, "off", COLUMNS["off"])
    rows = zip(table.texts("staff"), table.whole("day").tolist(), table.codes("firm", NO_YES, 0), strict=True)
    return tuple(DayOff(who, day, bool(firm)) for who, day, firm in rows)


def _last(folder: Path) -> dict[tuple[str, int], str]:
    """The plan in force: one row per duty, so two rows for one person and day contradict each other."""
    if not table_exists(folder, "last"):
        return {}
    table = PlanTable(folder, "last", COLUMNS["last"])
    found: dict[tuple[str, int], str] = {}
    rows = zip(table.texts("staff"), table.whole("day").tolist(), table.texts("shift"), strict=True)
    for number, (who, day, shift) in enumerate(rows, 2):
        if (who, day) in found:
            raise BadInput(f"{table.path.name}, row {number}: {who} has two duties on day {day}. Keep one.")
        found[who, day] = shift
    return found


def _words(text: str) -> frozenset[str]:
    return frozenset(word.strip() for word in text.split(";") if word.strip())


def _line(text: str) -> tuple[str, ...]:
    return tuple("" if word.strip() == REST else word.strip() for word in text.split(";")) if text else ()
