"""A household orders on its own page, by its slip, and reads there what comes and what there was too little of."""

from __future__ import annotations

import datetime as dt
import re

import offered
import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client
from offered import order, place

from tongzhou.community import queries
from tongzhou.doorway.resident import digest_of
from tongzhou.ledger import door

pytestmark = pytest.mark.postgres


def test_a_household_orders_by_its_slip(staff: dict[str, int]) -> None:
    offered.town()
    offer = offered.opened(staff)
    token = slip(3)
    browser = Client(headers={"Accept-Language": "en"})
    page = browser.get(f"/h/{token}/orders").content.decode()
    assert "大白菜" in page and "2.00" in page
    form = {"form": offer, "id": str(uuids.uuid7())}
    assert browser.post(f"/h/{token}/orders", form).status_code == 422, "nothing is ordered yet"
    form = {"form": offer, "id": str(uuids.uuid7()), "units_1": "2", "swaps": ["vegetable"]}
    assert browser.post(f"/h/{token}/orders", form).status_code == 302
    state, data = order(offer, 3)
    assert (state, data["channel"], data["swaps"]) == ("ordered", "page", ["vegetable"])
    again = browser.post(f"/h/{token}/orders", {"form": offer, "id": str(uuids.uuid7()), "units_1": "1"})
    assert again.status_code == 422 and "You ordered:" in again.content.decode(), "it says what becomes of the first"
    browser.post(f"/h/{token}/orders", {"form": offer, "id": str(uuids.uuid7()), "units_1": "1", "how": "replace"})
    assert order(offer, 3)[1]["lines"][0]["units"] == 1
    for number in range(4, 9):
        world.say(place(offer, number, (1, 1)))
    offered.closed(staff, offer)
    assert "大白菜" not in browser.get(f"/h/{token}/orders").content.decode(), "closed"
    offered.came(staff, offer)
    own = " ".join(re.sub(r"<[^>]+>", " ", browser.get(f"/h/{token}").content.decode()).split())
    assert "there was nothing for your door" in own and "大白菜 × 0 of 1: there was too little" in own
    zh = Client(headers={"Accept-Language": "zh-hans"}).get(f"/h/{token}").content.decode()
    assert "这次没有分到" in zh


def slip(household: int) -> str:
    with door.ledger() as ledger:
        queries.give_slip(ledger, household, digest_of("slip-of-door"), world.NOW + dt.timedelta(days=30))
    return "slip-of-door"
