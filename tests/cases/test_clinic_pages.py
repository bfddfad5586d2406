"""What went wrong when the pages of call-backs and of the clinic were tried: each stays mended."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from world import EVENING, at, client, fever, page, post, referred, rows

from tongzhou.ledger import door
from tongzhou.people import vault
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
WRONG, RIGHT = "420111197903011233", "420111197903011232"


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    at(EVENING)
    return staff


def said(who: str, path: str, **form: Any) -> str:
    """What stands on the page after something was said there."""
    answer = client(who).post(path, {"id": str(uuids.uuid7()), **form}, follow=True)
    return " ".join(answer.content.decode().split())


def undo(who: str, text: str, back: str) -> str:
    fact = re.search('name="fact" value="([^"]+)"', text)
    assert fact, "no undo"
    return said(who, "/today/undo", fact=fact[1], next=back)


def test_a_wrong_mistake_is_taken_back_from_its_receipt(staff: dict[str, int]) -> None:
    key = fever()
    told = said("doctor", "/callbacks/", form=f"mistaken/{key}", outcome="mistaken")
    assert "exception closed · a mistake · Door 3" in told and rows("exception")[0][1] == "closed"
    assert "Door 3" in undo("doctor", told, "/callbacks/") and rows("exception")[0][1] == "open"


def test_a_call_and_its_referral_are_taken_back_together(staff: dict[str, int]) -> None:
    key = fever()
    told = said("doctor", "/callbacks/", form=f"call/{key}", advice="clinic", clinic="3")
    assert [row[1] for row in rows("referral")] == ["made"]
    undo("doctor", told, "/callbacks/")
    assert [row[1] for row in rows("referral")] in ([], ["void"]) and rows("exception")[0][1] == "open"


def test_whoever_was_sent_to_a_clinic_is_no_call_back_any_more_until_called_again(staff: dict[str, int]) -> None:
    key = fever()
    owes = {"exception": key, "outcome": "reached", "advice": "clinic"}
    world.say(world.said("exception.called_back", owes, place=6, at=EVENING))
    assert "Send on to the fever clinic" in page("doctor", "/today")
    post("doctor", "/today/act", subject=f"exception/{key}", what="send_on", at="6", act="clinic", clinic="3")
    assert rows("exception")[0][1] == "sent" and "Send on to the fever clinic" not in page("doctor", "/today")
    assert f"close/{key}" not in page("doctor", "/callbacks/")
    referral = rows("referral")[0][0]
    post("tang", "/clinic/", form=f"seen/{referral}", outcome="arrived")
    identified(referral=referral)
    assert key not in page("doctor", "/today") and f"close/{key}" not in page("doctor", "/callbacks/")
    later = {"exception": key, "outcome": "reached", "advice": "stay_home"}
    world.say(world.said("exception.called_back", later, place=6, at=EVENING + dt.timedelta(hours=1)))
    assert rows("exception")[0][1] == "called_back"


def test_whoever_may_be_in_danger_is_called_before_the_longest_waiting(staff: dict[str, int]) -> None:
    body = {"household": 7, "concerns": ["newcomer"]}
    world.say(world.said("exception.raised", body, place=6, at=EVENING - dt.timedelta(hours=9)))
    fever(household=4)
    assert re.findall(r"<h2>Door (\d+)", page("doctor", "/callbacks/")) == ["4", "7"]


def test_two_doctors_on_one_fever_the_second_is_told_who_did_what(staff: dict[str, int]) -> None:
    key = fever()
    post("doctor", "/callbacks/", form=f"call/{key}", advice="stay_home")
    told = said("doctor", "/callbacks/", form=f"call/{key}", about=f"exception/{key}", advice="clinic", clinic="3")
    assert "Nothing was said: 周 said “exception called back · reached · stay home” at 03-10 21:00." in told
    assert rows("referral") == []


def identified(status: int = 302, **form: Any) -> str:
    given = {"say": "identify", "classification": "suspected", "E1": "yes", "C1": "yes", "C2": "yes"}
    return post("tang", f"/clinic/{form.pop('referral')}/identify", status, **given, **form)


def test_a_wrong_check_digit_is_asked_once_and_then_kept_as_not_verified(staff: dict[str, int]) -> None:
    referral = referred()
    assert "keep it as not verified" not in page("tang", f"/clinic/{referral}/identify")
    text = identified(422, referral=referral, identity=WRONG, name="王小雨", age="41")
    assert "The last digit does not fit the others" in text and "keep it as not verified" in text
    assert f'value="{WRONG}"' in text and 'value="王小雨"' in text and rows("case") == []
    case = identified(referral=referral, identity=WRONG, unverified="on", name="王小雨").rsplit("/", 1)[1]
    with door.ledger() as ledger:
        held = vault.read(ledger, f"case/{case}", holder_of(staff["lin"]), "investigation", [])
    assert held["identity"] == WRONG and held["identity_unverified"] == "identity_check_digit"


def test_a_right_number_needs_no_tick(staff: dict[str, int]) -> None:
    case = identified(referral=referred(), identity=RIGHT, unverified="on").rsplit("/", 1)[1]
    with door.ledger() as ledger:
        held = vault.read(ledger, f"case/{case}", holder_of(staff["lin"]), "investigation", [])
    assert held == {"identity": RIGHT, "identity_unverified": ""}


def test_what_was_left_alone_was_not_done_yet_and_the_receipt_says_for_whom(staff: dict[str, int]) -> None:
    referral = referred()
    text = page("tang", f"/clinic/{referral}/identify")
    assert text.count("checked") == text.count('value="" id=') and "not done yet" in text.lower()
    assert "Filled in from the call-back: fever · 38.4 ℃." in text
    assert re.search(r'name="C1" value="yes"[^>]* checked', text) and not re.search(
        r'name="E\d" value="yes"[^>]* checked', text
    )
    form = {"say": "identify", "classification": "suspected", "E2": "no", "C1": "yes"}
    told = said("tang", f"/clinic/{referral}/identify", **form)
    assert "Identified as a case · Door 3" in told and "Received 21:00" in told
    data = rows("case")[0][2]
    assert data["clinical"] == ["C1"] and data["denied"] == ["E2"] and data["depended_on"] is None


def test_who_depends_on_them_is_asked_at_the_clinic(staff: dict[str, int]) -> None:
    referral = referred()
    told = identified(422, referral=referral, depends=["child", "nobody"])
    assert "Somebody, or nobody: not both." in told
    identified(referral=referral, depends=["child", "old"], others="0")
    (_key, state, home) = rows("home")[0]
    assert sorted(one["who"] for one in home["dependants"]) == ["child", "old"] and state == "alone"
    assert rows("case")[0][2]["depended_on"] is True


def test_asked_and_nobody_depends_is_an_answer(staff: dict[str, int]) -> None:
    identified(referral=referred(), depends="nobody")
    assert rows("case")[0][2]["depended_on"] is False and rows("home") == []


def test_without_a_door_the_community_cannot_go_there(staff: dict[str, int]) -> None:
    form = {"say": "identify", "classification": "suspected", "home": "3", "depends": "child"}
    assert "Which door, so that the community can go there." in post("tang", "/clinic/identify", 422, **form)
    post("tang", "/clinic/identify", household="3", **form)
    assert len(rows("home")) == 1
