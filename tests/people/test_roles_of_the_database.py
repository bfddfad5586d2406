"""What each role of the database may do, asked of the living database (docs/security.md)."""

from __future__ import annotations

import pytest
import world
from django.conf import settings
from django.db import ProgrammingError, connection, connections, transaction

from tongzhou.database.roles import APP, LEDGER, OWNER, ROLES, SIGNIN
from tongzhou.ledger import door
from tongzhou.people.scope import Holder, holder_of, set_scope

pytestmark = pytest.mark.postgres
# Furniture of the world, seals and clocks: the same for everybody, and on public pages.
OPEN = {
    "places_place", "places_name", "places_link", "places_cover", "places_region", "places_fact", "places_tile",
    "ledger_kind", "ledger_seal", "ledger_seal_head", "ledger_bookmark", "ledger_clock", "people_deletion_report",
}  # fmt: skip
INSERT_ONLY = (
    "ledger_fact", "ledger_append", "ledger_seal", "ledger_seal_head", "people_holding", "people_holding_end",
    "people_reading", "people_deletion_report", "people_account_event", "erasure_tombstone", "erasure_gone",
    "erasure_request",
)  # fmt: skip


@pytest.fixture
def staff(staff):
    world.say(world.heard(1), world.said("exception.raised", {"household": 1, "concerns": ["fever"]}, place=6))
    world.say(
        world.said("community.reported", {"community": "hu.980101001001", "confirmed": 1, "as_of": "2020-03-09",
                   "days_without_new_at_least": 0, "source": "x"}, place=5)
    )  # fmt: skip
    with door.ledger() as connection:
        connection.execute("insert into ledger_audience (noun, key, place) select 'exception', 'x', 6")
    return staff


def ask(query, *given, alias="default"):
    with connections[alias].cursor() as cursor:
        cursor.execute(query, given)
        return cursor.fetchall()


def readable(role):
    return {
        name
        for (name,) in ask(
            "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in "
            "('r', 'p', 'v') and has_any_column_privilege(%s, c.oid, 'select')",
            role,
        )
    }


def test_the_living_roles_are_what_they_should_be(staff):
    told = ask(
        "select rolname, rolsuper or rolcreaterole or rolcreatedb or rolbypassrls or rolreplication, rolcanlogin"
        " from pg_roles where rolname = any(%s)", list(ROLES),
    )  # fmt: skip
    assert {(name, False, True) for name in ROLES} == set(told)
    members = ask("select 1 from pg_auth_members m join pg_roles r on r.oid = m.member where r.rolname = any(%s)",
                  [APP, LEDGER, SIGNIN])  # fmt: skip
    assert members == []
    owners = {row[0] for row in ask("select tableowner from pg_tables where schemaname = 'public'")}
    assert owners == {OWNER}
    by_alias = {"default": APP, "signin": SIGNIN, "owner": OWNER}
    assert {alias: ask("select current_user", alias=alias)[0][0] for alias in settings.DATABASES} == by_alias
    with door.ledger() as ledger:
        assert ledger.execute("select current_user").fetchone() == (LEDGER,)


def test_without_a_scope_the_pages_role_sees_no_row(staff):
    """Every table, view and partition it may read; before it is said who looks nothing is seen, published or not."""
    tables = readable(APP)
    assert len(tables) > 25
    seen = {}
    for name in tables - OPEN:
        column = ask("select attname from pg_attribute where attrelid = %s::regclass and attnum > 0"
                     " and has_column_privilege(%s, attrelid, attnum, 'select') limit 1", name, APP)[0][0]  # fmt: skip
        seen[name] = ask(f'select count("{column}") from {name}')[0][0]
    assert {name: n for name, n in seen.items() if n} == {}, "a new table: call tongzhou_close_before_asked()"
    with connections["owner"].cursor() as cursor:  # there was something to be seen
        for name in ("ledger_fact", "ledger_row", "ledger_audience", "auth_user", "people_holding"):
            cursor.execute(f"select count(*) from {name}")
            assert cursor.fetchone()[0] > 0


