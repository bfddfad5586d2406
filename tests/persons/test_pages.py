"""One number from the fever to the aftercare, on every page that acts on somebody; the name for whoever owes it."""

from __future__ import annotations

import csv
import datetime as dt
import re
import uuid
from io import StringIO
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from world import EVENING, at, client, get, page, post, rows, suspected

from tongzhou.ledger import door, follow
from tongzhou.persons.handles import fits, grouped, numbered

pytestmark = pytest.mark.postgres
WARD = {
    "key": "w1", "facility": "h1", "facility_zh": "定点医院", "facility_en": "Designated Hospital", "name_zh": "一病区",
    "name_en": "Ward 1", "kind": "designated", "bed": "general", "serves": "confirmed", "sex": "any", "oxygen": True,
    "place": "hu.980101", "beds": 4,
}  # fmt: skip


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    at(EVENING)
    return staff


def shown(who: str, subject: str, status: int = 200, language: str = "en") -> str:
    """What the tap on “Show name” gives."""
    return post(who, f"/persons/show/{subject}", status, language, by=world.browser)


def readings() -> list[tuple[str, int, str]]:
    with door.ledger() as connection:
        return connection.execute("select owner, staff, purpose from people_reading order by at, owner").fetchall()


def test_one_number_on_every_page_of_the_way(staff: dict[str, int]) -> None:
    world.wards([WARD])
    case = suspected()
    follow.catch_up()
    [(exception, _, _)], [(referral, _, _)] = rows("exception"), rows("referral")
    [(person, _, data)] = rows("person")
    code = grouped(data["handle"])
    assert data["handle"].startswith("9801")
    named = f'<a class="code" href="/persons/{person}">{code}</a>'
    assert named in page("doctor", "/callbacks/") and named in page("tang", "/clinic/")
    assert f"{named} · woman · 41 years" in page("lin", f"/cases/{case}") and code in page("lin", "/cases/")
    assert "女 · 41 岁" in page("lin", f"/cases/{case}", language="zh-hans")
    paper = page("lin", f"/cases/{case}/papers")
    assert code in paper and "Name, by hand" in paper and "王小雨" not in paper
    with_codes = list(csv.DictReader(StringIO(client("lin").get("/cases/export.csv").getvalue().decode("utf-8-sig"))))
    assert [row["person"] for row in with_codes] == [code]
    assert named in page("lin", f"/cases/{case}/interview") and named in page("tang", f"/clinic/{referral}/identify")
    # The contact of the case is somebody else.
    post("lin", f"/cases/{case}/interview", form="contact", say="close", category="meal", first_day="2020-03-09",
         last_day="2020-03-09", protected="no", stay="home", household="5", home="6", name="李大山")  # fmt: skip
    follow.catch_up()
    contact = rows("contact")[0][2]["person"]
    other = grouped(dict((key, told["handle"]) for key, _, told in rows("person"))[contact])
    assert other != code and other in page("lin", f"/cases/{case}/interview") and other in page("zhao", "/follow-up/")
    assert other in page("lin", f"/cases/{case}/papers")
    # The bed, the ward, the way home: the ward sees nothing of the community, and says the same number.
    post("tang", f"/cases/{case}", form="classified", classification="confirmed", basis="pcr")
    post("tang", f"/beds/ask?case={case}", infection="confirmed", severity="mild", oxygen="no", sex="female", age="41",
         depends="nobody")  # fmt: skip
    [(request, _, asked)] = rows("request")
    assert asked["person"] == person and named in page("sun", "/beds/")
    with door.ledger() as connection:
        [(bed, ward)] = connection.execute("select id, ward from hospital_bed order by id limit 1").fetchall()
    post("sun", "/beds/", form=f"sign/{request}", bed=str(bed))
    assert code in page("sun", "/beds/") and code in page("nurse", f"/beds/ward/{ward}")
    for what in ("accepted", "admitted"):
        post("nurse", f"/beds/ward/{ward}", form=f"{what}/{request}")
    assert named in page("nurse", f"/beds/ward/{ward}") and code in page("tang", f"/beds/patient/{request}")
    assert "王小雨" in shown("nurse", f"request/{request}")
    left = {"request": request, "bed": bed, "how": "discharged", "destination": "home"}
    world.say(world.said("patient.left", left, place=3, at=EVENING.replace(hour=23, minute=50)))
    at(EVENING + dt.timedelta(hours=12))
    assert named in page("zhao", "/aftercare/")
    # All of it on one page, as far as one may see it; on the ward's nothing of the community's.
    way = page("lin", f"/persons/{person}")
    assert "fever at the door" in way and ">case<" in way and f"/cases/{case}" in way
    assert "fever at the door" not in page("nurse", f"/persons/{person}") and exception not in page(
        "nurse", f"/persons/{person}"
    )
    for stranger in ("an", "far", "charlie"):
        get(stranger, f"/persons/{person}", 404)


