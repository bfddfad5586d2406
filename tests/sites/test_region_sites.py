"""A region's sites are whole: what disagrees is told with file, row and field."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tongzhou.ledger import door
from tongzhou.places import load as furniture
from tongzhou.places.region import load_region
from tongzhou.sites import region as sites
from tongzhou.sites.drafts import COLUMNS
from tongzhou.sites.files import HEADINGS

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


def test_a_county_may_keep_a_file_of_its_own(tiny: Path) -> None:
    folder = tiny / "counties" / "xz.880121"
    folder.mkdir(parents=True)
    head = "key,kind,name_zh,place,since,invented,source\n"
    (folder / "sites.csv").write_text(head + "xz.luwei.shop,shop,芦苇商店,xz.880121100,2020-01-01,1,made-up\n")
    assert sites.check_sites(tiny, load_region(tiny)) == []
    (folder / "sites.csv").write_text(head + "xz.clinic,clinic,桨声诊所,xz.880121100,2020-01-01,1,made-up\n")
    (found,) = sites.check_sites(tiny, load_region(tiny))
    assert found.field == "key" and "xz.clinic" in found.detail, "one key, two files"


def test_the_docs_name_every_column() -> None:
    docs = (REGIONS.parent / "docs" / "sites.md").read_text().split("## The columns")[1].split("## ")[0]
    told: dict[str, str] = {}
    for line in docs.splitlines():
        if line.startswith("| `"):
            names, zh = (part.strip() for part in line.split("|")[1:3])
            told |= dict(zip(names.replace("`", "").split(", "), zh.split(", "), strict=True))
    assert told == HEADINGS and set(told) == set(COLUMNS)
