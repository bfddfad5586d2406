"""What is invented has nothing to do with what is real: no place above, no order but the declared, no fact across."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import msgspec
import psycopg
import pytest
import world
from click.testing import CliRunner
from tests_support import fresh_database, owner_dsn

from tongzhou import demo
from tongzhou.cli.region import region as region_command
from tongzhou.counties import whole as counties
from tongzhou.ledger import clock, door, known_places
from tongzhou.ledger.append import append
from tongzhou.ledger.clock import ProductionLedger
from tongzhou.ledger.owing import Tree
from tongzhou.people.scope import System
from tongzhou.places import load as furniture
from tongzhou.places.queries import official_code
from tongzhou.places.region import load_region

pytestmark = pytest.mark.postgres
HUBEI = Path(__file__).resolve().parents[2] / "regions" / "hubei"
REAL, GRID, VILLAGE = "cn.420100-donghu-fengjing", "tz.tongzhouli.g1", "gj.chayuan"


@pytest.fixture(scope="module")
def ids(server: str) -> Iterator[dict[str, int]]:
    """Hubei with its counties, furnished with their doors; the numbers of places by key."""
    region = load_region(HUBEI)
    with fresh_database(server, f"{server}_apart"):
        with door.ledger() as connection:
            clock.simulate(connection, "replay", world.NOW)
            ids = furniture.load(connection, region)
            counties.furnish(connection, counties.read(HUBEI, region), ids)
        yield ids


def households(place: int) -> int | None:
    with door.ledger() as connection:
        row = connection.execute(
            "select (value ->> 'households')::integer from places_fact where place = %s and name = 'roster'", [place]
        ).fetchone()
    return row[0] if row else None


def test_no_real_place_has_an_invented_household(ids: dict[str, int]) -> None:
    assert households(ids["cn.420000"]) is None and households(ids["cn.420100"]) is None
    assert [households(ids[key]) for key in ("tz.city", "gj.city", "gf.city")] == [12_000, 4_000, 600]


def test_no_cover_of_a_real_place_holds_an_invented_one_in_either_tree(ids: dict[str, int]) -> None:
    real, made = ("cn.420000", "cn.420100"), ("tz.city", "gj.city", "gf.city")
    with door.ledger() as connection:
        covers = dict(connection.execute(
            "select place, range_agg(r) from places_cover, unnest(covers) r where place = any(%s) group by place",
            [[ids[key] for key in (*real, *made)]],
        ).fetchall())  # fmt: skip
        invented = {row[0] for row in connection.execute("select place from places_name where invented").fetchall()}
    inside = {key: {id for id in ids.values() if any(id in r for r in covers[ids[key]])} for key in (*real, *made)}
    assert not (inside["cn.420000"] | inside["cn.420100"]) & invented
    assert set().union(*(inside[key] for key in made)) == invented
    assert sum(len(inside[key]) for key in made) == len(invented), "no place is below two of them"


def test_the_ladder_ends_at_the_invented_prefecture(ids: dict[str, int]) -> None:
    with door.ledger() as connection:
        tree = Tree(connection)
        tree.know([ids[GRID], ids[VILLAGE]])
        chains = [tree.above(ids[key], dt.date(2020, 3, 10)) for key in (GRID, VILLAGE)]
    assert [[level for _place, level in chain] for chain in chains] == [
        ["grid", "community", "township", "county", "prefecture"], ["community", "township", "county", "prefecture"]
    ]  # fmt: skip
    assert [chain[-1][0] for chain in chains] == [ids["tz.city"], ids["gj.city"]]


def test_every_step_of_a_duty_is_a_desk_of_the_county(ids: dict[str, int]) -> None:
    body = {"household": 3, "concerns": ["breathless"], "temp10": 392}
    fever = world.said("exception.raised", body, place=ids[GRID])
    world.say(fever)
    with door.ledger() as connection:
        steps = connection.execute(
            "select p.key, r.role from ledger_owed r join places_place p on p.id = r.place where r.key = %s",
            [str(fever.id)],
        ).fetchall()
    assert len(steps) > 2 and {key.partition(".")[0] for key, _role in steps} == {"tz"}


def test_orders_are_those_declared(ids: dict[str, int]) -> None:
    with door.ledger() as connection:
        codes = {key: official_code(ids[key], connection) for key in (GRID, "tz.county", VILLAGE, "gj.city", REAL)}
        assert official_code(ids["gf.county"], connection) is None, "elsewhere no order of Hubei holds"
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("delete from places_fact where name = 'orders_as' and place = %s", [ids["tz.city"]])
        assert official_code(ids[GRID], owner) is None, "an invented place that declares nothing has no orders"
        owner.rollback()
    assert codes == {GRID: "420100", "tz.county": "420100", VILLAGE: "420000", "gj.city": "420000", REAL: "420100"}


@pytest.mark.parametrize(
    ("place", "where", "code"),
    [
        (GRID, {"home": REAL}, "invented_apart"),
        (GRID, {"reporting": "cn.420100"}, "invented_apart"),
        (REAL, {"home": GRID}, "invented_apart"),
        (GRID, {"reporting": "gj.county"}, None),
        (REAL, {"reporting": "cn.420111"}, None),
    ],
)
def test_no_fact_crosses(ids: dict[str, int], place: str, where: dict[str, str], code: str | None) -> None:
    said = world.said("case.identified", {"classification": "suspected"}, place=ids[place])
    fact = msgspec.structs.replace(said, **{name: ids[key] for name, key in where.items()})
    with door.ledger() as connection:
        receipt = append(connection, [fact], System())
        connection.rollback()
    assert [problem.code for problem in receipt.refused.values()] == ([code] if code else [])


def test_no_directive_is_given_across(ids: dict[str, int]) -> None:
    body = {"what": "service", "text": "call on everybody", "due": "2020-03-11T18:00:00+08:00", "evidence": "tasks",
            "task": "visit"}  # fmt: skip
    for place, to, refused in (("cn.420000", "tz.county", 1), ("tz.city", "cn.420111", 1), ("tz.city", "tz.county", 0)):
        fact = world.said("directive.issued", {**body, "to": [ids[to]]}, place=ids[place])
        with door.ledger() as connection:
            receipt = append(connection, [fact], System())
            connection.rollback()
        assert len(receipt.refused) == refused, (place, to, receipt.refused)


def test_what_is_known_of_places_is_known_again(ids: dict[str, int]) -> None:
    with door.ledger() as connection:
        some = {ids[REAL], ids[GRID], ids[VILLAGE]}
        assert known_places.among(connection, some) == some
        assert known_places.unlike(connection, ids[GRID], some) == [ids[REAL]]


def test_a_ledger_of_real_work_holds_no_invented_county(db: str) -> None:
    told = CliRunner().invoke(region_command, ["load", str(HUBEI), "--production", "--places-only"])
    assert told.exit_code == 0, told.output
    with door.ledger() as connection:
        assert connection.execute("select count(*) from places_name where invented").fetchone() == (0,)
        assert connection.execute("select count(*) from sites_version where site ~ '^(tz|gj|gf)[.]'").fetchone() == (0,)
    again = CliRunner().invoke(region_command, ["load", str(HUBEI), "--places-only"])
    assert again.exit_code == 0 and "0 sites are new" in again.output, again.output
    with pytest.raises(ProductionLedger):
        demo.build(dt.date(2020, 1, 23), lambda _what, _done, _total: None)