def test_the_name_is_for_whoever_owes_the_act_and_the_reading_is_written_down(staff: dict[str, int]) -> None:
    case = suspected()
    follow.catch_up()
    assert "王小雨" not in page("lin", f"/cases/{case}")
    told = page("lin", f"/persons/show/case/{case}")
    assert "王小雨" not in told and "To: " in told and readings() == []  # asked by POST only
    assert "王小雨" in shown("lin", f"case/{case}") and "13911112222" in shown("lin", f"case/{case}")
    owner, who, purpose = readings()[0]
    assert (owner, who, purpose) == (f"case/{case}", staff["lin"], "investigation")  # nothing is owed by her yet
    assert "ask for a bed, or say that none is needed" in shown("tang", f"case/{case}").lower()
    assert (staff["tang"], "settle_bed") in {reading[1:] for reading in readings()}  # what the clinic owes
    assert "事由" in shown("lin", f"case/{case}", language="zh-hans")
    # The community doctor has nothing to do any more: the number is enough, and nothing opens.
    [(exception, _, _)] = rows("exception")
    post("doctor", "/callbacks/", form=f"close/{exception}", outcome="in_care")
    before = len(readings())
    assert "The number is enough" in page("doctor", f"/persons/show/exception/{exception}")
    shown("doctor", f"exception/{exception}", 403)
    for stranger in ("an", "far", "charlie", "wu"):
        shown(stranger, f"case/{case}", 401 if stranger == "nobody" else 404)
    shown("lin", "home/018f0000-0000-7000-8000-000000000000", 404)
    assert len(readings()) == before


def test_somebody_is_found_by_number_and_a_slip_is_told(staff: dict[str, int]) -> None:
    suspected()
    follow.catch_up()
    [(person, _, data)] = rows("person")
    handle = data["handle"]

    def found(who: str, typed: str, status: int) -> Any:
        return client(who).get("/find", {"q": typed}), status

    for typed in (handle, grouped(handle), f"{handle[:4]}-{handle[4:8]}-{handle[8:]}"):
        answer, _ = found("lin", typed, 302)
        assert (answer.status_code, answer.headers["Location"]) == (302, f"/persons/{person}")
    wrong = handle[:-1] + str((int(handle[-1]) + 1) % 10)
    for typed, words in ((wrong, "do not fit"), ("4711 4711", "twelve digits")):
        answer, _ = found("lin", typed, 422)
        assert answer.status_code == 422 and words in answer.content.decode()
    unknown, _ = found("lin", numbered("98017777", 5), 404)
    foreign, _ = found("an", handle, 404)
    assert unknown.status_code == foreign.status_code == 404
    assert "nobody of this number" in unknown.content.decode() and "nobody of this number" in foreign.content.decode()
    assert client("lin").get("/find").status_code == 200


