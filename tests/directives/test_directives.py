"""Down: province → prefecture → county → street → community → a grid worker's task. Up: a request with a clock."""

from __future__ import annotations

from typing import Any

import pytest
import world
from world import at, client, page, post

from tongzhou.ledger import door

pytestmark = pytest.mark.postgres
LEVELS = {"duty": 1, "wu2": 2, "hong3": 3, "lake4": 4, "lead": 5}


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    import hashlib

    import psycopg
    from tests_support import owner_dsn

    with psycopg.connect(**owner_dsn()) as owner:
        for name, place in {"wu2": 2, "hong3": 3, "lake4": 4, "duty_b": 1, "xiao8": 8}.items():
            row = owner.execute(
                "insert into auth_user (username, first_name, last_name, email, password, is_superuser, is_staff,"
                " is_active, date_joined) values (%s, %s, '', '', '!', false, false, true, now()) returning id",
                [name, name],
            ).fetchone()
            assert row is not None
            staff[name] = row[0]
            owner.execute(
                "insert into people_holding (staff, role, place) values (%s, 'duty_officer', %s)", [row[0], place]
            )
            owner.execute(
                "insert into people_device (staff, token, name) values (%s, %s, 'test')",
                [row[0], hashlib.sha256(world.token(name).encode()).digest()],
            )
    return staff


def rows(noun: str) -> list[tuple[str, str, int, dict[str, Any]]]:
    with door.ledger() as connection:
        return connection.execute(
            "select key, state, place, data from ledger_row where noun = %s order by effective_at, place", [noun]
        ).fetchall()


def issue(to: list[str] | None = None, **more: Any) -> str:
    form = {"say": "issue", "what": "service", "text": "Visit every household with somebody over 80", "to": to or ["2"],
            "due": "2020-03-10T18:00", "evidence": "tasks"}  # fmt: skip
    post("duty", "/directives/", **{**form, **more})
    return rows("directive")[-1][0]


def key_at(place: int) -> str:
    return next(key for key, _state, where, _data in rows("directive") if where == place)


def test_a_directive_goes_down_five_levels_and_a_task_at_the_door_closes_it(staff: dict[str, int]) -> None:
    issue()
    for who, place, below in (("wu2", 1, ["3"]), ("hong3", 2, ["4"]), ("lake4", 3, ["5"])):
        text = page(who, "/directives/")
        assert "Visit every household" in text and "Break it down" in text
        post(who, "/directives/", say="pass_on", directive=key_at(place), to=below)
    post("lead", "/directives/", say="tasks", directive=key_at(4), task="visit", grid=["6", "7"])
    tasks = client("zhao").get("/doorway/list.json").json()["tasks"]
    assert [(t["what"], t["text"], t["place"]) for t in tasks] == [
        ("visit", "Visit every household with somebody over 80", 6)
    ]
    assert "not read" not in page("lake4", "/directives/")  # who sets tasks has read it
    for who, place in (("zhao", 6), ("qian", 7)):
        mine = client(who).get("/doorway/list.json").json()["tasks"][0]
        world.say(world.said("task.done", {"task": mine["key"], "about": mine["about"]}, place=place))
        if who == "zhao":  # half of it is seen at every level, as a count
            for desk in ("lead", "lake4", "hong3", "wu2", "duty"):
                assert "1 of 2 tasks done" in page(desk, "/directives/")
            assert "passed on: 0 of 1 places done" in page("duty", "/directives/")
            assert "the last one closes it" in post("lead", "/directives/", 422, say="done", directive=key_at(4))
    for desk in ("lead", "lake4", "hong3", "wu2"):  # closed at every level, and nobody had to say so
        assert "From above" not in page(desk, "/directives/")
    text = page("duty", "/directives/")
    assert "2 of 2 tasks done" in text and "clock late" not in text and "Withdraw it" not in text


