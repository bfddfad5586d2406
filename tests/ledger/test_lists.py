"""Nothing is cut in silence: what is open is asked by its state, what is over page by page, and a page says how many
more there are."""

from __future__ import annotations

import datetime as dt
import json
import re
from typing import Any

import msgspec
import pytest
import world
from django.db import connection

from tongzhou.api.asked import behind
from tongzhou.ledger import door, known, shapes
from tongzhou.outlook import alerts, tracing

pytestmark = pytest.mark.postgres
HOUR = dt.timedelta(hours=1)


def copies(
    noun: str, key: str, n: int, *, state: str, hours: float = 1, place: int | None = None,
    data: dict[str, Any] | None = None, name: str = "",
) -> None:  # fmt: skip
    """So many rows like this one, each a second newer than the one before, with what `data` says."""
    given = {"n": n, "noun": noun, "key": key, "state": state, "h": hours * 3600, "place": place, "to": f"{key}{name}-",
             "data": json.dumps(data or {})}  # fmt: skip
    with door.ledger() as ledger:
        ledger.execute(
            "insert into ledger_row (noun, key, place, effective_at, known_from, state, sees, data)"
            " select noun, %(to)s || i, coalesce(%(place)s, place), effective_at + make_interval(secs => i + %(h)s),"
            " known_from, %(state)s, sees, data || %(data)s::jsonb"
            " from ledger_row, generate_series(1, %(n)s) i where noun = %(noun)s and key = %(key)s", given,
        )  # fmt: skip
        ledger.execute(
            "insert into ledger_audience select noun, %(to)s || i, place from ledger_audience,"
            " generate_series(1, %(n)s) i where noun = %(noun)s and key = %(key)s", given,
        )  # fmt: skip


def requested(text: str, place: int, to: int, urgency: str) -> str:
    body = {"what": "staff", "text": text, "urgency": urgency}
    fact = msgspec.structs.replace(world.said("support.requested", body, place=place), reporting=to)
    assert world.say(fact).accepted == 1
    return str(fact.id)


def test_an_emergency_of_three_days_stands_before_a_thousand_newer_requests(staff: dict[str, int]) -> None:
    key = requested("Oxygen for nine", 2, 1, "emergency")
    copies("support", key, 1100, state="granted", data={"text": "Masks", "answered_at": "2020-03-10T12:00:00+08:00"})
    copies("support", key, 20, state="waiting", hours=2, data={"text": "Gloves", "urgency": "routine"}, name="later")
    world.at(world.NOW + 72 * HOUR)
    text = world.page("duty", "/requests/")
    assert text.count('id="r-') == 21 and text.index("Oxygen for nine") < text.index("Gloves")
    assert "more than 1000 more" in text
    seen, pages, where = 0, 0, ""
    while where is not None:
        answered = world.page("duty", f"/requests/{where}").partition("<h2>Answered</h2>")[2]
        seen, pages = seen + answered.count(">Masks</td>"), pages + 1
        found = re.search(r'href="(\?answered=[^"]+)"', answered)
        where = found[1] if found else None
    assert (seen, pages) == (1100, 22)


def test_what_a_desk_asked_waits_on_top_and_its_answered_requests_page_by_page(staff: dict[str, int]) -> None:
    key = requested("Somebody who can cook", 5, 4, "routine")
    copies("support", key, 70, state="granted", data={"text": "Masks"})
    text = world.page("lead", "/requests/")
    assert text.index("Somebody who can cook") < text.index("Masks") and "20 more" in text
    after = re.search(r'href="(\?ours=[^"]+)"', text)
    assert after is not None
    text = world.page("lead", "/requests/" + after[1])
    assert text.count(">Masks</td>") == 20 and "Somebody who can cook" not in text and "Newest" in text


def test_an_open_decision_of_last_week_stands_on_the_morning_page(staff: dict[str, int]) -> None:
    body = {"place": 1, "day": "2020-03-03", "number": 1, "text": "Find forty beds", "owner": "dispatcher", "at": 2,
            "due": "2020-03-04T18:00:00+08:00"}  # fmt: skip
    world.say(world.said("decision.taken", body, place=1, at=world.NOW - 7 * 24 * HOUR))
    copies("decision", "1/2020-03-03/1", 1100, state="open", place=2)
    assert "Find forty beds" in world.page("duty", "/morning/")


def test_a_patient_on_the_way_is_not_hidden_by_three_hundred_who_were_seen(staff: dict[str, int]) -> None:
    key = world.referred()
    copies("referral", key, 320, state="sent_home", data={"seen_at": "2020-03-10T12:00:00+08:00"})
    world.at(world.EVENING + 3 * HOUR)
    text = world.page("tang", "/clinic/")
    assert "On the way · 1" in text and f"seen/{key}" in text and "320 more" in text
    assert "Nobody was seen today" in text and "Nobody was seen yet" not in text
    assert "On the way" in world.page("doctor", "/callbacks/") or f"told/{key}" in world.page("doctor", "/callbacks/")


def test_the_outlook_counts_more_than_twenty_thousand_cases(staff: dict[str, int]) -> None:
    case = world.suspected()
    copies("case", case, 20_100, state="confirmed", hours=0, data={"home": 5, "history": [], "samples": []})
    day = world.NOW.date()
    with world.seen_by(staff["lin"]):
        covers = "{[3,7]}"
        told = tracing.tracing(covers, day + dt.timedelta(days=1))
        assert told.cases == 20_101
        [(cluster, cases)] = alerts.clusters(day + dt.timedelta(days=1), None)
        assert len(cases) == 20_100 and cluster.place == "5"


