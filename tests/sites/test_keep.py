"""Sites taken in from files: dirty rows come back whole, dates and knowledge are kept, branches are kept apart."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any

import psycopg
import pytest
import world
from click.testing import CliRunner
from furnished import HEAD, bring, marked

from tongzhou.ledger import door
from tongzhou.ledger.append import Context, together
from tongzhou.ledger.furniture import look_up
from tongzhou.sites import queries
from tongzhou.sites.importing import Taken


def reasons(taken: Taken) -> dict[int, list[tuple[str, str]]]:
    return {n: [(one.field, one.code) for one in wrong] for n, _row, wrong in taken.refused if isinstance(wrong, list)}


DIRTY = """\
ok.station,卫生服务站,湖街站,Lake station,980101001,,,000-87654321,,,,,,,,,
bad.kind,spaceship,飞船,Ship,980101001,,,,,,,,,,,,
bad.place,clinic,诊所,Clinic,999999,2020-02-30,,,,,,,,,,,
bad.tel,clinic,诊所,Clinic,980101001,,,call me,,,,,,,,,
Bad Key,clinic,诊所,Clinic,980101001,,,,,,,,,,,,
bad.datum,clinic,诊所,Clinic,980101001,,,,,,,,114.3,30.6,,,
bad.end,clinic,诊所,Clinic,980101001,2020-03-01,2020-02-01,,,,,,,,,,
bad.field,clinic,诊所,Clinic,980101001,,,,鄂A12345,,,,,,,,
bad.pack,medicine,药,Drug,980000,,,,,,,,,,,tablet,case=10 box
no.plate,ambulance,救护车,Ambulance,980101,,,,,,,,,,,,
car.1,救护车,一号车,Car 1,980101,,,,鄂A12345,2,1,,,,,,
car.2,ambulance,二号车,Car 2,980101,,,,鄂A·12345,2,1,,,,,,
child,gate,东门,East gate,980101001001,,,,,,,no.such,,,,,
ok.station,clinic,又一个,Again,980101001,,,,,,,,,,,,
"""


def test_a_dirty_file_gives_back_every_bad_row_with_all_that_is_wrong(staff: dict[str, int]) -> None:
    taken = bring(DIRTY)
    assert reasons(taken) == {
        3: [("kind", "unknown_kind")],
        4: [("since", "day"), ("place", "unknown_place")],
        5: [("telephones", "telephone")],
        6: [("key", "key")],
        7: [("datum", "datum_missing")],
        8: [("until", "not_after")],
        9: [("plate", "not_of_kind")],
        10: [("packs", "packs")],
        11: [("plate", "missing")],
        12: [("plate", "plate_taken")],
        13: [("plate", "plate_taken")],
        14: [("part_of", "no_part")],
        15: [("key", "twice")],
    }
    assert [draft.key for _n, draft in taken.written] == ["ok.station"]
    assert all(row["key"] for _n, row, _why in taken.refused), "rows come back as they were"
    again = bring(DIRTY)
    assert [draft.key for _n, draft in again.same] == ["ok.station"] and not again.written


def test_a_dry_run_writes_nothing(staff: dict[str, int]) -> None:
    looked = bring("a,clinic,诊所,Clinic,980101,,,,,,,,,,,,\n", dry=True)
    assert len(looked.written) == 1
    with door.ledger() as connection:
        assert connection.execute("select count(*) from sites_version").fetchone() == (0,)


def test_chinese_headings_and_words_are_understood(staff: dict[str, int]) -> None:
    taken = bring("y1,药店,湖街药店,980101001,周一至周日 8:00-21:00\n", head="编号,类别,名称,所在地,开放时间")
    assert [(d.kind, d.name_en, d.details.hours) for _n, d in taken.written] == [
        ("pharmacy", "湖街药店", "08:00-21:00")
    ]


def test_geojson_says_its_points_in_wgs84_and_other_shapes_are_refused(staff: dict[str, int]) -> None:
    def feature(key: str, geometry: dict[str, Any], **more: Any) -> dict[str, Any]:
        told = {"key": key, "kind": "gate", "name_zh": "东门", "place": "980101", "invented": True, **more}
        return {"type": "Feature", "properties": told, "geometry": geometry}

    features = [
        feature("g1", {"type": "Point", "coordinates": [114.3, 30.6]}, x=1),
        feature("g2", {"type": "LineString", "coordinates": [[114.3, 30.6], [114.4, 30.6]]}),
    ]
    taken = bring(json.dumps({"type": "FeatureCollection", "features": features}), head="")
    (draft,) = [draft for _n, draft in taken.written]
    assert (draft.details.lon, draft.details.lat, draft.details.datum) == (114.3, 30.6, "wgs84")
    assert reasons(taken) == {2: [("geometry", "geometry")]} and taken.unread == ["x"]


def test_names_have_days_and_are_told_as_they_were_known(staff: dict[str, int]) -> None:
    early, late = world.NOW, world.NOW + dt.timedelta(days=1)
    bring("h,hospital,旧名医院,Old name,980101,2020-01-01,,,,,,,,,,,\n", now=early)
    bring("h,hospital,新名医院,New name,980101,2020-02-15,,,,,,,,,,,\n", now=late)
    bring("h,hospital,旧名总院,Old name corrected,980101,2020-01-01,2020-04-01,,,,,,,,,,\n", now=late)

    def name(day: str, known: dt.datetime) -> str | None:
        with door.ledger() as connection:
            found = queries.on_day(connection, ["h"], dt.date.fromisoformat(day), known)
        return found["h"].name_zh if found else None

    assert name("2020-03-01", early) == "旧名医院", "yesterday nobody knew the new name"
    assert name("2020-03-01", late) == "新名医院"
    assert name("2020-02-01", late) == "旧名总院" and name("2020-02-01", early) == "旧名医院"
    assert name("2020-04-01", early) == "旧名医院" and name("2020-04-01", late) is None, "it ended, as we know since"
    assert name("2019-12-31", late) is None


def test_what_was_written_down_cannot_be_changed(staff: dict[str, int]) -> None:
    bring("a,clinic,诊所,Clinic,980101,,,,,,,,,,,,\n")
    with pytest.raises(psycopg.Error), door.ledger() as connection:
        connection.execute("update sites_version set name_zh = '另一个'")


def test_a_keeper_writes_of_the_own_branch_only(staff: dict[str, int]) -> None:
    bring("far,clinic,远村诊所,Far clinic,980201001001,,,,,,,,,,,,\n")
    hong = "{[3,7]}"
    taken = bring(
        "near,clinic,湖街诊所,Lake clinic,980101001,,,,,,,,,,,,\n"
        "theirs,clinic,安县诊所,An clinic,980201,,,,,,,,,,,,\n"
        "far,clinic,搬来的诊所,Taken over,980101001,,,,,,,,,,,,\n",
        branch=hong,
        by=1,
    )
    assert [draft.key for _n, draft in taken.written] == ["near"]
    assert reasons(taken) == {3: [("place", "not_your_branch")], 4: [("key", "other_branch")]}


def test_a_plate_may_be_used_again_once_the_vehicle_is_gone(staff: dict[str, int]) -> None:
    bring("old,car,旧车,Old car,980101,2020-01-01,2020-02-10,,鄂A12345,4,0,,,,,,\n")
    taken = bring(
        "new,car,新车,New car,980101,2020-02-10,,,鄂A12345,4,0,,,,,,\n"
        "too-soon,car,早车,Too soon,980101,2020-02-09,,,鄂A12345,4,0,,,,,,\n"
    )
    assert reasons(taken) == {2: [("plate", "plate_taken")], 3: [("plate", "plate_taken")]}
    assert [d.key for _n, d in bring("new,car,新车,New car,980101,2020-02-10,,,鄂A12345,4,0,,,,,,\n").written] == [
        "new"
    ]


def test_a_fact_of_a_site_is_a_fact_of_its_place(staff: dict[str, int]) -> None:
    bring("s,clinic,诊所,Clinic,980101001,2020-01-01,,,,,,,,,,,\ns,clinic,诊所,Clinic,980201,2020-02-01,,,,,,,,,,,\n")
    with door.ledger() as connection:
        assert look_up(connection, {"site/s", "site/nobody"}) == {"site/s": 9}


def test_of_several_questions_the_first_refusal_stands() -> None:
    from tongzhou.problems import NotYours, Problem, UnknownSite

    class Fact:
        def __init__(self, n: int) -> None:
            self.n = n

    def first(_connection: Any, _context: Context, facts: Any) -> dict[int, Problem]:
        return {fact.n: NotYours() for fact in facts if fact.n == 1}

    def second(_connection: Any, _context: Context, facts: Any) -> dict[int, Problem]:
        return {fact.n: UnknownSite() for fact in facts}

    refused = together(first, second)(None, None, [Fact(1), Fact(2)])  # type: ignore[arg-type, list-item]
    assert {n: problem.code for n, problem in refused.items()} == {1: "not_yours", 2: "unknown_site"}


def test_the_command_looks_first_and_then_writes(staff: dict[str, int], tmp_path: Path, monkeypatch: Any) -> None:
    from contextlib import nullcontext

    from tongzhou.cli import sites as command

    monkeypatch.setattr(command, "opened", lambda _dir: nullcontext())
    file = tmp_path / "list.csv"
    file.write_text(HEAD.rstrip() + ",invented\n" + marked(DIRTY))
    dry = CliRunner().invoke(command.sites, ["import", str(file), "--dry-run", "--json"])
    assert dry.exit_code == 0, dry.output
    told = json.loads(dry.stdout)
    assert (told["written"], told["refused"], told["dry_run"]) == (1, 13, True)
    written = json.loads(CliRunner().invoke(command.sites, ["import", str(file), "--json"]).stdout)
    assert written["written"] == 1
    back = Path(written["refused_file"]).read_text(encoding="utf-8-sig")
    assert "“spaceship” is no kind in the list of kinds" in back and "13," not in back.splitlines()[0]
    file.write_text(HEAD.rstrip() + ",invented\n" + marked("ok.new,clinic,诊所,Clinic,980101,,,,,,,,,,,,\n"))
    other = json.loads(CliRunner().invoke(command.sites, ["import", str(file), "--as", "lin", "--json"]).stdout)
    assert (other["written"], other["refused"]) == (0, 1), "Lin keeps no sites"
    checked = CliRunner().invoke(command.sites, ["check", "--json"])
    assert checked.exit_code == 0 and json.loads(checked.stdout) == {"spans": 1, "findings": []}


def test_check_finds_what_became_wrong(staff: dict[str, int]) -> None:
    """A part outlives what it belongs to: nobody may see it when only the whole is ended."""
    from tongzhou.sites import keep
    from tongzhou.sites.check import disagreements

    bring("c,compound,小区,Compound,980101001001,2020-01-01,,,,,,,,,,,\n")
    bring("g,gate,东门,Gate,980101001001,2020-02-01,,,,,,c,,,,,\n")
    bring("c,compound,小区,Compound,980101001001,2020-01-01,2020-01-15,,,,,,,,,,\n")
    with door.ledger() as connection:
        held = keep.everything(connection)
        found = [(held[n].key, wrong.code) for n, wrong in disagreements(held, keep.around(connection))]
    assert found == [("g", "no_part")]
