"""Writes bulletins.csv: what the health commissions published, by day and unit, from a table of those facts.

    python regions/hubei/tools/build_bulletins.py TABLE.csv

TABLE has `date, code, confirmed_cum, cured_cum, dead_cum, rule`. Nothing is repaired: decreases, gaps and
sums that do not add up are carried over as they were published.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
FIRST_STATEMENT = dt.date(2020, 1, 11)  # Wuhan: 41 confirmed by 10 January, none new since the 3rd
HUANG = dt.date(2020, 1, 24)  # onset dates of the first 41 patients
FIELDS = ["day", "place", "confirmed", "cured", "dead", "published_on", "source", "note"]


def main(table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [bulletin(line) for line in csv.DictReader(file)]
    rows.sort(key=lambda row: (row["day"], row["place"]))
    with (HERE / "bulletins.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} bulletins, {rows[0]['day']} to {rows[-1]['day']}")


def bulletin(line: dict[str, str]) -> dict[str, str]:
    day = dt.date.fromisoformat(line["date"])
    published, source, note = origin(day, line["code"])
    if "wrong" in line["rule"]:
        note = "an aggregator has 47163; the commission's figure is 48206"
    return {
        "day": day.isoformat(),
        "place": f"cn.{line['code']}",
        "confirmed": line["confirmed_cum"],
        "cured": line["cured_cum"],
        "dead": line["dead_cum"],
        "published_on": published.isoformat(),
        "source": source,
        "note": note,
    }


def origin(day: dt.date, code: str) -> tuple[dt.date, str, str]:
    """Publication day, source and note. Bulletins for a day came out on the following morning."""
    if day < dt.date(2020, 1, 3):
        return HUANG, "retrospective", "by onset, told afterwards; published no earlier than this"
    if day < dt.date(2020, 1, 10):
        return (
            FIRST_STATEMENT,
            "wuhan-mhc",
            "covered by the statement that there was none new since 3 January",
        )
    if day < dt.date(2020, 1, 20):
        return (
            day + dt.timedelta(1),
            "wuhan-mhc",
            "" if code == "420100" else "Wuhan was the only unit with cases",
        )
    return day + dt.timedelta(1), "hubei-hc" if code == "420000" else "hubei-hc-units", ""


if __name__ == "__main__":
    main(Path(sys.argv[1]))
