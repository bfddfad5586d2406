"""The demo region as files: both trees, what was published, and that the files agree."""

from __future__ import annotations

import csv
import datetime as dt
import gzip
from collections import Counter, defaultdict
from functools import cache
from pathlib import Path

import pytest

from tongzhou.places.region import Region, load_region
from tongzhou.places.region_check import check_region

ROOT = Path(__file__).resolve().parents[2]
HUBEI = ROOT / "regions" / "hubei"
SHARED = ROOT.parent / "shared" / "data"
MARCH_3, MARCH_2 = dt.date(2020, 3, 3), dt.date(2020, 3, 2)


@cache
def hubei() -> Region:
    return load_region(HUBEI)


def shared_table(name: str) -> list[dict[str, str]]:
    path = SHARED / name
    if not path.exists():
        pytest.skip(f"{name} is not beside this checkout")
    raw = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return list(csv.DictReader(raw.decode("utf-8-sig").splitlines()))


def test_the_files_agree() -> None:
    assert check_region(HUBEI) == []


def test_counts_by_level() -> None:
    counts = hubei().counts()
    levels = ("province", "prefecture", "county", "township", "community")
    assert [counts[level] for level in levels] == [1, 17, 103, 1250, 27405]
    assert counts["township_beside"] == 228
    assert counts["community"] + counts["community_beside"] == 28547


def test_every_code_of_the_official_list_is_a_place_and_no_other() -> None:
    official = {row["code12"]: row["name"] for row in shared_table("admin/hubei_admin_2019_10.csv.gz")}
    official.pop("429000000000")  # a heading, not a place
    # Four units are one code and two places, a prefecture-level unit and the county in it.
    coded = [place for place in hubei().places if place.source == "nbs-2019" and place.code.isdecimal()]
    ours = {place.code.ljust(12, "0"): place.name_zh for place in coded}
    assert ours == official


def test_directly_administered_units_are_prefecture_and_county_at_once() -> None:
    levels = defaultdict(list)
    for place in hubei().places:
        if place.code.startswith("4290") and len(place.code) == 6:
            levels[place.code].append(place.level)
    assert dict(levels) == {code: ["prefecture", "county"] for code in ("429004", "429005", "429006", "429021")}
    for tree in ("statistical", "command"):
        parents = hubei().parents(tree, MARCH_3)
        assert parents["cn.429004"] == "cn.420000" and parents["cn.429004.county"] == "cn.429004"


def test_districts_are_merged_into_urban_units_on_3_march() -> None:
    counties = [place.key for place in hubei().places if place.level == "county" and not place.invented]
    before, after = hubei().parents("command", MARCH_2), hubei().parents("command", MARCH_3)
    assert before["cn.420106"] == "cn.420100" and after["cn.420106"] == "cn.420100-urban"
    assert "cn.420100-urban" not in before and after["cn.420100-urban"] == "cn.420100"

    def unit(key: str) -> str:
        at: str | None = key
        while at is not None:
            if at.endswith("-urban"):
                return at
            at = after[at]
        return key

    units = {unit(key) for key in counties}
    assert len(counties) == 103 and len(units) == 76
    assert units == {row.place for row in hubei().risk if row.as_of == MARCH_3}


def test_functional_zones_command_what_the_statistics_count_elsewhere() -> None:
    statistical, command = hubei().parents("statistical", MARCH_3), hubei().parents("command", MARCH_3)
    assert (statistical["cn.420111080"], command["cn.420111080"]) == ("cn.420111", "cn.420100-donghu-gaoxin")
    assert (statistical["cn.420115088"], command["cn.420115088"]) == ("cn.420115", "cn.420100-donghu-gaoxin")
    assert command["cn.420113"] == "cn.420100-jingkai"
    assert not any(key.startswith("cn.420100-") for key in statistical)


@pytest.mark.parametrize("day", [dt.date(2020, 1, 10), MARCH_3])
def test_ids_by_row_order_make_every_command_subtree_one_range(day: dt.date) -> None:
    ids = {place.key: n for n, place in enumerate(hubei().places)}
    parents = hubei().parents("command", day)
    below: dict[str, list[int]] = defaultdict(list)
    for key in parents:
        at: str | None = key
        while at is not None:
            below[at].append(ids[key])
            at = parents[at]
    # Before the merger the unit's own row is not in the tree, which leaves one gap in its city's range.
    absent = {ids[place.key] for place in hubei().places} - {ids[key] for key in parents}
    for key, numbers in below.items():
        span = set(range(min(numbers), max(numbers) + 1))
        assert span - set(numbers) <= absent, key


