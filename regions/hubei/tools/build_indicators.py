"""Writes indicators.csv: what was published beside the confirmed, cured and dead, from tables of those facts.

    python regions/hubei/tools/build_indicators.py TEXTS.csv DISTRICTS.csv OLDER_HUBEI.csv OLDER_WUHAN.csv

TEXTS (read in bulletins) and DISTRICTS (of Wuhan) are graded `text`; a figure that only an older compilation has is
graded `single`. What nothing told has no row.
"""

from __future__ import annotations

import csv
import datetime as dt
import sys
from collections.abc import Iterator
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
FIELDS = ("day", "place", "indicator", "value", "published_on", "source", "grade", "read", "note")
TEXTS = {
    "current_confirmed": "current_confirmed", "in_hospital": "in_hospital", "severe": "severe", "critical": "critical",
    "severe_and_critical": "severe_and_critical", "suspected": "suspected", "new_suspected": "new_suspected",
    "contacts_traced": "contacts_traced", "contacts_under_observation": "contacts_observed",
}  # fmt: skip
OLDER = {
    "severe": "severe", "critical": "critical", "severe_critical": "severe_and_critical", "suspected": "suspected",
    "new_suspected": "new_suspected", "fever_clinic": "fever_clinic_visits",
    "first_visit_fever_clinic": "fever_clinic_first_visits", "observe_from_fever_clinic": "fever_clinic_kept",
    "number_of_people_tested": "tested", "now_confirmed_inpatient": "current_confirmed",
    "now_confirmed": "current_confirmed",
}  # fmt: skip
# Of Hubei, this column holds the patients in hospital before this day, and who is confirmed now from it on.
INPATIENTS = ("2020-02-12", "now_confirmed_inpatient", "in_hospital")
CLINICAL = ("2020-02-12", "new_clinical_confirmed", "new_clinical")  # earlier days count something else in this column
# Districts of Wuhan that are commanded as zones.
ZONES = {
    "武汉开发区(汉南)": "420100-jingkai",
    "东湖开发区": "420100-donghu-gaoxin",
    "东湖风景区": "420100-donghu-fengjing",
}
Row = dict[str, str]


def main(texts: Path, districts: Path, hubei: Path, wuhan: Path) -> None:
    found: dict[tuple[str, str, str], Row] = {}
    for row in (*of_texts(texts), *of_districts(districts), *older(hubei, "420000"), *older(wuhan, "420100")):
        found.setdefault((row["day"], row["place"], row["indicator"]), row)
    rows = [found[key] for key in sorted(found)]
    with (HERE / "indicators.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, FIELDS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} figures, {rows[0]['day']} to {rows[-1]['day']}")


def read(path: Path) -> Iterator[Row]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        yield from csv.DictReader(file)


def of_texts(path: Path) -> Iterator[Row]:
    for line in read(path):
        for column, indicator in TEXTS.items():
            if line[column]:
                source = "hubei-hc" if line["unit_code"] == "420000" else "wuhan-mhc"
                yield figure(line["day"], line["unit_code"], indicator, line[column], source, "text", line["source"])


def of_districts(path: Path) -> Iterator[Row]:
    for line in read(path):
        place, indicator = ZONES.get(line["district"], line["code"]), "district_confirmed"
        if line["code"] == "elsewhere":
            place, indicator = "420100", "confirmed_elsewhere"
        yield figure(line["day"], place, indicator, line["confirmed"], "wuhan-mhc", "text", line["source"])


def older(path: Path, code: str) -> Iterator[Row]:
    for line in read(path):
        since, *clinical = CLINICAL
        told = OLDER | ({INPATIENTS[1]: INPATIENTS[2]} if line["date"] < INPATIENTS[0] else {})
        for column, indicator in (*told.items(), *([clinical] if line["date"] >= since else ())):
            if line.get(column):
                source = "hubei-hc" if code == "420000" else "wuhan-mhc"
                value, named = str(int(float(line[column]))), line["data_source"] or "none"
                where = f"a compilation; source named there: {named}"
                yield figure(line["date"], code, indicator, value, source, "single", where)


def figure(day: str, code: str, indicator: str, value: str, source: str, grade: str, where: str) -> Row:
    after = str(dt.date.fromisoformat(day) + dt.timedelta(days=1))  # bulletins for a day came out on the next morning
    return dict(zip(FIELDS, (day, f"cn.{code}", indicator, value, after, source, grade, where, ""), strict=True))


if __name__ == "__main__":
    main(*map(Path, sys.argv[1:]))
