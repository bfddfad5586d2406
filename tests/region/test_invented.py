"""The invented counties as files: whole, marked, and a mistake in them told with file, line and field."""

from __future__ import annotations

import datetime as dt
import re
import shutil
from collections import Counter
from functools import cache
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from tongzhou.cli.region import region as region_command
from tongzhou.counties import whole as counties
from tongzhou.places.region import Region, load_region
from tongzhou.places.region_check import check_region
from tongzhou.sites.region import drafts

HUBEI = Path(__file__).resolve().parents[2] / "regions" / "hubei"
COUNTY = "invented/tongzhou/county.yaml"


@cache
def hubei() -> Region:
    return load_region(HUBEI)


@cache
def known() -> dict[str, counties.Whole]:
    return {one.key: one for one in counties.read(HUBEI, hubei())}


@cache
def sites(key: str) -> dict[str, list[str]]:
    """Keys of the sites of a county by kind, as they stand on 10 March."""
    found: dict[str, list[str]] = {}
    ids = {place.key: n for n, place in enumerate(hubei().places, 1)}
    for _file, _row, draft in drafts(HUBEI, hubei(), ids)[0]:
        if draft.key.startswith(f"{key}.") and (draft.until is None or draft.until > dt.date(2020, 3, 10)):
            found.setdefault(draft.kind, []).append(draft.key)
    return found


def test_tongzhou_district_is_what_it_is_said_to_be() -> None:
    tz = known()["tz"]
    assert (tz.county.orders_as, len(tz.county.streets), len(tz.county.communities())) == ("cn.420100", 3, 8)
    assert len(tz.homes) == 12_000
    held = {kind: len(keys) for kind, keys in sites("tz").items()}
    exactly = {"hospital": 2, "fangcang": 1, "cdc": 1, "health_station": 4, "depot": 1, "factory": 1, "supermarket": 2,
               "delivery_point": 8, "gate": 10, "firm": 40, "hotline": 1, "law_desk": 1, "care_home": 1, "dormitory": 1,
               "funeral_parlour": 1, "laboratory": 2, "isolation_point": 4, "truck": 1, "car": 8}  # fmt: skip
    assert {kind: held.get(kind) for kind in exactly} == exactly
    assert {ward["bed"] for ward in tz.house["wards"] if ward["facility"] == "tz.union"} == {
        "general", "dialysis", "obstetrics"
    }  # fmt: skip
    managed = {key.rpartition(".")[0] for key in sites("tz")["property_manager"]}
    assert {key.rpartition(".")[0] for key in sites("tz")["compound"]} - managed == {"tz.chuanwu"}


def test_gongji_county_is_what_it_is_said_to_be() -> None:
    gj = known()["gj"]
    assert (gj.county.orders_as, len(gj.county.streets), len(gj.county.communities())) == ("cn.420000", 4, 24)
    assert len(gj.homes) == 4_000
    held = {kind: len(keys) for kind, keys in sites("gj").items()}
    exactly = {"hospital": 1, "township_clinic": 4, "village_clinic": 24, "farm_shop": 8, "loudspeaker": 24, "farm": 4}
    assert {kind: held.get(kind) for kind in exactly} == exactly
    assert sum(home.migrant for home in gj.homes) > 0.2 * len(gj.homes)
    assert 0.07 < sum(home.poor for home in gj.homes) / len(gj.homes) < 0.12


def test_guifan_county_is_small_and_whole_and_has_no_orders() -> None:
    gf = known()["gf"]
    assert (gf.county.orders_as, len(gf.county.streets), len(gf.county.communities())) == ("", 2, 4)
    assert len(gf.homes) == 600
    held = {kind: len(keys) for kind, keys in sites("gf").items()}
    exactly = {"hospital": 1, "township_clinic": 2, "gate": 4, "community_office": 4, "law_desk": 1, "bus": 1}
    assert {kind: held.get(kind) for kind in exactly} == exactly


def test_isolation_points_are_of_each_kind() -> None:
    for one in known().values():
        serves = {ward["serves"] for ward in one.house["wards"] if ward["kind"] in ("hotel", "observation")}
        assert serves == {"contact", "fever", "suspected"}, one.key
        assert f"{one.key}.point.recovered" in sites(one.key)["isolation_point"]


@pytest.mark.parametrize("key", ["tz", "gj"])
def test_households_are_as_described(key: str) -> None:
    one = known()[key]
    homes, told = one.homes, one.county.homes
    people = sum(home.people for home in homes)
    assert sum(home.under_15 for home in homes) / people == pytest.approx(told.under_15, rel=0.05)
    assert sum(home.aged_65_plus for home in homes) / people == pytest.approx(told.aged_65_plus, rel=0.05)
    sizes = Counter(home.people for home in homes)
    assert all(sizes[n] / len(homes) == pytest.approx(share, abs=0.02) for n, share in told.size_shares.items())
    assert not any(home.people == home.under_15 for home in homes), "no child lives alone"
    ill = Counter(one.what for home in homes for one in home.ill)
    assert {one.what for one in told.chronic} == set(ill), "of each illness there is somebody"
    assert any(home.dependants for home in homes)


def test_the_numbers_of_doors_run_through_all_and_the_same_seed_makes_the_same_people() -> None:
    numbers = [home.number for one in known().values() for home in one.homes]
    assert numbers == list(range(1, 16_601))
    again = {one.key: one for one in counties.read(HUBEI, hubei())}
    assert all(again[key].homes == one.homes and again[key].members == one.members for key, one in known().items())
    other = {one.key: one for one in counties.read(HUBEI, hubei(), seed=1)}
    assert other["tz"].homes != known()["tz"].homes


