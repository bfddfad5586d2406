"""Facts go in once, in any order, and mean the same."""

import datetime as dt
from threading import Timer

import psycopg
import pytest
from world import NOW, heard, said, say

from tongzhou.ledger import door, follow
from tongzhou.ledger import seal as seals

pytestmark = pytest.mark.postgres


def one(sql, *given):
    with door.ledger() as connection:
        return connection.execute(sql, given).fetchone()


def test_a_fact_is_taken_once_and_acknowledged_every_time(staff):
    fact = heard(1)
    assert say(fact).accepted == 1
    again = say(fact)
    assert (again.accepted, again.known, again.refused) == (0, 1, {})
    assert one("select heard, well from ledger_tally where place = 6") == (1, 1)


def test_a_step_of_the_followers_leaves_what_was_planned(staff):
    """A statement that drops something makes the driver forget all it had prepared: every step was planned anew."""
    for household in (1, 2):
        say(heard(household))
        with door.by_keys() as connection:
            connection.execute("select 'planned before the step'")
            for follower in follow.FOLLOWERS.values():
                follow.advance(connection, follower)
            kept = connection.execute(
                "select count(*) from pg_prepared_statements where statement like %s", ["%planned before%"]
            )
            assert kept.fetchone() == (1,)


def test_who_follows_in_turn_waits_for_what_hides_what_was_said(staff):
    """An older transaction, be it of the server's own upkeep, hides what was said: what followed from it came a step
    later, and one play of a seed was told otherwise than the next."""
    follow.catch_up()
    with psycopg.connect(**door.dsn()) as older:
        older.execute("select pg_current_xact_id()")
        say(said("exception.raised", {"household": 3, "concerns": ["fever"]}, place=5))
        assert follow.catch_up() == 0, "nobody reads beyond a transaction that is open"
        ends = Timer(0.1, older.commit)
        ends.start()
        assert follow.catch_up(in_turn=True) > len(follow.FOLLOWERS), "the person was founded, and that was read too"
        ends.join()
    assert one("select count(*) from ledger_row where noun = 'person'") == (1,)


def test_the_same_id_with_another_body_is_refused(staff):
    fact = heard(1)
    say(fact)
    other = heard(2, id=fact.id)
    assert say(other).refused[0].code == "id_reused"
    assert one("select count(*) from ledger_fact") == (1,)


def test_good_facts_go_in_and_bad_ones_come_back(staff):
    receipt = say(heard(1), heard(999_999), said("no.such", {}), said("household.heard", {"household": 2}), heard(3))
    assert receipt.accepted == 2
    assert {n: p.code for n, p in receipt.refused.items()} == {
        1: "unknown_household",
        2: "unknown_kind",
        3: "malformed",
    }


def test_silence_after_an_answer_is_not_silence(staff):
    say(heard(1, "well", "page", at=NOW))
    say(heard(1, "no_answer", at=NOW + dt.timedelta(hours=2)))
    assert one("select heard, well, no_answer, by_page from ledger_tally where place = 6") == (1, 1, 0, 1)


def test_the_fact_that_arrives_late_is_folded_where_it_happened(staff):
    say(heard(1, "unwell", at=NOW))
    say(heard(1, "well", at=NOW - dt.timedelta(hours=3)))  # said earlier, arrived later
    assert one("select state from community_household_day where household = 1") == (2,)
    say(heard(1, "well", at=NOW - dt.timedelta(days=2)))
    assert one("select count(*) from community_household_day where household = 1") == (2,)


def test_a_correction_before_what_it_corrects(staff):
    wrong = heard(1, "unwell")
    say(heard(1, "well", at=NOW - dt.timedelta(hours=1), corrects=wrong.id))
    say(wrong)
    assert one("select state from community_household_day where household = 1") == (1,)
    assert one("select well, unwell from ledger_tally where place = 6") == (1, 0)


def test_what_is_withdrawn_no_longer_counts_and_stays(staff):
    fact = heard(1, "unwell")
    say(fact)
    say(said("fact.withdrawn", {"reason": "slip"}, place=6, corrects=fact.id))
    assert one("select heard, unwell from ledger_tally where place = 6") == (0, 0)
    assert one("select count(*) from ledger_fact where id = %s", fact.id) == (1,)


def test_a_device_clock_wrong_by_hours_is_put_right(staff):
    ahead = NOW + dt.timedelta(hours=20)
    say(heard(1, at=ahead, recorded_at=ahead), sent_at=ahead)
    assert one("select day from community_household_day where household = 1") == (dt.date(2020, 3, 10),)


