"""A work item is declared and needs nothing else; a day that no calendar has is refused, and read as the nearest."""

from __future__ import annotations

import datetime as dt
import importlib
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
import world
from django.db import connections

from tongzhou.ledger import dated, door, form
from tongzhou.ledger.fold import FOLDS, SETTLED
from tongzhou.ledger.kinds import KINDS, Body, kind
from tongzhou.ledger.ways import founds, invited
from tongzhou.ledger.work import WorkItem

pytestmark = pytest.mark.postgres


@pytest.fixture
def leak() -> Iterator[WorkItem]:
    """A leak in a ward: a noun of this test alone."""
    before = [(registry, dict(registry)) for registry in (KINDS, FOLDS, SETTLED)]

    @kind("leak.reported", sees="counts", said_by=["duty_officer"], touches=[founds("leak", invites=["reporting"])])
    class LeakReported(Body, frozen=True):
        buckets: int

    @kind("leak.answered", sees="counts", said_by=["duty_officer"], touches=[invited("leak", "leak")])
    class LeakAnswered(Body, frozen=True):
        leak: str
        outcome: str

    yield WorkItem(
        "leak", called="a leak", sees="counts", opened="leak.reported", answered=["leak.answered"],
        settled={"mended": "it is dry", "nobody": "it never leaked"}, owed="unknown",
        owner=lambda told: told.reporting or told.place, opening=lambda told: {"buckets": told.body.buckets},
        due=lambda data: data["asked_at"] + dt.timedelta(hours=4), urgency=lambda data: 2 if data["buckets"] > 3 else 0,
    )  # fmt: skip
    for registry, held in before:
        registry.clear()
        registry.update(held)  # type: ignore[call-overload]


def test_a_new_noun_needs_no_fold_no_list_and_no_clock_of_its_own(staff: dict[str, int], leak: WorkItem) -> None:
    facts = [msgspec.structs.replace(world.said("leak.reported", {"buckets": n}, place=2), reporting=1) for n in (1, 5)]
    facts[1] = msgspec.structs.replace(facts[1], effective_at=world.NOW - dt.timedelta(hours=1))
    world.say(*facts)
    with door.ledger() as connection:
        owed = "select key, what, place, due, urgency from ledger_owed where noun = 'leak' and step = 0 order by due"
        (key, what, place, due, urgency), other = connection.execute(owed).fetchall()
    assert (key, what, place, urgency) == (str(facts[1].id), "unknown", 1, 2)
    assert due == world.NOW + dt.timedelta(hours=3) and other[3] == world.NOW + dt.timedelta(hours=4)
    with world.seen_by(staff["duty"]):
        assert [(one["buckets"], one["due"]) for one in leak.open()] == [(5, due), (1, other[3])]
    world.say(world.said("leak.answered", {"leak": key, "outcome": "mended"}, place=1))
    with world.seen_by(staff["duty"]):
        assert [one["buckets"] for one in leak.open()] == [1]
        [over] = leak.over(invited=[1]).rows
        assert (over["key"], over["state"], over["answered_at"]) == (key, "mended", world.NOW)
    with door.ledger() as connection:
        assert len(connection.execute(owed).fetchall()) == 1


CASES = [
    ("day", "2020-02-29", True), ("day", "2020-02-31", False), ("day", "2020-13-01", False), ("day", "", False),
    ("day", "9999-12-31", False), ("day", "٢٠٢٠-٠٣-١٠", False), ("day", "2020-03-10\n", False),
    ("moment", "2020-03-10T18:00", True), ("moment", "2020-03-10T18:00:00+08:00", True),
    ("moment", "2020-03-10", False),
    ("moment", "2020-03-10T99:00", False), ("moment", "2020-03-10T18:00+23:00", False), ("either", "2020-03-10", True),
    ("either", "soon", False), ("either", "2020-W11-2", False),
    ("hour", "2020-03-10T09:00:00+08:00", True), ("hour", "2020-03-10T09:00", True),
    ("hour", "2020-03-10T01:00Z", True),
    ("hour", "2020-03-10T09:00:01+08:00", False), ("hour", "2020-03-10T09:00:00.5+08:00", False),
    ("hour", "2020-03-10T09:30+08:00", False), ("hour", "2020-03-10T09:00+05:30", False), ("hour", "2020-03-10", False),
]  # fmt: skip


@pytest.mark.parametrize(("sort", "text", "is_one"), CASES)
def test_what_a_calendar_has(sort: dated.Sort, text: str, is_one: bool) -> None:
    assert dated.is_one(text, sort) is is_one


@pytest.mark.parametrize(
    ("sort", "text", "nearest"),
    [
        ("day", "2020-02-31", "2020-02-29"),
        ("day", "2020-13-45", "2020-12-31"),
        ("day", "9999-12-31", "2198-12-31"),
        ("day", "0000-00-00", "1901-01-01"),
        ("day", "٢٠٢٠-٠٣-١٠", "2020-03-10"),
        ("moment", "2020-03-10T99:99", "2020-03-10T23:59:00+00:00"),
        ("either", "soon", None),
        ("hour", "2020-03-10T09:59:59.5+08:00", "2020-03-10T09:00:00+08:00"),
        ("hour", "2020-03-10T01:30Z", "2020-03-10T09:00:00+08:00"),
        ("hour", "2020-03-10T25:61", "2020-03-11T07:00:00+08:00"),
        ("hour", "soon", None),
    ],
)
def test_the_nearest_day_there_is(sort: dated.Sort, text: str, nearest: str | None) -> None:
    assert dated._nearest(text, sort) == nearest
    assert nearest is None or dated.is_one(nearest, sort)


def named(last_day: str) -> Any:
    case = world.suspected()
    body = {"case": case, "first_day": "2020-02-20", "last_day": last_day, "category": "household", "close": True,
            "stay": "home", "household": 3}  # fmt: skip
    return msgspec.structs.replace(world.said("contact.named", body, place=3), home=6)


def test_a_day_that_no_calendar_has_is_refused_by_its_field(staff: dict[str, int]) -> None:
    [(n, problem)] = world.say(named("2020-02-31")).refused.items()
    assert (n, problem.field) == (0, "last_day")


def test_a_day_that_an_older_edition_took_stops_no_page(staff: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    fact = named("2020-02-31")
    with monkeypatch.context() as older:
        older.setattr(form, "in_calendar", lambda _kind, _body: None)
        older.setattr(dated, "nearest", lambda body, _fields: body)
        assert world.say(fact).accepted == 1

    def last_day() -> str:
        with door.ledger() as connection:
            return connection.execute("select data ->> 'last_day' from ledger_row where noun = 'observation'"
                                      ).fetchone()[0]  # fmt: skip

    assert last_day() == "2020-02-31"
    migration = importlib.import_module("tongzhou.ledger.migrations.0011_urged")
    migration.derive(None, type("Editor", (), {"connection": connections["owner"]}))
    assert last_day() == "2020-02-29"
    world.at(world.NOW + dt.timedelta(hours=1))
    assert "follow" in world.page("zhao", "/follow-up/")
    assert world.client("zhao").get("/doorway/list.json").status_code == 200
