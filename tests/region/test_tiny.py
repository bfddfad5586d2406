"""A tiny invented region reads like the real one, and every mistake is told with file, row and field."""

from __future__ import annotations

import datetime as dt
import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from tongzhou.cli.region import region as region_command
from tongzhou.places.region import RegionError, load_region
from tongzhou.places.region_check import check_region

TINY = Path(__file__).resolve().parents[2] / "regions" / "tiny"


@pytest.fixture
def tiny_copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(TINY, tmp_path / "tiny"))


def change(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1))


def test_the_example_of_the_docs_reads_and_agrees() -> None:
    region = load_region(TINY)
    assert region.invented and region.counts()["county"] == 3
    assert check_region(TINY) == []
    assert {p.key for p in region.places if p.level == "zone"} == {"xz.880100-port"}


def test_a_parent_changes_on_its_day() -> None:
    region = load_region(TINY)
    assert region.parents("command", dt.date(2020, 2, 14))["xz.880102002"] == "xz.880102"
    assert region.parents("command", dt.date(2020, 2, 15))["xz.880102002"] == "xz.880100-port"
    assert region.parents("statistical", dt.date(2020, 2, 15))["xz.880102002"] == "xz.880102"


@pytest.mark.parametrize(
    ("name", "old", "new", "file", "row", "field"),
    [
        ("bulletins.csv", "xz.880000,12,", "xz.880000,twelve,", "bulletins.csv", 5, "confirmed"),
        ("bulletins.csv", "2020-02-01,xz.889001,3", "2020-02-31,xz.889001,3", "bulletins.csv", 4, "day"),
        ("bulletins.csv", "7,1,0,2020-02-02", "7,1,0,2020-01-02", "bulletins.csv", 3, "published_on"),
        ("bulletins.csv", "xz.880100,9,1,0", "xz.880100,-9,1,0", "bulletins.csv", 6, "confirmed"),
        ("places.csv", "芦苇县,Luwei", ",Luwei", "places.csv", 12, "name_zh"),
        ("places.csv", "county,county,1", "shire,county,1", "places.csv", 12, "level"),
        ("facilities.csv", "40|60", "40 then 60", "facilities.csv", 2, "plan_history"),
        ("risk_published.csv", ",low,", ",green,", "risk_published.csv", 3, "level"),
        (
            "community_published.yaml",
            "confirmed: 4",
            "confirmed: few",
            "community_published.yaml",
            1,
            "confirmed",
        ),
        ("region.yaml", "codes_of: 2020-01-01", "codes_of: 2020", "region.yaml", 0, "codes_of"),
    ],
)
def test_what_cannot_be_read_is_named(
    tiny_copy: Path, name: str, old: str, new: str, file: str, row: int, field: str
) -> None:
    change(tiny_copy, name, old, new)
    with pytest.raises(RegionError) as caught:
        load_region(tiny_copy)
    found = caught.value.finding
    assert (found.file, found.row, found.field) == (file, row, field)
    assert file in str(caught.value) and field in str(caught.value)
    assert found in check_region(tiny_copy)


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "part"),
    [
        ("places.csv", "xz.880121,xz.880121", "xz.880199,xz.880121", "parent_statistical", "xz.880199"),
        ("places.csv", "tz.small,99", "tz.small,88", "code", "tz.small"),
        ("places.csv", "xz.880121,880121,", "xz.880121,8801-21,", "code", "six digits"),
        ("places.csv", "xz.880121,880121,", "xz.880121,880102,", "code", "2 counties"),
        ("places.csv", "0,1,,xz.889001100", "1,1,,xz.889001100", "invented", "counted"),
        ("places.csv", ",xz.880121100,2020", ",xz.889001100,2020", "parent_command", "preorder"),
        ("links.csv", "2020-02-15,made-up\n", "2020-02-16,made-up\n", "valid_to", "two command parents"),
        ("bulletins.csv", "2020-02-03,xz.880100", "2020-02-03,xz.770000", "place", "xz.770000"),
        ("bulletins.csv", "2020-02-04,made-up", "2020-02-04,hearsay", "source", "hearsay"),
        ("risk_published.csv", ",high,", ",low,", "level", "2020-03-01"),
        ("tiles.csv", "xz.880121,1,0", "xz.880121,0,0", "col", "one tile"),
        ("region.yaml", "county: 3", "county: 4", "level", "4 are expected"),
    ],
)
def test_files_that_disagree_are_found(tiny_copy: Path, name: str, old: str, new: str, field: str, part: str) -> None:
    change(tiny_copy, name, old, new)
    found = [finding for finding in check_region(tiny_copy) if finding.field == field]
    assert found and part in str(found[0])


