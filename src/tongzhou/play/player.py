"""The play itself: the clock goes on step by step, and in each step everybody does what is theirs to do.

In a step the order is fixed: what the world publishes, what households and workers say (together, those that found a
person or decide one after the other), what staff find on Today (all look at the same moment), then what they do, one
after the other: what one does can end what another was about to. Whatever was drawn depends on the seed and on what it
was drawn for, so the same seed tells the same play however fast it goes.
"""

from __future__ import annotations

import datetime as dt
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from threading import Event as Stop
from typing import Any

from tongzhou.ledger import clock, door, follow
from tongzhou.play.bell import Bell, silent
from tongzhou.play.chance import Chance
from tongzhou.play.daily import Daily
from tongzhou.play.desks import Act, Desks
from tongzhou.play.doors import Doors, Walk
from tongzhou.play.epidemic import Epidemic
from tongzhou.play.events import Events
from tongzhou.play.gates import Gates
from tongzhou.play.judge import Judge, last_append
from tongzhou.play.mornings import Mornings
from tongzhou.play.persons import NOBODY, Persons, signed_in
from tongzhou.play.routine import Routine
from tongzhou.play.scenario import Scenario
from tongzhou.play.speak import Telephone, code_of
from tongzhou.play.town import Member, Town
from tongzhou.play.words import Teller, Word, queues

World = Callable[[dt.datetime, dt.datetime], int]  # publishes what was published between two moments; how many facts
Each = Callable[[Callable[[Any], Any], Sequence[Any]], list[Any]]  # the answers in the order of the items


def _in_turn(work: Callable[[Any], Any], items: Sequence[Any]) -> list[Any]:
    return [work(one) for one in items]