def test_two_numbers_of_one_person_are_joined_and_parted_on_the_page(staff: dict[str, int]) -> None:
    one, other = str(uuids.uuid7()), str(uuids.uuid7())
    for key, age in ((one, 30), (other, 31)):
        body = {"classification": "confirmed", "age": age, "person": key}
        world.say(world.said("person.founded", {"sex": "male"}, id=uuid.UUID(key), place=3))
        world.say(world.said("case.identified", body, place=3))
    follow.catch_up()
    codes = {key: grouped(data["handle"]) for key, _, data in rows("person")}
    assert post("lin", f"/persons/{one}", form="same", handle=codes[other]) == f"/persons/{one}"
    text = page("lin", f"/persons/{other}")
    assert text.count(">case<") == 2 and f"{codes[one]} counts here since" in text
    assert client("lin").get(f"/persons/{one}").headers["Location"] == f"/persons/{other}"
    assert client("lin").get("/find", {"q": codes[one]}).headers["Location"] == f"/persons/{other}"
    assert codes[one] not in page("lin", "/cases/") and page("lin", "/cases/").count(codes[other]) >= 2
    for stranger, status in (("nurse", 403), ("an", 404)):
        post(stranger, f"/persons/{other}", status, form="same", handle=codes[one])
    for typed, words in ((codes[other], "nobody else of this number"), ("4711 4711", "twelve digits")):
        told = post("lin", f"/persons/{other}", 422, form="same", handle=typed)
        assert words in told and f'value="{typed}"' in told, "what was typed is still there"
    [form] = re.findall(r'name="form" value="(part-[^"]+)"', text)
    post("lin", f"/persons/{other}", form=form)
    assert codes[one] in page("lin", f"/persons/{one}") and page("lin", f"/persons/{other}").count(">case<") == 1


def test_a_pad_is_printed_once_and_given_back_or_lost(staff: dict[str, int]) -> None:
    text = post("zhao", "/persons/pads", 200, form="lend")
    codes = re.findall(r'<b class="code">([^<]+)</b>', text)
    assert len({*codes}) == 100 and all(fits(code.replace(" ", "")) for code in codes) and "Name, by hand" in text
    number = f"N1-{codes[0].replace(' ', '')[:8]}"  # a paper as every other: number, telephone, room to write
    assert text.count('class="paper"') == 1 and number in text and "Telephone of the desk" in text
    assert "Written by hand" in text
    assert "pad of paper" in page("zhao", "/persons/pads") and codes[0] not in page("zhao", "/persons/pads")
    assert "Nothing is lent to you." in page("qian", "/persons/pads")
    block = codes[0].replace(" ", "")[:8]
    post("qian", "/persons/pads", form=f"lent-{block}", why="lost")
    assert rows("block")[0][1] == "leased", "nobody gives back what was lent to somebody else"
    post("zhao", "/persons/pads", form=f"lent-{block}", why="lost")
    assert rows("block")[0][1] == "ended" and "Nothing is lent to you." in page("zhao", "/persons/pads")
    assert codes != re.findall(r'<b class="code">([^<]+)</b>', post("zhao", "/persons/pads", 200, form="lend"))
    for stranger in ("mei", "charlie"):
        page(stranger, "/persons/pads", 404)


def test_a_phone_is_lent_numbers_by_its_own_worker_and_not_without_end(staff: dict[str, int]) -> None:
    phone = client("zhao")

    def ask(user: int, **body: Any) -> Any:
        own = {"X-Doorway-User": str(user), "Accept": "application/json"}
        return phone.post("/doorway/numbers", body, "application/json", headers=own)

    first = ask(staff["zhao"], device=str(uuids.uuid7()))
    assert first.status_code == 200 and len(first.json()["handles"]) == 100
    assert ask(staff["qian"], device=str(uuids.uuid7())).status_code == 409  # not this user's queue
    assert ask(staff["zhao"], device="x").status_code == 422
    answers = [ask(staff["zhao"], device=str(uuids.uuid7())) for _ in range(20)]
    assert [answer.status_code for answer in answers] == [200] * 19 + [429]
    assert answers[-1].json()["code"] == "enough_lent"
    lent = [answer.json()["block"] for answer in (first, *answers[:-1])]
    assert len({*lent}) == 20
