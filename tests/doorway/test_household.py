"""The household's own page: it opens without an account, keeps what was typed, says what was received, undoes it."""

from __future__ import annotations

import datetime as dt
import re

import pytest
import uuid_utils.compat as uuids
import world
from at_the_door import days
from django.test import Client

from tongzhou.community import queries
from tongzhou.doorway.resident import digest_of
from tongzhou.ledger import door, follow

pytestmark = pytest.mark.postgres


@pytest.fixture
def slip(staff: dict[str, int]) -> Client:
    with door.ledger() as connection:
        queries.give_slip(connection, 1, digest_of("slip-of-one"), world.NOW + dt.timedelta(days=30))
    return Client(headers={"Accept-Language": "en"}, enforce_csrf_checks=True)


def _sent(say: str, **form: object) -> dict[str, object]:
    return {"id": str(uuids.uuid7()), "say": say, **form}


def test_whoever_has_no_slip_or_a_wrong_one_is_not_sent_to_the_sign_in_of_staff(slip: Client) -> None:
    answer = slip.get("/h/slip-of-0ne")
    text = answer.content.decode()
    assert answer.status_code == 404 and "No household has this slip" in text and 'name="password"' not in text
    assert "household" in Client(headers={"Accept-Language": "en"}).get("/login").content.decode()
    page = Client(headers={"Accept-Language": "en"})
    assert page.get("/h/").status_code == 200
    refused = page.post("/h/", {"slip": "我的卡"})
    assert refused.status_code == 422 and "我的卡" in refused.content.decode()
    led = page.post("/h/", {"slip": " https://tongzhou.example/h/slip-of-one "})
    assert led.status_code == 302 and led.headers["Location"] == "/h/slip-of-one"


def test_it_works_without_cookies_tells_what_was_received_and_takes_it_back(slip: Client) -> None:
    answer = slip.post("/h/slip-of-one", _sent("well"))
    assert answer.status_code == 302 and days() == {1: 1}
    shown = world.squeezed(slip.get(answer.headers["Location"]).content.decode())
    receipt = shown.partition('id="said"')[2].partition("<section")[0]
    assert "<p>Well · 09:00</p>" in receipt
    fact = re.search(r'name="fact" value="([0-9a-f-]{36})"', receipt)
    assert fact and slip.post("/h/slip-of-one", _sent("withdraw", fact=fact[1])).status_code == 302
    assert days() == {1: 0}


def test_a_refused_form_keeps_all_that_was_filled_in(slip: Client) -> None:
    answer = slip.post("/h/slip-of-one", _sent("need", item=["food", "medicine"], quantity="many"))
    text = world.squeezed(answer.content.decode())
    assert answer.status_code == 422 and not world.rows("need")
    assert len(re.findall(r'value="(?:food|medicine)"[^>]*checked', text)) == 2
    empty = world.squeezed(slip.post("/h/slip-of-one", _sent("need")).content.decode())
    assert "Not said yet." in empty and "<details open" in empty
    assert slip.post("/h/slip-of-one", _sent("need", item="food")).status_code == 302
    follow.catch_up()
    stands = slip.get("/h/slip-of-one")  # with a need that names no medicine of the list
    assert stands.status_code == 200 and "food" in world.squeezed(stands.content.decode())
    assert [data["items"] for _key, _state, data in world.rows("need")] == [{"food": 1}]


def test_the_page_shows_what_is_still_open_then_each_word_of_today_newest_first(slip: Client) -> None:
    early, late = world.NOW - dt.timedelta(minutes=53), world.NOW - dt.timedelta(minutes=5)
    before = world.NOW - dt.timedelta(days=2)
    need = {"household": 1, "items": {"water": 1}}
    world.say(world.said("need.stated", need, place=6, at=before), world.heard(1, at=before))
    world.say(world.heard(1, "well", "page", at=early), world.said("need.stated", need, place=6, at=late))
    world.say(world.heard(1, "unwell", "page"))
    page = world.squeezed(slip.get("/h/slip-of-one").content.decode())
    parts = [page.partition(f'id="{part}"')[2].partition("</section")[0] for part in ("us", "need")]
    found = [re.findall(r"<span>(\d\d-\d\d \d\d:\d\d) · (\S+)", part) for part in parts]
    assert found[0] == [("03-10 09:00", "unwell"), ("03-10 08:07", "well")], "each word of today"
    assert found[1] == [("03-10 08:55", "water"), ("03-08 09:00", "water")], "what is open, of any day"
