"""The second factor: a password alone is not enough once it is on, and nobody reads another's key."""

from __future__ import annotations

import re
import time

import pytest
import world
from django.test import Client
from django_otp.oath import TOTP
from django_otp.plugins.otp_totp.models import TOTPDevice

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(db):
    return world.furnish()


def sign_in(code: str = "") -> tuple[Client, int, str]:
    client = Client(headers={"Accept-Language": "en"})
    answer = client.post("/login", {"username": "lin", "password": world.PASSWORD, "code": code})
    return client, answer.status_code, answer.content.decode()


def digits(key: bytes, later: int = 0) -> str:
    totp = TOTP(key)
    totp.time = time.time() + 30 * later
    return f"{totp.token():06d}"


def test_on_asked_for_and_off(staff):
    client, status, _ = sign_in()
    assert status == 302
    assert "Switch it on" in client.get("/me/second-factor").content.decode()
    page = client.post("/me/second-factor", {"form": "make"}, follow=True).content.decode()
    secret = re.search(r"<code>([A-Z2-7]+)</code>", page)
    assert secret and "data:image/svg+xml" in page
    import base64

    key = base64.b32decode(secret[1])
    assert "not right" in client.post("/me/second-factor", {"form": "digits", "code": "000000"}).content.decode()
    time.sleep(1.1)  # one wrong try makes the next wait for a second
    assert client.post("/me/second-factor", {"form": "digits", "code": digits(key)}).status_code == 302
    assert "It is on" in client.get("/me/second-factor").content.decode()

    _, status, page = sign_in()
    assert status == 200 and "Type the six digits" in page
    _, status, page = sign_in("123456")
    assert status == 200 and "not right" in page
    time.sleep(1.1)
    client, status, _ = sign_in(digits(key, later=1))  # within the tolerance; the first code is used up
    assert status == 302
    client = Client(headers={"Accept-Language": "en"})
    wrong = client.post("/login", {"username": "lin", "password": "wrong", "code": ""}).content.decode()
    assert "Six digits" not in wrong  # whoever lacks the password does not learn that there is a second factor


def test_nobody_reads_anothers_key(staff):
    TOTPDevice.objects.create(user_id=staff["lin"], name="phone", confirmed=True)
    other = Client(headers={"Accept-Language": "en"})
    other.post("/login", {"username": "charlie", "password": world.PASSWORD})
    page = other.get("/me/second-factor").content.decode()
    assert "Switch it on" in page and "<code>" not in page


def test_functions_with_their_owners_rights_are_not_for_everybody(staff):
    from django.db import ProgrammingError, connection, transaction

    with connection.cursor() as cursor:
        cursor.execute(
            "select p.oid::regprocedure::text from pg_proc p join pg_namespace n on n.oid = p.pronamespace"
            " where n.nspname = 'public' and p.prosecdef and has_function_privilege('tongzhou_app', p.oid, 'execute')"
        )
        told = {name.split("(")[0] for (name,) in cursor.fetchall()}
        # Counts by county and names of houses in the reader's scope (ADR 0015); whether a correction counts, for the
        # history of a row (ADR 0031); who asked a question that waits; who is nearest to a post, colleagues and one's
        # own words of today (ADR 0038); a person's number, sex and age, whom a number names (ADR 0036); how many
        # disagreed with a measure (ADR 0049); no more.
        others = {"waiting_said_by_asker", "ledger_nearest", "ledger_unheld", "persons_cards", "persons_numbered"}
        others |= {"today_said", "today_colleagues", "persons_codes", "people_last_word"}
        counts = {"command_overdue", "command_line_list", "outlook_onsets", "outlook_waits", "hospital_houses"}
        counts |= {"command_uncounted", "measures_appeals", "command_unwell", "command_asked", "command_last_append"}
        counts |= {f"coverage_{one}" for one in ("spans", "owed", "rows", "heard", "posts", "team", "sick")}
        assert told == counts | others | {"ledger_corrects"}
    with pytest.raises(ProgrammingError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("select ledger_add_month('2031-01-01')")


def test_partitions_are_made_ahead_by_the_ledger_role(staff):
    import datetime as dt

    from tongzhou.ledger import door, months

    with door.ledger() as connection:
        months.make_ready(connection, dt.date(2031, 11, 30))
        months.make_ready(connection, dt.date(2031, 11, 30))
        found = connection.execute(
            "select relname from pg_class where relname ~ '_2031(11|12)$|_203201$' and relkind = 'r' order by 1"
        ).fetchall()
    assert len(found) == 3 * len(months.FUNCTIONS) == 6
