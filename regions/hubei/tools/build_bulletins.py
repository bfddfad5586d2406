"""Writes bulletins.csv: what the health commissions published, by day and unit, from tables of those facts.

    python regions/hubei/tools/build_bulletins.py VERIFIED.csv NEW_TOLD.csv EARLY.csv

VERIFIED has `day, unit_code, version, published_on, confirmed, cured, dead`, a grade for each figure, `source` (where
it was read) and `note`; NEW_TOLD has the new cases that the texts tell; EARLY has `date, data_source, tot_confirmed,
cured, dead` of Wuhan before 20 January. Nothing is repaired: decreases, gaps and sums that do not add up are carried
over as they were published. What no text told stays empty (`left_empty`).
"""

from __future__ import annotations

import csv
import datetime as dt
import re
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
PROVINCE, WUHAN = "420000", "420100"
MEASURES = ("confirmed", "cured", "dead")
FIELDS = [
    "day", "place", "confirmed", "cured", "dead", "published_on", "source", "note", "version", "published_at",
    *(f"new_{name}" for name in MEASURES), *(f"grade_{name}" for name in MEASURES), "read",
]  # fmt: skip
EARLY_DAYS = (dt.date(2020, 1, 10), dt.date(2020, 1, 19))  # Wuhan's own daily statements; the first told of the 10th
MORNING = "08:00"
# The withdrawals of 19 February were added back on the 21st: by that the whole change of the day is new cases.
ADDED_BACK = "2020-02-19"
Row = dict[str, str]


def main(verified: Path, new_told: Path, early: Path) -> None:
    rows = list(read(verified))
    told = {(row["day"], row["unit_code"]): row for row in read(new_told)}
    first = {(row["day"], row["unit_code"]): row for row in rows if row["version"] == "first"}
    open_days = {name: {row["day"] for row in rows if not closes(row["day"], name, first)} for name in MEASURES}
    found = [*before(early), *(bulletin(row, told, first, open_days) for row in rows)]
    found.sort(key=lambda row: (row["day"], row["place"], row["version"]))
    with (HERE / "bulletins.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(found)
    empty = sum(not row[name] for row in found for name in ("cured", "dead"))
    print(f"{len(found)} bulletins, {found[0]['day']} to {found[-1]['day']}; {empty} figures that nothing told")


def read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def bulletin(
    row: Row, told: dict[tuple[str, str], Row], first: dict[tuple[str, str], Row], open_days: dict[str, set[str]]
) -> Row:
    day, code, restated = row["day"], row["unit_code"], row["version"] == "restated"
    found = dict.fromkeys(FIELDS, "") | {
        "day": day,
        "place": f"cn.{code}",
        "published_on": row["published_on"],
        "source": "hubei-hc" if code == PROVINCE else "hubei-hc-units",
        "note": row["note"],
        "version": row["version"],
        "read": row["source"],
    }
    if restated and re.match("bulletin of|NHC 24 Feb", f"{row['source']}{row['note']}"):
        found["published_at"] = MORNING  # told by the next day's bulletin itself; others came in the evening
    for name in MEASURES:
        if row[name] and not left_empty(row, name, open_days):
            found[name] = row[name]
            found[f"grade_{name}"] = graded(row, name)
        if not restated:
            found[f"new_{name}"] = told.get((day, code), {}).get(f"new_{name}", "")
    if restated and day == ADDED_BACK:
        yesterday = first[str(dt.date.fromisoformat(day) - dt.timedelta(days=1)), code]
        found["new_confirmed"] = str(int(row["confirmed"]) - int(yesterday["confirmed"]))
    return found


def graded(row: Row, name: str) -> str:
    """How well a figure is known. What was not read but reckoned from figures of a text is told apart from the text."""
    grade = row[f"grade_{name}"] or row["grade"]
    reckoned = f"{name}: by arithmetic" in row["note"] or "cumulative minus new" in row["source"]
    return "arithmetic" if grade == "text" and reckoned else grade


def left_empty(row: Row, name: str, open_days: dict[str, set[str]]) -> bool:
    """The cured of a unit, where the day's bulletin had no list of them and compilations mix in the evening's, or
    where the sources differ and the day does not add up to the province."""
    if name != "cured" or row["unit_code"] == PROVINCE or row[f"grade_{name}"] in ("", "text"):
        return False
    notes = " ".join(part for part in row["note"].split("; ") if part.startswith(f"{name}:") or ":" not in part)
    if "no cumulative list" in row["note"] or "list was not found" in row["note"]:
        return True
    return ("third source differs" in notes or "sources differ" in notes) and row["day"] in open_days[name]


def closes(day: str, name: str, first: dict[tuple[str, str], Row]) -> bool:
    """Whether the units add up to the province on a day."""
    units = [row[name] for (of, code), row in first.items() if of == day and code != PROVINCE]
    whole = first[day, PROVINCE][name]
    return bool(whole) and all(units) and sum(map(int, units)) == int(whole)


def before(early: Path) -> Iterator[Row]:
    """Wuhan and, since there were no cases elsewhere, the province, before the province's own daily bulletin."""
    for line in read(early):
        day = dt.date.fromisoformat(line["date"])
        if EARLY_DAYS[0] <= day <= EARLY_DAYS[1]:
            figures = {name: str(int(float(line[of]))) for name, of in zip(MEASURES, ("tot_confirmed", "cured", "dead"),
                                                                        strict=True)}  # fmt: skip
            if day == EARLY_DAYS[1]:
                figures["dead"] = ""  # 3 and 4 are told
            grades = {f"grade_{name}": "two_agree" for name, figure in figures.items() if figure}
            for code in (PROVINCE, WUHAN):
                yield (
                    dict.fromkeys(FIELDS, "")
                    | figures
                    | grades
                    | {
                        "day": str(day),
                        "place": f"cn.{code}",
                        "published_on": str(day + dt.timedelta(days=1)),
                        "source": "wuhan-mhc",
                        "note": "" if code == WUHAN else "Wuhan was the only unit with cases",
                        "version": "first",
                        "read": "two compilations of Wuhan's statements",
                    }
                )


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
