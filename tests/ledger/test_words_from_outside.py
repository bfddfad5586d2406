"""Who may say what of whom: words from outside wait, subjects are handed over and merged, posts are spoken for."""

from __future__ import annotations

import datetime as dt

import pytest
import uuid_utils.compat as uuids
import world
from counties import DOCTOR, FENG, HONG, LIN, as_dict, classified, codes, epi, identified, state, unchanged, waits
from world import NOW, said, say

from tongzhou.ledger import door, follow, seal
from tongzhou.ledger.kinds import Behalf, Said
from tongzhou.ledger.rebuild import rebuild
from tongzhou.people.scope import Holder, Resident

pytestmark = pytest.mark.postgres


def test_a_word_from_outside_waits_and_changes_nothing(staff: dict[str, int]) -> None:
    case = identified()
    receipt = say(classified(case, "excluded", 9), authority=FENG)
    assert (receipt.accepted, receipt.waiting) == (1, (0,))
    assert state("case", case.id)[:2] == (3, "suspected")
    assert waits() == [(f"case/{case.id}", 3, False)]
    unknown = said(
        "case.classified", {"case": str(uuids.uuid7()), "classification": "excluded", "basis": "pcr"}, place=9
    )
    other = say(unknown, authority=FENG)
    assert (other.accepted, other.waiting) == (1, (0,)), "unknown and foreign are answered alike"
    unchanged()


def test_whoever_holds_it_takes_the_word_over_or_leaves_it(staff: dict[str, int]) -> None:
    case = identified()
    word, second = classified(case, "confirmed", 9), classified(case, "excluded", 9, at=NOW + dt.timedelta(minutes=5))
    say(word, second, authority=FENG)
    about = f"case/{case.id}"
    grabbed = say(said("word.taken", {"fact": str(word.id), "subject": about}, place=9), authority=FENG)
    assert grabbed.waiting == (0,) and state("case", case.id)[1] == "suspected", "nobody takes their own word over"
    say(said("word.taken", {"fact": str(word.id), "subject": about}, place=3), authority=LIN)
    assert state("case", case.id)[1] == "confirmed"
    say(said("word.left", {"fact": str(second.id), "subject": about, "reason": "not_so"}, place=3), authority=LIN)
    assert state("case", case.id)[1] == "confirmed"
    assert (about, 3, True) in waits()
    unchanged()


def test_a_word_before_its_founder_counts_where_its_speaker_held_and_nowhere_else(staff: dict[str, int]) -> None:
    fever = said("exception.raised", {"household": 3, "concerns": ["fever"]}, place=6)
    closed = {"exception": str(fever.id), "outcome": "mistaken"}
    far = Holder(3, {"community_doctor": "{[10,11)}"}, {}, (("community_doctor", 10),))
    say(said("exception.closed", closed, place=10), authority=far)
    say(fever, authority=DOCTOR)
    assert state("exception", fever.id)[1] == "open", "said from afar before the fever was known"
    second = said("exception.raised", {"household": 4, "concerns": ["fever"]}, place=6)
    say(said("exception.closed", {**closed, "exception": str(second.id)}, place=5), authority=DOCTOR)
    say(second, authority=DOCTOR)
    assert state("exception", second.id)[1] == "closed"
    unchanged()


def test_a_decision_on_what_is_foreign_and_on_what_there_is_not_is_refused_alike(staff: dict[str, int]) -> None:
    need = said("need.stated", {"household": 90, "items": {"food": 1}}, place=10)
    say(need)
    lead = Holder(4, {"community_lead": "{[5,8)}"}, {}, (("community_lead", 5),))
    for key in (str(need.id), str(uuids.uuid7())):
        body = {"about": f"need/{key}", "helper": 1, "day": "2020-03-10"}
        assert codes(say(said("helper.assigned", body, place=5), authority=lead)) == ["not_yours"]
    assert waits() == [] and "helper" not in state("need", need.id)[2]


def test_reporting_elsewhere_is_an_offer_and_the_other_county_accepts_it(staff: dict[str, int]) -> None:
    case = identified(reporting=9, home=10)
    assert state("case", case.id)[0] == 3 and state("case", case.id)[2]["offered_to"] == [9]
    body = {"case": str(case.id)}
    stranger = epi("{[8,9)}", 8)
    assert say(said("case.received", body, place=8), authority=stranger).waiting == (0,)
    assert say(said("case.received", body, place=9), authority=FENG).waiting == ()
    assert state("case", case.id)[0] == 9
    assert say(classified(case, "confirmed", 9), authority=FENG).waiting == ()
    assert say(classified(case, "excluded", 3), authority=LIN).waiting == (0,), "it is theirs no more"
    line = {"case": str(case.id), "line": "onset", "answer": "2020-03-08"}
    assert say(said("interview.answered", line, place=9), authority=FENG).waiting == ()
    assert state("interview", case.id)[0] == 9
    unchanged()


