"""Saved views and columns of the line list; corrections that stay to be seen."""

from __future__ import annotations

import re
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client
from world import client, page, post

from tongzhou.ledger import door, follow
from tongzhou.people import vault
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


def identify(**more: Any) -> str:
    body = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "onset": "2020-03-08", "age": 41,
            "sex": "female", **more}  # fmt: skip
    fact = world.said("case.identified", body, place=3)
    assert world.say(fact).accepted == 1
    return str(fact.id)


def test_a_view_is_kept_for_the_team_with_its_columns_and_dropped_again(staff: dict[str, int]) -> None:
    identify()
    text = page("lin", "/cases/?state=suspected&column=onset&column=age")
    assert ">Onset<" in text and ">2020-03-08<" in text and ">Card</th>" not in text
    address = "/cases/?state=suspected&column=onset&column=age"
    form = {"form": "keep", "name": "Suspected by onset", "id": str(uuids.uuid7())}
    html = client("lin").post(address, form, follow=True).content.decode()
    assert "view saved" in html and "Received 09:00" in html
    text = page("tang", "/cases/")  # the clinician of the same county
    href = "?state=suspected&amp;column=onset&amp;column=age"
    assert "Suspected by onset" in text and href in text
    assert "Suspected by onset" not in page("an", "/cases/")  # another county
    text = page("lin", "/cases/" + href.replace("&amp;", "&"))
    view = text[text.index('name="view" value="') + 19 :][:36]
    post("lin", "/cases/", form="drop", view=view)
    assert "Suspected by onset" not in page("tang", "/cases/")


def test_the_search_box_fetches_its_answer_alone(staff: dict[str, int]) -> None:
    key = identify()
    assert world.say(world.said("case.reported", {"case": key, "card": "420111-1"}, place=3)).accepted == 1
    headers = {**world.bearer("lin"), "Accept-Language": "en", "HX-Request": "true"}
    part = Client(headers=headers).get("/cases/?q=420111-1").content.decode()
    assert key in part and "<html" not in part and "cases/export.csv?q=420111-1" in part
    assert 'hx-target="#found"' in page("lin", "/cases/") and '<div id="found">' in page("lin", "/cases/")
    other = Client(headers={**headers, **world.bearer("an")}).get("/cases/?q=420111-1").content.decode()
    assert key not in other and "No case matches" in other


def test_whoever_is_called_by_a_number_is_found_by_it_and_by_its_end(staff: dict[str, int]) -> None:
    key, other = identify(), identify(age=42)
    follow.catch_up()  # numbers are given a moment later
    number = re.search(rf"/cases/{key}[^<]*>(\d{{4}} \d{{4}} \d{{4}})<", page("lin", "/cases/"))
    assert number
    for typed in (number[1], number[1].replace(" ", ""), number[1].replace(" ", "-"), number[1][-4:]):
        text = page("lin", f"/cases/?q={typed}")
        assert key in text and other not in text, typed
        assert key not in page("an", f"/cases/?q={typed}")  # another county
    assert key not in page("lin", f"/cases/?q={number[1][:-1]}0")


def test_no_search_word_and_no_number_gets_into_a_view(staff: dict[str, int]) -> None:
    key = identify()
    assert "Keep this view" not in page("lin", "/cases/?q=420111-1&state=suspected")
    html = post("lin", "/cases/?state=suspected", 422, form="keep", name="ours 13800001111")
    assert 'value="ours 13800001111"' in html and key in html  # the page stands, with what was typed
    post("lin", "/cases/?state=suspected", 422, form="keep", name=" ")
    post("sun", "/cases/?state=suspected", form="keep", name="mine")  # a dispatcher reads the list only
    assert world.rows("view") == []


def test_a_correction_is_seen_with_its_hour_and_its_author(staff: dict[str, int]) -> None:
    key = identify()
    post("tang", f"/cases/{key}", form="corrected", onset="2020-03-07", age="14", sex="female")
    text = page("lin", f"/cases/{key}")
    assert "14 years" in text and "41 years" not in text and "onset 2020-03-07" in text
    assert "corrected 03-10 09:00 by 唐" in text and "a correction" in text
    assert "onset" in post("tang", f"/cases/{key}", 422, form="corrected", onset="2020-03-07", age="14", sex="female")
    assert "stood there: Onset 2020-03-08, Age 41, Sex female" in text  # what was before stays
    post("tang", f"/cases/{key}", form="corrected", onset="2020-03-07", age="15", sex="female")  # and once more
    assert "15 years" in page("lin", f"/cases/{key}")
    html = post("tang", f"/cases/{key}", 422, form="corrected", onset="2020-03-17", age="150", sex="female")
    assert "A day that has not come yet" in html and 'value="150"' in html and "150? From 0 to 130." in html
    post("an", f"/cases/{key}", 404, form="corrected", onset="2020-03-07", age="16", sex="female")


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    key = identify()
    post("tang", f"/cases/{key}", form="corrected", onset="2020-03-07", age="14", sex="female")
    for path in (f"/cases/{key}", "/cases/?state=suspected&column=source&column=investigated"):
        text = page("lin", path, language="zh-hans")
        for english in ("Columns", "Keep this view", "Written", "corrected", "identified", "Onset"):
            assert f">{english}" not in text and f" {english} " not in text, (path, english)


def test_a_clinicians_warning_reaches_the_epidemiologist_and_nobody_takes_it_back(staff: dict[str, int]) -> None:
    post("tang", "/warnings/", what="unusual_pneumonia", patients="7")
    text = page("lin", "/warnings/")
    assert "unusual pneumonia" in text and "7 patients" in text
    assert "unusual pneumonia" in page("doctor", "/warnings/") or "No warning was given" in page("doctor", "/warnings/")
    page("duty", "/warnings/", 404)
    page("charlie", "/warnings/", 404)
    assert "One of the choices" in post("tang", "/warnings/", 422, what="rumour", patients="7")
    assert "不明原因肺炎" in page("lin", "/warnings/", language="zh-hans")


