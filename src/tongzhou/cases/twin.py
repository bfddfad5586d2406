"""The invented community's cases: from the referral to the investigation, the same each time. No names: people are
numbers of doors. The story of 10 March (USERS 3) is its last evening."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from tongzhou.ledger.story import Told, tell

HOURS = dt.timedelta(hours=1)
RIDE_DAY, RIDE_ONSETS = dt.date(2020, 1, 22), (dt.date(2020, 1, 23), dt.date(2020, 1, 26))


@dataclass(frozen=True)
class Seed:
    """A fever of the community that went to the clinic. `confirmed_on` None: still suspected when the story ends."""

    exception: str
    household: int
    grid: str
    people: int
    children: int
    onset: dt.date
    raised_at: dt.datetime
    confirmed_on: dt.date | None
    breathless: bool = False


@dataclass(frozen=True)
class Desks:
    """Who says what, and where: logins and keys of places."""

    clinic: str
    elsewhere: str  # another county, where a contact lives
    doctor: str = "he"
    clinician: str = "tang"
    epidemiologist: str = "lin"


def story(seeds: Sequence[Seed], desks: Desks, zone: ZoneInfo) -> Iterator[Told]:
    """All that was said of the cases behind `seeds`, in no order."""
    earlier: list[tuple[Seed, Told]] = []
    for n, seed in enumerate(sorted(seeds, key=lambda one: (one.onset, one.household))):
        rng = random.Random(f"case {n} {seed.household}")
        referral = _at(seed.raised_at + rng.uniform(1, 4) * HOURS, seed, desks.doctor, desks, "referral.made", {
            "exception": seed.exception, "household": seed.household, "how": "ambulance" if seed.breathless else "car",
            "concerns": ["breathless", "fever"] if seed.breathless else ["fever"], "spo2": rng.randint(93, 98),
        })  # fmt: skip
        yield referral
        if seed.confirmed_on is None:
            yield from _last_evening(seed, referral, desks, zone)
            continue
        case = yield from _identified(seed, referral, desks, rng)
        yield from _clocks(case, desks, rng, n)
        yield from _confirmed(case, seed.confirmed_on, desks, zone, rng)
        source = _source(seed, earlier, rng)
        yield from _interview(case, seed, source, desks, zone, rng)
        yield from _contacts(case, seed, desks, zone, rng, elsewhere=n == 7)
        earlier.append((seed, case))


def _identified(seed: Seed, referral: Told, desks: Desks, rng: random.Random) -> Generator[Told, None, Told]:
    at = referral.at + rng.uniform(2, 9) * HOURS
    case = _said(at, desks.clinician, desks, "case.identified", {
        "classification": "suspected", "epi": ["E1"] if rng.random() < 0.6 else ["E3"], "clinical": ["C1", "C2"],
        "onset": seed.onset.isoformat(), "age": rng.randint(24, 78), "sex": rng.choice(["female", "male"]),
        "referral": str(referral.id),
    }, home=seed.grid, reporting=desks.clinic)  # fmt: skip
    yield case
    seen = {"referral": str(referral.id), "outcome": "identified", "case": str(case.id)}
    yield _said(at, desks.clinician, desks, "referral.seen", seen)
    return case


def _clocks(case: Told, desks: Desks, rng: random.Random, n: int) -> Iterator[Told]:
    """Two hours to report, 24 to investigate. Two reports of January came late, and what blocked them is told."""
    body, late = {"case": str(case.id)}, n in (2, 5)
    reported = case.at + rng.uniform(2.4, 4) * HOURS if late else case.at + rng.uniform(0.5, 1.8) * HOURS
    card = {**body, "card": f"990111-2020-{n + 1:05d}"}
    yield _said(reported, desks.clinician, desks, "case.reported", card)
    if late:
        blocked = {**body, "clock": "report", "reason": rng.choice(["system_down", "no_staff"])}
        yield _said(reported + HOURS / 6, desks.clinician, desks, "case.blocked", blocked)
    received = reported + rng.uniform(0.2, 1) * HOURS
    yield _said(received, desks.epidemiologist, desks, "case.received", body)
    yield _said(received + rng.uniform(8, 22) * HOURS, desks.epidemiologist, desks, "case.investigated", body)


def _confirmed(case: Told, day: dt.date, desks: Desks, zone: ZoneInfo, rng: random.Random) -> Iterator[Told]:
    body = {"case": str(case.id)}
    taken = case.at + rng.uniform(0.3, 1) * HOURS
    result = max(dt.datetime.combine(day, dt.time(15, 10), zone), taken + 5 * HOURS)
    yield _said(taken, desks.clinician, desks, "sample.taken", {**body, "label": "S1", "material": "throat"})
    yield _said(result, desks.clinician, desks, "sample.resulted", {**body, "label": "S1", "result": "positive"})
    confirmed = {**body, "classification": "confirmed", "basis": "pcr"}
    yield _said(result + HOURS / 3, desks.clinician, desks, "case.classified", confirmed)


def _source(seed: Seed, earlier: Sequence[tuple[Seed, Told]], rng: random.Random) -> Told | None:
    """Somebody in the same grid who fell ill two to ten days before, where there is one and it became known."""
    near = [case for one, case in earlier
            if one.grid == seed.grid and 2 <= (seed.onset - one.onset).days <= 10]  # fmt: skip
    return rng.choice(near) if near and rng.random() < 0.8 else None


def _interview(
    case: Told, seed: Seed, source: Told | None, desks: Desks, zone: ZoneInfo, rng: random.Random
) -> Iterator[Told]:
    body, at = {"case": str(case.id)}, case.at + 5 * HOURS
    answers = {
        "first_symptom": rng.choice(["fever", "fever", "cough", "tired"]),
        "knows_case": "yes" if source else "no",
        "at_home": str(seed.people),
        "isolated_on": case.at.astimezone(zone).date().isoformat(),
    }
    for n, (line, answer) in enumerate(answers.items()):
        said = {**body, "line": line, "answer": answer}
        yield _said(at + n * HOURS / 30, desks.epidemiologist, desks, "interview.answered", said)
    exposed = {"setting": "gathering" if source else "market", "source": str(source.id) if source else None,
               "first_day": (seed.onset - dt.timedelta(7)).isoformat(),
               "last_day": (seed.onset - dt.timedelta(3)).isoformat()}  # fmt: skip
    yield _said(at + HOURS / 4, desks.epidemiologist, desks, "exposure.stated", {**body, **exposed})
    if RIDE_ONSETS[0] <= seed.onset <= RIDE_ONSETS[1]:  # some of the invented community came home on one train
        day = RIDE_DAY.isoformat()
        shared = {"setting": "transport", "first_day": day, "last_day": day, "ride": "K1068", "carriage": 5}
        yield _said(at + HOURS / 3, desks.epidemiologist, desks, "exposure.stated", {**body, **shared})


def _contacts(
    case: Told, seed: Seed, desks: Desks, zone: ZoneInfo, rng: random.Random, *, elsewhere: bool
) -> Iterator[Told]:
    """Those of the same door, and now and then a visitor, who for one case lives in another county."""
    at, last = case.at + 6 * HOURS, case.at.astimezone(zone).date()
    first = max(seed.onset - dt.timedelta(2), last - dt.timedelta(13))
    span = {"case": str(case.id), "first_day": first.isoformat(), "last_day": last.isoformat()}
    for n in range(seed.people - 1):
        who = {**span, "category": "household", "household": seed.household, "age": rng.randint(6, 80),
               "stay": "central" if rng.random() < 0.5 else "home"}  # fmt: skip
        yield from _followed(at + n * HOURS / 12, who, seed, desks, zone)
    if elsewhere or rng.random() < 0.3:
        who = {**span, "category": "visitor", "age": rng.randint(30, 70)}
        if not elsewhere:
            yield from _followed(at + HOURS, who, seed, desks, zone)
        else:
            named = _said(at + HOURS, desks.epidemiologist, desks, "contact.named", who, home=desks.elsewhere)
            yield named
            letter = {"case": str(case.id), "contacts": [str(named.id)]}
            yield tell(at + 2 * HOURS, desks.epidemiologist, "letter.sent", letter, place=desks.clinic,
                       reporting=desks.elsewhere)  # fmt: skip


def _followed(at: dt.datetime, who: Mapping[str, object], seed: Seed, desks: Desks, zone: ZoneInfo) -> Iterator[Told]:
    """A contact under observation: told at the beginning, a temperature a day, told at the end."""
    named = _said(at, desks.epidemiologist, desks, "contact.named", who, home=seed.grid)
    yield named
    body = {"contact": str(named.id)}
    yield _said(at + HOURS, desks.doctor, desks, "observation.told", {**body, "what": "begin"}, place=seed.grid)
    rng = random.Random(str(named.id))
    for day in range(1, 15):
        when = dt.datetime.combine(at.astimezone(zone).date() + dt.timedelta(day), dt.time(10, rng.randrange(60)), zone)
        record = {**body, "temp10": rng.randint(361, 369)}
        yield _said(when, desks.doctor, desks, "observation.recorded", record, place=seed.grid)
    end = dt.datetime.combine(at.astimezone(zone).date() + dt.timedelta(14), dt.time(17), zone)
    yield _said(end, desks.doctor, desks, "observation.told", {**body, "what": "end"}, place=seed.grid)


def _last_evening(seed: Seed, referral: Told, desks: Desks, zone: ZoneInfo) -> Iterator[Told]:
    """Identified at 23:30, reported at 01:31: missed by a minute, and why is told. Both parents are taken to
    observation; their child has a carer the same evening."""
    at = dt.datetime.combine(referral.at.astimezone(zone).date(), dt.time(23, 30), zone)
    body = {"classification": "suspected", "epi": ["E2"], "clinical": ["C1", "C2"], "onset": seed.onset.isoformat(),
            "age": 41, "sex": "female", "referral": str(referral.id)}  # fmt: skip
    case = _said(at, desks.clinician, desks, "case.identified", body, home=seed.grid, reporting=desks.clinic)
    one = {"case": str(case.id)}
    seen = {"referral": str(referral.id), "outcome": "identified", "case": str(case.id)}
    yield from (case, _said(at, desks.clinician, desks, "referral.seen", seen))
    yield _said(at + HOURS / 3, desks.clinician, desks, "sample.taken", {**one, "label": "S1", "material": "throat"})
    days = {"first_day": (seed.onset - dt.timedelta(2)).isoformat(), "last_day": at.date().isoformat()}
    people = [("central", 43), *(("elsewhere", 9 + n) for n in range(seed.people - 2))]
    told = [_said(at + n * HOURS / 60 + HOURS / 12, desks.epidemiologist, desks, "contact.named",
                  {**one, **days, "category": "household", "household": seed.household, "age": age, "stay": stay},
                  home=seed.grid) for n, (stay, age) in enumerate(people)]  # fmt: skip
    yield from told
    parents = [f"case/{case.id}", f"contact/{told[0].id}"]
    door = {"household": seed.household}
    depends = {**door, "who": "child", "on": parents, "years": 9, "others": 0}
    yield _said(at + HOURS / 6, desks.epidemiologist, desks, "dependant.stated", depends, place=seed.grid)
    for n, who in enumerate(parents):
        left = {**door, "who": who}
        yield _said(at + (n + 11) * HOURS / 60, desks.epidemiologist, desks, "member.left", left, place=seed.grid)
    carer = {**door, "carer": "relative", "where": "with_carer"}
    yield _said(at + HOURS * 0.4, desks.epidemiologist, desks, "carer.named", carer, place=seed.grid)
    reported = at + dt.timedelta(hours=2, minutes=1)
    yield _said(reported, desks.clinician, desks, "case.reported", {**one, "card": "990111-2020-00090"})
    yield _said(reported + HOURS / 20, desks.clinician, desks, "case.blocked",
                {**one, "clock": "report", "reason": "network"})  # fmt: skip
    yield _said(reported + HOURS / 6, desks.epidemiologist, desks, "case.received", one)


def _at(at: dt.datetime, seed: Seed, by: str, desks: Desks, kind: str, body: Mapping[str, object]) -> Told:
    return tell(at, by, kind, body, place=seed.grid, reporting=desks.clinic)


def _said(
    at: dt.datetime, by: str, desks: Desks, kind: str, body: Mapping[str, object], *, place: str | None = None,
    **where: str,
) -> Told:  # fmt: skip
    return tell(at, by, kind, body, place=place or desks.clinic, **where)
