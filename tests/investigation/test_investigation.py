"""The investigation: a line is saved by itself, the rule proposes contacts, release comes by itself with notice, and
nobody who cannot stay alone is left alone. Story 3 of the users, whole."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from django.test import Client
from django.utils import translation
from playwright.sync_api import sync_playwright
from world import EVENING, at, client, page, post, rows, suspected

from tongzhou.ledger import door, follow
from tongzhou.people.staff import owner
from tongzhou.sites import addresses
from tongzhou.sites.doors import Door
from tongzhou.waiting.queries import rows_of

pytestmark = pytest.mark.postgres
SRC = Path(__file__).resolve().parents[2] / "src/tongzhou"
NIGHT = world.NOW.replace(hour=23, minute=30)


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    at(EVENING)
    return staff


@pytest.fixture
def case(staff: dict[str, int]) -> str:
    return suspected()


def named(case: str, **more: Any) -> str:
    form = {"form": "contact", "say": "close", "category": "household", "first_day": "2020-03-08",
            "last_day": "2020-03-09", "protected": "no", "stay": "home", "household": "3", "age": "40",
            "sex": "male"}  # fmt: skip
    before = {key for key, _state, _data in rows("contact")}
    post("lin", f"/cases/{case}/interview", **{**form, **more})
    return next(key for key, _state, _data in rows("contact") if key not in before)


def row(noun: str, key: str) -> tuple[str, dict[str, Any]]:
    return next((state, data) for found, state, data in rows(noun) if found == key)


def test_each_line_is_saved_by_itself_and_card_contacts_letter_and_report_come_of_it(case: str) -> None:
    path = f"/cases/{case}/interview"
    assert "0 of 11 lines" in page("lin", path)
    post("lin", path, form="lines", save="first_symptom", first_symptom="fever")
    post("lin", path, form="lines", save="visits", visits="2")
    post("lin", path, form="lines", save="visits", visits="3", **{"seen-visits": "2"})
    text = page("lin", path)
    assert "2 of 11 lines" in text and "changed, was 2" in text
    post("lin", path, form="exposure", setting="market", first_day="2020-03-01", last_day="2020-03-02")
    named(case)
    named(case, home="9", household="", category="meal")  # lives in another county
    named(case, say="general", category="environment")
    papers = page("lin", f"/cases/{case}/papers")
    assert "First symptom" in papers and "market" in papers and "Not asked yet:" in papers
    assert "2020-03-23 24:00" in papers and "Letter to An" in papers and "王小雨" not in papers
    assert papers.count("under observation") == 2  # the general contact is advised, not observed
    page("tang", path, 404)  # the clinician does not investigate
    page("charlie", path, 404)
    page("charlie", f"/cases/{case}/papers", 404)


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("no such line", {"form": "lines", "save": "income", "income": "1"}),
        ("lines-visits", {"form": "lines", "save": "visits", "visits": "many"}),
        ("lines-visits", {"form": "lines", "save": "visits"}),
        ("lines-first_visit", {"form": "lines", "save": "first_visit", "first_visit": "2020-02-30"}),
        ("lines-first_visit", {"form": "lines", "first_visit": "2020-03-12", "visits": "2"}),
        ("contact-category", {"form": "contact", "say": "close", "category": "friend", "last_day": "2020-03-09"}),
        ("contact-stay", {"form": "contact", "say": "close", "category": "meal", "last_day": "2020-03-09"}),
        ("contact-last_day", {"form": "contact", "say": "close", "category": "meal"}),
        ("contact-last_day", {"form": "contact", "say": "close", "category": "meal", "last_day": "2020-04-09"}),
        ("contact-first_day", {"form": "contact", "say": "close", "category": "meal", "first_day": "2020-03-10",
                               "last_day": "2020-03-09"}),
        ("contact-telephone", {"form": "contact", "say": "close", "category": "meal", "stay": "home",
                               "last_day": "2020-03-09", "telephone": "none"}),
        ("exposure-setting", {"form": "exposure", "setting": "rumour", "last_day": "2020-03-09"}),
        ("dependant-who", {"form": "dependant", "who": "neighbour"}),
        ("ask the rule first", {"form": "contact", "say": "accuse", "category": "meal", "last_day": "2020-03-09"}),
    ],
)  # fmt: skip
def test_what_is_typed_wrong_is_named_and_nothing_is_kept(case: str, field: str, form: dict[str, str]) -> None:
    html = post("lin", f"/cases/{case}/interview", 422, **form)
    assert f'href="#{field}"' in html or field in html.partition('class="errs"')[2].partition("</ul>")[0], field
    for name, typed in form.items():
        if name in ("visits", "first_visit", "first_day", "last_day", "telephone"):
            assert f'value="{typed}"' in html  # nothing that was typed is lost
    assert rows("contact") == [] and rows("interview") == [] and rows("home") == []


def test_the_rule_proposes_and_the_investigator_judges(case: str) -> None:
    form = {
        "form": "contact",
        "say": "ask",
        "category": "meal",
        "stay": "home",
        "last_day": "2020-03-06",
        "protected": "no",
    }
    text = post("lin", f"/cases/{case}/interview", 200, **form)
    assert "contact 2020-03-06, window opens 2020-03-06" not in text
    assert "close contact" in text  # onset 8 March: two days before
    text = post("lin", f"/cases/{case}/interview", 200, **{**form, "last_day": "2020-03-05"})
    assert "not a close contact" in text and "window opens 2020-03-06" in text
    assert rows("contact") == []
    text = post("lin", f"/cases/{case}/interview", 200, **{**form, "protected": ""})
    assert "not enough is known" in text


def test_release_comes_by_itself_at_24_00_with_notice(case: str) -> None:
    """Story 3: last exposed on 1 March, released on 15 March 24:00."""
    key = named(case, first_day="2020-03-01", last_day="2020-03-01")
    text = page("zhao", "/follow-up/")
    assert "Door 3" in text and "until 03-15 24:00" in text and "Tell them: what is asked" in text
    post("zhao", "/follow-up/", form=key, say="told")
    post("zhao", "/follow-up/", form=key, say="asked", temp10="36.6")
    assert "Tell them" not in page("zhao", "/follow-up/")
    at(dt.datetime(2020, 3, 15, 9, tzinfo=world.NOW.tzinfo))
    assert "Tell them: observation ends on 03-15 at 24:00" in page("zhao", "/follow-up/")
    post("zhao", "/follow-up/", form=key, say="told")
    at(dt.datetime(2020, 3, 15, 23, 59, tzinfo=world.NOW.tzinfo))
    assert "under observation" in page("zhao", "/follow-up/")
    at(dt.datetime(2020, 3, 16, 0, 0, tzinfo=world.NOW.tzinfo))
    text = page("zhao", "/follow-up/")
    assert "released" in text and "under observation" not in text and "Temperature" not in text
    assert "released" in page("lin", f"/cases/{case}/interview")
    assert row("observation", key)[1]["told_end"]  # nobody said "released": nobody had to
    at(dt.datetime(2020, 3, 20, tzinfo=world.NOW.tzinfo))
    assert "Nobody is under observation" in page("zhao", "/follow-up/")


def test_the_community_sees_days_and_temperatures_and_not_the_case(case: str) -> None:
    key = named(case)
    text = page("zhao", "/follow-up/")
    assert case not in text and "same household" not in text and "suspected" not in text
    assert "case" not in row("observation", key)[1]
    page("zhao", f"/cases/{case}/interview", 404)
    assert "Nobody is under observation" in page("doctor", "/follow-up/") or "Door 3" in page("doctor", "/follow-up/")
    page("charlie", "/follow-up/", 404)
    page("charlie", "/homes/", 404)
    assert Client(headers=world.bearer("far")).get("/follow-up/").content.decode().count("Door 3") == 0


def test_symptoms_go_to_the_top_and_to_the_clinic(case: str) -> None:
    named(case)
    ill = named(case, age="12")
    post("zhao", "/follow-up/", form=ill, say="asked", temp10="38.1", symptoms=["fever", "cough"])
    text = page("doctor", "/follow-up/")
    assert text.index("has symptoms") < text.index("under observation") and "dedicated vehicle" in text
    html = post("zhao", "/follow-up/", 422, form=ill, say="asked", temp10="66")
    assert "66? From 30.0 to 45.0" in html and 'value="66"' in html
    assert "or “no answer”" in post("zhao", "/follow-up/", 422, form=ill, say="asked")


def test_exclusion_of_the_case_releases_its_contacts_at_once(case: str) -> None:
    key = named(case)
    post("tang", f"/cases/{case}", form="excluded", basis="two_negatives")
    assert row("contact", key)[0] == "source_excluded" and row("observation", key)[0] == "source_excluded"
    assert "released: the case was excluded" in page("zhao", "/follow-up/")
    assert "Tell them: observation ends" in page("zhao", "/follow-up/")


def test_a_letter_lets_the_other_county_see_and_its_receipt_comes_back(case: str) -> None:
    key = named(case, home="9", household="")
    with owner() as connection:
        connection.execute(
            "insert into people_holding (staff, role, place) select id, 'epidemiologist', 9 from auth_user"
            " where username = 'an'"
        )
    assert "No letter was sent or received" in page("an", "/cases/letters")
    post("lin", f"/cases/{case}/papers", form="letter-9")
    assert row("letter", row_key("letter"))[1]["contacts"] == [key]
    assert "sent, no receipt yet" in page("lin", f"/cases/{case}/papers")
    text = page("an", "/cases/letters")
    assert "Hong" in text and "Taken over" in text
    post("an", "/cases/letters", form=row_key("letter"), outcome="taken_over")
    assert "taken over" in page("lin", "/cases/letters")
    page("an", f"/cases/{case}/interview", 404)  # the case itself stays with its county


def test_a_contact_who_lives_in_another_county_owes_the_letter_at_once(case: str) -> None:
    first = named(case, home="9", household="")
    second = named(case, home="9", household="")
    named(case)
    follow.catch_up()
    html, zh = page("lin", "/today"), client("lin", "zh-hans").get("/today").content.decode()
    assert html.count("Send the letter to the other county") >= 2 and "To An, of 2 contacts." in html
    assert "发往安县，涉及 2 名密切接触者。" in zh
    line = {"subject": f"contact/{first}", "what": "send_letter", "at": "3", "act": "letter"}
    post("lin", "/today/act", **line)
    follow.catch_up()
    assert sorted(row("letter", row_key("letter"))[1]["contacts"]) == sorted([first, second])
    assert "Send the letter" not in page("lin", "/today"), "one letter tells of both"
    third = named(case, home="9", household="")
    follow.catch_up()
    assert "To An, of 1 contact." in page("lin", "/today")
    post("lin", f"/cases/{case}/interview", form=f"became-{third}")
    assert "Send the letter" not in page("lin", "/today")


def row_key(noun: str) -> str:
    return str(rows(noun)[0][0])


def test_both_parents_are_isolated_and_their_child_has_a_named_carer_the_same_evening(case: str) -> None:
    """Story 3, with the other parent going later: nobody has to remember the child."""
    father = named(case)
    post("lin", f"/cases/{case}/interview", form="dependant", who="child", years="6", on=[father])
    assert row("home", "3")[0] == "together" and "Nobody who cannot stay alone" in page("lead", "/homes/")
    at(NIGHT)
    post("lin", f"/cases/{case}/interview", form=f"stay-{father}", stay="central")
    assert row("home", "3")[0] == "alone"
    text = world.squeezed(page("lead", "/homes/"))
    assert "1 household needs a carer this evening" in text and "child, 6 years" in text
    assert "alone since 03-10 23:30" in text and "clock late" not in text
    at(NIGHT + dt.timedelta(hours=2, minutes=1))
    assert "clock late" in page("lead", "/homes/")
    post("lead", "/homes/", form="3", carer="neighbour", where="home", name="何婶", telephone="13700001111")
    state, data = row("home", "3")
    assert state == "cared" and data["carer"]["who"] == "neighbour" and "何" not in str(data)
    assert "a carer is named" in page("lead", "/homes/")
    post("lin", f"/cases/{case}/interview", form=f"stay-{father}", stay="home")
    assert row("home", "3")[0] == "together"


def test_whoever_is_brought_to_central_observation_is_asked_who_depends_on_them(case: str) -> None:
    first, second = named(case, household="4"), named(case, household="4", age="41")
    path = f"/cases/{case}/interview"
    assert "nobody, or who" in post("lin", path, 422, form=f"stay-{first}", stay="central")
    post("lin", path, form=f"stay-{second}", stay="central", depends="nobody")
    assert rows("home")[0][1] == "together" and row("contact", second)[1]["depended_on"] is False
    post("lin", path, form=f"stay-{first}", stay="hospital", depends=["old"])
    assert row("home", "4")[0] == "alone" and row("contact", first)[1]["depended_on"] is True
    post("lin", path, form=f"stay-{first}", stay="home")
    assert row("home", "4")[0] == "together"
    post("lin", path, form=f"stay-{first}", stay="central")  # known by now, and owed again
    assert row("home", "4")[0] == "alone"


def test_who_depends_on_a_contact_at_home_is_kept_until_they_leave(case: str) -> None:
    """Told while they stay at home, it is said at once and asked no more; it is owed from the minute they leave."""
    path = f"/cases/{case}/interview"
    asked = {"form": "contact", "say": "close", "category": "household", "last_day": "2020-03-09", "stay": "home"}
    assert "Which door, so that" in post("lin", path, 422, **asked, depends=["child"])
    father = named(case, household="4", depends=["child"], agreed="guardian")
    assert row("home", "4")[0] == "together" and row("home", "4")[1]["dependants"][0]["on"] == [f"contact/{father}"]
    post("lin", path, form=f"stay-{father}", stay="central")
    assert row("home", "4")[0] == "alone"


def test_whoever_was_named_before_it_was_asked_is_asked_when_they_leave(case: str, staff: dict[str, int]) -> None:
    """A row that an earlier version wrote is read as today's, on the case's page and on Today."""
    contact = named(case, household="4")
    with door.ledger() as ledger:
        ledger.execute("update ledger_row set shape = 1, data = data - 'depended_on' where noun = 'contact'")
    path = f"/cases/{case}/interview"
    assert "nobody, or who" in post("lin", path, 422, form=f"stay-{contact}", stay="central")
    with world.seen_by(staff["lin"]):
        assert rows_of([f"contact/{contact}"])[f"contact/{contact}"]["data"]["depended_on"] is None


def test_what_arrives_late_or_in_another_order_tells_the_same(case: str) -> None:
    """A child stated after the father had left is alone since it was stated; withdrawing his leaving undoes it."""
    father = named(case, stay="central", depends="nobody")
    post("lin", f"/cases/{case}/interview", form="dependant", who="child", years="6", on=[father])
    assert row("home", "3")[0] == "alone"
    with door.ledger() as connection:
        left = connection.execute(
            "select f.id from ledger_fact f join ledger_kind k on k.id = f.kind where k.name = 'member.left'"
            " and f.body::text like '%%contact/%%'".replace("%%", "%")
        ).fetchone()
    assert left is not None
    world.say(world.said("fact.withdrawn", {}, place=3, corrects=left[0], id=uuids.uuid7()))
    assert row("home", "3")[0] == "together"


def test_the_count_of_the_community_stays_until_confirmation(case: str) -> None:
    """Story 3: what was published of the community, 32, is moved neither by a suspected case nor by its contacts."""
    reported = {"community": "hu.980101001001", "confirmed": 32, "days_without_new_at_least": 16,
                "as_of": "2020-03-10", "source": "report"}  # fmt: skip
    world.say(world.said("community.reported", reported, place=5, at=NIGHT))
    before = page("lead", "/board/5")
    assert ">32<" in before.replace("\n", "")
    named(case)
    after = page("lead", "/board/5")
    assert re.findall(r"<dd[^>]*>\d+", after) == re.findall(r"<dd[^>]*>\d+", before)


def test_both_languages_are_complete(case: str) -> None:
    named(case)
    named(case, home="9", household="")
    post("lin", f"/cases/{case}/interview", form="dependant", who="child", years="6")
    for who, path in [("lin", f"/cases/{case}/interview"), ("lin", f"/cases/{case}/papers"), ("lin", "/cases/letters"),
                      ("zhao", "/follow-up/"), ("lead", "/homes/")]:  # fmt: skip
        for language in ("zh-hans", "en"):
            text = Client(headers={**world.bearer(who), "Accept-Language": language}).get(path).content.decode()
            inside = text[text.index("<main") : text.index("</main>")]
            chinese = sum("一" <= char <= "鿿" for char in inside)
            assert chinese > 15 if language == "zh-hans" else chinese == 0, (path, language, chinese)


def test_somebody_met_may_live_in_any_county_and_any_grid_of_the_own_one(case: str) -> None:
    text = page("lin", f"/cases/{case}/interview").partition('name="home"')[2].partition("</select>")[0]
    offered = [int(one) for one in re.findall(r'<option value="(\d+)"', text)]
    assert set(offered) == {0, 3, 5, 6, 7, 9} and offered.index(7) < offered.index(9)  # no community of another county


def test_a_line_that_is_saved_alone_never_empties_its_neighbours(case: str) -> None:
    path = f"/cases/{case}/interview"
    typed = {"visits": "2", "first_visit": "2020-03-09", "underlying": "heart", "knows_case": "yes"}
    html = post("lin", path, 200, form="lines", save="visits", **typed)
    assert rows("interview")[0][2]["answers"].keys() == {"visits"}  # nothing but the line that was saved
    assert "Received" in html and "Visits to doctors before identification: 2" in html
    assert 'value="2020-03-09"' in html and '<option value="heart" selected' in html
    assert re.search(r'name="knows_case" value="yes"[^>]*checked', html)
    # What is wrong in a line that nobody saves is no error of the line that is saved, and stays as it was typed.
    html = post("lin", path, 200, form="lines", save="work", work="health", visits="many", **{"seen-visits": "2"})
    assert rows("interview")[0][2]["answers"].keys() == {"visits", "work"} and 'value="many"' in html
    # All at once: each becomes a fact of its own.
    post("lin", path, form="lines", visits="2", underlying="heart", knows_case="yes", **{"seen-visits": "2"})
    answers = rows("interview")[0][2]["answers"]
    assert {line: one["answer"] for line, one in answers.items()} == {
        "visits": "2", "work": "health", "underlying": "heart", "knows_case": "yes"}  # fmt: skip


def test_the_second_of_two_at_one_interview_is_told_who_said_what_at_which_minute(case: str) -> None:
    path = f"/cases/{case}/interview"
    with owner() as connection:
        connection.execute(
            "insert into people_holding (staff, role, place) select id, 'epidemiologist', 3 from auth_user"
            " where username = 'nurse'"
        )
    post("lin", path, form="lines", save="first_symptom", first_symptom="fever")
    at(NIGHT + dt.timedelta(minutes=9))
    html = post("nurse", path, 422, form="lines", save="first_symptom", first_symptom="cough", visits="3")
    assert "Not recorded: 林 said “fever” at 03-10 23:30. If yours holds, save it again." in html
    assert rows("interview")[0][2]["answers"]["first_symptom"]["answer"] == "fever" and 'value="3"' in html
    seen = re.search('name="seen-first_symptom" value="([a-z]*)"', html)
    assert seen and seen[1] == "fever"
    form = {"form": "lines", "save": "first_symptom", "first_symptom": "cough", "seen-first_symptom": seen[1]}
    post("nurse", path, **form)
    answer = rows("interview")[0][2]["answers"]["first_symptom"]
    assert (answer["answer"], answer["before"]) == ("cough", "fever")
    post("nurse", path, **form)  # and pressing it once more changes nothing
    # A contact whom the other has moved in the meantime, to where the second wants them.
    key = named(case)
    post("lin", path, form=f"became-{key}")
    html = client("nurse").post(
        path, {"form": f"stay-{key}", "about": f"contact/{key}", "stay": "central", "depends": "nobody"}, follow=True
    )
    assert "Nothing was said: 林 said" in html.content.decode()
    assert row("contact", key)[0] == "became_case"


def test_of_two_counties_epidemiologists_the_second_is_told_who_answered_the_letter(case: str) -> None:
    named(case, home="9", household="")
    with owner() as connection:
        for who in ("an", "far"):
            connection.execute(
                "insert into people_holding (staff, role, place) select id, 'epidemiologist', 9 from auth_user"
                " where username = %s",
                [who],
            )
    post("lin", f"/cases/{case}/papers", form="letter-9")
    letter = row_key("letter")
    post("an", "/cases/letters", form=letter, outcome="taken_over")
    form = {"form": letter, "about": f"letter/{letter}", "outcome": "not_found"}
    html = client("far").post("/cases/letters", form, follow=True).content.decode()
    assert (
        "Nothing was said: 安 said “letter answered · taken over”" in html and row("letter", letter)[0] == "taken_over"
    )


def test_every_act_of_the_investigation_has_its_receipt(case: str) -> None:
    lin = client("lin")
    path = f"/cases/{case}/interview"
    form = {"form": "lines", "save": "visits", "visits": "2", "id": str(uuids.uuid7())}
    html = lin.post(path, form, follow=True).content.decode()
    assert "Visits to doctors before identification: 2" in html and "Received 23:30" in html and ">Undo<" in html
    key = named(case)
    zhao = client("zhao")
    form = {"form": key, "say": "asked", "temp10": "36.6", "id": str(uuids.uuid7())}
    html = zhao.post("/follow-up/", form, follow=True).content.decode()
    assert "Door 3" in html and "Received 23:30" in html
    # Told already, by somebody else: nothing is said twice.
    post("zhao", "/follow-up/", form=key, say="told")
    post("zhao", "/follow-up/", 409, form=key, say="told", about=f"observation/{key}")


def test_every_paper_has_its_form_number_the_handle_a_telephone_page_n_of_m_and_room_to_write(
    case: str, tmp_path: Path
) -> None:
    for n in range(30):
        body = {"case": case, "category": "household", "first_day": "2020-03-08", "last_day": "2020-03-09"}
        world.say(world.said("contact.named", body | {"age": n, "household": 3}, place=3))
    follow.catch_up()
    html = page("lin", f"/cases/{case}/papers")
    mine = row("case", case)[1]["person"]
    code = row("person", mine)[1]["handle"]
    for number in ("C1", "C2", "C3"):
        assert f"{number}-{code}-200310" in html, number
    assert html.count('class="paper"') == 3 and html.count("Written by hand") == 3
    assert html.count("Telephone of the desk") == 3
    styles = ("console/static/console/console.css", "pages/static/pages/parts.css")
    css = "".join((SRC / name).read_text() for name in styles)
    sheet, pdf = tmp_path / "papers.html", tmp_path / "papers.pdf"
    body = re.sub(r"<(script|link)[^>]*>(</script>)?", "", html)
    sheet.write_text(body.replace("</head>", f"<style>{css}</style></head>"))
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        shown = browser.new_page()
        shown.goto(sheet.as_uri())
        shown.pdf(path=str(pdf), format="A4")
        shown.emulate_media(media="print")
        assert [one for one in shown.locator("main button, main .do").all() if one.is_visible()] == []
        browser.close()
    pages = len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes()))
    assert 2 <= pages <= 5, pages  # three papers of one case with thirty contacts fill their pages
    assert ".paper > tbody > tr { break-inside: auto; }" in css  # a long paper begins on its first page
    assert "table-header-group" in css and "counter(pages)" in css  # every page has number and handle, and its n of m


def test_a_door_is_written_in_the_readers_language() -> None:
    doors = {1: Door("3", "2", None, "501")}
    with translation.override("en"):
        assert [addresses.called(n, doors) for n in (1, 2, None)] == [
            "Door 1 · Building 3, stairwell 2, room 501", "Door 2", ""]  # fmt: skip
    with translation.override("zh-hans"):
        assert addresses.called(1, doors).endswith("· 3栋2单元501室")


def test_the_door_of_the_case_is_given_to_nobody_who_lives_elsewhere(case: str) -> None:
    path = f"/cases/{case}/interview"
    asked = {"form": "contact", "say": "close", "category": "household", "last_day": "2020-03-09", "stay": "home"}
    text = page("lin", path)
    field = re.search(r'<input[^>]*name="household"[^>]*>', text)
    assert field and "value=" not in field[0] and "the same home as the case: door 3" in text
    for home in ("9", "7"):  # another county, another grid
        told = post("lin", path, 422, **asked, home=home, household="3")
        assert "No door of this number lies where they live" in told
    assert "No door of this number" in post("lin", path, 422, **asked, household="999")
    assert "The same home has the door 3" in post("lin", path, 422, **asked, home="0", household="4")
    far = named(case, home="9", household="")
    assert row("contact", far)[1]["household"] is None and row("contact", far)[1]["home"] == 9
    same = named(case, home="0", household="")
    assert row("contact", same)[1]["household"] == 3
    neighbour = named(case, home="6", household="4")
    assert row("contact", neighbour)[1]["household"] == 4


def test_a_grid_is_named_with_its_community_where_it_stands_alone(case: str) -> None:
    for language, words in (("zh-hans", "同舟里 一网格"), ("en", "Grid 1, Tongzhouli")):
        assert words in page("lin", f"/cases/{case}/interview", language=language)
