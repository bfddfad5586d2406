"""A region's sites are whole: what disagrees is told with file, row and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongzhou.ledger import door
from tongzhou.places import load as furniture
from tongzhou.places.region import load_region
from tongzhou.sites import region as sites

REGIONS = Path(__file__).resolve().parents[2] / "regions"


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    return Path(shutil.copytree(REGIONS / "tiny", tmp_path / "tiny"))


@pytest.mark.parametrize("name", ["tiny", "hubei"])
def test_the_files_agree(name: str) -> None:
    assert sites.check_sites(REGIONS / name, load_region(REGIONS / name)) == []


@pytest.mark.parametrize(
    ("old", "new", "row", "field", "part"),
    [
        ("xz.clinic,clinic", "xz.clinic,rocket", 2, "kind", "rocket"),
        ("0001234567", "13800001111", 2, "telephones", "begin with 000"),
        ("0001234567", "ring twice", 2, "telephones", "no telephone"),
        ("120.25,30.3", "114.25,30.3", 2, "lon", "Jiangsheng"),
        (",wgs84", ",", 2, "datum", "missing"),
        (",舟A88001", ",", 3, "plate", "missing"),
        ("xz.gate,", "xz.clinic,", 4, "since", ""),
        ("盒=30片; 箱", "箱", 5, "packs", "no number of pieces"),
        (",xz.880102,2020-01-01,,000", ",xz.999999,2020-01-01,,000", 2, "place", "xz.999999"),
        (",made-up,1\nxz.amb", ",hearsay,1\nxz.amb", 2, "source", "hearsay"),
    ],
)
def test_what_disagrees_is_told(tiny: Path, old: str, new: str, row: int, field: str, part: str) -> None:
    file = tiny / "sites.csv"
    text = file.read_text()
    assert old in text
    file.write_text(text.replace(old, new, 1))
    found = sites.check_sites(tiny, load_region(tiny))
    if field == "since":  # the clinic and, under its key, a gate that ends: both are spans of one site
        assert found == []
        return
    assert any((f.file, f.row, f.field) == ("sites.csv", row, field) and part in f.detail for f in found), found


def test_a_regions_sites_are_loaded_once(db: str) -> None:
    import world

    region = load_region(REGIONS / "tiny")
    with door.ledger() as connection:
        ids = furniture.load(connection, region)
        first = sites.load(connection, REGIONS / "tiny", region, ids, world.NOW)
        again = sites.load(connection, REGIONS / "tiny", region, ids, world.NOW)
        kinds = dict(connection.execute("select site, kind from sites_span").fetchall())
    assert (first, again) == (6, 0)
    assert kinds == {
        "fc.pier": "fangcang", "xz.clinic": "clinic", "xz.ambulance": "ambulance", "xz.gate": "gate",
        "xz.aspirin": "medicine", "xz.market": "market",
    }  # fmt: skip
