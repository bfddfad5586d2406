"""Accounts: the keeper of staff's page, one's own password, sessions, tokens, and what must be settled first."""

from __future__ import annotations

import datetime as dt
import re

import psycopg
import pytest
import world
from django.test import Client
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from tests_support import owner_dsn

from tongzhou.ledger.time import zone
from tongzhou.people import staff as people
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres
KEEPER = {"place": 3}
NEW = "quiet-Harbour-29"


@pytest.fixture
def staff(db):
    ids = world.furnish()
    with people.owner() as owner:
        for login in ("keeper", "second"):
            ids[login] = people.enrol(owner, login, "管", world.PASSWORD)
            people.give(owner, ids[login], "staff_keeper", 3)
    return ids


def browser(name="keeper", password=world.PASSWORD, **more):
    client = Client(headers={"Accept-Language": "en"})
    answer = client.post("/login", {"username": name, "password": password, **more})
    assert answer.status_code == 302, answer.content.decode()[-900:]
    return client


def owner(query, *given):
    with psycopg.connect(**owner_dsn()) as connection:
        return connection.execute(query, given)


def page(client, path, status=200, **form):
    answer = client.post(path, form) if form else client.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.headers.get("Location"))
    return answer.content.decode()


def act(keeper, whose, status=302, **form):
    """A button of somebody's page, pressed by whoever has just opened it; then the page again."""
    saw = re.search(r'name="saw" value="(\d+)"', page(keeper, f"/staff/{whose}"))
    page(keeper, f"/staff/{whose}", status, saw=saw[1] if saw else "0", **form)
    return page(keeper, f"/staff/{whose}")


def nothing_done(keeper, path, whose, **form):
    """The button is not on the page: it is told so, and the account is what it was."""
    with people.owner() as connection:
        before = people.last_event(connection, whose)
    answer = keeper.post(path, form, follow=True)
    assert "Nothing was said" in answer.content.decode()
    with people.owner() as connection:
        assert people.last_event(connection, whose) == before


def once(html):
    found = re.search(r'<code class="once">([a-z0-9-]+)</code>', html)
    assert found, html
    return found[1]


def test_charlie_and_everybody_else_find_no_staff_list(staff):
    for who in ("charlie", "lin", "wu"):
        client = browser(who)
        page(client, "/staff/", 404)
        page(client, f"/staff/{staff['zhao']}", 404)
        page(client, f"/staff/{staff['zhao']}", 404, form="reset")
    assert Client().get("/staff/")["Location"] == "/login?next=%2Fstaff%2F"


def test_somebody_new_signs_in_chooses_a_password_and_works(staff):
    keeper = browser()
    made = keeper.post("/staff/", {"login": "chen", "called": "陈", "role": "grid_worker", "place": "980101001001-1"})
    path = made.headers["Location"]
    password = once(page(keeper, path))
    assert "陈" in page(keeper, "/staff/") and password not in page(keeper, "/staff/")
    assert once(page(keeper, path)) == password  # a reload does not lose it
    other = browser("second")
    other.cookies["shown_once"] = keeper.cookies["shown_once"].value  # another keeper at the same screen
    assert password not in page(other, path) and "cannot be shown again" in page(other, path)
    page(keeper, path, 302, form="handed")
    assert password not in page(keeper, path) and "make a new one below" in page(keeper, path)
    chen = browser("chen", password)
    answer = chen.get("/doorway/")
    assert answer.status_code == 302 and answer.headers["Location"] == "/me/password?next=%2Fdoorway%2F"
    assert chen.get("/doorway/list.json", headers={"Accept": "application/json"}).status_code == 404  # no role yet
    form = {"password": password, "new": "chen-chen", "again": "chen-chen"}
    assert "too similar" in page(chen, "/me/password", 422, **form) or "too short" in page(
        chen, "/me/password", 422, **form
    )
    assert "differ" in page(chen, "/me/password", 422, password=password, new=NEW, again=NEW + "x")
    assert "not right" in page(chen, "/me/password", 422, password="wrong", new=NEW, again=NEW)
    page(chen, "/me/password", 302, password=password, new=NEW, again=NEW)
    assert chen.get("/doorway/list.json", headers={"Accept": "application/json"}).status_code == 200
    browser("chen", NEW)
    assert Client().post("/login", {"username": "chen", "password": password}).status_code == 200