def test_a_subject_is_offered_declined_and_accepted(staff: dict[str, int]) -> None:
    case = identified()
    about = {"subject": f"case/{case.id}"}
    early = said("subject.accepted", about, place=9)
    say(early, authority=FENG)
    assert state("case", case.id)[0] == 3, "nobody takes what was not offered"
    say(said("subject.offered", {**about, "to": 9}, place=3, at=NOW + dt.timedelta(minutes=1)), authority=LIN)
    say(said("subject.declined", about, place=9, at=NOW + dt.timedelta(minutes=2)), authority=FENG)
    assert "offered_to" not in state("case", case.id)[2]
    late = said("subject.accepted", about, place=9, at=NOW + dt.timedelta(minutes=3))
    assert say(late, authority=FENG).waiting == (0,)
    say(said("subject.offered", {**about, "to": 9}, place=3, at=NOW + dt.timedelta(minutes=4)), authority=LIN)
    accepted = say(said("subject.accepted", about, place=9, at=NOW + dt.timedelta(minutes=5)), authority=FENG)
    assert accepted.waiting == () and state("case", case.id)[0] == 9
    unchanged()


def test_a_grid_worker_cannot_hand_a_case_over(staff: dict[str, int]) -> None:
    case = identified()
    zhao = Holder(5, {"grid_worker": "{[3,8)}"}, {}, (("grid_worker", 3),))
    offer = said("subject.offered", {"subject": f"case/{case.id}", "to": 9}, place=3)
    assert say(offer, authority=zhao).waiting == (0,) and "offered_to" not in state("case", case.id)[2]


def test_merging_is_an_alias_that_contacts_follow_and_that_can_be_taken_back(staff: dict[str, int]) -> None:
    one, other = identified(), identified()
    contact = {"case": str(one.id), "category": "meal", "first_day": "2020-03-08", "last_day": "2020-03-08"}
    say(said("contact.named", contact, place=3), authority=LIN)
    line = {"case": str(one.id), "line": "onset", "answer": "2020-03-07"}
    say(said("interview.answered", line, place=3), authority=LIN)
    say(said("sample.taken", {"case": str(one.id), "label": "A1"}, place=3), authority=LIN)
    merge = said("case.merged", {"case": str(one.id), "into": str(other.id)}, place=3)
    say(merge, authority=LIN)
    assert state("case", one.id)[1] == "merged"
    assert [sample["label"] for sample in state("case", other.id)[2]["samples"]] == ["A1"]
    assert state("interview", other.id)[2]["answers"]["onset"]["answer"] == "2020-03-07"
    assert contacts_of(other) == 1
    say(said("sample.taken", {"case": str(one.id), "label": "A2"}, place=3), authority=LIN)
    assert len(state("case", other.id)[2]["samples"]) == 2, "what is said of the merged one afterwards counts there too"
    unchanged()
    say(said("fact.withdrawn", {}, place=3, corrects=merge.id), authority=LIN)
    assert state("case", one.id)[1] == "suspected" and state("case", other.id)[2]["samples"] == []
    assert contacts_of(other) == 0 and contacts_of(one) == 1
    unchanged()


def contacts_of(case: Said) -> int:
    from django.db import transaction

    from tongzhou.investigation import queries
    from tongzhou.people.scope import EVERYWHERE, set_scope

    with transaction.atomic():
        set_scope(Holder(None, scopes={"cases": EVERYWHERE}))
        return len(queries.contacts(str(case.id), NOW))


def test_a_merge_into_another_countys_case_counts_when_that_county_takes_it(staff: dict[str, int]) -> None:
    ours, theirs = identified(), identified(FENG, 9)
    merge = said("case.merged", {"case": str(ours.id), "into": str(theirs.id)}, place=3)
    assert say(merge, authority=LIN).waiting == (0,)
    assert state("case", ours.id)[1] == "suspected" and state("case", theirs.id)[2]["merged_from"] == []
    for subject in (f"case/{theirs.id}", f"interview/{theirs.id}"):
        say(said("word.taken", {"fact": str(merge.id), "subject": subject}, place=9), authority=FENG)
    assert state("case", ours.id)[1] == "merged" and state("case", theirs.id)[2]["merged_from"] == [str(ours.id)]
    unchanged()