def test_a_task_that_was_not_ready_and_one_set_later_keep_a_directive_open(staff: dict[str, int]) -> None:
    key = issue(["2"])
    assert "tasks first" in post("wu2", "/directives/", 422, say="done", directive=key)
    for who, place, below in (("wu2", 1, ["3"]), ("hong3", 2, ["4"]), ("lake4", 3, ["5"])):
        post(who, "/directives/", say="pass_on", directive=key_at(place), to=below)
    post("lead", "/directives/", 422, say="pass_on", directive=key_at(4), to=["6"])  # a grid has no desk
    post("lead", "/directives/", say="tasks", directive=key_at(4), task="visit", grid=["6"])

    def answer(**more: str) -> None:
        mine = client("zhao").get("/doorway/list.json").json()["tasks"][0]
        world.say(world.said("task.done", {"task": mine["key"], "about": mine["about"], **more}, place=6))

    answer(outcome="not_ready", reason="nobody_there")
    assert "1 not ready" in page("lake4", "/directives/") and "From above" in page("lead", "/directives/")
    answer()
    assert "From above" not in page("lead", "/directives/")
    post("lead", "/directives/", say="tasks", directive=key_at(4), task="notice", grid=["7"])
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
    post("wu2", "/directives/", 422, say="pass_on", directive=key_at(1), to=["11"])
    post("wu2", "/directives/", say="pass_on", directive=key_at(1), to=["3"])
    assert queries.above(3) == 2 and [id for id, *_ in queries.below(2)] == [3]
    assert "From above" in page("hong3", "/directives/")


def test_who_has_not_answered_stands_with_a_telephone_number(staff: dict[str, int]) -> None:
    post("wu2", "/handover/", say="number", telephone="027-8500 0001")
    key = issue(["2", "8"], evidence="answer")
    text = page("duty", "/directives/")
    assert "2 of 2 without an answer" in text and 'href="tel:027-8500 0001"' in text and "clock late" not in text
    post("xiao8", "/directives/", say="read", directive=key)
    post("xiao8", "/directives/", say="not_ready", directive=key, reason="no_staff")
    assert "1 of 2 without an answer" in page("duty", "/directives/")
    at(world.NOW.replace(hour=18, minute=1))
    text = page("duty", "/directives/")
    assert 'not read · <span class="clock late">' in text and "nobody free" in text
    post("duty", "/directives/", say="end", directive=key, reason="withdrawn")
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
    whole = {"say": "issue", "what": "service", "text": "Visit everybody", "to": ["2"], "due": "2020-03-10T18:00",
             "evidence": "answer", **form}  # fmt: skip
    assert field in post("duty", "/directives/", 422, **whole)
    assert rows("directive") == []


def test_a_text_that_holds_a_number_of_a_person_is_refused_at_the_fact_door_too(staff: dict[str, int]) -> None:
    body = {"what": "service", "text": "ring 13800001111", "to": [2], "due": "2020-03-10T18:00:00+08:00"}
    receipt = world.say(world.said("directive.issued", body, place=1))
    assert receipt.accepted == 0 and receipt.refused[0].code == "malformed"


def test_done_needs_the_figure_that_was_asked_for_and_not_ready_a_reason(staff: dict[str, int]) -> None:
    key = issue(evidence="figure")
    assert "figure" in post("wu2", "/directives/", 422, say="done", directive=key)
    assert "reason" in post("wu2", "/directives/", 422, say="not_ready", directive=key)
    post("wu2", "/directives/", say="done", directive=key, figure="412")
    assert "412" in page("duty", "/directives/")


def test_a_request_goes_up_with_a_clock_and_comes_back_answered(staff: dict[str, int]) -> None:
    post("hong3", "/requests/", say="ask", what="supplies", text="Coveralls for three clinics", amount="600",
         urgency="urgent")  # fmt: skip
    text = page("wu2", "/requests/")
    assert "Coveralls for three clinics" in text and "by 11:00" in text
    assert "Coveralls" not in page("xiao8", "/requests/") and "Coveralls" not in page("lake4", "/requests/")
    key = rows("support")[0][0]
    assert "text" in post("wu2", "/requests/", 422, request=key, outcome="refused")
    post("wu2", "/requests/", request=key, outcome="passed_up")
    assert "Coveralls" in page("duty", "/requests/")
    at(world.NOW.replace(hour=11, minute=1))
    assert "clock late" in page("duty", "/requests/")
    further = next(k for k, _s, place, _d in rows("support") if place == 2)
    post("duty", "/requests/", request=further, outcome="partly", amount="400", text="The rest on Thursday")
    assert "in part · 400 · The rest on Thursday" in " ".join(page("wu2", "/requests/").split())
    post("lake4", "/requests/", 404, request=further, outcome="granted")


