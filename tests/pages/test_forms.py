"""A form is made from the kind: labels, choices, limits, units; errors beside their fields, nothing typed is lost."""

from __future__ import annotations

import re
from typing import Any

import msgspec
import pytest
import uuid_utils.compat as uuids
import world
from django.core.exceptions import ValidationError
from django.forms import CharField
from django.template.loader import render_to_string
from django.test import Client
from django.utils.translation import override

import tongzhou.hospital.kinds
import tongzhou.supply.kinds  # noqa: F401  (kinds register by being imported)
from tongzhou.ledger import worded
from tongzhou.ledger.kinds import KINDS
from tongzhou.pages.fields import Telephone, Text, field
from tongzhou.pages.form import Form, fact_form
from tongzhou.pages.table import Column, Table
from tongzhou.pages.templatetags.pages import _parts
from tongzhou.problems import Malformed, Stale

AskBed = fact_form("bed.requested", "infection", "severity", "age", "oxygen", age={"required": True})


def filled(form: type[Any], **typed: str) -> Any:
    return form({"id": str(uuids.uuid7()), **typed})


def test_every_kind_field_and_choice_has_its_words_in_both_languages() -> None:
    assert worded.unsaid() == []
    with override("zh-hans"):
        for kind in KINDS:
            told = [worded.called(kind), *(worded.label(kind, field) for field in worded.fields(kind))]
            told += [words for field in worded.fields(kind) for code, words in worded.choices(kind, field) if code]
            assert [one for one in told if not re.search("[\u4e00-\u9fff]", one)] in ([], ["120"]), kind


def test_choices_stand_in_the_order_of_the_kind_and_nothing_is_chosen_before_somebody_chooses() -> None:
    form = AskBed()
    with override("en"):
        html = str(form)
    assert re.findall(r'<option value="(\w*)"', html)[:3] == ["", "other", "contact"] and html.count(
        "selected"
    ) == html.count('value="" selected')
    assert "checked" not in html and "fever, not excluded" in html


def test_all_errors_stand_beside_their_fields_at_once_with_what_was_typed() -> None:
    with override("en"):
        form = filled(AskBed, infection="plague", age="160", severity="")
        assert not form.is_valid()
        assert {name: len(errors) for name, errors in form.errors.items()} == {"infection": 1, "severity": 1, "age": 1}
        html = str(form)
        labels = [label for _id, label, _error in form.wrong]
    assert "160? From 0 to 130." in html and 'value="160"' in html and html.count('class="err"') == 3
    assert labels == ["Infection class", "Severity, as you judge it", "Age"]


def test_the_digits_of_a_chinese_keyboard_are_digits() -> None:
    form = filled(AskBed, infection="confirmed", severity="mild", age="６５", oxygen="no")
    assert form.is_valid(), form.errors
    fact = form.said(world.NOW, 3, case=None)
    assert msgspec.json.decode(fact.body) == {"infection": "confirmed", "severity": "mild", "age": 65, "oxygen": False}


@pytest.mark.parametrize(
    ("kind", "field", "typed", "said"),
    [
        ("aftercare.recorded", "temp10", "38.5", 385),
        ("aftercare.recorded", "temp10", "36,8", 368),
        ("aftercare.recorded", "temp10", "98.6", None),
        ("case.identified", "onset", "2020-02-30", None),
        ("case.identified", "onset", "2020-03-01", "2020-03-01"),
        ("directive.issued", "due", "2020-03-11T18:00", "2020-03-11T18:00:00+08:00"),
        ("directive.issued", "due", "0001-01-01T00:00", None),
        ("support.requested", "text", "ring 138 0013 8000", None),
        ("support.requested", "text", "500 coveralls", "500 coveralls"),
        ("support.requested", "amount", "12345678", 12345678),
        ("sample.taken", "label", "A-17", "A-17"),
        ("sample.taken", "label", "A 17", None),
    ],
)
def test_a_field_reads_what_people_type_and_says_what_it_cannot_read(kind, field, typed, said) -> None:
    form = filled(fact_form(kind, field), **{field: typed})
    assert form.is_valid() == (said is not None), form.errors
    assert said is None or form.cleaned_data[field] == said


def test_a_quantity_is_no_telephone_and_a_telephone_is_named_as_one() -> None:
    with override("en"):
        form = filled(fact_form("support.requested", "text"), text="call 13800138000 now")
        assert "13800138000” looks like a telephone" in str(form.errors)


@pytest.mark.parametrize(
    ("typed", "held"),
    [
        ("１３８ 0013 8000", "13800138000"),
        ("027－8500 0001转12", "02785000001 #12"),
        ("0086 139 0000 2222", "008613900002222"),
        ("+1 415 555 0100", "+14155550100"),
        ("12345", "12345"),
        ("138001380001", None),
        ("1391234", None),
        ("+86 1391234", None),
        ("12", None),
        ("ring me", None),
    ],
)
def test_a_telephone_keeps_its_extension_apart(typed: str, held: str | None) -> None:
    class Called(Form):
        telephone = Telephone()

    form = filled(Called, telephone=typed)
    assert form.is_valid() == (held is not None) and (held is None or form.cleaned_data["telephone"] == held)


def test_a_refusal_of_the_ledger_stands_beside_its_field_else_above_the_form() -> None:
    with override("en"):
        form = filled(AskBed, infection="other", severity="mild", age="3", oxygen="no")
        assert form.is_valid()
        form.refused(Malformed("not of this ward", "age"))
        form.refused(Stale())
    assert form.errors["age"] == ["not of this ward"]
    assert "Look at it as it is now" in form.non_field_errors()[0]