READERS = ("lin", "sun", "wu", "doctor", "far", "charlie", "tang", "an")


def test_pages_give_what_the_whole_list_gives_for_whoever_reads(staff: dict[str, int]) -> None:
    """By places or in the order of time, as known now or then, invited or not: the same rows, each once, newest
    first."""
    referral = world.referred()
    copies("referral", referral, 30, state="sent_home")
    copies("referral", referral, 30, state="made", place=9, name="an")
    copies("referral", referral, 30, state="made", place=10, name="far")
    with door.ledger() as ledger:
        ledger.execute("update ledger_row set state = 'identified', known_from = known_from + interval '1 hour'"
                       " where key like '%-1_'")  # fmt: skip
        ledger.execute("insert into ledger_audience select noun, key, 10 from ledger_row where key like '%-2_'"
                       " and noun = 'referral' on conflict do nothing")  # fmt: skip
        ledger.execute("update ledger_row set sees = 'public' where key like '%-3'")
        then = ledger.execute("select min(known_from) from ledger_row where key = %s", [referral]).fetchone()[0]
    for who in READERS:
        for wide in (0.0, 0.1, 1.0):
            for asked in FILTERS:
                with world.seen_by(staff[who]), pytest.MonkeyPatch.context() as patch:
                    patch.setattr(known, "WIDE", wide)
                    asked = {name: then if value == "then" else value for name, value in asked.items()}
                    whole = known.rows("referral", **asked)
                    newest = sorted(((r["effective_at"], r["key"], r["state"]) for r in whole), reverse=True)
                    assert _paged(asked) == newest, (who, wide, asked)
                    assert sorted(row["key"] for row in whole) == _plainly(asked), (who, wide, asked)


FILTERS: tuple[dict[str, Any], ...] = (
    {},
    {"at": "then"},
    {"states": ["made"]},
    {"but": ["made", "identified"], "at": "then"},
    {"covers": "{[9,10]}"},
    {"since": world.EVENING + 2 * HOUR, "until": world.EVENING + 2 * HOUR + dt.timedelta(seconds=40)},
    {"invited": [3]},
    {"invited": [3, 10], "at": "then", "covers": "{[6,9]}"},
)


def _paged(asked: dict[str, Any]) -> list[tuple[Any, ...]]:
    """All pages of seven, each of which says rightly how many follow."""
    found: list[tuple[Any, ...]] = []
    left, after = None, None
    while True:
        page = known.page("referral", **asked, after=after, size=7)
        found += [(row["effective_at"], row["key"], row["state"]) for row in page.rows]
        assert left is None or left == len(page.rows) + page.more
        left, after = page.more, behind(page.after)
        if not page.more:
            return found


def _plainly(asked: dict[str, Any]) -> list[str]:
    """The keys, asked for in the plainest way there is; row-level security is the judge."""
    sql = "select distinct r.key from (select noun, key, place, state, effective_at from ledger_row where {now}"
    sql += " union all select noun, key, place, state, effective_at from ledger_row_was where {then}) r"
    sql += " where noun = 'referral' and state <> 'void'"
    at = asked.get("at")
    sql = sql.format(now="known_from <= %(at)s" if at else "true",
                     then="known_from <= %(at)s and known_to > %(at)s" if at else "false")  # fmt: skip
    for name, clause in (("states", "state = any(%(states)s)"), ("but", "state <> all(%(but)s)"),
                         ("covers", "place <@ %(covers)s::int4multirange"), ("since", "effective_at >= %(since)s"),
                         ("until", "effective_at < %(until)s"),
                         ("invited", "exists (select from ledger_audience a where a.noun = r.noun and a.key = r.key"
                                     " and a.place = any(%(invited)s))")):  # fmt: skip
        sql += f" and {clause}" if name in asked else ""
    with connection.cursor() as cursor:
        cursor.execute(sql, asked)
        return sorted(row[0] for row in cursor.fetchall())


def test_a_row_counts_its_versions_and_is_read_in_todays_shape(
    staff: dict[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shapes, "_UPCASTS", {})
    exception = world.fever()
    with door.ledger() as ledger:
        before = ledger.execute("select known_from from ledger_row where key = %s", [exception]).fetchone()[0]
    shapes.reshaped("exception", 2)(lambda data: {**data, "asked_by": "nobody"})
    world.at(world.EVENING)
    said = {"exception": exception, "outcome": "reached", "advice": "clinic"}
    world.say(world.said("exception.called_back", said, place=6, at=world.EVENING))
    shapes.reshaped("exception", 3)(lambda data: {**data, "asked_by": data.get("asked_by", "somebody")})
    with door.ledger() as ledger:
        was = ledger.execute("select rev, shape from ledger_row_was where key = %s", [exception]).fetchall()
        now = ledger.execute("select rev, shape from ledger_row where key = %s", [exception]).fetchall()
    assert (was, now) == ([(1, 1)], [(2, 2)])
    with world.seen_by(staff["doctor"]):
        [row] = known.rows("exception")
        assert (row["rev"], row["shape"], row["data"]["asked_by"]) == (2, 2, "somebody")
        [row] = known.rows("exception", at=before)
        assert (row["rev"], row["shape"], row["data"]["asked_by"]) == (1, 1, "nobody")
    with pytest.raises(ValueError, match="does not follow"):
        shapes.reshaped("exception", 3)(lambda data: data)
