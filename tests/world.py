"""The same people in every test, in a tiny invented place.

Hu province (1) → Wu prefecture (2) → Hong county (3) → Lake street (4) → Tongzhouli community (5) → grids (6, 7);
Xiao prefecture (8) → An county (9) → Far community (10). Households 1–40 in grid 6, 41–80 in grid 7, 81–100 in 10.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import msgspec
import uuid_utils.compat as uuids
from django.db import transaction
from django.test import Client

from tongzhou.hospital.load import load
from tongzhou.ledger import clock, door
from tongzhou.ledger.append import append
from tongzhou.ledger.kinds import Said
from tongzhou.people import vault
from tongzhou.people.scope import System, holder_of, set_scope
from tongzhou.places.cover import covers, store
from tongzhou.places.roster import recount

PLACES = [
    # id, parent, level, code, zh, en
    (1, None, "province", "980000", "湖省", "Hu"),
    (2, 1, "prefecture", "980100", "武市", "Wu"),
    (3, 2, "county", "980101", "洪区", "Hong"),
    (4, 3, "township", "980101001", "湖街", "Lake"),
    (5, 4, "community", "980101001001", "同舟里", "Tongzhouli"),
    (6, 5, "grid", "980101001001-1", "一网格", "Grid 1"),
    (7, 5, "grid", "980101001001-2", "二网格", "Grid 2"),
    (8, 1, "prefecture", "980200", "小市", "Xiao"),
    (9, 8, "county", "980201", "安县", "An"),
    (10, 9, "community", "980201001001", "远村", "Far"),
]
STAFF = {
    # username: (first name, [(role, place)])
    "zhao": ("赵", [("grid_worker", 6)]),
    "qian": ("钱", [("grid_worker", 7)]),
    "lead": ("李", [("community_lead", 5)]),
    "doctor": ("周", [("community_doctor", 5)]),
    "lin": ("林", [("epidemiologist", 3)]),
    "sun": ("孙", [("dispatcher", 2)]),
    "mei": ("梅", [("supply_officer", 2)]),
    "wu": ("吴", [("commander", 1)]),
    "duty": ("郑", [("duty_officer", 1)]),
    "far": ("冯", [("grid_worker", 10)]),
    "charlie": ("Charlie", []),
    "tang": ("唐", [("clinician", 3)]),
    "an": ("安", [("clinician", 9)]),
    "nurse": ("宁", [("ward_nurse", 3)]),
}
PASSWORD = "tongzhou-demo-1"
NOW = dt.datetime(2020, 3, 10, 9, 0, tzinfo=dt.timezone(dt.timedelta(hours=8)))
EVENING = NOW.replace(hour=21)


def furnish(*, simulated: bool = False) -> dict[str, int]:
    """Places, households and staff; returns the staff's ids. Commits."""
    from django.contrib.auth.hashers import make_password

    with door.ledger() as connection:
        if simulated:
            clock.simulate(connection, "replay", NOW)
        for id, _parent, level, code, zh, en in PLACES:
            connection.execute("insert into places_place values (%s, %s)", [id, f"hu.{code}"])
            connection.execute(
                "insert into places_name (place, code, name_zh, name_en, pinyin, level, invented, valid_from)"
                " values (%s, %s, %s, %s, %s, %s, true, '2019-01-01')",
                [id, code, zh, en, en.lower(), level],
            )
        for tree in ("statistical", "command"):
            for id, parent, *_ in PLACES:
                connection.execute(
                    "insert into places_link (tree, place, parent, valid_from) values (%s, %s, %s, '2019-01-01')",
                    [tree, id, parent],
                )
            store(connection, tree, dt.date(2019, 1, 1), None, covers({p[0]: p[1] for p in PLACES}))
        connection.execute("insert into places_region values ('hu', '湖省', 'Hu', 'Asia/Shanghai', 1)")
        connection.execute("insert into places_number values ('9801', 3), ('9802', 9)")
        connection.execute(
            "insert into community_household (id, place, stair, people)"
            " select i, case when i <= 40 then 6 when i <= 80 then 7 else 10 end, 1 + (i - 1) / 20, 1 + i %% 5"
            " from generate_series(1, 100) i".replace("%%", "%")
        )
        recount(connection, dt.date(2019, 1, 1))
    return make_staff(make_password(PASSWORD, hasher="md5"))


def make_staff(password: str, hired: Mapping[str, tuple[str, list[tuple[str, int]]]] = STAFF) -> dict[str, int]:
    """Accounts with their roles and a device each; their ids by name."""
    import psycopg
    from tests_support import owner_dsn

    ids: dict[str, int] = {}
    with psycopg.connect(**owner_dsn()) as owner:
        for username, (first, held) in hired.items():
            row = owner.execute(
                "insert into auth_user (username, first_name, last_name, email, password, is_superuser, is_staff, "
                "is_active, date_joined)"
                " values (%s, %s, '', '', %s, false, false, true, now()) returning id",
                [username, first, password],
            ).fetchone()
            assert row is not None
            ids[username] = row[0]
            for role, place in held:
                owner.execute(
                    "insert into people_holding (staff, role, place) values (%s, %s, %s)", [row[0], role, place]
                )
            owner.execute(
                "insert into people_device (staff, token, name) values (%s, %s, 'test')",
                [row[0], hashlib.sha256(token(username).encode()).digest()],
            )
    return ids


def wards(rows: list[dict[str, Any]]) -> None:
    """The beds of these wards, at the places of this town."""
    with door.ledger() as connection:
        load(connection, rows, {f"hu.{code}": id for id, _, _, code, *_ in PLACES})