def test_functions_answer_nothing_without_a_scope(staff):
    for name in (
        "command_overdue",
        "command_line_list",
        "outlook_onsets",
        "outlook_waits",
        "hospital_houses",
        "persons_cards",
        "persons_numbered",
        "persons_codes",
        "command_uncounted",
    ):
        (given,) = ask("select pronargs from pg_proc where proname = %s", name)[0]
        (types,) = ask("select array_agg(format_type(t, null) order by n) from pg_proc, unnest(proargtypes)"
                       " with ordinality a (t, n) where proname = %s", name)[0]  # fmt: skip
        nulls = ", ".join(f"{sample(kind)}::{kind}" for kind in (types or ())[:given])
        assert ask(f"select count(*) from {name}({nulls}) x where x is not null")[0][0] == 0, name


def sample(kind):
    if kind.endswith("[]"):
        return "'{1,2,3}'"
    return {"date": "'2020-03-10'", "text": "'county'", "int4multirange": "'{[1,1000)}'"}.get(
        kind, "now()" if kind.startswith("timestamp") else "1"
    )


def test_whoever_holds_nothing_sees_what_is_published_and_nothing_else(staff):
    for who in (Holder(None), holder_of(staff["charlie"])):
        with transaction.atomic():
            set_scope(who)
            assert ask("select distinct sees from ledger_row") == [("public",)]
            for name in ("ledger_audience", "people_held", "people_holding", "hospital_point", "people_reading"):
                assert ask(f"select count(*) from {name}") == [(0,)]
            assert ask("select count(id) from auth_user") == [(0,)]


@pytest.mark.parametrize(
    "secret",
    [
        "password from auth_user",
        "* from people_session",
        "* from otp_totp_totpdevice",
        "* from people_attempt",
        "* from people_device",
        "* from people_vault_item",
    ],
)
def test_the_pages_role_reads_no_hash_no_session_and_no_key(staff, secret):
    with pytest.raises(ProgrammingError), transaction.atomic():
        ask(f"select {secret}")
    import psycopg

    if "vault" not in secret:
        with pytest.raises(psycopg.errors.InsufficientPrivilege), door.ledger() as ledger:
            ledger.execute(f"select {secret}")


def test_the_pages_role_writes_nothing_at_all(staff):
    written = ask(
        "select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in "
        "('r', 'p', 'v') and (has_any_column_privilege(%s, c.oid, 'insert, update') or has_table_privilege(%s, c.oid, "
        "'delete, truncate, trigger'))", APP, APP,
    )  # fmt: skip
    assert written == []
    assert not ask("select 1 from pg_sequence where has_sequence_privilege(%s, seqrelid, 'usage')", APP)


def test_sign_in_reads_no_fact_no_row_and_no_name(staff):
    assert readable(SIGNIN) == {
        "auth_user", "people_account_event", "people_attempt", "people_device", "people_held", "people_holding",
        "people_holding_end", "people_session", "otp_totp_totpdevice", "places_cover", "places_name", "places_place",
    }  # fmt: skip


@pytest.mark.parametrize("table", INSERT_ONLY)
def test_what_was_given_read_or_destroyed_is_insert_only(staff, table):
    for role in (APP, LEDGER, SIGNIN):
        changes = ask("select has_any_column_privilege(%s, %s, 'update') or has_table_privilege(%s, %s, "
                      "'delete, truncate')", role, table, role, table)  # fmt: skip
        assert changes == [(False,)], (role, table)


def test_no_running_role_gives_rights_but_sign_in(staff):
    writers = [role for role in ROLES if ask("select has_table_privilege(%s, 'people_holding', 'insert')", role)[0][0]]
    assert writers == [OWNER, SIGNIN]
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("insert into people_holding (staff, role, place) values (1, 'commander', 1)")