def test_everybody_has_a_login_of_their_own_and_those_of_the_stories_are_there() -> None:
    everybody = [member for one in known().values() for member in one.members]
    logins = [member.login for member in everybody]
    assert len(logins) == len(set(logins)) > 300
    assert all(re.fullmatch("[a-z0-9-]+", login) for login in logins)
    desks = yaml.safe_load((HUBEI / "desks.yaml").read_text())["staff"]
    assert not {one["login"] for one in desks} & set(logins)
    assert {"zhao", "qian", "xu", "he", "lin", "tang", "ning", "sun", "fang", "dong", "luo", "tian"} <= set(logins)
    titles = {member.title_en for member in everybody}
    assert {"posted cadre", "group-buying head", "nurse of the outside medical team"} <= titles


def test_every_telephone_is_of_the_reserved_range() -> None:
    for one in known().values():
        numbers = one.county.desks()
        assert all(re.fullmatch("000-[0-9]{8}", number) for number in numbers.values())
        assert (
            len(set(numbers.values())) == len(numbers) == len([v for v in one.county.levels().values() if v != "grid"])
        )


def test_the_check_is_silent() -> None:
    told = CliRunner().invoke(region_command, ["check", str(HUBEI)])
    assert told.exit_code == 0, told.output


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The invented counties beside the tiny region, which is read in no time."""
    folder = tmp_path_factory.mktemp("small") / "tiny"
    shutil.copytree(HUBEI.parent / "tiny", folder)
    shutil.copytree(HUBEI / "invented", folder / "invented")
    for path, of in (("tongzhou", "cn.420100"), ("gongji", "cn.420000")):
        change(folder / "invented" / path / "county.yaml", f"orders_as: {of}", "orders_as: xz.880100")
    with (folder / "sources.yaml").open("a") as file:
        file.write(
            "  - {id: invented, title: Invented, issuer: us, date: 2026-11-29, grade: invented, read: invented}\n"
        )
    (folder / "goods").mkdir()
    goods = (HUBEI / "sites.csv").read_text().replace("cn.420000", "xz.880000")
    (folder / "goods" / "sites.csv").write_text(goods)
    change(folder / "region.yaml", "invented: true", "invented: false")
    assert check(folder) == []
    return folder


def change(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new, 1))


def check(folder: Path) -> list[str]:
    return CliRunner().invoke(region_command, ["check", str(folder)]).output.splitlines()[:-1]


@pytest.fixture
def copy(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small, tmp_path / "tiny"))


@pytest.mark.parametrize(
    ("old", "new", "field", "part"),
    [
        ('telephones: "000-2100"', 'telephones: "027-2100"', "telephones", "begin with 000"),
        ("doors: stairwells", "doors: tents", "doors", "tents"),
        ("under_15: 0.130", "under_15: 1.3", "under_15", "no number from 0 to 1"),
        ("1: 0.26, 2: 0.30", "1: 0.36, 2: 0.30", "size_shares", "not to 1"),
        ("[412, 12]", "[412]", "grids", "[households, stairwells]"),
        ("share: 0.31", "shore: 0.31", "shore", "is no field here"),
        ("name_en: Dukou Street", "name_en: ", "name_en", "is missing"),
        ("each: grid, deputy: community", "each: gird, deputy: community", "each", "gird"),
        ("since: 2019-10-31", "since: 2019-13-31", "since", "is no day"),
        ("streets:\n  - key", "streets:\n   key", "", "is no YAML"),
    ],
)
def test_what_cannot_be_read_is_told_with_file_line_and_field(
    copy: Path, old: str, new: str, field: str, part: str
) -> None:
    change(copy / COUNTY, old, new)
    (found,) = [one for one in check_region(copy) if one.file == COUNTY]
    assert (found.field, part in found.detail) == (field, True), found
    assert found.row > 0


@pytest.mark.parametrize(
    ("file", "old", "new", "part"),
    [
        (COUNTY, "role: law_desk", "role: lawyer", "lawyer is no role"),
        (COUNTY, "place: tz.dukou}", "place: tz.nowhere}", "tz.nowhere is no place"),
        (COUNTY, "  - {role: duty_officer, each: township}\n", "", "tz.qiaotou has no duty officer"),
        (COUNTY, "  - {role: epidemiologist, each: county}\n", "  - {role: epidemiologist, each: county, people: 1}\n",
         "tz.county has no deputy of its epidemiologist"),
        (COUNTY, "orders_as: xz.880100", "orders_as: cn.429999", "no real place"),
        (COUNTY, "  first: 1 ", "  first: 9 ", "the households before it end at 0"),
        ("invented/tongzhou/sites.csv", "tz.dengta.gate,gate", "tz.dengta.gate,shop", "tz.dengta has no gate"),
        ("invented/tongzhou/sites.csv", "tz.hotel,isolation_point", "tz.motel,isolation_point", "tz.hotel is no house"),
        ("invented/gongji/sites.csv", "000-20020001", "13800001111", "begin with 000"),
        ("invented/gongji/wards.yaml", "gj-county-nurse", "gj-county-norse", "gj-county-norse holds no post"),
    ],
)  # fmt: skip
def test_what_is_not_whole_is_told(copy: Path, file: str, old: str, new: str, part: str) -> None:
    change(copy / file, old, new)
    told = check(copy)
    lines = [line for line in told if part in line]
    assert lines and all(line.startswith(str(Path(file).parent)) for line in lines), told
