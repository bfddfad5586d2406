"""A county that decides, a prefecture that approves, a law desk that answers, and a measure as its form has it."""

from __future__ import annotations

import hashlib
from typing import Any

import psycopg
import world
from tests_support import owner_dsn

STAFF = {
    "hong": ("洪", [("duty_officer", 3)]),
    "hua": ("华", [("commander", 3)]),
    "shi": ("石", [("commander", 2)]),
    "pan": ("潘", [("law_desk", 3)]),
    "ren": ("任", [("law_desk", 2)]),
    "anhe": ("和", [("duty_officer", 9)]),
}


def hire() -> None:
    from django.contrib.auth.hashers import make_password

    password = make_password(world.PASSWORD, hasher="md5")
    with psycopg.connect(**owner_dsn()) as owner:
        for username, (first, held) in STAFF.items():
            row = owner.execute(
                "insert into auth_user (username, first_name, last_name, email, password, is_superuser, is_staff,"
                " is_active, date_joined) values (%s, %s, '', '', %s, false, false, true, now()) returning id",
                [username, first, password],
            ).fetchone()
            assert row is not None
            for role, place in held:
                owner.execute(
                    "insert into people_holding (staff, role, place) values (%s, %s, %s)", [row[0], role, place]
                )
            owner.execute(
                "insert into people_device (staff, token, name) values (%s, %s, 'test')",
                [row[0], hashlib.sha256(world.token(username).encode()).digest()],
            )


def typed(**other: Any) -> dict[str, Any]:
    """The form as the county fills it in on 10 March 2020 at nine."""
    return {
        "type": "closed_management",
        "text": "小区只留值守出入口，每户三天可一人外出采购",
        "places": "湖街、同舟里",
        "buildings": "",
        "limits": ["leaving", "visiting"],
        "outing_days": "3",
        "groups": ["residents", "visitors"],
        "exposure": "none",
        "start": "2020-03-11T00:00",
        "until": "2020-03-24T12:00",
        "review": "2020-03-17T12:00",
        "basis": "《传染病防治法》第四十二条",
        "aim": "阻断小区内传播",
        "evidence": "二月二十日以来九例，其中六例在小区内感染",
        "lighter": "只测温、只限聚集，试过两周未见下降",
        "why": "只限外出次数，就医和照护不限",
        "passes": ["emergency_care", "childbirth", "dialysis", "carers", "domestic_violence_escape", "fire"],
        "support": ["food", "medicine", "income_contact", "communication", "dependants", "animals"],
        "collects": "counts",
        "data_end": "2020-03-31",
        "telephone": "027-8888",
        "appeal": "3",
        **other,
    }


def proposed(who: str = "hong", **other: Any) -> str:
    """The key of a measure that the county proposed."""
    world.post(who, "/measures/draft", **typed(**other))
    return newest()


def newest() -> str:
    return world.rows("measure")[-1][0]


def approved(who: str = "hong", **other: Any) -> str:
    key = proposed(who, **other)
    world.post("shi", f"/measures/{key}/desk", form="approve", number="武指〔2020〕17号")
    return key


def state(key: str) -> str:
    return next(state for one, state, _data in world.rows("measure") if one == key)