@dataclass
class Player:
    scenario: Scenario
    town: Town
    telephone: Telephone
    judge: Judge
    seed: int
    zone: dt.tzinfo
    speed: float | None = None  # simulated seconds for each second; None: as fast as it goes
    world: World | None = None
    persons: Callable[[], Mapping[str, bool]] = dict  # whom a person plays just now: they are left alone
    followers: bool = True  # step the followers here; else a process of their own does, and no digest is promised
    refused: Counter[str] = field(default_factory=Counter)
    requests: int = 0
    played: dt.timedelta = dt.timedelta()
    followed: int = -1  # up to which append
    alone: Persons = NOBODY
    kept: set[str] = field(default_factory=set)  # what the server said it has: facts, forms and acts by their id
    behind: float = 0.0  # seconds by which the play came later than its speed asked, at the most

    def __post_init__(self) -> None:
        behaviour, chance = self.scenario.behaviour, Chance(self.seed)
        teller, first = Teller(chance), self.scenario.begins.astimezone(self.zone).date()
        self.epidemic = Epidemic(self.town, behaviour["epidemic"], chance, first)
        self.doors = Doors(self.town, behaviour, chance, teller, self.epidemic, self.zone)
        self.desks = Desks(behaviour, chance, teller, self.epidemic, self.zone)
        self.events = Events(self.scenario, self.town, self.doors, self.desks, teller)
        self.routine = Routine(self.town, self.telephone, behaviour, chance, teller, self.epidemic)
        self.mornings = Mornings(self.town, self.telephone, behaviour, chance, teller, self.zone)
        self.gates = Gates(self.town, behaviour["gates"], chance, teller, self.epidemic, self.zone)
        self.daily = Daily(self.town, behaviour["daily"], chance, teller, self.zone)
        self.waiting: list[Word] = []
        walkers = {login for login in self.town.worker.values() if login in self.town.members}
        self.doors.walks = {login: Walk() for login in walkers}

    def play(self, stop: Stop | None = None, progress: Callable[[dt.datetime], None] | None = None) -> None:
        """Play until the scenario ends or somebody stops it."""
        self.judge.begin()
        self.epidemic.begin()
        step = dt.timedelta(minutes=self.scenario.minutes)
        started, now, before = time.monotonic(), self.scenario.begins, self.scenario.begins - step
        day: dt.date | None = None
        while now <= self.scenario.ends and not (stop and stop.is_set()):
            if now.date() != day:
                day = now.date()
                self.epidemic.day(day)
                told = [*self.doors.day(day), *self.gates.day(day), *self.daily.day(day)]
                self.waiting += [word for word in told if word.send > before]
            self.step(now, before)
            if progress:
                progress(now)
            self.played = now - self.scenario.begins
            self._wait(started, now + step, stop)
            now, before = now + step, now
        self.judge.law(dt.datetime(1970, 1, 1, tzinfo=dt.UTC))
        for one in self.scenario.expected:
            if one.at is None:
                self.judge.expects(one, before, self.events.named, self.town.households)

    def step(self, now: dt.datetime, before: dt.datetime) -> None:
        """Everything that is said and done until this moment."""
        self._leave_alone()
        with door.ledger() as ledger:
            clock.simulate(ledger, "replay", now)
        if self.followers:
            follow.tick()
        if self.world:
            self.world(before, now)
        self.waiting += [*self.events.due(now, before), *self._walks(now)]
        self._say(self._due(now))
        self._follow()
        self._desks(now)
        self._follow()
        if self.judge.heard():
            self.judge.law(now)
        for one in self.scenario.expected:
            if one.at is not None and before < one.at <= now:
                self.judge.expects(one, now, self.events.named, self.town.households)

    def _leave_alone(self) -> None:
        """Whoever has signed in meanwhile is played by nobody else from here on."""
        told = self.persons()
        if told != self.alone.told:
            self.alone = signed_in(self.town, told)
            self.desks.persons = self.routine.persons = self.mornings.persons = self.alone

    def _due(self, now: dt.datetime) -> list[Word]:
        due = [word for word in self.waiting if word.send <= now]
        self.waiting = [word for word in self.waiting if word.send > now]
        return due

    def _walks(self, now: dt.datetime) -> Iterator[Word]:
        """Workers on their way: who needs the list asks Today for it, where its number says that a door is silent; then
        they come to the next doors."""
        walking = [one for one in sorted(self.doors.walks.keys() - self.alone.logins) if self.doors.walks_now(one, now)]
        wanting = [login for login in walking if self.doors.wants_list(login, now)]
        rings = silent(now) if wanting else lambda _one: False
        asking = [login for login in wanting if rings(self.town.members[login])]
        for login in wanting:
            if login not in asking:
                self.doors.listed(login, now, ())
        told = self.telephone.together(lambda login: self.telephone.today(self.town.members[login].token), asking)
        self.requests += len(asking)
        for login, today in zip(asking, told, strict=True):
            self.doors.listed(login, now, today["rounds"])
        for login in walking:
            yield from self.doors.visits(login, now, self.scenario.minutes)

    def _say(self, words: Sequence[Word], *, each: Each | None = None) -> None:
        """Send words: those that mean the same in any order `each` as told, else together, but for what one household
        says after another word of its own; the others one after the other in their order."""
        pages = sorted((word for word in words if word.form), key=lambda word: word.order)
        first = {word.household: n for n, word in reversed(list(enumerate(pages)))}
        after = [word for n, word in enumerate(pages) if first[word.household] != n]
        together = [word for n, word in enumerate(pages) if first[word.household] == n] + queues(words)
        each = each or self.telephone.together
        self._answered(each(self._send, [word for word in together if not word.in_turn]))
        self._answered([self._send(word) for word in (*(one for one in together if one.in_turn), *after)])

    def _send(self, word: Word) -> list[str]:
        """Send one speaker's words; the codes of what was refused."""
        if word.form:
            answer = self.telephone.slip(self.town.slip(word.household), word.form)
            if answer.status != 302:
                return [code_of(answer)]
            self.kept.add(word.form["id"])
            return []
        member = self.town.members.get(word.speaker)
        if member is None or member.login in self.alone.logins:
            for fact in word.facts:
                if fact["kind"] == "exception.raised":  # to a worker whom a person plays: the household tries again
                    self.epidemic.not_heard(fact["body"]["household"])
            return []
        receipt = self.telephone.facts(member.token, list(word.facts), f"play-{word.speaker}")
        refused = {one["n"]: one for one in receipt["refused"]}
        self.kept |= {fact["id"] for n, fact in enumerate(word.facts) if n not in refused}
        who = " ".join(sorted(member.roles))
        return [f"{who} {word.facts[n]['kind']}: {one['code']} {one.get('field', '')}".strip()
                for n, one in refused.items()]  # fmt: skip

    def _answered(self, answers: Sequence[Sequence[str]]) -> None:
        self.requests += len(answers)
        self.refused.update(code for codes in answers for code in codes)

    def _desks(self, now: dt.datetime) -> None:
        """Who looks, looks at the same moment; then each does what they took up, nobody the same as another, in the
        order of their logins. Where no digest is promised, together."""
        each: Each = _in_turn if self.followers else self.telephone.together
        self._leave_alone()
        members = [one for login, one in sorted(self.town.members.items()) if login not in self.alone.logins]
        news = Bell(now, self.mornings.begin(now)).news
        looking = [one for one in members if self.desks.looks(one, now, news)]
        told = self.telephone.together(lambda one: self.telephone.today(one.token), looking)
        self.requests += len(looking)
        self._leave_alone()  # to look took a while
        taken: set[str] = set()
        work: list[tuple[Member, list[Act]]] = []
        said: list[Word] = []
        for one, today in zip(looking, told, strict=True):
            if one.login in self.alone.logins:
                continue
            acts = self.desks.acts(one, today, now, taken)
            work.append((one, acts))
            said += [
                *self.routine.counts(one, today, now),
                *self.routine.leaving(one, now),
                *self.mornings.said(one, now),
            ]
            said += [Word(now, one.login, act.before) for act in acts if act.before]
        self._say(said, each=each)
        pressing = [(one, [act for act in acts if act.name and not act.decides]) for one, acts in work]
        deciding = [(one, [act for act in acts if act.name and act.decides]) for one, acts in work]
        self._became(pressing, each(self._press, pressing), now)
        self._became(deciding, _in_turn(self._press, deciding), now)

    def _press(self, work: tuple[Member, Sequence[Act]]) -> list[dict[str, Any]]:
        one, acts = work
        return self.telephone.press(one.token, [act.pressed() for act in acts]) if acts else []

    def _became(
        self,
        work: Sequence[tuple[Member, Sequence[Act]]],
        answers: Sequence[Sequence[dict[str, Any]]],
        now: dt.datetime,
    ) -> None:
        """Note what became of the acts: a refused one is kept, whoever was admitted is away from home."""
        for (_one, acts), answered in zip(work, answers, strict=True):
            self.requests += bool(acts)
            for act, answer in zip(acts, answered, strict=True):
                self.desks.told(act, answer, now)
                if refused := answer.get("refused"):
                    said = f"{act.line['what']}/{act.name}: {refused['code']} {refused.get('field', '')}"
                    self.refused[said.strip()] += 1
                elif answer.get("done"):
                    self.kept.add(act.id)
                    if act.line["what"] == "admit":
                        case = act.line["row"].get("case") or ""
                        self.epidemic.taken_away(self.desks.door_of_case.get(case))

    def _follow(self) -> None:
        """Let the followers read what was said since they last did; most of a night nothing was."""
        if self.followers and self.followed != last_append():
            follow.catch_up(in_turn=True)
            self.followed = last_append()  # they say things themselves

    def _wait(self, started: float, until: dt.datetime, stop: Stop | None) -> None:
        """Let the region's time pass as slowly as was asked for."""
        if self.speed is None:
            return
        due = started + (until - self.scenario.begins).total_seconds() / self.speed
        self.behind = max(self.behind, time.monotonic() - due)
        while (left := due - time.monotonic()) > 0 and not (stop and stop.is_set()):
            time.sleep(min(left, 0.5))
            self._follow()

    def told(self, seconds: float) -> dict[str, Any]:
        """What the play comes to, as `play --json` ends."""
        facts, digest = self.judge.digest()
        return {
            "scenario": self.scenario.name,
            "facts": facts,
            "refused": sum(self.refused.values()),
            "doors": len(self.town.households),
            "people": sum(home.people for home in self.town.households.values()) + len(self.town.members),
            "simulated_hours": round(self.played.total_seconds() / 3600, 2),
            "seconds": round(seconds, 1),
            "digest": digest,
            "unowned": len(self.judge.unowned),
            "requests": self.requests,
            "refusals": dict(self.refused.most_common(20)),
            "no_act": {what: n for what, n in self.desks.without.most_common(20) if n},
            "hindered": dict(self.desks.hindered.most_common(20)),
            "unmet": self.judge.unmet,
        }