def test_a_password_like_the_login_is_refused(staff):
    lin = browser("lin")
    for new in ("lin-lin-lin", "LIN.12.nil", "tongzhou-2026", "ｌｉｎ同舟lin-1234"):
        assert "must be left of it" in page(lin, "/me/password", 422, password=world.PASSWORD, new=new, again=new), new
    from django.contrib.auth.models import User
    from django.contrib.auth.password_validation import validate_password
    from django.core.exceptions import ValidationError

    with pytest.raises(ValidationError):
        validate_password("liuxiaoming1", User(username="liuxiaoming"))


def test_short_and_long_passwords(staff):
    lin = browser("lin")
    for new in ("short-Key-1", "x" * 129):
        assert 'class="err"' in page(lin, "/me/password", 422, password=world.PASSWORD, new=new, again=new), new
    for old, new in ((world.PASSWORD, "江汉朝宗 " * 13), ("江汉朝宗 " * 13, "long " * 25)):
        page(lin, "/me/password", 302, password=old, new=new, again=new)
    browser("lin", "long " * 25)


def test_a_session_gets_a_new_key_at_signing_in(staff):
    client = browser("lin")
    before = client.cookies["sessionid"].value
    client.post("/login", {"username": "lin", "password": world.PASSWORD})
    client.post("/logout")
    stale = Client()
    stale.cookies["sessionid"] = before
    assert stale.get("/me").headers.get("Location") == "/login?next=%2Fme"
    given = Client(headers={"Accept-Language": "en"})
    given.cookies["sessionid"] = "a" * 32  # somebody else's choice
    given.post("/login", {"username": "lin", "password": world.PASSWORD})
    assert given.cookies["sessionid"].value != "a" * 32


def test_a_one_time_password_runs_out(staff):
    with people.owner() as connection:
        people.set_password(connection, staff["lin"], "one-time-word-1", one_time=True, by=None)
    owner("update people_account_event set at = at - interval '73 hours' where what = 'password_given'")
    answer = Client(headers={"Accept-Language": "en"}).post(
        "/login", {"username": "lin", "password": "one-time-word-1"}
    )
    assert answer.status_code == 200 and "has run out" in answer.content.decode()


def test_the_keeper_keeps_the_own_branch_and_no_other(staff):
    keeper, shown = browser(), page(browser(), "/staff/")
    assert ">赵 (zhao)<" in shown and "冯" not in shown and "吴" not in shown and "孙" not in shown
    for outside in ("far", "wu", "sun"):
        page(keeper, f"/staff/{staff[outside]}", 404)
    for place in ("980200", "980100", "An", "1"):
        page(keeper, f"/staff/{staff['zhao']}", 422, form="give", role="volunteer", place=place)
    zhao = f"/staff/{staff['zhao']}"
    page(keeper, zhao, 302, form="give", role="volunteer", place="Tongzhouli")
    assert set(holder_of(staff["zhao"]).roles) == {"grid_worker", "volunteer"}
    with people.owner() as connection:
        people.give(connection, staff["zhao"], "grid_worker", 10)  # An county's keeper gave it
    for act in ("reset", "off", "on", "sessions", "factor", "revoke"):
        nothing_done(keeper, zhao, staff["zhao"], form=act)
    html = page(keeper, zhao)
    assert "outside your branch" in html and "New one-time password" not in html
    foreign = owner("select id from people_held where staff = %s and place = 10", staff["zhao"])
    assert foreign is not None
    with psycopg.connect(**owner_dsn()) as connection:
        number = connection.execute(
            "select id from people_held where staff = %s and place = 10", [staff["zhao"]]
        ).fetchone()[0]
    nothing_done(keeper, zhao, staff["zhao"], form=f"end-{number}")
    nothing_done(keeper, zhao, staff["zhao"], form="nonsense")


def test_nobody_gives_rights_to_themselves(staff):
    keeper = browser()
    own = f"/staff/{staff['keeper']}"
    assert "your own account" in page(keeper, own)
    for act in ("give", "end", "reset", "switch", "sessions", "factor", "revoke"):
        page(keeper, own, 403, form=act, role="epidemiologist", place="980101")
    page(browser("second"), own, 302, form="give", role="epidemiologist", place="980101")