@contextmanager
def seen_by(staff: int) -> Iterator[None]:
    """The pages' connection sees what this member of staff may see."""
    with transaction.atomic():
        set_scope(holder_of(staff))
        yield


def at(moment: dt.datetime) -> None:
    """The clock of everybody stands at this moment."""
    with door.ledger() as connection:
        clock.simulate(connection, "replay", moment)


def token(username: str) -> str:
    return f"token-of-{username}"


def bearer(username: str) -> dict[str, str]:
    """Headers of a device of this member of staff, for django.test.Client(headers=…)."""
    return {"Authorization": f"Bearer {token(username)}"}


def said(
    kind: str,
    body: dict[str, Any],
    *,
    at: dt.datetime = NOW,
    place: int | None = None,
    id: uuid.UUID | None = None,
    corrects: uuid.UUID | None = None,
    recorded_at: dt.datetime | None = None,
) -> Said:
    return Said(
        id=id or uuids.uuid7(),
        kind=kind,
        effective_at=at,
        body=msgspec.Raw(json.dumps(body).encode()),
        place=place,
        corrects=corrects,
        recorded_at=recorded_at,
    )


def heard(household: int, state: str = "well", channel: str = "door", **more: Any) -> Said:
    return said("household.heard", {"household": household, "state": state, "channel": channel}, **more)


def say(*facts: Said, authority: Any = None, **more: Any) -> Any:
    """Append in a transaction of its own."""
    with door.ledger() as connection:
        return append(connection, facts, authority or System(), **more)


def rows(noun: str) -> list[tuple[str, str, dict[str, Any]]]:
    """Key, state and data of everything of a noun, in the order of its moments."""
    with door.ledger() as connection:
        return connection.execute(
            "select key, state, data from ledger_row where noun = %s order by effective_at, key", [noun]
        ).fetchall()


def client(who: str, language: str = "en") -> Client:
    """A client that speaks as this member of staff, by a token."""
    return Client(headers={**bearer(who), "Accept-Language": language})


def browser(who: str, language: str = "en") -> Client:
    """The same with a session: whoever sits there has just typed their password."""
    signed_in = Client(headers={"Accept-Language": language})
    assert signed_in.post("/login", {"username": who, "password": PASSWORD}).status_code == 302
    return signed_in


def get(who: str, path: str, status: int = 200, language: str = "en") -> Any:
    answer = client(who, language).get(path)
    assert answer.status_code == status, (who, path, answer.status_code)
    return answer


def page(who: str, path: str, status: int = 200, language: str = "en") -> str:
    """What they are shown, white space squeezed to one blank."""
    return " ".join(get(who, path, status, language).content.decode().split())


def words(who: str, path: str, language: str = "en") -> str:
    """What they read on a page, without its frame and its marks."""
    text = page(who, path, language=language)
    inside = text[text.index("<main") : text.index("</main>")]
    return " ".join(re.sub(r"<[^>]+>", " ", inside).split())


def post(who: str, path: str, /, status: int = 302, language: str = "en", by: Any = client, **form: Any) -> str:
    """Where they are led after sending a form, or what they are shown instead."""
    answer = by(who, language).post(path, {"id": str(uuids.uuid7()), **form})
    assert answer.status_code == status, (who, path, answer.status_code, answer.content.decode()[-600:])
    return answer.headers.get("Location", "") if status == 302 else answer.content.decode()


def fever(household: int = 3, place: int = 6) -> str:
    """Zhao recorded it off line earlier in the day; the number went to the vault."""
    fact = said(
        "exception.raised",
        {"household": household, "concerns": ["fever"], "temp10": 385, "callback": "exception/x"},
        at=EVENING - dt.timedelta(hours=5),
        place=place,
    )
    say(fact)
    with door.ledger() as connection:
        vault.put(connection, f"exception/{fact.id}", {"telephone": "13800001111"}, place=place, sees="care")
    return str(fact.id)


def referred() -> str:
    """The doctor called back in the evening and sent them to the clinic of the county."""
    exception = fever()
    post("doctor", "/callbacks/", form=f"call/{exception}", advice="clinic", clinic="3", temp10="38.4", spo2="95",
         exposed="yes")  # fmt: skip
    return rows("referral")[0][0]


def suspected() -> str:
    """The clinic saw them an hour before midnight, and a suspected case was identified."""
    referral = referred()
    at(EVENING.replace(hour=23))
    post("tang", "/clinic/", form=f"seen/{referral}", outcome="arrived")
    at(EVENING.replace(hour=23, minute=30))
    where = post(
        "tang", f"/clinic/{referral}/identify", say="identify", classification="suspected", E1="yes",
        age="41", sex="female", onset="2020-03-08", name="王小雨", telephone="13911112222",
    )  # fmt: skip
    return where.rsplit("/", 1)[1]


def squeezed(html: str) -> str:
    """A page without the white space that only its layout has: one space at most, none beside a tag."""
    return re.sub(r" ?(<[^>]*>) ?", r"\1", " ".join(html.split()))


def press(who: str, what: str, act: str, **typed: Any) -> str:
    """Somebody finds on Today what is owed, and presses the act."""
    with door.ledger() as connection:
        row = connection.execute(
            "select noun || '/' || key, at from ledger_owed where what = %s and step = 0", [what]
        ).fetchone()
    assert row, f"nobody owes {what}"
    assert f'value="{act}"' in page(who, "/today"), f"{who} does not find {act}"
    assert not re.search(r">[a-z_]{4,}<", page(who, "/today", language="zh-hans")), "a code on a Chinese page"
    return post(who, "/today/act", **{"subject": row[0], "what": what, "at": str(row[1]), "act": act, **typed})