def test_circles_of_merges_end(staff: dict[str, int]) -> None:
    cases = [identified() for _ in range(3)]
    for n in range(3):
        merge = {"case": str(cases[n].id), "into": str(cases[(n + 1) % 3].id)}
        say(said("case.merged", merge, place=3, at=NOW + dt.timedelta(minutes=n)), authority=LIN)
    with door.ledger() as connection:
        roots = connection.execute("select distinct root from ledger_alias where subject like 'case/%'").fetchall()
    assert len(roots) == 1
    unchanged()


def test_an_excluded_case_confirmed_again_has_its_contacts_observed_again(staff: dict[str, int]) -> None:
    case = identified()
    named = said("contact.named", {"case": str(case.id), "category": "meal", "first_day": "2020-03-08",
                                   "last_day": "2020-03-08"}, place=3)  # fmt: skip
    say(named, authority=LIN)
    say(classified(case, "excluded", 3), authority=LIN)
    ended = {"contact": str(named.id), "reason": "source_excluded"}
    say(said("contact.ended", ended, place=3), authority=LIN)
    follow.catch_up()
    assert state("contact", named.id)[1] == "source_excluded"
    world.at(NOW + dt.timedelta(hours=1))
    again = classified(case, "confirmed", 3, at=NOW + dt.timedelta(hours=1))
    say(again, authority=LIN)
    follow.catch_up()
    assert state("contact", named.id)[1] == "observed"
    with door.ledger() as connection:
        told = connection.execute(
            "select because from ledger_fact f join ledger_kind k on k.id = f.kind where k.name = 'contact.resumed'"
        ).fetchall()
    assert told == [(again.id,)]
    say(said("fact.withdrawn", {}, place=3, corrects=again.id), authority=LIN)
    follow.catch_up()
    assert state("contact", named.id)[1] == "source_excluded", "what was said because of it is withdrawn with it"
    unchanged()


def test_a_released_contact_exposed_again_is_observed_again(staff: dict[str, int]) -> None:
    case = identified()
    named = said("contact.named", {"case": str(case.id), "category": "meal", "first_day": "2020-03-01",
                                   "last_day": "2020-03-01"}, place=3)  # fmt: skip
    say(named, said("contact.ended", {"contact": str(named.id), "reason": "source_excluded"}, place=3), authority=LIN)
    assert state("contact", named.id)[1] == "source_excluded"
    world.at(NOW + dt.timedelta(hours=1))
    exposed = {"contact": str(named.id), "last_day": "2020-03-10"}
    say(said("contact.exposed", exposed, place=3, at=NOW + dt.timedelta(hours=1)), authority=LIN)
    assert state("contact", named.id)[1:][0] == "observed" and state("contact", named.id)[2]["last_day"] == "2020-03-10"


def test_what_is_written_down_for_a_post_is_marked_and_only_that_post_confirms_it(staff: dict[str, int]) -> None:
    referral = said("referral.made", {"household": 3, "how": "self"}, place=5)
    say(Said(**{**as_dict(referral), "reporting": 3}), authority=DOCTOR)
    body = {"referral": str(referral.id), "outcome": "arrived"}
    seen = said("referral.seen", body, place=5)
    assert codes(say(seen, authority=DOCTOR)) == ["not_yours"], "not the doctor's word"
    spoken = Said(**{**as_dict(said("referral.seen", body, place=5)), "behalf": Behalf("clinician", 3, "telephone")})
    assert say(spoken, authority=DOCTOR).accepted == 1
    assert state("referral", referral.id)[1] == "arrived"
    assert state("spoken", spoken.id)[1] == "waiting"
    own = said("behalf.confirmed", {"fact": str(spoken.id)}, place=5)
    assert say(own, authority=DOCTOR).waiting == (0,) and state("spoken", spoken.id)[1] == "waiting"
    tang = Holder(6, {"clinician": HONG}, {}, (("clinician", 3),))
    say(said("behalf.contested", {"fact": str(spoken.id), "reason": "not_said"}, place=3), authority=tang)
    assert state("spoken", spoken.id)[1] == "contested"
    unchanged()