def test_a_time_that_a_person_typed_is_kept_whatever_the_clock_says(staff):
    typed = NOW - dt.timedelta(days=2)
    ahead = NOW + dt.timedelta(hours=20)
    say(heard(1, at=typed, recorded_at=ahead), sent_at=ahead)
    assert one("select day from community_household_day where household = 1") == (dt.date(2020, 3, 8),)


def test_exceptions_fold_and_count(staff):
    fact = said("exception.raised", {"household": 1, "concerns": ["fever", "alone"], "temp10": 385}, place=6)
    say(fact)
    say(said("exception.called_back", {"exception": str(fact.id), "outcome": "reached", "advice": "clinic"}, place=6))
    assert one("select state, data ->> 'advice' from ledger_row where noun = 'exception'") == ("called_back", "clinic")
    assert one("select exceptions, fever, alone from ledger_tally where place = 6") == (1, 1, 1)
    assert one("select count(*) from ledger_row_was where noun = 'exception'") == (1,)
    say(said("fact.withdrawn", {"reason": "slip"}, place=6, corrects=fact.id))
    assert one("select state from ledger_row where noun = 'exception'") == ("void",)
    assert one("select exceptions, fever, alone from ledger_tally where place = 6") == (0, 0, 0)


def test_branches_are_rolled_up_and_sealed(staff):
    say(heard(1), heard(41), heard(81, "unwell"))
    say(said("exception.raised", {"household": 1, "concerns": ["fever"]}, place=5))
    follow.catch_up()
    assert one("select heard, well, unwell, fever from ledger_roll where place = 1") == (3, 2, 1, 1)
    assert one("select heard, fever from ledger_roll where place = 5") == (2, 1)
    assert one("select sum(heard) from ledger_roll_move where place = 1") == (3,)
    with door.ledger() as connection:
        verdict = seals.verify(connection)
    assert verdict.ok and verdict.unsealed_appends == 0
    assert verdict.facts == 6  # with the person whose fever it is, and the block their number is of


def test_nothing_in_the_ledger_can_be_changed_by_the_roles_that_run(staff):
    import psycopg

    say(heard(1))
    for statement in ("update ledger_fact set place = 7", "delete from ledger_fact", "truncate ledger_fact"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege), door.ledger() as connection:
            connection.execute(statement)


def test_what_is_altered_or_removed_behind_our_back_is_found(staff):
    import psycopg
    from django.conf import settings
    from tests_support import admin_dsn

    facts = [heard(n) for n in (1, 2, 3)]
    for fact in facts:
        say(fact)
    follow.catch_up()

    def tamper(statement):
        with psycopg.connect(admin_dsn(), dbname=settings.DATABASES["default"]["NAME"]) as admin:
            admin.execute("set session_replication_role = replica")  # an administrator can switch triggers off
            admin.execute(statement, [facts[1].id])
        with door.ledger() as connection:
            return {finding["what"] for finding in seals.verify(connection).findings}

    assert tamper("update ledger_fact set place = 7 where id = %s") == {"facts_altered"}
    assert "facts_removed_or_added" in tamper("delete from ledger_fact where id = %s")


def test_nobody_can_take_back_a_clinicians_warning_and_nobody_what_others_said_elsewhere(staff):
    from tongzhou.people.scope import holder_of

    warning = said("warning.given", {"what": "unusual_pneumonia", "patients": 3}, place=5)
    say(warning, authority=holder_of(staff["doctor"]))
    for who in ("wu", "duty", "lead", "lin", "doctor"):
        receipt = say(said("fact.withdrawn", {}, place=5, corrects=warning.id), authority=holder_of(staff[who]))
        assert receipt.refused[0].code == "not_yours", who
    assert one("select state from ledger_row where noun = 'warning'") == ("given",)
    fact = heard(1)
    say(fact)
    assert (
        say(said("fact.withdrawn", {}, place=7, corrects=fact.id), authority=holder_of(staff["qian"])).refused[0].code
        == "not_yours"
    )
    assert say(said("fact.withdrawn", {}, place=6, corrects=fact.id), authority=holder_of(staff["zhao"])).accepted == 1


def test_a_withdrawal_sent_ahead_does_not_silence_a_warning(staff):
    warning = said("warning.given", {"what": "cluster"}, place=5)
    say(said("fact.withdrawn", {}, place=5, corrects=warning.id))
    say(warning)
    assert one("select state from ledger_row where noun = 'warning'") == ("given",)
