"""How severe, how many, how fast: known numbers, and nothing out of noise."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import world

from tongzhou.ledger import door
from tongzhou.ledger.time import close_of, zone

pytestmark = pytest.mark.postgres


def page(who: str, path: str, status: int = 200, language: str = "en") -> str:
    return world.squeezed(world.page(who, path, status, language))


def publish(confirmed: list[int], dead: list[int]) -> None:
    for n, (cases, deaths) in enumerate(zip(confirmed, dead, strict=True)):
        day = dt.date(2020, 3, 9) - dt.timedelta(days=len(confirmed) - 1 - n)
        body = {"unit": "hu.980100", "day": day.isoformat(), "confirmed": cases, "cured": 0, "dead": deaths,
                "published_on": (day + dt.timedelta(days=1)).isoformat(), "source": "test", "note": ""}  # fmt: skip
        told = world.said("bulletin.published", body, place=2, at=close_of(day))
        assert not world.say(told, origin="imported").refused


def case(onset: str, source: str | None = None, **more: Any) -> str:
    at = dt.datetime.fromisoformat(f"{onset}T10:00").replace(tzinfo=zone()) + dt.timedelta(days=2)
    body = {"classification": "confirmed", "epi": ["E1"], "clinical": ["C1", "C2"], "onset": onset, **more}
    fact = world.said("case.identified", body, place=3, at=at)
    facts = [fact, world.said("case.reported", {"case": str(fact.id), "card": f"C-{fact.id}"[:20]}, place=3, at=at)]
    if source:
        shared = {"case": str(fact.id), "setting": "household", "first_day": onset, "last_day": onset, "source": source}
        facts.append(world.said("exposure.stated", shared, place=3, at=at))
    assert not world.say(*facts).refused
    return str(fact.id)


def contact(one: str, category: str, last: str, became: str | None = None) -> None:
    at = dt.datetime.fromisoformat(f"{last}T18:00").replace(tzinfo=zone())
    named = {"case": one, "category": category, "first_day": last, "last_day": last}
    fact = world.said("contact.named", named, place=3, at=at)
    facts = [fact]
    if became:
        ended = {"contact": str(fact.id), "reason": "became_case", "case": became}
        facts.append(world.said("contact.ended", ended, place=3, at=at + dt.timedelta(days=3)))
    assert not world.say(*facts).refused


def test_fatality_lies_between_crude_and_adjusted_and_attack_is_per_census(staff: dict[str, int]) -> None:
    publish([100 * n for n in range(1, 41)], [2 * n for n in range(1, 41)])  # a hundred a day, two dead a day
    text = page("duty", "/outlook/2/severity?day=2020-03-09")
    assert "Of those confirmed 2.0 % have died so far" in text
    adjusted = float(text.partition("still to come perhaps ")[2].split(" %")[0])
    assert 3.0 < adjusted < 4.2  # of forty days' cases a little over half have had 17.8 days
    assert "No census figure is held" in text and "Contacts who fell ill" not in text
    with door.ledger() as connection:
        connection.execute(
            "insert into places_fact (place, name, value, valid_from, source)"
            " values (2, 'population', '{\"people\": 1000000}', '2020-11-01', 'test')"
        )
    text = page("duty", "/outlook/2/severity?day=2020-03-09")
    assert "Confirmed per 100,000 inhabitants</dt><dd>400.0<" in text and "1,000,000 inhabitants" in text
    assert "已确诊者中至今死亡" in page("duty", "/outlook/2/severity?day=2020-03-09", language="zh-hans")
    early = page("duty", "/outlook/2/severity?day=2020-03-09&as_known_at=2020-02-10T08:00")
    assert "No figures of this place are held here" in early  # all of it was received on the tenth of March


def test_of_few_deaths_no_fatality_is_told_and_nobody_looks_where_they_may_not(staff: dict[str, int]) -> None:
    publish([40, 60], [1, 2])
    assert "Too few deaths are known" in page("duty", "/outlook/2/severity?day=2020-03-09")
    page("charlie", "/outlook/2/severity", 404)
    page("lin", "/outlook/2/severity", 404)
    page("duty", "/outlook/999/severity", 404)
    assert "Silence is not zero" in page("lin", "/outlook/3/severity")


def test_secondary_attack_rate_is_of_contacts_whose_observation_is_over(staff: dict[str, int]) -> None:
    one = case("2020-02-01", age=50)
    for n in range(8):
        contact(one, "household", "2020-02-03", became=case("2020-02-06", age=70) if n < 2 else None)
    for _ in range(3):
        contact(one, "meal", "2020-02-03")
    contact(one, "household", "2020-03-05")  # still under observation on the ninth
    text = page("lin", "/outlook/3/severity?day=2020-03-09")
    rows = text.partition('id="secondary"')[2].partition("</table>")[0]
    assert rows.count("<tr>") == 2 and "25.0 %" in rows and ">8</td>" in rows  # three at a meal are too few to tell
    assert "of 1 they are not" in text
    then = page("lin", "/outlook/3/severity?day=2020-02-05")  # nobody had fallen ill, and nobody's days were over
    assert 'id="secondary"' not in then and "of 11 they are not" in then
    assert (
        "Cases of this ledger: 3" in text
        and "40 to 59 years</dt><dd>1<" in text
        and "60 years and over</dt><dd>2<" in text
    )
    assert "Cases of this ledger" not in page("duty", "/outlook/3/severity?day=2020-03-09")


def test_the_serial_interval_shortens_and_few_pairs_say_nothing(staff: dict[str, int]) -> None:
    first = case("2020-01-10")
    for _ in range(5):
        case("2020-01-19", source=first)
    assert "5 pairs with both onsets: too few" in page("lin", "/outlook/3/severity?day=2020-03-09")
    for n in range(7):
        case(f"2020-01-{18 + n % 2}", source=first)
    later = case("2020-02-01")
    for n in range(12):
        case(f"2020-02-0{4 + n % 2}", source=later)
    late = case("2020-03-01")
    case("2020-03-03", source=late)  # an infector of the last three weeks: not counted
    text = page("lin", "/outlook/3/severity?day=2020-03-09")
    assert "from 24 pairs" in text and "Infectors before 2020-01-24: 8.7 days; from then on: 3.5 days" in text


def curves(day: str) -> list[list[str]]:
    """The cells of each row, oldest first."""
    table = page("lin", f"/outlook/3/severity?day={day}").partition('id="curves"')[2].partition("</tbody>")[0]
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in table.split("<tr>")[2:]]
    return sorted(rows)


def test_curves_count_each_case_once_by_each_day(staff: dict[str, int]) -> None:
    case("2020-02-01")
    case("2020-02-02")
    assert curves("2020-02-03")[-1] == ["2020-02-03", "0", "1", "1"]
    late = curves("2020-03-09")
    assert ["2020-02-01", "1", "0", "0"] in late and ["2020-02-04", "0", "1", "1"] in late
    assert "This ledger recorded no case" in page("lin", "/outlook/3/severity?day=2020-02-02")