def test_a_desk_is_stood_in_for_from_above_marked_and_until_a_moment(staff: dict[str, int]) -> None:
    above = Holder(7, {"duty_officer": "{[2,8)}"}, {}, (("duty_officer", 2),))
    order = said("directive.issued", {"what": "service", "text": "Ask every door today.", "to": [3],
                                      "due": "2020-03-10T20:00"}, place=2)  # fmt: skip
    say(order, authority=above)
    read = {"directive": str(order.id)}

    def in_stead(at: dt.datetime) -> Said:
        fact = said("directive.acknowledged", read, place=3, at=at)
        return Said(**{**as_dict(fact), "behalf": Behalf("duty_officer", 3, "stand_in")})

    assert codes(say(in_stead(NOW), authority=above)) == ["not_yours"], "nobody took the desk over"
    until = {"place": 3, "until": "2020-03-10T12:00", "reason": "isolated"}
    say(said("desk.stood_in", until, place=2), authority=above)
    assert say(in_stead(NOW), authority=above).accepted == 1
    assert "read_at" in state("directive", order.id)[2]["answers"]["3"]
    world.at(NOW + dt.timedelta(hours=5))
    assert codes(say(in_stead(NOW + dt.timedelta(hours=5)), authority=above)) == ["not_yours"], "it ended by itself"
    say(said("desk.handed_back", {"place": 3}, place=2, at=NOW + dt.timedelta(hours=1)), authority=above)
    assert codes(say(in_stead(NOW + dt.timedelta(hours=1)), authority=above)) == ["not_yours"]


def test_a_directive_goes_to_ones_own_branch_only(staff: dict[str, int]) -> None:
    desk = Holder(7, {"duty_officer": HONG}, {}, (("duty_officer", 3),))
    order = {"what": "service", "text": "Ask every door today.", "to": [9], "due": "2020-03-10T20:00"}
    assert codes(say(said("directive.issued", order, place=3), authority=desk)) == ["not_yours"]


def test_a_slip_speaks_for_its_door_and_for_nothing_else(staff: dict[str, int]) -> None:
    slip = Resident(6, 3)
    neighbour = said("exception.raised", {"household": 4, "concerns": ["fever"]}, place=6)
    assert codes(say(neighbour, authority=slip)) == ["not_yours"]
    fever = said("exception.raised", {"household": 4, "concerns": ["fever"]}, place=6)
    say(fever)
    assert codes(say(said("fact.withdrawn", {}, place=6, corrects=fever.id), authority=slip)) == ["not_yours"]
    own = said("exception.raised", {"household": 3, "concerns": ["fever"]}, place=6)
    assert say(own, authority=slip).accepted == 1
    assert say(said("fact.withdrawn", {}, place=6, corrects=own.id), authority=slip).accepted == 1


def test_a_correction_is_judged_alike_before_and_after_what_it_corrects(staff: dict[str, int]) -> None:
    case = said("case.identified", {"classification": "suspected"}, place=3)
    say(said("fact.withdrawn", {}, place=9, corrects=case.id), authority=FENG)
    body = {"classification": "confirmed"}
    say(said("case.identified", body, place=9, corrects=case.id), authority=FENG)
    say(case, authority=LIN)
    assert state("case", case.id)[:2] == (3, "suspected"), "neither taken back nor taken over from afar"
    heard = world.heard(3, "unwell")
    far = Holder(3, {"grid_worker": "{[10,11)}"}, {}, (("grid_worker", 10),))
    say(said("fact.withdrawn", {}, place=10, corrects=heard.id), authority=far)
    say(heard, authority=Holder(5, {"grid_worker": "{[6,7)}"}, {}, (("grid_worker", 6),)))
    with door.ledger() as connection:
        assert connection.execute("select state from community_household_day").fetchall() == [(2,)]
    unchanged()


def test_the_same_number_for_another_moment_is_refused(staff: dict[str, int]) -> None:
    id = uuids.uuid7()
    body = {"household": 3, "items": {"food": 1}}
    say(said("need.stated", body, place=6, id=id))
    assert codes(say(said("need.stated", body, place=6, id=id, at=NOW + dt.timedelta(minutes=1)))) == ["id_reused"]
    assert say(said("need.stated", body, place=6, id=id)).known == 1
    morning = world.heard(3, id=uuids.uuid7())
    say(morning)
    later = world.heard(3, id=morning.id, at=NOW - dt.timedelta(days=1))
    assert codes(say(later)) == ["id_reused"]


def test_nobody_tells_today_what_happens_the_day_after_tomorrow(staff: dict[str, int]) -> None:
    late = said("need.stated", {"household": 3, "items": {"food": 1}}, place=6, at=NOW + dt.timedelta(days=2))
    assert codes(say(late)) == ["malformed"]


