"""What hangs on a measure: a gate post of this test alone is set up and taken away with it, whoever was away."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from typing import Any

import measures_town as town
import pytest
import world
from click.testing import CliRunner
from psycopg import Connection

from tongzhou.cli import main
from tongzhou.ledger import follow
from tongzhou.ledger.fold import FOLDS, SETTLED, Row, folds
from tongzhou.ledger.kinds import KINDS, Body, Fact, kind
from tongzhou.ledger.reactors import Effect
from tongzhou.ledger.ways import named
from tongzhou.measures.hanging import HANGS, Turn, hangs
from tongzhou.people.scope import holder_of

ZONE = world.NOW.tzinfo
pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    town.hire()
    return staff


@pytest.fixture
def posts() -> Iterator[None]:
    """Wherever leaving is limited stands a post; it is gone when that is over."""
    before = [(registry, dict(registry)) for registry in (KINDS, FOLDS, SETTLED, HANGS)]

    @kind("post.turned", sees="counts", said_by=[], touches=[named("post", lambda body: str(body.at), at="at")])
    class PostTurned(Body, frozen=True):
        at: int
        stands: bool

    @folds("post", called="a post", settled={"stands": "people stand there", "gone": "nobody stands there"})
    def fold(key: str, facts: Sequence[Fact]) -> Row:
        last = facts[-1]
        told = [[one.effective_at.astimezone(ZONE).isoformat(), one.body.stands] for one in facts]
        return Row(last.place, last.effective_at, "stands" if last.body.stands else "gone", "counts", {"told": told})

    @hangs("POSTS")
    def turned(connection: Connection[Any], turn: Turn) -> Sequence[Effect]:
        return [Effect("post.turned", place, {"at": place, "stands": turn.went_on(place, "leaving")}, f"post/{place}")
                for place in sorted(turn.places)
                if turn.went_on(place, "leaving") or turn.went_off(place, "leaving")]  # fmt: skip

    yield
    for registry, held in before:
        registry.clear()
        registry.update(held)  # type: ignore[call-overload]


def looked(now: dt.datetime) -> dict[str, list[tuple[str, bool]]]:
    """What the posts were told by then, after two looks at the clock."""
    world.at(now)
    follow.tick()
    follow.tick()
    return {key: [(at[5:16], stands) for at, stands in data["told"]] for key, _state, data in world.rows("post")}


def test_posts_go_on_and_off_with_the_measure(staff: dict[str, int], posts: None) -> None:
    key = town.approved()
    assert looked(dt.datetime(2020, 3, 10, 12, tzinfo=ZONE)) == {}
    on = [("03-11T00:00", True)]
    assert looked(dt.datetime(2020, 3, 11, 0, 1, tzinfo=ZONE)) == {"4": on, "5": on}
    world.at(dt.datetime(2020, 3, 12, 9, tzinfo=ZONE))
    world.post("hong", f"/measures/{key}/desk", form="ease", frees=["5"], text="同舟里十四天无新发")
    assert looked(dt.datetime(2020, 3, 12, 9, 1, tzinfo=ZONE)) == {"4": on, "5": [*on, ("03-12T09:00", False)]}
    after = looked(dt.datetime(2020, 3, 27, 8, tzinfo=ZONE))  # nothing ran at noon on the 24th, nor for three days
    assert after == {"4": [*on, ("03-24T12:00", False)], "5": [*on, ("03-12T09:00", False)]}


def test_a_level_takes_a_post_away(staff: dict[str, int], posts: None) -> None:
    high = {"unit": 3, "level": "high", "since": "2020-03-10T00:00:00+08:00", "text": "按公布名单"}
    low = {**high, "level": "low", "since": "2020-03-12T10:00:00+08:00"}
    for body in (high, low):
        assert world.say(world.said("level.signed", body, place=1), authority=holder_of(staff["wu"])).accepted == 1
    road = {"type": "road_checkpoint", "limits": ["passing", "leaving"], "outing_days": "", "groups": ["vehicles"]}
    world.post("hong", "/measures/draft", **town.typed(**road, places="湖街"))
    world.post("wu", f"/measures/{town.newest()}/desk", form="approve", number="鄂指〔2020〕9号")
    on = ("03-11T00:00", True)
    assert looked(dt.datetime(2020, 3, 11, 8, tzinfo=ZONE)) == {"4": [on]}
    assert looked(dt.datetime(2020, 3, 12, 10, 1, tzinfo=ZONE)) == {"4": [on, ("03-12T10:00", False)]}


def test_the_register_as_it_was_known_is_told_to_programs(staff: dict[str, int]) -> None:
    key = town.approved()
    for asked, phase in (
        (("--at", "2020-03-12T09:00"), "in_force"), (("--at", "2020-03-24T12:00"), "over"), ((), "coming"),
    ):  # fmt: skip
        [one] = register(*asked)["measures"]
        assert (one["key"], one["phase"]) == (key, phase)
    assert one["places"] == ["hu.980101001", "hu.980101001001"] and one["ends"] == "2020-03-24T12:00+08:00"
    assert one["decided_by"] == "hu.980101" and one["approved_by"] == "hu.980100" and one["appeals"]["made"] == 0
    assert register("--known-at", "2020-03-09")["measures"] == []
    assert register("--at", "2020-03-12T09:00")["in_force"] == 1


def register(*asked: str) -> dict[str, Any]:
    told = CliRunner().invoke(main, ["measures", "register", "--json", *asked], catch_exceptions=False)
    assert told.exit_code == 0, told.output
    return dict(json.loads(told.stdout.strip().splitlines()[-1]))
