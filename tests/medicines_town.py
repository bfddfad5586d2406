"""Pharmacies and medicines in the small town of world.py, and the words that are said of them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import furnished
import world

from tongzhou.ledger import door, follow
from tongzhou.ledger.kinds import Said

HELPS = {
    "helps": ("帮", [("volunteer", 5)]),
    "pharma": ("药", [("pharmacist", 5)]),
    "other": ("隔", [("pharmacist", 10)]),
    "drives": ("驾", [("driver", 5)]),
}
SITES = """med,medicine,苯磺酸氨氯地平片,Amlodipine,hu.980000,2020-01-01,,,,,,,,,,tablet,box=28 tablet
near,pharmacy,湖街药店,Lake pharmacy,hu.980101001001,2020-01-01,,,,,,,,,,,
far,pharmacy,远村药店,Far pharmacy,hu.980201001001,2020-01-01,,,,,,,,,,,
third,pharmacy,街口药店,Corner pharmacy,hu.980101001,2020-01-01,,,,,,,,,,,
hospital,hospital,洪区医院,Hong hospital,hu.980101,2020-01-01,,,,,,,,,,,
car1,car,一号车,Car 1,hu.980101001001,2020-01-01,,,湖A0001,4,0,,,,,,
car2,car,二号车,Car 2,hu.980101001001,2020-01-01,,,湖A0002,4,0,,,,,,
van1,ambulance,救护车,Ambulance,hu.980101,2020-01-01,,,湖A0003,2,1,,,,,,
"""


def furnish() -> dict[str, int]:
    from django.contrib.auth.hashers import make_password

    brought = furnished.bring(SITES, now=world.NOW - dt.timedelta(days=30))
    assert not brought.refused, brought.refused
    return world.make_staff(make_password(world.PASSWORD, hasher="md5"), HELPS)


def said(kind: str, body: dict[str, Any], *, at: dt.datetime = world.NOW, place: int = 5, home: int | None = None,
         **more: Any) -> Said:  # fmt: skip
    one = world.said(kind, body, at=at, place=place, **more)
    return type(one)(**{**{name: getattr(one, name) for name in one.__struct_fields__}, "home": home})


def taken(*facts: Said, by: Any = None) -> None:
    told = world.say(*facts, authority=by)
    assert not told.refused, {n: (p, p.field, p.detail) for n, p in told.refused.items()}
    assert not told.waiting, told.waiting
    follow.catch_up()


def refused(fact: Said, by: Any = None) -> Any:
    told = world.say(fact, authority=by)
    assert told.refused or told.waiting, "it was taken"
    return told.refused.get(0)


def wanted(household: int = 1, last: str = "2020-03-12", **more: Any) -> str:
    """Somebody behind a door takes two boxes in 28 days."""
    given = {"household": household, "medicine": "med", "quantity": 2, "of": "box", "lasts": 28, "last_dose": last}
    one = said("remedy.wanted", given | more, home=6)
    taken(one)
    return str(one.id)


def asked(remedy: str, pharmacy: str = "near", at: dt.datetime = world.NOW, by: Any = None) -> str:
    """The pharmacy is asked; the key of its request, which is that of the bag."""
    taken(said("remedy.asked", {"remedy": remedy, "pharmacy": pharmacy}, at=at), by=by)
    return open_scripts(remedy)[-1]


def open_scripts(remedy: str) -> list[str]:
    return [key for key, state, data in world.rows("script") if data["remedy"] == remedy and state == "waiting"]


def answered(script: str, remedy: str, outcome: str, place: int = 5, who: Any = None, at: dt.datetime = world.NOW,
             **more: Any) -> Said:  # fmt: skip
    body = {"script": script, "remedy": remedy, "outcome": outcome, **more}
    one = said("script.answered", body, place=place, at=at)
    taken(one, by=who)
    return one


def state(noun: str, key: str) -> str:
    return next(state for found, state, _data in world.rows(noun) if found == key)


def data(noun: str, key: str) -> dict[str, Any]:
    return next(data for found, _state, data in world.rows(noun) if found == key)


def owed(*nouns: str) -> list[tuple[str, str]]:
    """What is owed now, by whom first."""
    with door.ledger() as connection:
        return connection.execute(
            "select distinct what, role from ledger_owed o where noun = any(%s) and step = 0 and owes_from <="
            " (select now from ledger_clock) order by 1",
            [list(nouns) or ["remedy", "script", "bag", "card"]],
        ).fetchall()
