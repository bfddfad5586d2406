"""Writes population.csv: people and households by unit and county, census of 1 November 2020.

python regions/hubei/tools/build_population.py CENSUS_TABLE.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
AGES = [f"{sex}_{band}" for sex in "mf" for band in ("0", "1_4", "5_9", "10_14")]
OLD = [f"{sex}_{band}" for sex in "mf" for band in ("65_69", "70_74", "75_79", "80_84")]


def main(table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    old = OLD + [name for name in lines[0] if name.startswith(("m_85", "f_85"))]
    rows = []
    for line in lines:
        if line["code"] == "429000":
            continue  # a heading over the four directly administered units, no place
        levels = {"province": ["prefecture"], "prefecture": ["prefecture"], "county": ["county"]}[line["level"]]
        if line["code"].startswith("4290"):
            levels = ["prefecture", "county"]  # one place and the county in it: the same people
        for level in levels:
            key = f"cn.{line['code']}"
            rows.append(
                {
                    "place": key + (".county" if level == "county" and key.startswith("cn.4290") else ""),
                    "people": line["pop"],
                    "households": line["family_hh"],
                    "household_people": line["family_hh_pop"],
                    "one_person_households": line["hh_1person"],
                    "under_15": total(line, AGES),
                    "aged_65_plus": total(line, old),
                    "as_of": "2020-11-01",
                    "source": "census-2020",
                }
            )
    rows.sort(key=lambda row: row["place"])
    with (HERE / "population.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} rows")


def total(line: dict[str, str], names: list[str]) -> int:
    return sum(int(float(line[name] or 0)) for name in names)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
