"""Captain Sun's night: proposed, signed, accepted or not ready, admitted, left; nobody is ever booked twice."""

from __future__ import annotations

import datetime as dt
import re
import threading
from functools import partial
from typing import Any

import pytest
import uuid_utils.compat as uuids
import world
from django.db import connection, connections, transaction
from wards import WARDS, ask, data, sign, state, ward_of
from world import client, page, post, rows

from tongzhou.hospital import kinds as _kinds  # noqa: F401
from tongzhou.hospital import queries, reasons
from tongzhou.ledger import door, worded
from tongzhou.ledger.append import append
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import System, holder_of, set_scope

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(staff: dict[str, int]) -> dict[str, int]:
    world.wards(WARDS)
    return staff


def test_a_mild_patient_of_65_goes_to_the_fangcang_and_one_of_66_to_the_hospital(staff: dict[str, int]) -> None:
    ward = ward_of("f")
    post("nurse", f"/beds/ward/{ward}", form="counted", staffed="83")  # 8 doctors and 20 nurses: 83, not 100
    text = page("sun", "/beds/")
    assert "83" in text and "100" in text
    leave_one_hospital_bed()
    younger, older = ask(age=65), ask(age=66)
    post("sun", "/beds/", form="all")
    assert data(younger)["ward"] == ward and data(older)["ward"] in (ward_of("h"), ward_of("w"))
    assert state("bed", data(younger)["bed"]) == "reserved"