def test_a_touch_that_somebody_took_away_is_found_and_comes_back(staff: dict[str, int]) -> None:
    case = identified()
    say(classified(case, "confirmed", 3), authority=LIN)
    follow.catch_up()
    import psycopg
    from tests_support import owner_dsn

    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("alter table ledger_touch disable trigger insert_only")
        owner.execute(
            "delete from ledger_touch where fact in (select id from ledger_fact order by received_at desc limit 1)"
        )
        owner.execute("alter table ledger_touch enable trigger insert_only")
    with door.ledger() as connection:
        found = {one["what"] for one in seal.verify(connection).findings}
    assert "facts_altered" in found and "touch_removed" in found
    assert rebuild().touches_restored > 0
    with door.ledger() as connection:
        assert seal.verify(connection).ok
    assert state("case", case.id)[1] == "confirmed"


def test_what_was_said_with_right_stays_said_when_the_role_ends(staff: dict[str, int]) -> None:
    """The standing of then is kept with the fact: a rebuild does not ask who holds what today."""
    import psycopg
    from tests_support import owner_dsn

    from tongzhou.people.scope import holder_of

    lin = holder_of(staff["lin"])
    case = identified(lin)
    say(classified(case, "confirmed", 3), authority=lin)
    with psycopg.connect(**owner_dsn()) as owner:
        owner.execute("update people_holding set place = 9 where staff = %s", [staff["lin"]])
    assert say(classified(case, "excluded", 9), authority=holder_of(staff["lin"])).waiting == (0,)
    assert state("case", case.id)[1] == "confirmed"
    unchanged()


def test_a_bed_is_named_with_the_ward_it_stands_in(staff: dict[str, int]) -> None:
    with door.ledger() as connection:
        ward = connection.execute(
            "insert into hospital_ward (key, facility, facility_zh, facility_en, name_zh, name_en, kind, bed, serves,"
            " place) values ('w', 'h', '院', 'House', '区', 'Ward', 'designated', 'general', 'suspected', 3)"
            " returning id"
        ).fetchone()
        assert ward is not None
        bed = connection.execute(
            "insert into hospital_bed (ward, label, place) values (%s, '1', 3) returning id", [ward[0]]
        ).fetchone()
        assert bed is not None
    sun = Holder(8, {"dispatcher": "{[2,8)}", "clinician": "{[2,8)}"}, {}, (("dispatcher", 2),))
    request = said("bed.requested", {"infection": "suspected", "severity": "mild"}, place=3)
    say(request, authority=sun)
    body = {"request": str(request.id), "bed": bed[0], "ward": 777777}
    assert codes(say(said("bed.assigned", body, place=3), authority=sun)) == ["malformed"]
    for lacking in ({"bed": 777777}, {"request": str(uuids.uuid7())}):
        wrong = {**body, "ward": ward[0], **lacking}
        assert codes(say(said("bed.assigned", wrong, place=3), authority=sun)) == ["not_yours"]
    assert say(said("bed.assigned", {**body, "ward": ward[0]}, place=3), authority=sun).accepted == 1
    unchanged()


def test_ids_made_from_names_are_the_programs_own(staff: dict[str, int]) -> None:
    import uuid

    need = said("need.stated", {"household": 3, "items": {"food": 1}}, place=6, id=uuid.uuid5(uuid.NAMESPACE_DNS, "x"))
    assert codes(say(need, authority=DOCTOR)) == ["malformed"]


def test_a_desk_does_not_stand_in_for_itself(staff: dict[str, int]) -> None:
    lead = Holder(4, {"community_lead": "{[5,8)}"}, {}, (("community_lead", 5),))
    own = {"place": 5, "until": "2020-03-10T12:00", "reason": "ill"}
    assert codes(say(said("desk.stood_in", own, place=5), authority=lead)) == ["not_yours"]
    above = Holder(7, {"duty_officer": "{[1,11)}"}, {}, (("duty_officer", 1),))
    assert codes(say(said("desk.stood_in", own, place=9), authority=above)) == ["not_yours"], "nor by a neighbour"


def test_nobody_saw_anything_before_there_were_places(staff: dict[str, int]) -> None:
    early = dt.datetime(2018, 12, 31, 12, tzinfo=NOW.tzinfo)
    body = {"household": 3, "items": {"food": 1}}
    receipt = say(said("need.stated", body, place=6, at=early), authority=DOCTOR)
    assert codes(receipt) == ["malformed"] and "2019-01-01" in str(receipt.refused[0])
    heard = world.heard(3, at=early)
    worker = Holder(5, {"grid_worker": "{[6,7)}"}, {}, (("grid_worker", 6),))
    assert codes(say(heard, authority=worker)) == ["malformed"]
    assert say(heard, authority=worker, origin="imported").accepted == 1, "lists of old outbreaks are taken in"
