"""A list goes in with the rights of whose list it is: rows of another county come back, and nothing there moves."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import world
from click.testing import CliRunner

from tongzhou.cli import main
from tongzhou.ledger import clock, door

pytestmark = pytest.mark.postgres
WARD = {"key": "x.a", "facility": "x", "facility_zh": "远医院", "facility_en": "Far Hospital", "name_zh": "一病区",
        "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "place": "hu.980201",
        "beds": 3}  # fmt: skip


@pytest.fixture
def staff(db: str) -> dict[str, int]:
    """A real ledger, in which Captain Sun (prefecture 2) and the lead of community 5 have lists to bring."""
    found = world.furnish()
    with door.ledger() as connection:
        clock.declare_production(connection)
    world.wards([WARD])
    return found


def bring(what: str, file: Path, rows: list[dict[str, Any]], *more: str, code: int = 0) -> Any:
    lines = [",".join(rows[0]), *(",".join(str(cell) for cell in row.values()) for row in rows)]
    file.write_text("\n".join([*lines, ""]))
    done = CliRunner().invoke(main, [what, "import", str(file), "--json", *more])
    assert done.exit_code == code, done.output
    return json.loads(next(line for line in done.output.splitlines() if line.startswith("{"))) if not code else None


def standing() -> Any:
    with door.ledger() as connection:
        return [
            connection.execute("select key, place, kind from hospital_ward order by key").fetchall(),
            connection.execute("select id, place from community_household where place = 10 order by id").fetchall(),
            connection.execute("select kind, place from ledger_fact").fetchall(),
        ]


def test_furniture_of_another_county_is_not_listed_away(staff: dict[str, int], tmp_path: Path) -> None:
    before, file = standing(), tmp_path / "list.csv"
    wards = [WARD | {"place": "hu.980101"}, WARD | {"key": "x.b"}, WARD | {"key": "h.a", "place": "hu.980101"}]
    assert bring("wards", file, wards, "--as", "sun")["refused"] == 2, "a key held elsewhere, a place elsewhere"
    doors = [{"number": n, "place": place, "stair": 1, "people": 2}
             for n, place in ((90, "980101001001-1"), (300, "980201001001"), (301, "980101001001-1"))]  # fmt: skip
    told = bring("households", file, doors, "--as", "lead")
    assert (told["accepted"], told["refused"]) == (1, 2)
    after = standing()
    assert [row for row in after[0] if row[0] != "h.a"] == before[0] and after[1:] == before[1:]


def test_facts_of_a_list_are_said_by_whose_list_it_is(staff: dict[str, int], tmp_path: Path) -> None:
    file = tmp_path / "list.csv"
    stock = [{"counted_at": "2020-03-10T08:00", "place": place, "item": "coverall", "usable": 5}
             for place in ("980101", "980201")]  # fmt: skip
    bring("stock", file, stock, code=2)
    bring("stock", file, stock, "--as", "nobody", code=2)
    told = bring("stock", file, stock, "--as", "mei")
    assert (told["accepted"], told["refused"]) == (1, 1)
    cases = [{"case_id": n, "classification": "confirmed", "identified": "2020-03-05", "reporting": place, "sex": "f"}
             for n, place in ((1, "980101"), (2, "980201"))]  # fmt: skip
    fixed = ["--column", "identified=identified", "--column", "reporting=reporting"]
    told = bring("linelist", file, cases, *fixed, "--as", "lin")
    assert (told["added"], told["refused"], told["by_reason"]) == (1, 1, {"not_yours": 1})
    with door.ledger() as connection:
        spoke = connection.execute(
            "select distinct f.place, a.by_id from ledger_fact f join ledger_append a on a.id = f.append order by 1"
        ).fetchall()
    assert set(spoke) == {(3, staff["mei"]), (3, staff["lin"])}
