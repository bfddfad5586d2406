"""What staff do about what Today offers them: which line, when, by which act, and what they write into its fields.

Nobody is told what is owed but by Today. A line for which no act was found, and an act that was refused, are kept: they
are defects of the product or of the scenario.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tongzhou.play.chance import Chance
from tongzhou.play.epidemic import Epidemic, Ill
from tongzhou.play.pages import PAGES
from tongzhou.play.persons import NOBODY, Persons
from tongzhou.play.town import Member
from tongzhou.play.words import Teller

SELDOM = dt.timedelta(hours=6)  # whoever owes something looks as often as this at least
EVER = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
CALM = dt.timedelta(minutes=45)  # after a refusal a line is left alone for as long
DECISIONS = frozenset({"assign_bed"})  # two must not decide them at once: they are pressed one after the other
GIVE_UP = 3  # refusals after which it is said that it cannot be done, and why
Key = tuple[str, str, int]  # subject, what, desk


@dataclass
class Wish:
    """What the scenario wants somebody to answer, instead of what chance draws."""

    duty: str
    act: str
    form: Mapping[str, Any]
    times: int
    subject: str = ""


@dataclass(frozen=True)
class Act:
    """An act to be pressed, on which line. `before`: facts that the same person says first."""

    line: Mapping[str, Any]
    name: str
    form: Mapping[str, Any]
    id: str
    before: Sequence[dict[str, Any]] = ()

    @property
    def key(self) -> Key:
        return _key(self.line)

    @property
    def decides(self) -> bool:
        return self.line["what"] in DECISIONS

    def pressed(self) -> dict[str, Any]:
        told = {name: self.line[name] for name in ("subject", "what", "at")}
        return {**told, "act": self.name, "id": self.id, "form": dict(self.form)}


@dataclass
class Desks:
    behaviour: Mapping[str, Mapping[str, Any]]
    chance: Chance
    teller: Teller
    epidemic: Epidemic
    zone: dt.tzinfo
    seen: dict[str, dt.datetime] = field(default_factory=dict)  # login → the last look
    tried: dict[str, dt.datetime] = field(default_factory=dict)  # login → when they last wanted to look
    again: dict[str, dt.datetime] = field(default_factory=dict)  # login → when a line they saw is to be taken up
    away: dict[str, dt.datetime] = field(default_factory=dict)
    wishes: dict[str, list[Wish]] = field(default_factory=dict)
    refused: Counter[Key] = field(default_factory=Counter)
    calm: dict[Key, dt.datetime] = field(default_factory=dict)
    without: Counter[str] = field(
        default_factory=Counter
    )  # duties for which Today offered no act that could be pressed
    hindered: Counter[str] = field(default_factory=Counter)  # those of which it was said that it cannot be done
    door_of_case: dict[str, int] = field(default_factory=dict)
    persons: Persons = NOBODY
    kept: dict[tuple[frozenset[str], str], Any] = field(default_factory=dict)  # how a post behaves

    def looks(self, one: Member, now: dt.datetime, news: Callable[[Member, dt.datetime], bool]) -> bool:
        """Does somebody look at Today now? At night less often; and only where the number beside it has changed, or
        where a line that they saw is to be taken up."""
        if now < self.away.get(one.login, now):
            return False
        every = dt.timedelta(minutes=self._said(one, "looks_every") * (1 if self._on_duty(one, now) else 3))
        last = self.seen.setdefault(one.login, now - every * self.chance.of("first look", one.login))
        if now - self.tried.get(one.login, last) < every:
            return False
        again = self.again.get(one.login)
        since = last if one.login in self.tried else EVER  # at first, whatever has been owed for long is new
        if not (again and now >= min(again, last + SELDOM)) and not news(one, since):
            return False
        self.tried[one.login] = now
        if self.chance.of("away", one.login, now) < self._said(one, "skips"):
            return False
        self.seen[one.login] = now
        return True

    def acts(self, one: Member, told: Mapping[str, Any], now: dt.datetime, taken: set[str]) -> list[Act]:
        """What somebody does in this look. `taken`: subjects that somebody else acts on in this moment."""
        busy, found = self._on_duty(one, now), list[Act]()
        left = [line for line in told["lines"] if not line["step"] and line["row"] is not None]
        for line in left:
            if len(found) >= self._said(one, "at_once"):
                break
            if line["subject"] in taken or not self._ready(line, now, busy) or self._theirs(line, now):
                continue
            act = self._act(one, line, now)
            if act is None:
                self.without[line["what"]] += not line["acts"]
                self.calm[_key(line)] = now + CALM
                continue
            taken.add(line["subject"])
            found.append(act)
        acted = {act.key for act in found}
        soon = [self._comes_to(one, line, now) for line in left if _key(line) not in acted]
        self.again.pop(one.login, None)
        if soon:
            self.again[one.login] = min(soon)
        return found

    def told(self, act: Act, answer: Mapping[str, Any], now: dt.datetime) -> None:
        """What became of an act: a refused one is left for a while, and what cannot be done is said once."""
        if act.name == "hindered" and answer.get("done"):
            self.hindered[act.line["what"]] += 1
        if answer.get("refused") or act.name == "hindered":
            self.refused[act.key] += 1
            self.calm[act.key] = now + CALM

    def _on_duty(self, one: Member, now: dt.datetime) -> bool:
        first, last = self._said(one, "hours")
        return bool(first <= now.astimezone(self.zone).time() < last)

    def _theirs(self, line: Mapping[str, Any], now: dt.datetime) -> bool:
        """Is it left to a person who owes it, too?"""
        in_time = now <= dt.datetime.fromisoformat(line["due"])
        return self.persons.owe(line["role"], line["place"], in_time=in_time)

    def _comes_to(self, one: Member, line: Mapping[str, Any], now: dt.datetime) -> dt.datetime:
        """When somebody takes up a line that waits: what can wait, in their hours."""
        at = max(self._from(line), now).astimezone(self.zone)
        if self._presses(line) or self._on_duty(one, at):
            return at
        first, last = self._said(one, "hours")
        return dt.datetime.combine(at.date() + dt.timedelta(days=at.time() >= last), first, self.zone)

    def _said(self, one: Member, name: str) -> Any:
        """How this post behaves: the least of what its roles say, else what is said for everybody; hours as times."""
        key = (one.roles, name)
        if key not in self.kept:
            desks = self.behaviour["desks"]
            own = [desks[role][name] for role in sorted(one.roles) if name in desks.get(role, ())]
            found = min(own) if own else desks[name]
            self.kept[key] = [dt.time.fromisoformat(hour) for hour in found] if name == "hours" else found
        return self.kept[key]

    def _ready(self, line: Mapping[str, Any], now: dt.datetime, busy: bool) -> bool:
        return now >= self._from(line) and (busy or self._presses(line))

    @staticmethod
    def _presses(line: Mapping[str, Any]) -> bool:
        """Is it for the night, too?"""
        return line["clock"] in ("life", "law") or line["urgency"] >= 2

    def _from(self, line: Mapping[str, Any]) -> dt.datetime:
        """From when on a line is taken up: so long after it arose as was drawn, and not while it is left alone."""
        low, high = self.behaviour["duties"].get(line["what"], {}).get("after", (10, 60))
        minutes = self.chance.between(low, high, "after", line["what"], line["subject"], line["since"])
        begins = dt.datetime.fromisoformat(line["since"]) + dt.timedelta(minutes=minutes)
        return max(begins, self.calm.get(_key(line), begins))

    def _act(self, one: Member, line: Mapping[str, Any], now: dt.datetime) -> Act | None:
        offered = {act["act"]: act for act in line["acts"]}
        pressed = {name: act for name, act in offered.items() if not act.get("page")}
        can = {name: act for name, act in pressed.items() if not act.get("grave")}  # the rest only where it is wished
        id = self.teller.id(now, one.login, line["subject"], line["what"], line["at"])
        if wish := self._wish(one, line, pressed):
            form = {**self._form(pressed[wish.act], line, now), **wish.form}
            return Act(line, wish.act, form, id)
        if self.refused[_key(line)] == GIVE_UP:
            return Act(line, "hindered", {"hindered": "no_staff"}, id)
        ill = self._ill(line)
        if line["what"] == "examine" and "identify" in offered and self._identifies(line, ill):
            return Act(line, "", {}, id, self._identified(line, ill, now))
        if not can and line["what"] in PAGES:
            kind, place, body = PAGES[line["what"]](line, now, self.chance)
            return Act(line, "", {}, id, [self.teller.fact(now, kind, place, body)])
        if not can and offered and not self.refused[_key(line)]:  # a page of work, where nothing fits now
            return Act(line, "hindered", {"hindered": "other"}, id)
        if not can:
            return None
        name = self._name(line, can, ill)
        return Act(line, name, self._form(can[name], line, now), id, self._before(line, name, now))

    def _wish(self, one: Member, line: Mapping[str, Any], can: Mapping[str, Any]) -> Wish | None:
        for wish in self.wishes.get(one.login, ()):
            if wish.duty == line["what"] and wish.times > 0 and wish.act in can and wish.subject in line["subject"]:
                wish.times -= 1
                return wish
        return None

    def _name(self, line: Mapping[str, Any], can: Mapping[str, Any], ill: Ill | None) -> str:
        """Which act: what the truth of the epidemic asks for where it is known, else by the weights of the duty."""
        weights = self.behaviour["duties"].get(line["what"], {}).get("acts") or {}
        fits = {name: weight for name, weight in weights.items() if name in can and weight > 0}
        if _left(line["row"]) == 1:  # of one there is no part
            fits.pop("partly", None)
        if line["what"] in ("call_back", "call_again") and ill and ill.covid and fits:
            fits = {"emergency" if ill.breathless and "emergency" in can else "clinic": 12.0, "no_answer": 1.0}
            fits = {name: weight for name, weight in fits.items() if name in can}
        name = (
            self.chance.weighted(fits, "act", line["what"], line["subject"], line["since"]) if fits else next(iter(can))
        )
        breathless = "breathless" in line["row"].get("concerns", ())
        return "emergency" if name in ("clinic", "stay_home") and breathless and "emergency" in can else name

    def _form(self, act: Mapping[str, Any], line: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
        ill, form = self._ill(line), {}
        for asked in act["fields"]:
            value = self._value(asked, line, ill, now)
            if asked["field"] == "temp10" and act["act"] in ("well", "days_over"):  # nobody closes a fever that goes on
                value = f"{self.chance.whole(361, 369, 'temp10', line['subject']) / 10:.1f}"
            if asked["field"] == "amount" and act["act"] == "partly" and (left := _left(line["row"])):
                value = str(max(1, left // 2))
            if value is not None:
                form[asked["field"]] = value
        return form

    def _value(self, asked: Mapping[str, Any], line: Mapping[str, Any], ill: Ill | None, now: dt.datetime) -> Any:
        name, choices, row = asked["field"], asked["choices"], line["row"]
        drawn = (name, line["what"], line["subject"], line["since"])
        if name in ("temp", "temp10"):
            fever = ill.fever if ill and ill.fever and not ill.away else None
            if fever is None and line["what"] in ("call_back", "call_again", "send_on", "close_call"):
                fever = row.get("temp10")
            return f"{(fever or self.chance.whole(361, 369, *drawn)) / 10:.1f}"
        if name in ("bags", "weight10"):  # what the plant weighs: a scale is off by a little, seldom by a bag
            lost = self.chance.of("bag", *drawn[1:]) < 0.05 and int(row["bags"]) > 1
            if name == "bags":
                return str(int(row[name]) - lost)
            less = int(row[name]) // int(row["bags"]) if lost else self.chance.whole(-2, 2, *drawn)
            return f"{max(1, int(row[name]) - less) / 10:.1f}"
        if name == "spo2":
            return str(
                self.chance.whole(90, 93, *drawn) if ill and ill.breathless else self.chance.whole(96, 99, *drawn)
            )
        if name == "exposed":
            return "yes" if ill and ill.covid and self.chance.of(*drawn) < 0.6 else "no"
        if name == "card":
            return f"P{now:%m%d}-{self.teller.id(now, 'card', line['subject'])[-8:]}"
        if name == "classification":
            covid = ill.covid if ill else self.chance.of(*drawn) < 0.6
            return "confirmed" if covid else "excluded"
        if name == "basis":
            covid = ill.covid if ill else self.chance.of("classification", *drawn[1:]) < 0.6
            return "pcr" if covid else "two_negatives"
        if name == "until" and line["what"] == "keep_gate":  # somebody was found for half a day
            return f"{(now + dt.timedelta(hours=12)).astimezone(self.zone):%Y-%m-%dT%H:%M}"
        if name == "witnessed":  # of a place that was looked at: all that eyes can see is there
            return list(choices)
        if name == "symptoms" or asked["sort"] == "several":
            return ["fever"] if ill and ill.covid and ill.fever and "fever" in choices and not ill.away else None
        if asked["sort"] == "choice":
            return choices[0] if choices and name == "clinic" else self._one_of(asked, drawn)
        if name.endswith("10") and isinstance(row.get(name), int):  # in tenths, and typed in whole ones
            return f"{row[name] / 10:.1f}"
        if asked["sort"] == "number":  # as many as the row tells: what was sent off has come
            return str(row.get(name) or 1) if asked["needed"] else None
        said = asked["sort"] == "text" and (asked["needed"] or name == "text")  # an answer in part asks for its words
        return (row.get("text") or "played") if said else None

    def _one_of(self, asked: Mapping[str, Any], drawn: Sequence[object]) -> str | None:
        if not asked["needed"] or not asked["choices"]:
            return None
        return str(self.chance.one(asked["choices"], *drawn))

    def _ill(self, line: Mapping[str, Any]) -> Ill | None:
        row = line["row"]
        door = row.get("household") or self.door_of_case.get(row["key"]) or self.door_of_case.get(row.get("case") or "")
        return self.epidemic.of(door)

    def _identifies(self, line: Mapping[str, Any], ill: Ill | None) -> bool:
        share = 0.92 if ill and ill.covid else 0.05 if ill else 0.3
        return self.chance.of("identifies", line["subject"]) < share

    def _identified(self, line: Mapping[str, Any], ill: Ill | None, now: dt.datetime) -> list[dict[str, Any]]:
        """A suspected case, the reply to whoever referred, a sample and the request for a bed: the clinician's page."""
        row, clinic, name = line["row"], line["at"], line["subject"]
        age, sex = self.chance.whole(19, 78, "age", name), self.chance.one(("female", "male"), "sex", name)
        onset = (ill.onset if ill else now.date() - dt.timedelta(days=2)).isoformat()
        body = {"classification": "suspected", "epi": [self.chance.one(("E1", "E2", "E3"), "epi", name)],
                "clinical": ["C1", "C2"], "onset": min(onset, now.date().isoformat()), "age": age, "sex": sex,
                "referral": row["key"], "person": row.get("person")}  # fmt: skip
        case = self.teller.fact(now, "case.identified", clinic, body, home=row["place"], reporting=clinic)
        self.door_of_case[case["id"]] = row.get("household") or 0
        reply = {"referral": row["key"], "outcome": "identified", "case": case["id"]}
        severity = "severe" if ill and ill.severe else self.chance.one(("mild", "mild", "moderate"), "severity", name)
        bed = {"infection": "suspected", "severity": severity, "age": age, "self_care": severity != "severe",
               "chronic": False, "flu_negative": True, "case": case["id"], "sex": sex,
               "household": row.get("household"), "oxygen": True if severity == "severe" else None}  # fmt: skip
        return [
            case,
            self.teller.fact(now, "referral.seen", clinic, reply),
            self.teller.fact(now, "sample.taken", clinic, {"case": case["id"], "label": "S1"}),
            self.teller.fact(now, "bed.requested", clinic, bed, home=row["place"]),
        ]

    def _before(self, line: Mapping[str, Any], act: str, now: dt.datetime) -> list[dict[str, Any]]:
        row, at = line["row"], line["row"]["place"]
        if act == "classified" and row["key"] in self.door_of_case:
            ill = self._ill(line)
            body = {"case": row["key"], "label": "S1", "result": "positive" if ill and ill.covid else "negative"}
            return [self.teller.fact(now, "sample.resulted", at, body)]
        if line["what"] == "investigate_case" and act == "investigated":
            return self._asked(row, now)
        return []

    def _asked(self, row: Mapping[str, Any], now: dt.datetime) -> list[dict[str, Any]]:
        """The interview and the contacts of the same door."""
        case, at, door = row["key"], row["place"], self.door_of_case.get(row["key"])
        home = self.epidemic.town.households.get(door or 0)
        if home is None:
            return []
        facts = [self.teller.fact(now, "interview.answered", at, {"case": case, "line": line, "answer": answer})
                 for line, answer in (("first_symptom", "fever"), ("at_home", str(home.people)))]  # fmt: skip
        days = {"first_day": (now.date() - dt.timedelta(days=3)).isoformat(), "last_day": now.date().isoformat()}
        for n in range(home.people - 1):
            body = {"case": case, **days, "category": "household", "household": home.id,
                    "age": self.chance.whole(6, 80, "contact age", case, n), "stay": "home"}  # fmt: skip
            facts.append(self.teller.fact(now, "contact.named", at, body, n, home=home.grid))
        return facts


def _key(line: Mapping[str, Any]) -> Key:
    return line["subject"], line["what"], line["at"]


def _left(row: Mapping[str, Any]) -> int:
    """How many of what was asked for are not granted yet; 0 where no figure was asked for."""
    return max(0, (row.get("amount") or 0) - (row.get("granted") or 0))