def test_a_field_that_nobody_fills_in_by_hand_needs_offers() -> None:
    with pytest.raises(TypeError, match=r"directive\.issued\.to needs"):
        fact_form("directive.issued", "to")
    form = filled(fact_form("subject.offered", "to", offers={"to": [(3, "Hong"), (9, "An")]}), to="9")
    assert form.is_valid() and form.cleaned_data["to"] == 9
    assert not filled(fact_form("subject.offered", "to", offers={"to": [(3, "Hong")]}), to="9").is_valid()


def test_a_table_s_file_runs_no_formula() -> None:
    table = Table("t", (Column("a", "Good", lambda row: row),), ["=1+1", "plain"])
    assert b"".join(table.file("t")).decode().splitlines()[1:] == ["'=1+1", "plain"]


@pytest.mark.postgres
def test_a_receipt_says_what_was_said_and_takes_it_back(staff: dict[str, int]) -> None:
    browser: Client = world.client("mei")
    form = {"id": str(uuids.uuid7()), "store": "2/", "usable-coverall": "9"}
    html = browser.post("/supply/", form, follow=True).content.decode()
    assert "Received 09:00" in html and "The count of today" in html
    fact = re.search('name="fact" value="([^"]+)"', html)
    assert fact
    back = browser.post("/today/undo", {"fact": fact[1], "id": str(uuids.uuid7()), "next": "/supply/"}, follow=True)
    assert back.request["PATH_INFO"] == "/supply/" and "Taken back" in back.content.decode()
    assert [row[1] for row in world.rows("stock")] in ([], ["void"])


@pytest.mark.postgres
def test_a_refused_form_keeps_what_was_typed_and_says_nothing(staff: dict[str, int]) -> None:
    form = {"id": str(uuids.uuid7()), "store": "2/", "usable-coverall": "9 boxes", "usable-gown": "70"}
    answer = world.client("mei").post("/supply/", form)
    html = answer.content.decode()
    assert answer.status_code == 422 and 'value="9 boxes"' in html and 'value="70"' in html
    assert 'href="#id_usable-coverall"' in html and world.rows("stock") == []


@pytest.mark.postgres
def test_whoever_is_not_signed_in_is_led_to_sign_in_and_back_to_the_page(staff: dict[str, int]) -> None:
    assert Client().get("/supply/?store=2/")["Location"] == "/login?next=%2Fsupply%2F%3Fstore%3D2%2F"


def test_an_answer_is_pressed_and_what_people_regret_stands_apart() -> None:
    class Settle(fact_form("decision.settled", "outcome", "text", text={"required": False})):  # type: ignore[misc]
        buttons, grave = "outcome", frozenset({"dropped"})

    with override("en"):
        html = render_to_string("pages/form.html", _parts({}, Settle()))
    assert re.findall(r'name="outcome" value="(\w+)"', html) == ["done", "partly", "dropped"]
    apart = html.partition('class="more"')[2]
    assert "dropped" in apart and "partly" not in apart and "<select" not in html


def test_a_field_called_like_a_part_of_the_form_is_not_taken_for_it() -> None:
    class Odd(Form):
        name, about, number, wrong = CharField(), CharField(), CharField(), CharField(required=False)

    with override("en"):
        html = render_to_string(
            "pages/form.html", _parts({}, Odd({"name": "x", "id": "1"}, name="odd", about="case/1"))
        )
    assert 'name="form" value="odd"' in html and 'name="about" value="case/1"' in html and 'name="id" value="1"' in html
    assert "2 things to put right" in html


def test_a_form_that_no_page_redraws_names_the_first_field_that_is_wrong() -> None:
    with pytest.raises(Malformed) as wrong:
        filled(AskBed, infection="other", severity="mild", age="160", oxygen="no").checked()
    assert wrong.value.field == "age"


def test_a_form_whose_subject_stands_otherwise_than_its_author_saw_says_so() -> None:
    sent = {"id": str(uuids.uuid7()), "seen": "silent"}
    assert Form(sent, seen="done").changed and not Form(sent, seen="silent").changed
    assert not Form({"id": sent["id"]}, seen="done").changed and not Form(seen="done").changed
    head = _parts({}, Form(seen="done"))
    assert 'name="seen" value="done"' in render_to_string("pages/head.html", head)


def test_whichever_fields_are_fewer_are_marked_those_that_must_be_filled_in_or_those_that_may_be_left_open() -> None:
    class Few(Form):
        one, two, three = CharField(), CharField(required=False), CharField(required=False)

    class Most(Form):
        one, two, three = CharField(), CharField(), CharField(required=False)

    class Asks(Most):
        musts = frozenset({"three"})

    assert (Few().marked, Most().marked, Asks().marked) == ({"one": "required"}, {"three": "optional"}, {})
    with override("en"):
        assert [str(one.as_field_group()).count("required</small>") for one in Few()] == [1, 0, 0]
        assert [str(one.as_field_group()).count("may be left open") for one in Most()] == [0, 0, 1]


def test_a_number_is_read_as_the_pages_write_it() -> None:
    number = field("stock.counted", "usable")
    for typed, read in (("62,200", 62200), ("1，062，200", 1062200), ("62 200", 62200), ("62200", 62200), ("１２", 12)):
        assert number.clean(typed) == read, typed
    for wrong in ("62,20", "6,2200", "62.200", ",200", "1e3"):
        with pytest.raises(ValidationError):
            number.clean(wrong)


def test_too_short_is_told_as_that_and_no_sign_is_blamed() -> None:
    card = Text(pattern="^[0-9A-Za-z-]{4,40}$", most=40)
    with override("en"), pytest.raises(ValidationError, match="4 to 40 signs; here are 1"):
        card.clean("1")
    with override("en"), pytest.raises(ValidationError, match="signs that this field does not take"):
        card.clean("12:34")
