"""On each of 90 days the state of every certificate equals the rule, told again here without a fold: twelve invented
communities, what clinics find in them by chance, and doors that report whatever they like."""

from __future__ import annotations

import datetime as dt
import random
import uuid
from typing import Any

import pytest
import under_wuhan
import world

from tongzhou.freeplaces.holding import standing
from tongzhou.ledger import follow
from tongzhou.ledger.append import ASKS
from tongzhou.ledger.kinds import Said

pytestmark = pytest.mark.postgres
ZONE = world.NOW.tzinfo
FIRST = dt.datetime(2020, 3, 2, 8, tzinfo=ZONE)  # and 90 days on: the editions are read until 31 May
PLACES = range(101, 113)
DAYS = 90
LATER = dt.datetime(2020, 4, 4, tzinfo=ZONE)  # from then on an asymptomatic infection counts as a case
Word = tuple[dt.datetime, str, str, dt.datetime | None]  # at, matter, finding, until


@pytest.fixture
def communities(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    more = [(n, 4, "community", f"980101001{n:03d}", f"社区{n}", f"Community {n}") for n in PLACES]
    monkeypatch.setattr(world, "PLACES", [*world.PLACES, *more])
    world.furnish(simulated=True)
    under_wuhan.declare()
    for kind in ("certificate.proposed", "certificate.checked", "certificate.decided"):
        monkeypatch.delitem(ASKS, kind)  # whether they may be signed is tested beside this


def said(kind: str, at: dt.datetime, body: dict[str, Any], rng: random.Random, place: int = 3, **more: Any) -> Said:
    one = world.said(kind, body, at=at, place=place, id=uuid.UUID(int=rng.getrandbits(128), version=4))
    return type(one)(**{**{name: getattr(one, name) for name in one.__struct_fields__}, **more})


def granted(place: int, at: dt.datetime, rng: random.Random) -> list[Said]:
    return [
        said("certificate.proposed", at, {"place": place}, rng, place, reporting=4),
        said("certificate.checked", at + dt.timedelta(minutes=1), {"place": place, "outcome": "in_place"}, rng, 4,
             reporting=3),
        said("certificate.decided", at + dt.timedelta(minutes=2), {"place": place, "county": 3, "outcome": "granted"},
             rng),
    ]  # fmt: skip


def found(place: int, at: dt.datetime, rng: random.Random) -> tuple[list[Said], list[Word]]:
    """What a clinic or an investigator finds from a moment on: its facts, and the words of the rule for them."""
    sort = rng.choice(["suspected", "suspected", "confirmed", "asymptomatic", "fever", "contact", "contact", "door"])
    then = at + dt.timedelta(hours=rng.randint(3, 120))
    lapse = at + dt.timedelta(days=14)
    if sort == "door":
        fever = said("exception.raised", at, {"household": 1, "concerns": ["fever"]}, rng, place)
        return [fever, said("exception.closed", then, {"exception": str(fever.id), "outcome": "well"}, rng, place)], []
    if sort == "fever":
        sent = said("referral.made", at, {"household": 1}, rng, place, reporting=3)
        arrived = said("referral.seen", at, {"referral": str(sent.id), "outcome": "arrived"}, rng)
        facts, words = [sent, arrived], [(at, str(sent.id), "suspend", lapse)]
        if rng.random() < 0.7:
            facts.append(said("referral.seen", then, {"referral": str(sent.id), "outcome": "sent_home"}, rng))
            words.append((then, str(sent.id), "restore", None))
        return facts, words
    if sort == "contact":
        last = (at - dt.timedelta(days=rng.randint(0, 3))).date()
        over = dt.datetime.combine(last + dt.timedelta(days=15), dt.time(), ZONE)
        body = {"case": str(uuid.uuid4()), "category": "meal", "first_day": last.isoformat(),
                "last_day": last.isoformat()}  # fmt: skip
        near = said("contact.named", at, body, rng, home=place)
        facts, words = [near], [(at, str(near.id), "suspend", over)]
        if rng.random() < 0.5:
            ended = {"contact": str(near.id), "reason": "source_excluded"}
            facts.append(said("contact.ended", then, ended, rng))
            words.append((then, str(near.id), "restore", None))
        return facts, words
    case = said("case.identified", at, {"classification": sort}, rng, home=place)
    words = [(at, str(case.id), consequence(sort, at), lapse if sort == "asymptomatic" else None)]
    facts = [case]
    if sort == "suspected" and rng.random() < 0.9:
        result = rng.choice(["excluded", "excluded", "confirmed"])
        told = {"case": str(case.id), "classification": result, "basis": "pcr"}
        facts.append(said("case.classified", then, told, rng))
        words.append((then, str(case.id), consequence(result, then), None))
    return facts, words


def consequence(finding: str, at: dt.datetime) -> str:
    if finding == "asymptomatic":
        return "cancel" if at >= LATER else "suspend"
    return {"confirmed": "cancel", "excluded": "restore"}.get(finding, "suspend")


def ruled(words: list[Word], since: dt.datetime, at: dt.datetime) -> str:
    """The rule, told again: a case cancels for good, whatever is open suspends."""
    told = [word for word in words if word[0] >= since and word[0] <= at]
    if any(finding == "cancel" for _at, _matter, finding, _until in told):
        return "cancelled"
    last = {matter: (finding, until) for _at, matter, finding, until in sorted(told, key=lambda word: word[0])}
    open_ = [finding for finding, until in last.values() if finding == "suspend" and (until is None or at < until)]
    return "suspended" if open_ else "certified"


def test_ninety_days_of_twelve_communities(communities: None) -> None:
    rng = random.Random(22)
    facts: list[Said] = []
    words: dict[int, list[Word]] = {place: [] for place in PLACES}
    since: dict[int, list[dt.datetime]] = {}
    for place in PLACES:
        for _ in range(rng.randint(0, 6)):
            at = FIRST + dt.timedelta(hours=rng.randint(24, 24 * DAYS))
            more, told = found(place, at, rng)
            facts += more
            words[place] += told
        since[place] = [FIRST]
        facts += granted(place, FIRST, rng)
        over = min((word[0] for word in words[place] if word[2] == "cancel"), default=None)
        if over:  # proposed again when nothing stands against it any more
            again = over + dt.timedelta(days=16)
            near = [word for word in words[place] if over <= word[0] < again + dt.timedelta(days=1)]
            if len(near) == 1 and not _open(words[place], again):
                since[place].append(again)
                facts += granted(place, again, rng)
    facts.sort(key=lambda one: one.effective_at)
    said_until = 0
    for day in range(DAYS + 12):
        end = FIRST + dt.timedelta(days=day + 1)
        today = [one for one in facts[said_until:] if one.effective_at < end]
        said_until += len(today)
        if today:
            world.at(end)
            assert not world.say(*today).refused
        if day % 10 == 9:
            follow.catch_up()
    follow.catch_up()
    rows = {int(key): (state, data) for key, state, data in world.rows("certificate")}
    seen: set[str] = set()
    wrong = []
    for place in PLACES:
        last = since[place][-1]
        known = FIRST + dt.timedelta(days=(last - FIRST).days + 1)  # a signature counts from when it is known
        for day in range(DAYS):
            at = FIRST + dt.timedelta(days=day, hours=5)
            if at <= known:
                continue
            state = standing(*rows[place], at)
            seen.add(state)
            if state != ruled(words[place], last, at):
                wrong.append((place, at, state, ruled(words[place], last, at)))
    assert wrong == [] and seen == {"certified", "suspended", "cancelled"}


def _open(words: list[Word], at: dt.datetime) -> bool:
    told = [word for word in words if word[0] <= at]
    last = {matter: (finding, until) for _at, matter, finding, until in sorted(told, key=lambda word: word[0])}
    return any(finding == "suspend" and (until is None or at < until) for finding, until in last.values())
