"""An operator sets up a real server from nothing: region, figures, doors, staff; nothing good is lost for a bad row."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongzhou.cli import main
from tongzhou.ledger import door

pytestmark = pytest.mark.postgres
ROOT = Path(__file__).resolve().parents[2]


def run(*arguments: str, code: int = 0) -> str:
    result = CliRunner().invoke(main, list(arguments))
    assert result.exit_code == code, result.output
    return result.output


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def one(query: str) -> Any:
    with door.ledger() as connection:
        row = connection.execute(query.encode()).fetchone()
    assert row is not None
    return row[0]


def test_from_an_empty_database_to_a_report(db: str, tmp_path: Path) -> None:
    assert "no region" in run("report", "sitrep", code=1)
    assert "places are loaded" in run("region", "load", str(ROOT / "regions/tiny"), "--production", "--places-only")
    assert one("select reltuples > 0 from pg_class where relname = 'places_name'")  # the planner knows what was loaded
    run("region", "load", str(ROOT / "regions/tiny"), "--places-only")  # again changes nothing
    key, code = one("select key from places_place where id = 1"), one("select code from places_name where place = 1")
    assert "Nothing has been published" in run("report", "sitrep", code=1)

    file = tmp_path / "figures.csv"
    lines = [
        "day,place,confirmed,cured,dead,published_on,source,note",
        f"2020-03-08,{key},10,2,0,2020-03-09,x,首日",
        f"2020-03-09,{code},12,2,0,2020-03-10,x,",
        f"2020-03-10,{key},abc,2,0,2020-03-11,x,",
        f"2020-13-10,{key},1,2,0,2020-03-11,x,",
        "2020-03-10,nowhere,1,2,0,2020-03-11,x,",
        f"2020-03-10,{key},1,-2,0,2020-03-11,x,",
        f"2020-03-10,{key},1,2,0,2020-03-09,x,",
        f"2020-03-10,{key},1,2,0,2020-03-11,,",
    ]
    file.write_bytes("\n".join(lines).encode("gb18030"))  # as Excel saves it in Chinese
    dry = run("bulletin", "import", str(file), "--dry-run")
    assert "2 would be new" in dry and one("select count(*) from ledger_fact") == 0
    assert "row 5: day: “2020-13-10” is no day; write it as 2020-03-10 / day：“2020-13-10”不是日期" in dry
    told = json.loads(run("bulletin", "import", str(file), "--json").splitlines()[0])
    assert (told["accepted"], told["refused"], told["repeated"]) == (2, 6, 0)
    refused = rows(Path(told["refused_file"]))
    assert [r["line"] for r in refused] == ["4", "5", "6", "7", "8", "9"]
    fields = [r["reason"].partition(":")[0] for r in refused]
    assert all(r["原因"] != r["reason"] for r in refused)
    assert fields == ["confirmed", "day", "place", "cured", "published_on", "source"]
    again = json.loads(run("bulletin", "import", str(file), "--json").splitlines()[0])
    assert (again["accepted"], again["repeated"]) == (0, 2) and one("select count(*) from ledger_fact") == 2
    assert "no column confirmed, published_on" in run(
        "bulletin", "import", str(_write(tmp_path, "day,place\n")), code=2
    )

    report = tmp_path / "r.html"
    assert json.loads(run("report", "sitrep", "--lang", "en", "--out", str(report), "--json"))["day"] == "2020-03-09"
    assert "12" in report.read_text()
    assert "no place" in run("report", "sitrep", "--place", "999999", code=2)


def test_doors_staff_and_archive(db: str, tmp_path: Path) -> None:
    run("region", "load", str(ROOT / "regions/tiny"), "--production", "--places-only")
    leaf = one("select p.key from places_place p join places_cover c on c.place = p.id where c.leaf limit 1")
    file = tmp_path / "doors.csv"
    good = [f"{n},{leaf},1,{n % 5}" for n in range(1, 31)]
    bad = [f"5,{leaf},1,3", f"x,{leaf},1,3", "40,nowhere,1,3", f"41,{leaf},1,-1"]
    file.write_text("\n".join(["number,place,stair,people", *good, *bad]))
    dry = run("households", "import", str(file), "--dry-run")
    assert "30 of 34 doors would be" in dry and one("select count(*) from community_household") == 0
    assert "row 34: place: there is no 'nowhere' in this region / place：本区域没有 'nowhere'" in dry
    told = json.loads(run("households", "import", str(file), "--json").splitlines()[0])
    assert (told["accepted"], told["refused"]) == (30, 4) == (one("select count(*) from community_household"), 4)
    assert [r["reason"].partition(":")[0] for r in rows(Path(told["refused_file"]))] == [
        "number", "number", "place", "people",
    ]  # fmt: skip

    assert "Nobody yet" in CliRunner().invoke(main, ["staff", "list"]).output
    made = run(
        "staff",
        "add",
        "anna",
        "--name",
        "安娜",
        "--role",
        "grid_worker",
        "--place",
        leaf,
        "--password",
        "Door-77-xyz-q",
    )
    assert "grid_worker" in made
    assert json.loads(run("staff", "list", "--json"))[0]["role"] == "grid_worker"
    king = ["staff", "add", "b", "--name", "b", "--role", "king", "--place", leaf, "--password", "Door-77-xyz-q"]
    assert "none of" in run(*king, code=2)
    assert "password" in run("staff", "add", "b", "--name", "b", "--password", "1234", code=2).lower()
    run("staff", "end", "anna", "grid_worker", leaf)
    assert json.loads(run("staff", "list", "--json"))[0]["role"] is None
    run("staff", "end", "anna", "grid_worker", leaf, code=1)

    import world

    world.say(world.heard(1), world.heard(2))
    told = json.loads(run("archive", "--out", str(tmp_path / "a"), "--json"))
    import pyarrow.parquet as pq

    table = pq.read_table(tmp_path / "a")
    assert told["facts"] == table.num_rows == 2 and set(table["kind"].to_pylist()) == {"household.heard"}
    assert "production ledger" in run("replay", "--until", "2020-01-23", code=1)


def test_a_dry_run_says_the_same_of_stock_and_wards_and_records_nothing(db: str, tmp_path: Path) -> None:
    run("region", "load", str(ROOT / "regions/tiny"), "--production", "--places-only")
    place = one("select key from places_place where id = 1")
    stock = _write(tmp_path, "counted_at,place,item,usable\n2020-03-10T08:00,PLACE,n95,5\n"
                   "2020-03-10T08:00,PLACE,ventilator,5\nsoon,PLACE,n95,5\n".replace("PLACE", place))  # fmt: skip
    head = "key,facility,facility_zh,facility_en,name_zh,name_en,kind,bed,serves,place,beds\n"
    ward = "w{n},h,医院,H,一,One,{kind},general,confirmed,{place},5\n"
    wards = tmp_path / "wards.csv"
    wards.write_text(head + ward.format(n=1, kind="hospital", place=place) + ward.format(n=2, kind="tent", place=place))
    for command, file, table in (("stock", stock, "ledger_fact"), ("wards", wards, "hospital_ward")):
        said = []
        for more in (("--dry-run",), ()):
            told = json.loads(run(command, "import", str(file), "--json", *more).splitlines()[0])
            back = rows(Path(told.get("refused_file") or told["refused_files"][0]))
            said.append((told.get("accepted", told.get("wards")), [(r["line"], r["reason"], r["原因"]) for r in back]))
            assert (one(f"select count(*) from {table}") == 0) == bool(more)
        assert said[0] == said[1] and said[0][0] == 1
        assert all(zh != en for _line, en, zh in said[0][1])


def _write(folder: Path, text: str) -> Path:
    path = folder / "short.csv"
    path.write_text(text)
    return path