def test_a_household_called_back_is_closed_with_its_outcome(staff: dict[str, int]) -> None:
    raised = world.said("exception.raised", {"household": 4, "concerns": ["fever"], "channel": "door"}, place=6)
    called = {"exception": str(raised.id), "outcome": "reached", "advice": "stay_home"}
    assert world.say(raised, world.said("exception.called_back", called, place=6)).accepted == 2
    text = page("doctor", "/callbacks/")
    assert "Called, not closed yet" in text and "24 h left" in text and "fever · stay home" in text
    assert "One of the choices" in post("doctor", "/callbacks/", 422, form=f"close/{raised.id}", outcome="cured")
    post("doctor", "/callbacks/", form=f"close/{raised.id}", outcome="well", said_so="on")
    assert "Called, not closed yet" not in page("doctor", "/callbacks/")


def test_a_contact_with_symptoms_becomes_a_case(staff: dict[str, int]) -> None:
    key = identify()
    body = {"case": key, "category": "household", "first_day": "2020-03-08", "last_day": "2020-03-10", "household": 3}
    named = world.said("contact.named", body, place=3)
    ill = world.said("observation.recorded", {"contact": str(named.id), "temp10": 382, "symptoms": ["fever"]}, place=3)
    assert world.say(named, ill).accepted == 2
    assert "Became a case" in page("lin", f"/cases/{key}/interview")
    post("lin", f"/cases/{key}/interview", form=f"became-{named.id}")
    assert "Became a case" not in page("lin", f"/cases/{key}/interview")


def readings() -> list[tuple[Any, ...]]:
    with door.ledger() as connection:
        return connection.execute("select purpose, fields from people_reading order by at, purpose").fetchall()


def opened(who: str, key: str) -> str:
    return post(who, f"/cases/{key}", 200, by=world.browser, form="open")


def test_name_telephone_and_identity_of_a_case_are_corrected_and_what_stood_there_stays_sealed(
    staff: dict[str, int],
) -> None:
    key = identify()
    path = f"/cases/{key}"
    with door.ledger() as connection:
        held = {"name": "王小雨", "telephone": "13911112222"}
        vault.put(connection, f"case/{key}", held, place=3, sees="cases")
    post("lin", path, form="person", name="王晓雨")
    text = opened("lin", key)
    assert "王晓雨" in text and "王小雨" not in text and "13911112222" in text
    assert "Full name corrected 03-10 09:00 by 林" in " ".join(text.split())
    with door.ledger() as connection:
        everything = vault.read(connection, f"case/{key}", holder_of(staff["lin"]), "correction")
        assert "王小雨" in everything.values()  # for a purpose, and written down
        assert vault.find(connection, "name", "王小雨", holder_of(staff["lin"])) == []
        assert vault.find(connection, "name", "王晓雨", holder_of(staff["lin"])) == [f"case/{key}"]
        assert connection.execute(
            "select count(*) from people_vault_item where sealed::text like '%%小%%'"
        ).fetchone() == (0,)
    assert ("correction", ["name"]) in readings()
    # The correction is nobody else's, and nothing to find out by.
    post("an", path, 404, form="person", name="x")
    post("sun", path, 403, form="person", name="赵")
    assert (
        "Nothing differs"
        in client("lin").post(path, {"form": "person", "name": "王晓雨"}, follow=True).content.decode()
    )


def test_an_identity_number_with_a_wrong_check_digit_is_asked_once_then_taken_as_unverified(
    staff: dict[str, int],
) -> None:
    key = identify()
    path, right, slip = f"/cases/{key}", "420111197901011220", "420111197901011223"
    html = post("lin", path, 422, form="person", identity=slip, telephone="139 1111 2222")
    assert "The last digit does not fit" in html and f'value="{slip}"' in html and 'value="139 1111 2222"' in html
    assert 'name="unverified"' in html and 'name="unverified"' not in page("lin", path)
    assert "no identity or passport number" in post("lin", path, 422, form="person", identity="12")
    assert "five digits" in post("lin", path, 422, form="person", telephone="12")
    assert "one of them" in post("lin", path, 422, form="person")
    post("lin", path, form="person", identity=slip, telephone="139 1111 2222", unverified="on")
    text = opened("lin", key)
    assert slip in text and "(unverified)" in text and "13911112222" in text
    post("lin", path, form="person", identity=right)
    text = opened("lin", key)
    assert right in text and "(unverified)" not in text and slip not in text


def test_the_second_at_one_case_is_told_who_did_what_and_what_people_regret_stands_apart(staff: dict[str, int]) -> None:
    key = identify()
    path, about = f"/cases/{key}", f"case/{key}"
    assert world.say(world.said("case.reported", {"case": key, "card": "420111-1"}, place=3)).accepted == 1
    html = client("lin").post(path, {"form": "received", "id": str(uuids.uuid7())}, follow=True).content.decode()
    assert "report received by the CDC" in html and "Received 09:00" in html
    late = client("lin").post(path, {"form": "received", "about": about, "id": str(uuids.uuid7())}, follow=True)
    assert "Nothing was said: 林 said “report received by the CDC”" in late.content.decode()
    text = page("tang", path)
    classes = text.partition('name="classification"')[2].partition("</select>")[0]
    assert (
        "confirmed" in classes
        and "excluded" not in classes
        and "selected" not in classes.replace(' value="" selected', "")
    )
    assert "No case: its contacts are released at once" in text.partition('class="more"')[2]
    assert "Not said yet" in post("tang", path, 422, form="classified", basis="pcr")
