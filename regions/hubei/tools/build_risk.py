"""Writes risk_published.csv: the level published for each unit of the lists of 28 February and 3 March 2020.

python regions/hubei/tools/build_risk.py LEVELS.csv
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parents[1]
SOURCES = {"2020-02-28": "hubei-risk-0228", "2020-03-03": "hubei-risk-0303"}


def main(table: Path) -> None:
    with table.open(encoding="utf-8-sig", newline="") as file:
        rows = [published(line) for line in csv.DictReader(file)]
    rows.sort(key=lambda row: (row["as_of"], row["place"]))
    with (HERE / "risk_published.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    print(f"{len(rows)} levels")


def published(line: dict[str, str]) -> dict[str, str]:
    key = f"cn.{line['unit_code']}"
    if key.startswith("cn.4290"):
        key += ".county"
    return {
        "as_of": line["as_of_24h"],
        "place": key,
        "level": line["level"],
        "published_on": line["published"],
        "how": "listed" if line["how_obtained"] == "listed" else "complement",
        "source": SOURCES[line["as_of_24h"]],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]))
