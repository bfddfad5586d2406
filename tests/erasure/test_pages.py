"""The law and ethics desk takes a person's request; everybody can read what was erased; nobody else finds anybody."""

from __future__ import annotations

import json
import re

import pytest
import world
from cryptography.hazmat.primitives import serialization
from django.conf import settings
from django.test import Client

from tongzhou.ledger import door, erased
from tongzhou.people import staff as people
from tongzhou.people import vault
from tongzhou.people.scope import holder_of

pytestmark = pytest.mark.postgres


@pytest.fixture
def staff(db, tmp_path, monkeypatch):
    monkeypatch.setattr(erased, "file", lambda: tmp_path / "erased.jsonl")
    made = world.furnish()
    with people.owner() as owner:
        people.give(owner, made["wu"], "law_desk", 2)
    with door.ledger() as connection:
        for owner_key, place in (("case/1", 3), ("contact/2", 6), ("case/3", 9)):
            held = {"name": "张三", "telephone": "13900000000"}
            vault.put(connection, owner_key, held, place=place, sees="cases")
    return made


def living():
    with door.ledger() as connection:
        rows = connection.execute("select owner from people_vault_key where wrapped is not null order by 1")
        return [owner for (owner,) in rows]


def find(who="wu", number="139 0000 0000", status=200):
    return world.post(who, "/erasures/request", status, by=world.browser, say="find", sort="telephone", number=number)


def test_charlie_and_everybody_but_the_desk_find_nobody(staff):
    for who in ("charlie", "lin", "zhao", "sun"):
        world.get(who, "/erasures/request", 404)
        find(who, status=404)
    assert Client().get("/erasures/request").status_code in (302, 404)


def test_the_desk_finds_in_its_branch_opens_nothing_and_is_written_down(staff):
    page = find()
    assert "case record" in page and "contact record" in page and page.count('name="owner"') == 2
    assert "13900000000" not in page and "139 0000" not in page and "张" not in page
    with door.ledger() as connection:
        rows = connection.execute("select owner, staff, purpose, fields from people_reading order by owner").fetchall()
    assert rows == [("case/1", staff["wu"], "erasure", []), ("contact/2", staff["wu"], "erasure", [])]
    assert "holds nothing under this number" in find(number="13911111111")


def test_a_request_erases_and_says_what_is_kept_why_and_by_when(staff):
    found = find()
    form = re.findall(r'name="id" value="([^"]+)"', found)[0]
    assert not re.search('name="keep-[^>]* checked', found), "nothing is chosen before somebody chooses"
    asked = {
        "form": "decide", "id": form, "sort": "telephone", "owner": ["case/1", "contact/2"], "keep-case/1": "record",
    }  # fmt: skip
    half = world.post("wu", "/erasures/request", 422, by=world.browser, **asked)
    assert "Not said yet" in half and half.count("checked") == 1 and len(living()) == 3
    asked["keep-contact/2"] = "erase"
    told = world.post("wu", "/erasures/request", by=world.browser, **asked)
    assert living() == ["case/1", "case/3"]
    answer = world.page("wu", told)
    assert "contact record: erased" in answer and "case record: kept, the law asks" in answer
    assert re.search(r"Destroyed in all backups by \d{4}-\d\d-\d\d", answer)
    world.post("wu", "/erasures/request", by=world.browser, **asked)  # pressed twice
    with door.ledger() as connection:
        assert connection.execute("select count(*), sum(keys_destroyed) from people_deletion_report").fetchone() == (
            1,
            1,
        )
        held = str(connection.execute("select * from erasure_request").fetchall())
    assert "139" not in held.replace(str(form), "")


def test_what_lies_outside_the_branch_cannot_be_erased(staff):
    world.post("wu", "/erasures/request", 404, by=world.browser, form="decide", sort="telephone", owner=["case/3"])
    assert living() == ["case/1", "case/3", "contact/2"]


def test_everybody_reads_the_register_and_can_prove_it(staff):
    decide = {"form": "decide", "sort": "telephone", "owner": ["contact/2"], "keep-contact/2": "erase"}
    world.post("wu", "/erasures/request", by=world.browser, **decide)
    page = Client(headers={"Accept-Language": "en"}).get("/erasures/").content.decode()
    assert "a person asked" in page and "contact/2" not in page and "张" not in page
    key, *reports = [json.loads(x) for x in Client().get("/erasures/reports.jsonl").content.decode().splitlines()]
    public = serialization.load_pem_public_key(key["key"].encode())
    for report in reports:
        public.verify(bytes.fromhex(report["signature"]), report["told"].encode())
    assert len(reports) == 1
    listed = [json.loads(line) for line in Client().get("/erasures/list.jsonl").content.decode().splitlines()]
    erased.check(listed)
    assert listed == erased.lines(settings.DATABASES["default"]["NAME"])
    assert "删除登记" in Client(headers={"Accept-Language": "zh-hans"}).get("/erasures/").content.decode()


def test_what_is_owed_is_said_in_public(staff):
    with door.ledger() as connection:
        connection.execute("update people_vault_key set expires_at = now() - interval '2 hours' where owner = 'case/1'")
    page = Client(headers={"Accept-Language": "en"}).get("/erasures/").content.decode()
    assert "records whose term has ended: 1" in page


def test_a_person_is_told_who_read_what_is_held_when_and_what_for(staff):
    asked = {"say": "readings", "sort": "telephone", "number": "139 0000 0000"}
    for who in ("charlie", "lin", "zhao"):
        world.post(who, "/erasures/request", 404, by=world.browser, **asked)
    with door.ledger() as connection:
        holders = {who: holder_of(staff[who]) for who in ("lin", "doctor")}
        vault.read(connection, "case/1", holders["lin"], "investigation", ["name", "telephone"])
        vault.read(connection, "contact/2", holders["lin"], "notice", ["telephone"])
        connection.execute(
            "insert into people_reading (owner, staff, purpose, fields) values ('case/3', %s, 'treatment', '{name}')",
            [staff["sun"]],  # of a record outside the desk's branch
        )
    page = " ".join(world.post("wu", "/erasures/request", 200, by=world.browser, **asked).split())
    assert page.count("林") == 2 and "for the investigation" in page and "to give notice" in page
    assert re.search(r"case record: person&#x27;s name, telephone", page) and "treatment" not in page
    assert "13900000000" not in page and "张" not in page
    again = " ".join(world.post("wu", "/erasures/request", 200, by=world.browser, **asked).split())
    assert (
        again.count("to tell who read it") == 2 and again.count("nothing was opened") == 2
    )  # and looking is told, too
    zh = world.post("wu", "/erasures/request", 200, "zh-hans", by=world.browser, **asked)
    assert "谁看过" in zh and "用于流行病学调查" in zh and "investigation" not in zh
    assert "Nobody read" in world.post("wu", "/erasures/request", 200, by=world.browser, **asked | {"number": "139 1"})


def test_every_purpose_and_every_field_has_its_word():
    from tongzhou.erasure.templatetags.erasure import FIELDS, PURPOSES
    from tongzhou.people.roles import PURPOSES as GIVEN

    assert set(GIVEN) <= set(PURPOSES) and {"name", "telephone", "identity"} <= set(FIELDS)