def test_a_role_has_days_and_ends_by_a_line_of_its_own(staff):
    keeper, zhao = browser(), f"/staff/{staff['zhao']}"
    today = dt.datetime.now(zone()).date()
    page(keeper, zhao, 422, form="give", role="volunteer", place="5", until=str(today))
    bad = [{"until": "2020-01-01"}, {"until": "soon"}, {"since": "0001-01-01"},
           {"since": str(today + dt.timedelta(9)), "until": str(today + dt.timedelta(2))}]  # fmt: skip
    for days in bad:
        page(keeper, zhao, 422, form="give", role="volunteer", place="980101001001", **days)
    later = str(today + dt.timedelta(days=3))
    page(keeper, zhao, 302, form="give", role="volunteer", place="980101001001", since=later)
    assert "volunteer" not in holder_of(staff["zhao"]).roles
    page(keeper, zhao, 302, form="give", role="volunteer", place="980101001001", until=str(today))
    assert "volunteer" in holder_of(staff["zhao"]).roles
    with psycopg.connect(**owner_dsn()) as connection:
        number = connection.execute(
            "select id from people_held where staff = %s and role = 'grid_worker'", [staff["zhao"]]
        ).fetchone()[0]
    page(keeper, zhao, 302, form=f"end-{number}")
    nothing_done(keeper, zhao, staff["zhao"], form=f"end-{number}")  # it is over
    assert "grid_worker" not in holder_of(staff["zhao"]).roles
    with psycopg.connect(**owner_dsn()) as connection:
        assert connection.execute("select valid_to from people_holding where id = %s", [number]).fetchone() == (None,)
        assert connection.execute("select by_staff from people_holding_end").fetchone() == (staff["keeper"],)


def test_reset_and_switching_off_end_what_was_open(staff):
    keeper, lin = browser(), browser("lin")
    device = Client(headers=world.bearer("lin"))
    assert page(lin, "/cases/") and device.get("/cases/").status_code == 200
    assert Client(headers=world.bearer("lin")).get("/api/me").json()["roles"]
    password = once(act(keeper, staff["lin"], form="reset"))
    assert not Client(headers=world.bearer("lin")).get("/api/me").json().get("roles"), "a token of the old password"
    assert lin.get("/cases/").status_code in (302, 401, 404)
    lin = browser("lin", password)
    page(lin, "/me/password", 302, password=password, new=NEW, again=NEW)
    assert page(lin, "/cases/")
    act(keeper, staff["lin"], form="off")
    assert lin.get("/cases/").status_code in (302, 401, 404)
    assert device.get("/cases/").status_code in (302, 401, 404)
    assert Client().post("/login", {"username": "lin", "password": NEW}).status_code == 200
    act(keeper, staff["lin"], form="on")
    browser("lin", NEW)
    assert device.get("/cases/").status_code in (302, 401, 404)  # a token once revoked stays so
    told = page(keeper, f"/staff/{staff['lin']}")
    assert "account switched off" in told and "one-time password given" in told


def test_the_keeper_ends_sessions_tokens_and_second_factors(staff):
    keeper, lin = browser(), browser("lin")
    TOTPDevice.objects.create(user_id=staff["lin"], name="phone", confirmed=True)
    path = f"/staff/{staff['lin']}"
    number = re.search(r'name="form" value="revoke-(\d+)"', page(keeper, path))[1]
    act(keeper, staff["lin"], form=f"revoke-{number}")
    assert Client(headers=world.bearer("lin")).get("/cases/").status_code in (302, 401, 404)
    act(keeper, staff["lin"], form="sessions")
    assert lin.get("/cases/").status_code in (302, 401, 404)
    act(keeper, staff["lin"], form="factor")
    browser("lin")


def test_ones_own_sessions_and_tokens(staff):
    here, there = browser("lin"), browser("lin")
    html = page(here, "/me/account")
    assert len(re.findall(r'name="form" value="end-\d+"', html)) == 1
    token = re.search(r'<p class="mono">([\w-]+)</p>', page(here, "/me/account", form="token", called="county list"))[1]
    program = Client(headers={"Authorization": f"Bearer {token}"})
    assert program.get("/cases/").status_code == 200
    assert token not in page(here, "/me/account")
    page(here, "/me/account", 302, form="others")
    assert there.get("/cases/").status_code in (302, 401, 404) and here.get("/cases/").status_code == 200
    html = page(here, "/me/account")
    number = re.findall(r'name="form" value="revoke-(\d+)"', html)[-1]
    page(browser("sun"), "/me/account", 302, form=f"revoke-{number}")  # not Sun's
    assert program.get("/cases/").status_code == 200
    page(here, "/me/account", 302, form=f"revoke-{number}")
    assert program.get("/cases/").status_code in (302, 401, 404)
    page(here, "/me/account", 422, form="token", called="")


def test_a_token_ends_by_its_date(staff):
    program = Client(headers=world.bearer("lin"))
    assert program.get("/cases/").status_code == 200
    owner("update people_device set expires_at = now() where staff = %s", staff["lin"])
    assert program.get("/cases/").status_code in (302, 401, 404)


