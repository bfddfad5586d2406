"""Down: province → prefecture → county → street → community → a grid worker's task. Up: a request with a clock."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
import world
from world import at, client, page, post

from tongzhou.ledger import door, follow

pytestmark = pytest.mark.postgres
LEVELS = {"duty": 1, "wu2": 2, "hong3": 3, "lake4": 4, "lead": 5}


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    desks = {"wu2": 2, "hong3": 3, "lake4": 4, "duty_b": 1, "xiao8": 8}
    staff.update(world.make_staff("!", {name: (name, [("duty_officer", place)]) for name, place in desks.items()}))
    return staff


def rows(noun: str) -> list[tuple[str, str, int, dict[str, Any]]]:
    with door.ledger() as connection:
        return connection.execute(
            "select key, state, place, data from ledger_row where noun = %s order by effective_at, place", [noun]
        ).fetchall()


def issue(to: list[str] | None = None, **more: Any) -> str:
    form = {"form": "issue", "what": "service", "text": "Visit every household with somebody over 80",
            "to": to or ["2"], "due": "2020-03-10T18:00", "evidence": "tasks"}  # fmt: skip
    if more.get("evidence", "tasks") == "tasks":
        form["task"] = "visit"
    post("duty", "/directives/", **{**form, **more})
    return rows("directive")[-1][0]


def answer(who: str, key: str, outcome: str, status: int = 302, **more: str) -> str:
    """What the desk of whoever speaks answers to a directive."""
    form = f"answer/{key}/{LEVELS.get(who, 8)}"
    return post(who, "/directives/", status, form=form, outcome=outcome, **more)


def pass_on(who: str, key: str, below: list[str], status: int = 302) -> str:
    form = f"pass_on/{key}/{LEVELS[who]}"
    return post(who, "/directives/", status, form=form, to=below, due="2020-03-10T18:00")


def set_tasks(what: str, grids: list[str]) -> str:
    return post("lead", "/directives/", form=f"tasks/{key_at(4)}/5", task=what, grid=grids)


def key_at(place: int) -> str:
    return next(key for key, _state, where, _data in rows("directive") if where == place)


def test_a_directive_goes_down_five_levels_and_a_task_at_the_door_closes_it(staff: dict[str, int]) -> None:
    issue()
    for who, place, below in (("wu2", 1, ["3"]), ("hong3", 2, ["4"]), ("lake4", 3, ["5"])):
        text = page(who, "/directives/")
        assert "Visit every household" in text and "Break it down" in text
        pass_on(who, key_at(place), below)
    set_tasks("visit", ["6", "7"])
    tasks = client("zhao").get("/doorway/list.json").json()["tasks"]
    assert [(t["what"], t["text"], t["place"]) for t in tasks] == [
        ("visit", "Visit every household with somebody over 80", 6)
    ]
    assert not re.search(r"not read\b", page("lake4", "/directives/"))  # who sets tasks has read it
    for who, place in (("zhao", 6), ("qian", 7)):
        mine = client(who).get("/doorway/list.json").json()["tasks"][0]
        world.say(world.said("task.done", {"task": mine["key"], "about": mine["about"]}, place=place))
        if who == "zhao":  # half of it is seen at every level, as a count
            for desk in ("lead", "lake4", "hong3", "wu2", "duty"):
                assert "1 of 2 tasks done" in page(desk, "/directives/")
            assert "passed on: 0 of 1 places done" in page("duty", "/directives/")
            assert "the last one closes it" in answer("lead", key_at(4), "done", 422)
    for desk in ("lead", "lake4", "hong3", "wu2"):  # closed at every level, and nobody had to say so
        assert "From above" not in page(desk, "/directives/")
    text = page("duty", "/directives/")
    assert "2 of 2 tasks done" in text and "clock late" not in text and "Withdraw it" not in text


def test_what_the_tasks_show_to_be_done_is_owed_by_no_desk_and_a_later_task_asks_again(staff: dict[str, int]) -> None:
    issue()
    for who, place, below in (("wu2", 1, ["3"]), ("hong3", 2, ["4"]), ("lake4", 3, ["5"])):
        pass_on(who, key_at(place), below)
    set_tasks("visit", ["6"])
    follow.catch_up()
    assert [at for _what, at in owed()] == [2, 3, 4, 5]
    mine = client("zhao").get("/doorway/list.json").json()["tasks"][0]
    done = world.said("task.done", {"task": mine["key"], "about": mine["about"]}, place=6)
    world.say(done)
    follow.catch_up()
    assert owed() == [] and {state for _key, state, *_ in rows("directive")} == {"done"}
    assert "Visit every household" not in page("lead", "/today").partition("Done today")[0]
    late = {"what": "notice", "about": mine["about"], "due": "2020-03-10T18:00:00+08:00"}
    at(world.NOW.replace(hour=10))
    world.say(world.said("task.set", late, place=7, at=world.NOW.replace(hour=10)))
    follow.catch_up()
    assert [at for _what, at in owed()] == [2, 3, 4, 5] and "1 of 2 tasks done" in page("duty", "/directives/")


def test_who_set_tasks_and_did_not_say_so_presses_the_read_that_today_offers(staff: dict[str, int]) -> None:
    issue()
    for who, place, below in (("wu2", 1, ["3"]), ("hong3", 2, ["4"]), ("lake4", 3, ["5"])):
        pass_on(who, key_at(place), below)
    set_tasks("visit", ["6"])
    assert ("read_directive", 5) in owed()
    line = {"subject": f"directive/{key_at(4)}", "what": "read_directive", "at": "5"}
    post("lead", "/today/act", **line, act="read")
    assert ("answer_directive", 5) in owed()


def owed() -> list[tuple[str, int]]:
    """What desks owe on directives, and which."""
    with door.ledger() as connection:
        return connection.execute(
            "select what, at from ledger_owed where noun = 'directive' and step = 0 order by at"
        ).fetchall()


def test_a_task_that_was_not_ready_and_one_set_later_keep_a_directive_open(staff: dict[str, int]) -> None:
    key = issue(["2"])
    assert "tasks first" in answer("wu2", key, "done", 422)
    for who, place, below in (("wu2", 1, ["3"]), ("hong3", 2, ["4"]), ("lake4", 3, ["5"])):
        pass_on(who, key_at(place), below)
    pass_on("lead", key_at(4), ["6"])  # a grid has no desk: nothing is offered, and nothing said
    assert len(rows("directive")) == 4
    set_tasks("visit", ["6"])

    def at_the_door(**more: str) -> None:
        mine = client("zhao").get("/doorway/list.json").json()["tasks"][0]
        world.say(world.said("task.done", {"task": mine["key"], "about": mine["about"], **more}, place=6))

    at_the_door(outcome="not_ready", reason="nobody_there")
    assert "1 not ready" in page("lake4", "/directives/") and "From above" in page("lead", "/directives/")
    at_the_door()
    assert "From above" not in page("lead", "/directives/")
    late = {"what": "notice", "about": f"directive/{key_at(4)}", "due": "2020-03-10T18:00:00+08:00"}
    assert world.say(world.said("task.set", late, place=7)).accepted == 1
    assert "From above" in page("lead", "/directives/") and "1 of 2 tasks done" in page("duty", "/directives/")
    at(world.NOW.replace(hour=18, minute=1))
    assert "clock late" in page("duty", "/directives/")


def test_words_pass_through_a_merged_urban_unit_where_nobody_sits(staff: dict[str, int]) -> None:
    import psycopg
    from tests_support import owner_dsn

    from tongzhou.directives import queries

    with psycopg.connect(**owner_dsn()) as owner:  # since this morning the county lies in a unit of figures
        owner.execute("insert into places_place values (11, 'hu.980190')")
        owner.execute(
            "insert into places_name (place, code, name_zh, name_en, pinyin, level, invented, valid_from)"
            " values (11, '980190', '城区', 'Urban area', 'chengqu', 'urban_unit', true, '2020-03-03')"
        )
        owner.execute("update places_link set valid_to = '2020-03-03' where tree = 'command' and place = 3")
        owner.execute("insert into places_link (tree, place, parent, valid_from) values"
                      " ('command', 11, 2, '2020-03-03'), ('command', 3, 11, '2020-03-03')")  # fmt: skip
    issue(["2"])
    text = page("wu2", "/directives/")
    assert "Hong" in text and "Urban area" not in text
    pass_on("wu2", key_at(1), ["11"], 422)
    pass_on("wu2", key_at(1), ["3"])
    assert queries.desk_above(3) == 2 and [id for id, *_ in queries.below(2)] == [3]
    assert "From above" in page("hong3", "/directives/")


def test_who_has_not_answered_stands_with_a_telephone_number(staff: dict[str, int]) -> None:
    post("wu2", "/handover/", form="number", telephone="027-8500 0001")
    key = issue(["2", "8"], evidence="answer")
    text = page("duty", "/directives/")
    assert (
        "2 of 2 without an answer" in text
        and 'href="tel:02785000001">027 8500 0001</a>' in text
        and "clock late" not in text
    )
    answer("xiao8", key, "read")
    answer("xiao8", key, "not_ready", reason="no_staff")
    assert "1 of 2 without an answer" in page("duty", "/directives/")
    at(world.NOW.replace(hour=18, minute=1))
    text = page("duty", "/directives/")
    assert 'not read · <span class="clock late">' in text and "nobody free" in text
    post("duty", "/directives/", form=f"end/{key}", reason="withdrawn")
    assert "clock late" not in page("duty", "/directives/") and "From above" not in page("wu2", "/directives/")


@pytest.mark.parametrize(
    ("field", "form"),
    [
        ("to", {"to": ["9"]}),  # not right below
        ("to", {"to": ["x"]}),
        ("due", {"due": "2020-03-10T08:00"}),
        ("due", {"due": "tomorrow"}),
        ("what", {"what": "punish"}),
        ("text", {"text": "ab"}),
        ("text", {"text": "Go to Mr Wang, 13800001111"}),
        ("evidence", {"evidence": "photo"}),
    ],
)
def test_what_cannot_be_meant_is_named_and_nothing_goes_out(staff: dict[str, int], field: str, form: Any) -> None:
    whole = {"form": "issue", "what": "service", "text": "Visit everybody", "to": ["2"], "due": "2020-03-10T18:00",
             "evidence": "answer", **form}  # fmt: skip
    text = post("duty", "/directives/", 422, **whole)
    assert f'id="issue-{field}' in text.partition('class="errs"')[2] and text.count('class="err"') == 1
    assert form[field] == "punish" or "checked" in text  # what was typed still stands
    assert rows("directive") == []


def test_a_text_that_holds_a_number_of_a_person_is_refused_at_the_fact_door_too(staff: dict[str, int]) -> None:
    body = {"what": "service", "text": "ring 13800001111", "to": [2], "due": "2020-03-10T18:00:00+08:00"}
    receipt = world.say(world.said("directive.issued", body, place=1))
    assert receipt.accepted == 0 and receipt.refused[0].code == "malformed"


def test_done_needs_the_figure_that_was_asked_for_and_not_ready_a_reason(staff: dict[str, int]) -> None:
    key = issue(evidence="figure")
    assert "The figure that this directive asks for." in answer("wu2", key, "done", 422)
    assert 'value="7"' in answer("wu2", key, "not_ready", 422, figure="7")  # what is lacking was not said
    answer("wu2", key, "done", figure="412")
    assert "412" in page("duty", "/directives/")


def test_a_request_goes_up_with_a_clock_and_comes_back_answered(staff: dict[str, int]) -> None:
    post("hong3", "/requests/", form="ask", what="supplies", text="Coveralls for three clinics", amount="600",
         urgency="urgent")  # fmt: skip
    text = page("wu2", "/requests/")
    assert "Coveralls for three clinics" in text and "by 11:00" in text
    assert "Coveralls" not in page("xiao8", "/requests/") and "Coveralls" not in page("lake4", "/requests/")
    key = rows("support")[0][0]
    text = post("wu2", "/requests/", 422, form=f"answer/{key}", outcome="refused", amount="12")
    assert "so that those who asked can act on it" in text and 'value="12"' in text
    post("wu2", "/requests/", form=f"answer/{key}", outcome="passed_up")
    assert "Coveralls" in page("duty", "/requests/")
    at(world.NOW.replace(hour=11, minute=1))
    assert "clock late" in page("duty", "/requests/")
    further = next(k for k, _s, place, _d in rows("support") if place == 2)
    post("duty", "/requests/", form=f"answer/{further}", outcome="partly", amount="400", text="The rest on Thursday")
    assert "granted in part, the rest is owed · 400 · The rest on Thursday" in " ".join(
        page("wu2", "/requests/").split()
    )
    post("lake4", "/requests/", form=f"answer/{further}", outcome="granted")  # not on the page: nothing is said
    assert [state for key, state, *_ in rows("support") if key == further] == ["rest"]


def test_a_request_that_has_its_answer_is_not_overdue_any_more(staff: dict[str, int]) -> None:
    post("wu2", "/requests/", form="ask", what="staff", text="Twenty nurses", urgency="emergency")
    key = rows("support")[0][0]
    world.at(world.NOW + dt.timedelta(hours=9))
    post("duty", "/requests/", form=f"answer/{key}", outcome="granted")
    told = world.words("wu2", "/requests/")
    assert "answered late: " in told and "overdue" not in told.partition("What we asked")[2]


def test_nobody_answers_for_another(staff: dict[str, int]) -> None:
    key = issue()
    before = rows("directive")
    for who, place in (("xiao8", 2), ("xiao8", 8), ("hong3", 2), ("hong3", 3)):
        post(who, "/directives/", form=f"answer/{key}/{place}", outcome="partly")
    post("wu2", "/directives/", form=f"end/{key}", reason="withdrawn")
    assert rows("directive") == before
    for who in ("zhao", "charlie", "doctor", "lin"):
        for path in ("/directives/", "/requests/", "/handover/"):
            page(who, path, 404)


def test_what_an_answer_shows_is_done_when_the_answer_is_said_in_words(staff: dict[str, int]) -> None:
    key = issue(["2", "8"], evidence="answer")
    refused = post("wu2", "/directives/", 422, form=f"answer/{key}/2", outcome="done")
    assert "What it came to, in words" in refused and rows("directive")[0][3]["answers"]["2"] == {}
    assert "Answer in words" in page("wu2", "/today")
    body = {"directive": key, "outcome": "done"}  # by whatever way it comes
    said = world.say(world.said("directive.reported", body, place=2)).refused
    assert (said[0].code, said[0].field) == ("malformed", "text")
    post("wu2", "/directives/", form=f"answer/{key}/2", outcome="done", text="Extra beds: 141 stand in the corridors")
    post("xiao8", "/directives/", form=f"answer/{key}/8", outcome="partly", text="One ward is still counting")
    for path in ("/directives/", "/today"):  # whoever asked reads them where it ends, and where it is listed
        told = world.words("duty", path)
        assert "Extra beds: 141 stand in the corridors" in told and "One ward is still counting" in told, path


def test_a_desk_that_stands_in_for_another_answers_what_that_was_asked(staff: dict[str, int]) -> None:
    key = issue(evidence="answer")
    pass_on("wu2", key, ["3"])
    below = key_at(2)
    told = {"form": f"answer/{below}/3"}
    post("wu2", "/directives/", outcome="read", **told)
    assert rows("spoken") == []  # not stood in for: nothing is said
    post("wu2", "/waiting/", form="stand_in", place="3", until="2020-03-10T20:00", reason="isolated")
    assert "You stand in for the desk of Hong" in page("wu2", "/directives/")
    post("wu2", "/directives/", outcome="read", **told)
    post("wu2", "/directives/", outcome="done", text="All were visited", **told)
    data = next(data for one, _state, _place, data in rows("directive") if one == below)
    assert data["answers"]["3"]["outcome"] == "done"
    spoken = [(data["kind"], data["role"], data["at"], data["channel"]) for *_, data in rows("spoken")]
    assert spoken[-1] == ("directive.reported", "duty_officer", 3, "stand_in")
    assert "on behalf of duty officer" in page("hong3", "/waiting/")
    post("xiao8", "/directives/", outcome="done", text="All were visited", **told)
    assert len(rows("spoken")) == len(spoken)


def test_what_a_desk_says_by_telephone_is_written_down_by_whoever_asked_it(staff: dict[str, int]) -> None:
    key = issue(["2", "8"], evidence="answer")
    told = {"form": f"told/{key}", "desk": "8"}
    post("duty", "/directives/", outcome="not_ready", reason="no_staff", **told)
    lines = next(data for one, _state, _place, data in rows("directive") if one == key)["answers"]
    assert (lines["8"]["outcome"], lines["8"]["reason"]) == ("not_ready", "no_staff")
    assert "Write down what a desk says by telephone" in page("duty", "/directives/")
    post("wu2", "/directives/", outcome="done", **told)
    post("duty", "/directives/", 422, outcome="done", **told | {"desk": "3"})
    assert len(rows("spoken")) == 1


def test_a_hands_over_to_b_with_what_is_open(staff: dict[str, int]) -> None:
    issue(["2", "8"])
    post("wu2", "/requests/", form="ask", what="staff", text="Twenty nurses", urgency="routine")
    text = page("duty", "/handover/")
    owes, _, waits = text.partition("What the desk waits for")
    assert "Answer the request for support" in owes and "Twenty nurses" in owes and 'href="/requests/"' in owes
    assert waits.count("not read") == 2 and "Twenty nurses" not in waits
    post("duty", "/handover/", form="give", to=str(staff["duty_b"]), note="Ring Xiao again")
    assert "Ring nobody" in post("duty", "/handover/", 422, form="give", to=str(staff["zhao"]), note="Ring nobody")
    text = page("duty_b", "/handover/")
    assert "1 item went along" in text and "Ring Xiao again" in text and "I have read it" in text
    assert "I have read it" not in page("duty", "/handover/")
    post("duty", "/handover/", form="take")  # it was not given to them: nothing is said
    assert "not yet taken over" in page("duty", "/handover/")
    post("duty_b", "/handover/", form="take")
    assert "duty_b has the desk since" in page("duty", "/handover/")


def sent(html: str, form: str) -> dict[str, str]:
    """What the page itself sends with a form beside what is typed."""
    inside = next(one for one in re.findall("<form.*?</form>", html, re.S) if f'value="{form}"' in one)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', inside))
    return {name: value for name, value in hidden.items() if name != "csrfmiddlewaretoken"}


def test_who_passes_on_what_was_passed_on_meanwhile_is_told_so_and_may_do_it_again(staff: dict[str, int]) -> None:
    name = f"pass_on/{issue()}/2"
    tabs = [sent(page("wu2", "/directives/"), name) for _tab in (1, 2)]
    typed = {"to": ["3"], "due": "2020-03-10T17:30"}
    assert post("wu2", "/directives/", **tabs[0], **typed) == "/directives/"
    post("wu2", "/directives/", **tabs[0], **typed)  # the second of two taps
    assert len(rows("directive")) == 2
    text = post("wu2", "/directives/", 409, **tabs[1], **typed)
    assert "wu2 said “directive issued" in text and "at 03-10 09:00" in text and 'value="2020-03-10T17:30"' in text
    assert len(rows("directive")) == 2
    post("wu2", "/directives/", **sent(text, name), **typed)
    assert len(rows("directive")) == 3


def test_the_second_of_a_desk_who_presses_read_is_told_who_read_it_and_said_once(staff: dict[str, int]) -> None:
    key = issue(to=["2"])
    answer("wu2", key, "read")
    text = answer("wu2", key, "read", 409)
    assert "wu2 said “directive acknowledged" in text and "at 03-10 09:00" in text
    assert "One of the choices" not in text and text.count("Nothing was") == 1
    answer("wu2", key, "forgotten", 422)


def test_a_request_that_a_colleague_answered_is_not_answered_twice_and_it_says_who_did(staff: dict[str, int]) -> None:
    post("wu2", "/requests/", form="ask", what="staff", text="Twenty nurses", urgency="routine")
    key = rows("support")[0][0]
    old = sent(page("duty_b", "/requests/"), f"answer/{key}")
    browser = client("duty")
    answer = {**sent(page("duty", "/requests/"), f"answer/{key}"), "outcome": "granted", "amount": "20"}
    text = browser.post("/requests/", answer, follow=True).content.decode()
    assert "support answered · granted · Wu · Twenty nurses. Received 09:00." in text and "Undo" in text
    text = client("duty_b").post("/requests/", {**old, "outcome": "refused", "text": "None here"}, follow=True)
    assert "Nothing was said: 郑 said “support answered · granted” at 03-10 09:00." in text.content.decode()
    assert rows("support")[0][1] == "granted"


def test_nothing_is_chosen_before_somebody_chooses_and_unknown_codes_are_refused(staff: dict[str, int]) -> None:
    for path in ("/directives/", "/requests/", "/handover/"):
        html = page("wu2", path)
        assert not re.search(r"<input[^>]* checked|<option value=\"[^\"]+\" selected", html), path
    key = issue(evidence="answer")
    assert "One of the choices that are offered." in answer("wu2", key, "finished", 422)


def test_the_handover_prints_with_its_number_its_hour_and_its_telephone(staff: dict[str, int]) -> None:
    post("duty", "/handover/", form="number", telephone="027-8500 0001 转 12")
    html = page("duty", "/handover/")
    assert "HO-1-200310-0900" in html and "027 8500 0001 ext. 12" in html
    assert "a telephone has five digits" in post("duty", "/handover/", 422, form="number", telephone="12")


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    key = issue(["2", "8"], text="入户走访八十岁以上老人", evidence="figure")
    answer("wu2", key, "not_ready", reason="no_staff")
    post("wu2", "/requests/", form="ask", what="staff", text="支援护士二十名", urgency="routine")
    for path in ("/directives/", "/requests/", "/handover/"):
        for who in ("duty", "wu2"):
            text = page(who, path, language="zh-hans")
            inside = text[text.index("<main") : text.index("</main>")]
            assert sum("一" <= char <= "鿿" for char in inside) > 15
            text = page(who, path).replace("入户走访八十岁以上老人", "").replace("支援护士二十名", "").replace("吴", "")
            inside = text[text.index("<main") : text.index("</main>")]
            assert sum("一" <= char <= "鿿" for char in inside) == 0, (path, who)


def test_a_directive_shown_by_tasks_names_which_and_nothing_of_it_is_lost(staff: dict[str, int]) -> None:
    text = post("duty", "/directives/", 422, form="issue", what="service", text="Visit every household", to=["2"],
                due="2020-03-10T18:00", evidence="tasks")  # fmt: skip
    assert "the last of these tasks closes the directive" in text and "Visit every household" in text
    assert rows("directive") == []
    body = {"what": "service", "text": "Visit every household", "to": [2], "due": "2020-03-10T18:00:00+08:00",
            "evidence": "tasks"}  # fmt: skip
    refused = world.say(world.said("directive.issued", body, place=1)).refused  # by whatever way it comes
    assert (refused[0].code, refused[0].field) == ("malformed", "task")
    assert world.say(world.said("directive.issued", {**body, "task": "visit"}, place=1)).accepted == 1


def test_places_stand_in_official_order_whoever_is_silent(staff: dict[str, int]) -> None:
    key = issue(["2", "8"], evidence="answer")
    answer("wu2", key, "done", text="All were visited")
    told = world.words("duty", "/directives/")
    told = told[told.index("Duty telephone") :]
    assert told.index("Wu") < told.index("Xiao")