def test_a_bed_is_looked_up_by_its_key_and_not_among_all_beds_for_each(staff: dict[str, int]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute(
            "insert into ledger_row (noun, key, place, effective_at, known_from, state, sees, data) select noun, n, 2,"
            " now(), now(), 'free', 'beds', '{}' from generate_series(1000, 1999) n, unnest(array['bed', 'ward']) noun"
        )
        cursor.execute("analyze ledger_row")
    with transaction.atomic(), connection.cursor() as cursor:
        set_scope(holder_of(staff["sun"]))
        cursor.execute("set local enable_hashjoin = off; set local enable_mergejoin = off")
        for asked, noun in ((queries._WARDS, "ward"), (queries._BEDS, "bed")):
            cursor.execute(f"explain {asked}")
            plan = "\n".join(line for (line,) in cursor.fetchall())
            assert re.search(rf"noun = '{noun}'::text\) AND \(key = \w+\.row_key", plan), plan


def leave_one_hospital_bed() -> None:
    """Seven severe patients lie in the eight hospital beds."""
    with door.ledger() as connection:
        beds = connection.execute(
            "select id, ward, place from hospital_bed where ward = any(%s) order by id limit 7",
            [[ward_of("h"), ward_of("w")]],
        ).fetchall()
    for bed, ward, place in beds:
        told = {"request": ask("severe"), "bed": bed, "ward": ward}
        world.say(world.said("patient.admitted", told, place=place))


def test_the_ward_declines_and_the_patient_is_planned_elsewhere(staff: dict[str, int]) -> None:
    key = ask(severity="severe")
    sign(key)
    first = data(key)["ward"]
    assert "the ward has not answered" in page("sun", "/beds/")
    post("nurse", f"/beds/ward/{first}", form=f"not_ready/{key}", reason="no_oxygen")
    assert data(key)["bed"] is None and state("request", key) == "waiting"
    assert "not ready" in page("sun", "/beds/") and "no oxygen" in page("sun", "/beds/")
    sign(key)
    assert data(key)["ward"] != first


def test_accepted_admitted_left_cleaned_and_the_vehicle(staff: dict[str, int]) -> None:
    post("nurse", f"/beds/ward/{ward_of('f')}", form="counted", staffed="1")
    leave_one_hospital_bed()
    sign(ask("severe"))
    key = ask(age=30)
    bed = sign(key)
    ward = ward_of("f")
    assert data(key)["ward"] == ward
    post("nurse", f"/beds/ward/{ward}", form=f"accepted/{key}")
    post("sun", "/beds/", form=f"gone/{key}")
    assert "on the way" in page("nurse", f"/beds/ward/{ward}")
    post("nurse", f"/beds/ward/{ward}", form=f"admitted/{key}")
    assert (state("request", key), state("bed", bed)) == ("admitted", "occupied")
    other = ask(age=31)  # the one staffed bed is taken: 99 stand empty, and none of them is usable
    post("sun", "/beds/", form="all")
    assert state("request", other) == "waiting" and "waits" in page("sun", "/beds/")
    assert "destination" in post("nurse", f"/beds/ward/{ward}", 422, form=f"left/{key}", how="discharged")
    negatives = ["2020-03-08T08:00", "2020-03-09T08:30"]
    post("tang", f"/beds/patient/{key}", days_normal_temp="4", symptoms_improved="yes", imaging_improved="yes",
         negative_1=negatives[0], negative_2=negatives[1])  # fmt: skip
    post("nurse", f"/beds/ward/{ward}", form=f"left/{key}", how="discharged", destination="isolation")
    assert (state("request", key), state("bed", bed)) == ("left", "cleaning")
    post("nurse", f"/beds/ward/{ward}", form=f"cleaned/{bed}")
    assert state("bed", bed) == "free"
    assert rebuild().unchanged


def test_another_bed_than_proposed_needs_a_reason(staff: dict[str, int]) -> None:
    key = ask(severity="severe")
    with door.ledger() as connection:
        beds = [r[0] for r in connection.execute("select id from hospital_bed where ward = %s", [ward_of("h")])]
    proposed = 'name="bed" value="'
    offered = page("sun", "/beds/").split(proposed)[1].split('"')[0]
    other = next(bed for bed in reversed(beds) if str(bed) != offered)
    text = post("sun", "/beds/", 422, form=f"other/{key}", bed=other)
    assert "Why another bed than the proposed one: Not said yet." in text and f'value="{other}"' in text
    assert "Another bed is proposed now" in post("sun", "/beds/", 422, form=f"sign/{key}", bed=other)
    post("sun", "/beds/", form=f"other/{key}", bed=other, reason="same_room")
    assert data(key)["bed"] == other
    late = world.client("sun")  # it waits no more: who did what is said, and nothing else
    sent = {"id": str(uuids.uuid7()), "form": f"sign/{key}", "about": f"request/{key}", "bed": beds[0]}
    told = late.post("/beds/", sent, follow=True).content.decode()
    assert "Nothing was said: 孙 said “bed assigned · with a relative” at 03-10 09:00." in told
    assert data(key)["bed"] == other


def test_by_hand_a_ward_is_chosen_not_one_of_a_thousand_beds(staff: dict[str, int]) -> None:
    key = ask(age=30)
    text = page("sun", f"/beds/?open=other/{key}")
    assert text.count("<option") < 60 and "Lake Fangcang · Ward 1 (100 free)" in text
    spare = text.split("Lake Fangcang · Ward 1 (100 free)")[0].rsplit('value="', 1)[1].split('"')[0]
    assert f'name="bed" value="{spare}"' not in text  # the bed proposed to somebody stays theirs
    post("sun", "/beds/", form=f"other/{key}", bed=spare, reason="ward_asked")
    assert data(key)["ward"] == ward_of("f")
    for n in range(2):
        post("nurse", f"/beds/ward/{ward_of('f')}", form="counted", staffed=str(n))
        another = ask(age=31 + n)
        assert "Lake Fangcang · Ward 1 (" not in page(
            "sun", f"/beds/?open=other/{another}"
        )  # nobody there to serve another


def test_no_reason_signs_into_another_infection_class_or_beyond_the_staff(staff: dict[str, int]) -> None:
    world.wards([{**WARDS[0], "key": "h.s", "name_zh": "疑似病区", "name_en": "Suspected", "serves": "suspected"}])
    with door.ledger() as connection:
        kept_apart, understaffed = (
            connection.execute("select b.id from hospital_bed b join hospital_ward w on w.id = b.ward"
                               " where w.key = %s order by b.id limit 1", [key]).fetchone()[0]
            for key in ("h.s", "w.a")
        )  # fmt: skip
    post("nurse", f"/beds/ward/{ward_of('w')}", form="counted", staffed="0")
    key = ask("severe")
    text = post("sun", "/beds/", 422, form=f"other/{key}", bed=str(kept_apart), reason="same_room")
    assert "infection classes are kept apart" in text
    text = post("sun", "/beds/", 422, form=f"other/{key}", bed=str(understaffed), reason="same_room")
    assert "no bed that its staff can serve" in text
    assert data(key).get("bed") is None


def test_a_race_of_signatures_books_every_bed_once(staff: dict[str, int]) -> None:
    """Twenty patients, eight beds, forty signatures at once, each for a random of the same beds."""
    keys = [ask(severity="severe") for _ in range(20)]
    with door.ledger() as connection:
        beds = connection.execute(
            "select b.id, b.ward, b.place from hospital_bed b where b.ward = any(%s) order by b.id",
            [[ward_of("h"), ward_of("w")]],
        ).fetchall()
    accepted: list[tuple[str, int]] = []
    lock = threading.Lock()

    def sign_some(n: int) -> None:
        for i, key in enumerate(keys[n::2]):
            bed, ward, place = beds[(i * 7 + n) % len(beds)]
            fact = world.said("bed.assigned", {"request": key, "bed": bed, "ward": ward}, place=place)
            with door.ledger() as connection:
                receipt = append(connection, [fact], System())
            if receipt.accepted:
                with lock:
                    accepted.append((key, bed))

    threads = [threading.Thread(target=sign_some, args=(n % 2,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert 1 <= len(accepted) <= 8
    assert len({bed for _, bed in accepted}) == len(accepted) == len({key for key, _ in accepted})
    with door.ledger() as connection:
        held = connection.execute(
            "select key, (data ->> 'bed')::integer from ledger_row where noun = 'request' and state = 'assigned'"
        ).fetchall()
    assert sorted(held) == sorted(accepted)


def test_the_database_itself_refuses_a_second_promise(staff: dict[str, int]) -> None:
    import psycopg

    one, two = ask(), ask()
    bed = sign(one)
    with pytest.raises(psycopg.errors.UniqueViolation, match="hospital_bed_promised_once"), door.ledger() as connection:
        connection.execute(
            "update ledger_row set state = 'assigned', data = data || jsonb_build_object('bed', %s::integer)"
            " where noun = 'request' and key = %s", [bed, two]
        )  # fmt: skip


def test_two_patients_seen_in_one_bed_is_a_contradiction_with_an_owner(staff: dict[str, int]) -> None:
    one, two = ask(), ask()
    bed = sign(one)
    ward = data(one)["ward"]
    for key in (one, two):  # what was seen is never refused
        world.say(world.said("patient.admitted", {"request": key, "bed": bed, "ward": ward}, place=3))
    with door.ledger() as connection:
        assert connection.execute("select owner_role, question from ledger_conflict where noun = 'bed'").fetchall() == [
            ("dispatcher", "two_patients_in_one_bed")
        ]


def test_more_patients_than_usable_beds_is_shown_and_not_repaired(staff: dict[str, int]) -> None:
    ward = ward_of("h")
    with door.ledger() as connection:
        beds = [r[0] for r in connection.execute("select id from hospital_bed where ward = %s", [ward])]
    for bed in beds:
        world.say(world.said("patient.admitted", {"request": ask("severe"), "bed": bed, "ward": ward}, place=3))
    post("nurse", f"/beds/ward/{ward}", form="counted", staffed="1")
    assert "+2" in page("sun", "/beds/")


def test_who_sees_beds(staff: dict[str, int]) -> None:
    for who, status in {"sun": 200, "tang": 200, "nurse": 200, "zhao": 404, "wu": 404, "charlie": 404}.items():
        page(who, "/beds/", status)
    assert "Far Hospital" not in page("nurse", "/beds/") and "East Hospital" in page("nurse", "/beds/")
    page("nurse", f"/beds/ward/{ward_of('x')}", 404)
    key = ask()
    post("nurse", "/beds/", 403, form=f"sign/{key}", bed="1")  # the signature is the dispatcher's


def test_late_words_of_the_ward_keep_their_time(staff: dict[str, int]) -> None:
    """The ward wrote on paper: admitted at 03:00, typed at 09:00; the bed was promised at 02:00."""
    key = ask(severity="severe")
    bed, ward = sign(key), data(key)["ward"]
    world.at(world.NOW + dt.timedelta(hours=6))
    world.say(
        world.said(
            "patient.admitted",
            {"request": key, "bed": bed, "ward": ward},
            place=3,
            at=world.NOW + dt.timedelta(hours=1),
            recorded_at=world.NOW + dt.timedelta(hours=6),
        )
    )
    assert state("bed", bed) == "occupied"


def test_every_screen_in_both_languages_and_reasons_name_wards(staff: dict[str, int]) -> None:
    leave_one_hospital_bed()
    sign(ask("severe"))
    ask("severe")
    for who, path in [("sun", "/beds/"), ("nurse", f"/beds/ward/{ward_of('h')}")]:
        for language in ("zh-hans", "en"):
            text = client(who, language).get(path).content.decode()
            inside = text[text.index("<main") : text.index("</main>")]
            chinese = sum("一" <= char <= "鿿" for char in inside)
            assert chinese > 20 if language == "zh-hans" else chinese == 0, (path, language, chinese)
            assert "h.a" not in inside and "w.a" not in inside  # wards by name, never by key


def listed(*rows: dict[str, Any]) -> None:
    world.wards([{**WARDS[1], **row} for row in rows])


def test_a_wards_sex_and_oxygen_hold(staff: dict[str, int]) -> None:
    listed({**WARDS[0], "sex": "female"}, {**WARDS[1], "sex": "male", "oxygen": True})
    first = ask("severe", sex="male")
    post("sun", "/beds/", form="all")
    assert data(first)["ward"] == ward_of("w")  # the women's ward is nothing for him, though it is listed first
    second = ask("severe", sex="female", oxygen="yes")
    post("sun", "/beds/", form="all")
    assert data(second)["ward"] is None  # her ward has no oxygen
    text = page("sun", "/beds/")
    assert "East Hospital · Ward 1: no oxygen at its beds." in text and "West Hospital · Ward 1: it is for men." in text
    assert "What fits: a bed with oxygen for “confirmed”: designated hospital, requisitioned hospital." in text
    third = ask("severe", sex="female")
    post("sun", "/beds/", form="all")
    assert data(third)["ward"] == ward_of("h")


def test_the_nearest_is_only_spoken_of_where_points_are_known(staff: dict[str, int]) -> None:
    from tongzhou.hospital.load import points

    ask("severe")
    assert "A suitable ward has a bed." in page("sun", "/beds/") and "nearest" not in page("sun", "/beds/")
    ids = {f"hu.{code}": id for id, _, _, code, *_ in world.PLACES}
    listed(
        {**WARDS[0], "x_km": 9.0, "y_km": 1.0},
        {**WARDS[1], "x_km": 2.0, "y_km": 1.0},
        {**WARDS[2], "x_km": 8, "y_km": 8},
    )
    with door.ledger() as connection:
        points(connection, [{"place": "hu.980101", "x_km": 1.0, "y_km": 1.0}], ids)
    text = page("sun", "/beds/")
    assert "The nearest suitable ward has a bed." in text and "1.3 km." in text and "West Hospital" in text


def test_a_bed_asked_for_from_a_case_takes_what_the_card_holds(staff: dict[str, int]) -> None:
    body = {
        "classification": "confirmed",
        "epi": ["E1"],
        "clinical": ["C1", "C2"],
        "onset": "2020-03-08",
        "age": 61,
        "sex": "male",
    }
    fact = world.said("case.identified", body, place=3)
    fact = type(fact)(**{f: getattr(fact, f) for f in fact.__struct_fields__} | {"home": 6, "reporting": 3})
    assert not world.say(fact).refused
    assert f"/beds/?case={fact.id}#ask" in page("tang", f"/cases/{fact.id}")
    assert world.get("tang", f"/beds/?case={fact.id}", 302)["Location"] == f"/beds/ask?case={fact.id}"
    shown = page("tang", f"/beds/ask?case={fact.id}")
    assert 'value="61"' in shown and "For the case you came from" in shown
    key = ask("mild", 61, case=str(fact.id), sex="male")
    assert data(key)["home"] == 6 and data(key)["case"] == str(fact.id)
    page("sun", "/beds/ask?case=0170bbd2-0000-7000-8000-000000000004", 404)


def test_no_bed_among_the_confirmed_is_asked_for_a_suspected_case(staff: dict[str, int]) -> None:
    body = {"classification": "suspected", "epi": ["E1"], "clinical": ["C1", "C2"], "age": 61, "sex": "male"}
    case = world.said("case.identified", body, place=3)
    assert not world.say(case).refused
    path, asked = (
        f"/beds/ask?case={case.id}",
        {"severity": "mild", "oxygen": "no", "age": "61", "sex": "male", "depends": "nobody"},
    )
    refused = post("tang", path, 422, **asked, infection="confirmed")
    assert "The case is classified as suspected. Classify it anew first." in refused
    post("tang", path, **asked, infection="suspected")


def test_wards_are_listed_from_a_file_and_bad_rows_come_back(staff: dict[str, int], tmp_path: Any) -> None:
    from tongzhou.cli.wards import _ward

    good = {"key": "n.1", "facility": "n", "facility_zh": "北院", "facility_en": "North", "name_zh": "一",
            "name_en": "1", "kind": "designated", "bed": "general", "serves": "confirmed",
            "place": "980101", "beds": "12"}  # fmt: skip
    ids = {"980101": 3}
    assert _ward(good, ids, set())["sex"] == "any"
    for field, value in (("beds", "many"), ("kind", "palace"), ("place", "1"), ("sex", "both"), ("x_km", "114305"),
                         ("oxygen", "ja"), ("name_zh", "")):  # fmt: skip
        with pytest.raises(ValueError, match=field):
            _ward({**good, field: value}, ids, set())


def test_one_patient_without_a_point_silences_ways_for_nobody_else(staff: dict[str, int]) -> None:
    from tongzhou.hospital.load import points

    ids = {f"hu.{code}": id for id, _, _, code, *_ in world.PLACES}
    listed(
        {**WARDS[0], "x_km": 9.0, "y_km": 1.0},
        {**WARDS[1], "x_km": 0.0, "y_km": 0.0},  # the middle of the plane is a point like any other
        {**WARDS[2], "x_km": 8, "y_km": 8},
    )
    with door.ledger() as connection:
        points(connection, [{"place": "hu.980101001001", "x_km": 1.0, "y_km": 1.0, "source": "a map"}], ids)
    body = {"infection": "confirmed", "severity": "severe", "age": 70}
    for home in (6, 10):  # the far community has no point
        asked = world.said("bed.requested", body, place=3)
        asked = type(asked)(**{f: getattr(asked, f) for f in asked.__struct_fields__} | {"home": home})
        assert not world.say(asked).refused
    text = page("sun", "/beds/")
    assert text.count("The nearest suitable ward has a bed.") == 1 and text.count("A suitable ward has a bed.") == 1
    assert text.count("1.8 km.") == 1 and "For 1 no point is known" in text and "a map" in text
    listed({**WARDS[0], "x_km": None, "y_km": None})
    text = page("sun", "/beds/")
    assert " km." not in text and "nearest" not in text and "No way is weighed" in text


def test_wards_and_places_in_degrees_lie_on_one_plane(staff: dict[str, int], tmp_path: Any) -> None:
    import click

    from tongzhou.cli.wards import _centre, _point, _where

    centre = (114.3, 30.6)
    assert _where({"lon": "114.3", "lat": "30.6"}, centre) == (0.0, 0.0)
    assert _where({"lon": "115.3", "lat": "30.6"}, centre) == (95.71, 0.0)  # cos 30.6° of 111.195 km
    assert _where({"lon": "114.3", "lat": "29.6"}, centre) == (0.0, -111.195)
    assert _point({"place": "980101", "x_km": "1.5", "y_km": "-2"}, {"980101": 3}, None)["y_km"] == -2.0
    for row, told in (({"lon": "30.6", "lat": "114.3"}, "too far"), ({"lon": "114.3"}, "lat: '' is not a number"),
                      ({"lon": "114.3", "lat": "nan"}, "too far"), ({"x_km": "3"}, "y_km: '' is not")):  # fmt: skip
        with pytest.raises(ValueError, match=told):
            _where(row, centre)
    with pytest.raises(ValueError, match="--centre"):
        _where({"lon": "114.3", "lat": "30.6"}, None)
    context, option = click.Context(click.Command("x")), click.Option(["--centre"])
    assert _centre(context, option, "114.3, 30.6") == centre and _centre(context, option, None) is None
    for wrong in ("114.3", "30.6,114.3", "a,b", "nan,1"):
        with pytest.raises(click.BadParameter):
            _centre(context, option, wrong)


def test_the_reasons_in_chinese_hold_no_code() -> None:
    for code in ("no_staff", "not_clean", "no_oxygen", "wrong_class", "bed_broken", "other"):
        english, chinese = reasons.both(partial(worded.choice, "ward.answered", "reason", code))
        assert "_" not in english and not re.search("[A-Za-z]", chinese), (english, chinese)


def test_no_judgement_of_a_patient_is_chosen_before_somebody_chooses(staff: dict[str, int]) -> None:
    form = page("tang", "/beds/ask").split('data-draft="form"')[1].split("</form>")[0]
    chosen = re.findall(r'name="(\w+)" value="([^"]*)"[^>]* checked', form)
    assert chosen == [(name, "") for name in ("self_care", "chronic", "flu_negative")]  # not asked
    assert set(re.findall(r'value="([^"]*)" selected', form)) <= {""}
    text = post("tang", "/beds/ask", 422, infection="confirmed", age="4 0")
    assert text.count('class="err"') == 4 and 'value="4 0"' in text  # with who depends on them, all at once
    assert rows("request") == []