@pytest.mark.parametrize(("who", "idle", "ends"), [("lin", 2, 12), ("zhao", 336, 720), ("charlie", 12, 24)])
def test_sessions_end_by_rest_and_by_age_as_the_role_has_it(staff, who, idle, ends):
    client = browser(who)
    with psycopg.connect(**owner_dsn()) as connection:
        told = connection.execute("select idle, ends_at - made_at from people_session").fetchone()
    assert told == (dt.timedelta(hours=idle), dt.timedelta(hours=ends))
    owner("update people_session set seen_at = now() - idle + interval '1 minute'")
    page(client, "/me")  # and with this it is in use again
    owner("update people_session set seen_at = seen_at - idle + interval '1 minute'")
    page(client, "/me")
    owner("update people_session set seen_at = now() - idle")
    assert client.get("/me").headers.get("Location") == "/login?next=%2Fme"
    client = browser(who)
    owner("update people_session set ends_at = now()")
    assert client.get("/me").headers.get("Location") == "/login?next=%2Fme"


def test_a_stricter_role_shortens_what_is_open(staff):
    browser("zhao")
    page(browser(), f"/staff/{staff['zhao']}", 302, form="give", role="clinician", place="980101")
    with psycopg.connect(**owner_dsn()) as connection:
        told = connection.execute(
            "select idle, ends_at - made_at from people_session where staff = %s", [staff["zhao"]]
        ).fetchone()
    assert told == (dt.timedelta(hours=2), dt.timedelta(hours=12))


def test_sessions_are_kept_by_digest_only(staff):
    client = browser("lin")
    key = client.cookies["sessionid"].value
    with psycopg.connect(**owner_dsn()) as connection:
        told = str(connection.execute("select * from people_session").fetchall())
    assert key not in told and key.encode().hex() not in told


def test_asked_again_before_names_open_and_rights_are_given(staff):
    keeper = browser()
    session = keeper.session
    session["proven_at"] = 0
    session.save()
    answer = keeper.post(f"/staff/{staff['zhao']}", {"form": "reset"}, headers={"Referer": "http://testserver/staff/"})
    assert answer.headers["Location"] == "/me/prove?next=%2Fstaff%2F"
    assert "Is it you?" in page(keeper, "/me/prove?next=/staff/")
    assert "not right" in page(keeper, "/me/prove", 422, password="wrong", next="/staff/")
    answer = keeper.post("/me/prove", {"password": world.PASSWORD, "next": "https://elsewhere.example/"})
    assert answer.headers["Location"] == "/"
    once(act(keeper, staff["zhao"], form="reset"))
    json = {"Accept": "application/json"}
    session = keeper.session
    session["proven_at"] = 0
    session.save()
    assert keeper.post("/staff/", {}, headers=json).json()["code"] == "prove_again"


def test_the_names_of_a_case_ask_again(staff):
    from tongzhou.ledger import door
    from tongzhou.people import vault

    fact = world.said("exception.raised", {"household": 3, "concerns": ["fever"], "callback": "exception/x"}, place=6)
    world.say(fact)
    with door.ledger() as connection:
        vault.put(connection, f"exception/{fact.id}", {"telephone": "13800001111"}, place=6, sees="care")
    doctor = browser("doctor")
    form = {"form": f"number/{fact.id}"}
    assert "tel:13800001111" in page(doctor, "/callbacks/", **form)
    session = doctor.session
    session["proven_at"] = 0
    session.save()
    assert doctor.post("/callbacks/", form).headers["Location"].startswith("/me/prove")


def test_a_purpose_belongs_to_roles(staff):
    from tongzhou.ledger import door
    from tongzhou.people import vault
    from tongzhou.problems import PurposeNeeded

    with door.ledger() as connection:
        vault.put(connection, "person/1", {"name": "陈小明"}, place=6, sees="care")
        for who, purpose in (("zhao", "treatment"), ("lin", "delivery"), ("doctor", "appeal")):
            with pytest.raises(PurposeNeeded):
                vault.read(connection, "person/1", holder_of(staff[who]), purpose)
        assert vault.read(connection, "person/1", holder_of(staff["zhao"]), "visit")