def test_a_ring_of_parents_is_found(tiny_copy: Path) -> None:
    change(tiny_copy, "places.csv", "1,0,xz.880000,xz.880000,2020", "1,0,xz.880121100201,xz.880000,2020")
    assert any("does not hang from" in str(finding) for finding in check_region(tiny_copy))


def test_the_command_fails_with_the_finding_and_passes_without(tiny_copy: Path) -> None:
    passed = CliRunner().invoke(region_command, ["check", str(tiny_copy), "--json"])
    assert passed.exit_code == 0 and json.loads(passed.output)["ok"] is True
    change(tiny_copy, "bulletins.csv", "xz.880000,12,", "xz.880000,twelve,")
    failed = CliRunner().invoke(region_command, ["check", str(tiny_copy), "--json"])
    (finding,) = json.loads(failed.output)["findings"]
    assert failed.exit_code == 1
    assert (finding["file"], finding["row"], finding["field"]) == ("bulletins.csv", 5, "confirmed")


def test_a_folder_that_is_no_region_is_told(tmp_path: Path) -> None:
    (finding,) = check_region(tmp_path)
    assert finding.file == "region.yaml"


def test_the_board_draws_the_regions_own_boundaries(db: str) -> None:
    """Where a region brings a GeoJSON, its shapes are the map; a place without one is in the table only."""
    import psycopg
    from django.test import Client
    from tests_support import owner_dsn
    from world import bearer, make_staff

    from tongzhou.ledger import door
    from tongzhou.places.load import load

    region = load_region(TINY)
    assert len(region.outlines) == 4 and len(region.outlines[1].rings) == 2
    with door.ledger() as ledger:
        ids = load(ledger, region)
    make_staff("!")
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("update people_holding set place = %s where role = 'duty_officer'", [ids["xz.880000"]])
    client = Client(headers={**bearer("duty"), "Accept-Language": "en"})
    text = client.get(f"/board/{ids['xz.880000']}?day=2020-02-03").content.decode()
    drawn = text[text.index('<svg class="tiles"') :].partition("</svg>")[0]
    assert drawn.count("<path class=") == 2 and "<rect" not in drawn
    assert 'aria-label="Dongdu. Days since the last new case: not held here"' in drawn
    below = client.get(f"/board/{ids['xz.880100']}?day=2020-02-03").content.decode()
    assert below.count("<path class=") == 2


@pytest.mark.parametrize(
    ("old", "new", "field"),
    [
        ('"place": "xz.880100"', '"key": "xz.880100"', "place"),
        ('"type": "MultiPolygon"', '"type": "Point"', "geometry"),
        ("[120.0, 30.7]", "[520.0, 30.7]", "geometry"),
        ('"features"', '"rows"', "features"),
    ],
)
def test_a_boundary_that_cannot_be_read_is_named(tiny_copy: Path, old: str, new: str, field: str) -> None:
    change(tiny_copy, "boundaries.geojson", old, new)
    with pytest.raises(RegionError) as told:
        load_region(tiny_copy)
    assert (told.value.finding.file, told.value.finding.field) == ("boundaries.geojson", field)


def test_a_boundary_of_an_unknown_place_is_found(tiny_copy: Path) -> None:
    change(tiny_copy, "boundaries.geojson", '"place": "xz.880121"', '"place": "xz.nowhere"')
    assert any(f.file == "boundaries.geojson" and "xz.nowhere" in f.detail for f in check_region(tiny_copy))


def test_a_county_gives_numbers_under_the_code_that_it_had_first(db: str) -> None:
    from tongzhou.ledger import door
    from tongzhou.places.load import load
    from tongzhou.places.queries import county_number

    with door.ledger() as ledger:
        ids = load(ledger, load_region(TINY))
        ledger.execute(
            "insert into places_name (place, code, name_zh, name_en, pinyin, level, kind, invented, valid_from)"
            " select place, '880199', name_zh, name_en, pinyin, level, kind, invented, '2020-06-01' from places_name"
            " where place = %s",
            [ids["xz.880121"]],
        )
        numbers = {key: county_number(ledger, ids[key]) for key in ids}
    assert numbers["xz.880121100201"] == numbers["xz.880121"] == "880121", "recoded, and still its own"
    assert numbers["xz.889001100201"] == numbers["xz.889001.county"] == "889001"
    assert numbers["xz.880102002001"] == "880100", "a zone without a county: the nearest area around it"
    assert numbers["xz.880000"] == "880000"