def test_nobody_answers_for_another(staff: dict[str, int]) -> None:
    key = issue()
    post("xiao8", "/directives/", 404, say="done", directive=key)
    post("hong3", "/directives/", 404, say="done", directive=key)
    post("wu2", "/directives/", 404, say="end", directive=key, reason="withdrawn")
    for who in ("zhao", "charlie", "doctor", "lin"):
        for path in ("/directives/", "/requests/", "/handover/"):
            page(who, path, 404)


def test_a_desk_that_stands_in_for_another_answers_what_that_was_asked(staff: dict[str, int]) -> None:
    key = issue(evidence="answer")
    post("wu2", "/directives/", directive=key, desk="2", say="pass_on", to=["3"])
    below = key_at(2)
    answer = {"directive": below, "desk": "3", "via": "stand_in"}
    post("wu2", "/directives/", 404, say="read", **answer)
    post("wu2", "/waiting/", say="stand_in", place="3", until="2020-03-10T20:00", reason="isolated")
    assert "You stand in for the desk of Hong" in page("wu2", "/directives/")
    post("wu2", "/directives/", say="read", **answer)
    post("wu2", "/directives/", say="done", **answer)
    data = next(data for one, _state, _place, data in rows("directive") if one == below)
    assert data["answers"]["3"]["outcome"] == "done"
    spoken = [(data["kind"], data["role"], data["at"], data["channel"]) for *_, data in rows("spoken")]
    assert spoken[-1] == ("directive.reported", "duty_officer", 3, "stand_in")
    assert "on behalf of duty officer" in page("hong3", "/waiting/")
    post("xiao8", "/directives/", 404, say="done", **answer)


def test_what_a_desk_says_by_telephone_is_written_down_by_whoever_asked_it(staff: dict[str, int]) -> None:
    key = issue(["2", "8"], evidence="answer")
    told = {"directive": key, "desk": "8", "via": "telephone"}
    post("duty", "/directives/", say="not_ready", reason="no_staff", **told)
    lines = next(data for one, _state, _place, data in rows("directive") if one == key)["answers"]
    assert (lines["8"]["outcome"], lines["8"]["reason"]) == ("not_ready", "no_staff")
    assert "Write down what a desk says by telephone" in page("duty", "/directives/")
    post("wu2", "/directives/", 404, say="done", **told)
    post("duty", "/directives/", 404, say="done", **told | {"desk": "3"})
    post("duty", "/directives/", 404, say="done", **told | {"via": "radio"})


def test_a_hands_over_to_b_with_what_is_open(staff: dict[str, int]) -> None:
    issue(["2", "8"])
    post("wu2", "/requests/", say="ask", what="staff", text="Twenty nurses", urgency="routine")
    text = page("duty", "/handover/")
    owes, _, waits = text.partition("What the desk waits for")
    assert "Answer the request for support" in owes and "Twenty nurses" in owes and 'href="/requests/"' in owes
    assert waits.count("not read") == 2 and "Twenty nurses" not in waits
    post("duty", "/handover/", say="give", to=str(staff["duty_b"]), note="Ring Xiao again")
    assert "to" in post("duty", "/handover/", 422, say="give", to=str(staff["zhao"]))
    text = page("duty_b", "/handover/")
    assert "1 item went along" in text and "Ring Xiao again" in text and "I have read it" in text
    assert "I have read it" not in page("duty", "/handover/")
    post("duty", "/handover/", 404, say="take")
    post("duty_b", "/handover/", say="take")
    assert "duty_b has the desk since" in page("duty", "/handover/")


def test_both_languages_are_complete(staff: dict[str, int]) -> None:
    key = issue(["2", "8"], text="入户走访八十岁以上老人", evidence="figure")
    post("wu2", "/directives/", say="not_ready", directive=key, reason="no_staff")
    post("wu2", "/requests/", say="ask", what="staff", text="支援护士二十名", urgency="routine")
    for path in ("/directives/", "/requests/", "/handover/"):
        for who in ("duty", "wu2"):
            text = page(who, path, language="zh-hans")
            inside = text[text.index("<main") : text.index("</main>")]
            assert sum("一" <= char <= "鿿" for char in inside) > 15
            text = page(who, path).replace("入户走访八十岁以上老人", "").replace("支援护士二十名", "").replace("吴", "")
            inside = text[text.index("<main") : text.index("</main>")]
            assert sum("一" <= char <= "鿿" for char in inside) == 0, (path, who)