def test_the_second_factor_is_required_from_its_day_on(staff, settings):
    settings.SECOND_FACTOR_FROM = dt.datetime.now(dt.UTC).date() + dt.timedelta(days=2)
    lin = browser("lin")
    assert page(lin, "/cases/")
    settings.SECOND_FACTOR_FROM = dt.datetime.now(dt.UTC).date() - dt.timedelta(days=1)
    answer = lin.get("/cases/")
    assert answer.headers["Location"] == "/me/second-factor?next=%2Fcases%2F"
    assert lin.post("/cases/new", {}).status_code in (403, 404)  # no role counts until then
    page(browser("nurse"), "/beds/")  # who neither sees names nor signs
    page(lin, "/me/second-factor", 302, form="make")
    device = TOTPDevice.objects.get(user_id=staff["lin"])
    code = f"{totp(device.bin_key, device.step, device.t0, device.digits, device.drift):06d}"
    page(lin, "/me/second-factor", 302, form="digits", code=code)
    assert page(lin, "/cases/")
    browser("wu")
    assert browser("wu").get("/board/1").status_code == 302


@pytest.fixture
def settings(monkeypatch):
    from django.conf import settings as held

    class Change:
        def __setattr__(self, name, value):
            monkeypatch.setattr(held, name, value)

    return Change()


def test_the_command_line_keeps_no_old_password_in_silence(staff, monkeypatch):
    from click.testing import CliRunner

    from tongzhou.cli import main

    def run(*given, code=0, typed=None):
        result = CliRunner().invoke(main, ["staff", *given], input=typed)
        assert result.exit_code == code, result.output
        return result.output

    again = ("add", "lin", "--name", "林", "--role", "clinician", "--place", "980101")
    assert "reset-password" in run(*again, "--password", NEW, code=1)
    assert "password is what it was" in run(*again)
    assert set(holder_of(staff["lin"]).roles) == {"clinician", "epidemiologist"}
    # role and place are looked at before a password is asked for
    told = run("add", "chen", "--name", "陈", "--role", "king", "--place", "980101", code=2, typed=f"{NEW}\n{NEW}\n")
    assert "none of" in told and "Password" not in told
    told = run("add", "chen", "--name", "陈", "--role", "clinician", "--place", "1", code=2, typed=f"{NEW}\n{NEW}\n")
    assert "no place" in told and "Password" not in told
    run("add", "chen", "--name", "陈", "--role", "clinician", "--place", "980101", typed=f"{NEW}\n{NEW}\n")
    run("add", "li", "--name", "李", "--password", "li-tongzhou-li", code=2)
    password = run("reset-password", "chen").split("with: ")[1].split("\n")[0]
    assert browser("chen", password).get("/cases/").headers["Location"].startswith("/me/password")
    run("switch-off", "chen")
    assert Client().post("/login", {"username": "chen", "password": password}).status_code == 200
    run("switch-on", "chen")
    run("reset-password", "nobody", code=1)


def test_a_mistake_of_the_keeper_loses_nothing_that_was_typed(staff):
    keeper = browser()
    form = {"login": "c n", "called": "陈小雨", "role": "grid_worker", "place": "Nowhere", "until": "2031-02-03"}
    html = page(keeper, "/staff/", 422, **form)
    for typed in ("c n", "陈小雨", "Nowhere", "2031-02-03"):
        assert f'value="{typed}"' in html, typed
    assert '<option value="grid_worker" selected>' in html and "User name:" in html and "<code>login" not in html
    there = page(keeper, f"/staff/{staff['zhao']}", 422, form="give", role="driver", place="Nowhere")
    assert 'value="Nowhere"' in there and '<option value="driver" selected>' in there


@pytest.mark.parametrize("language, words", [("en", "You are not signed in"), ("zh-hans", "您尚未登录")])
def test_whoever_is_not_signed_in_is_told_so_and_led_back(staff, language, words):
    nobody = Client(headers={"Accept-Language": language})
    assert nobody.get("/cases/?q=1")["Location"] == "/login?next=%2Fcases%2F%3Fq%3D1"
    ended = nobody.post("/staff/", {"form": "give"})  # a form of a session that ended: sign in, and back to the page
    assert ended["Location"] == "/login?next=%2Fstaff%2F"
    assert nobody.post("/me/password", {"password": "x"})["Location"] == "/login?next=%2Fme%2Fpassword"
    html = page(nobody, "/today/act", 404, what="x")
    assert words in html and 'href="/login?next=%2F' in html
    assert words not in page(browser("charlie"), "/cases/", 404)
    assert words not in page(nobody, "/h/nothing", nobody.get("/h/nothing").status_code)


def test_what_is_wrong_with_a_password_is_said_in_chinese(staff):
    lin = browser("lin")
    lin.defaults["HTTP_ACCEPT_LANGUAGE"] = "zh-hans"
    html = page(lin, "/me/password", 422, password=world.PASSWORD, new="short", again="short")
    assert "密码太短，至少须有 12 个字符。" in html and "password must" not in html and "你" not in html