def test_10_march_as_published() -> None:
    counts = {b.place: b for b in hubei().bulletins if b.day == dt.date(2020, 3, 10)}
    assert (counts["cn.420000"].confirmed, counts["cn.420100"].confirmed) == (67773, 49978)
    assert (counts["cn.420100"].cured, counts["cn.420200"].cured) == (33041, 917)
    assert len(counts) == 18 and {b.published_on for b in counts.values()} == {dt.date(2020, 3, 11)}


def test_every_figure_that_the_texts_correct_is_the_texts() -> None:
    first = {(b.day.isoformat(), b.place): b for b in hubei().bulletins if b.version == "first"}
    corrections = shared_table("cases/hubei_bulletins_corrections.csv")
    wrong = [row for row in corrections
             if getattr(first[row["day"], f"cn.{row['unit']}"], row["field"]) != int(row["right"])]  # fmt: skip
    assert len(corrections) == 79 and wrong == []


def test_every_figure_is_the_verified_one_with_its_grade_or_was_not_told() -> None:
    """What no text lists is left empty, and only the cured of units: compilations mix in the evening's figures."""
    ours = {(b.day.isoformat(), b.place.removeprefix("cn."), b.version): b for b in hubei().bulletins}
    rows = shared_table("cases/hubei_bulletins_verified.csv")
    empty = []
    for row in rows:
        one = ours.pop((row["day"], row["unit_code"], row["version"]))
        assert one.published_on.isoformat() == row["published_on"] and one.read == row["source"]
        for name in ("confirmed", "cured", "dead"):
            figure = getattr(one, name)
            if figure is None and row[name]:
                empty.append((name, row["unit_code"], row[f"grade_{name}"], row["note"]))
            else:
                assert row[name] == ("" if figure is None else str(figure)), (row["day"], row["unit_code"], name)
                grade = row[name] and (row[f"grade_{name}"] or row["grade"])
                reckoned = f"{name}: by arithmetic" in row["note"] or "cumulative minus new" in row["source"]
                assert one.grades.get(name, "") == ("arithmetic" if reckoned and grade == "text" else grade)
    assert len(rows) == 1293 and len(empty) > 300
    assert {(name, grade == "text", unit == "420000") for name, unit, grade, _ in empty} == {("cured", False, False)}
    assert all("no cumulative list" in note or "differ" in note or "not found" in note for *_, note in empty)
    withdrawn = next(one for one in hubei().bulletins if (one.place, one.confirmed) == ("cn.420000", 47163))
    assert withdrawn.grades == {"confirmed": "arithmetic", "dead": "arithmetic"} and withdrawn.dead == 1202
    assert {key[0] for key in ours} == {f"2020-01-{day}" for day in range(10, 20)}  # Wuhan's own, before the province's


def test_new_cases_are_those_that_the_texts_tell() -> None:
    first = {(b.day.isoformat(), b.place): b for b in hubei().bulletins if b.version == "first"}
    for row in shared_table("cases/hubei_bulletins_new_told.csv"):
        told = {name: int(row[f"new_{name}"]) for name in ("confirmed", "cured", "dead") if row[f"new_{name}"]}
        assert first[row["day"], f"cn.{row['unit_code']}"].new == told


def test_indicators_are_those_of_the_texts() -> None:
    held = {(f.day.isoformat(), f.place, f.indicator): f for f in hubei().indicator_figures}
    assert (held["2020-02-23", "cn.420000", "suspected"].value, len(held)) == (2770, len(hubei().indicator_figures))
    names = {"contacts_under_observation": "contacts_observed"}
    told = 0
    for row in shared_table("cases/hubei_severity_from_bulletins.csv"):
        for column, value in row.items():
            if value and column not in ("day", "unit_code", "source"):
                one = held[row["day"], f"cn.{row['unit_code']}", names.get(column, column)]
                assert (one.value, one.grade, one.read) == (int(value), "text", row["source"])
                told += 1
    assert told == 335
    assert {f.grade for f in held.values()} == {"text", "single"}


def test_districts_of_wuhan_add_up_to_wuhan() -> None:
    wuhan = {b.day: b.confirmed for b in hubei().bulletins if b.place == "cn.420100"}
    days: dict[dt.date, int] = defaultdict(int)
    for one in hubei().indicator_figures:
        if one.indicator in ("district_confirmed", "confirmed_elsewhere"):
            days[one.day] += one.value
    assert len(days) == 4 and all(days[day] == wuhan[day] for day in days if day in wuhan)


def test_levels_as_published_on_both_days() -> None:
    found = Counter((row.as_of.isoformat(), row.level) for row in hubei().risk)
    assert found == {
        ("2020-02-28", "low"): 11, ("2020-02-28", "medium"): 34, ("2020-02-28", "high"): 58,
        ("2020-03-03", "low"): 22, ("2020-03-03", "medium"): 17, ("2020-03-03", "high"): 37,
    }  # fmt: skip
    assert [series.as_of.isoformat() for series in hubei().risk_series][-1] == "2020-03-21"


def test_facilities_hold_planned_and_actual_beds() -> None:
    by_key = {facility.key: facility for facility in hubei().facilities}
    assert len(by_key) == 15 and sum(f.kind == "fangcang" for f in by_key.values()) == 13
    assert by_key["hs.leishenshan"].plan_history == (1300, 1500, 1600)
    assert by_key["hs.leishenshan"].beds_actual == 1402
    wuchang = by_key["fc.wuchang"]
    assert wuchang.discharged is not None and wuchang.transferred is not None
    assert wuchang.patients == wuchang.discharged + wuchang.transferred == 1124


def test_over_occupied_days_are_kept_as_published() -> None:
    over = [row.day.isoformat() for row in hubei().designated_beds if row.used > row.beds]
    assert over == ["2020-02-01", "2020-02-02", "2020-02-03", "2020-02-05", "2020-02-06", "2020-02-07"]
    assert all(row.used + row.empty != row.beds for row in hubei().designated_beds)


def test_census_of_units_adds_up_to_the_province() -> None:
    people = {row.place: row.people for row in hubei().population}
    units = [place.key for place in hubei().places if place.level == "prefecture" and not place.invented]
    assert sum(people[key] for key in units) == people["cn.420000"] == 57752557
    assert all(place.key in people for place in hubei().places if place.level == "county" and not place.invented)


def test_donghu_xincheng_is_an_aggregate_in_its_quasi_township() -> None:
    (community,) = hubei().communities
    place = next(place for place in hubei().places if place.key == community.place)
    assert (place.code, place.name_zh) == ("420111491015", "东湖新城社区居民委员会")
    assert (community.confirmed, community.days_without_new_at_least) == (32, 16)
    assert community.closed_management
    parent = next(p for p in hubei().places if p.key == hubei().parents("statistical", MARCH_3)[place.key])
    assert parent.kind == "quasi_township"
    assert hubei().parents("command", MARCH_3)[parent.key] == "cn.420100-donghu-fengjing"


def test_nobody_invented_lives_in_a_real_place() -> None:
    invented = [place for place in hubei().places if place.invented]
    assert {place.level for place in invented} == {"prefecture", "county", "township", "community", "grid"}
    assert all(
        "（虚构）" in place.name_zh and "(invented)" in place.name_en for place in invented if place.level != "grid"
    )
    command, theirs = hubei().parents("command", MARCH_3), {place.key for place in invented}
    assert all((command[key] in theirs) == (key in theirs) for key in command if command[key] is not None)
    real = {place.code for place in hubei().places if not place.invented}
    assert not any(code.startswith("99") for code in real)
    assert all(place.code.startswith("99") for place in invented)
    assert not set(hubei().parents("statistical", MARCH_3)) & {place.key for place in invented}


def test_tiles_do_not_overlap_and_cover_all_units_and_counties() -> None:
    assert Counter(tile.level for tile in hubei().tiles) == {"prefecture": 17, "county": 103}
    assert len({(tile.level, tile.col, tile.row) for tile in hubei().tiles}) == 120
