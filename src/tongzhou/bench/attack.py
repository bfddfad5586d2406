"""Tries every speech on subjects of another county, on unknown and on own ones, in every way that words come in.

The engine knows nothing of how authority is decided: it says things through a door it is given and looks at the rows
before and after. `hole`: a row of the other county changed, moved, vanished or was founded by a stranger. `refused`:
what somebody may say was not taken, or did not count.
"""

from __future__ import annotations

import datetime as dt
import functools
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, TypeVar

import uuid_utils.compat as uuids
from psycopg import Connection

from tongzhou.bench import attempts_lists
from tongzhou.bench import land as lands
from tongzhou.bench.attempts import (
    BY_AUDIENCE,
    COMMUNITY_ROLES,
    COUNTY_ROLES,
    FOUNDING,
    SPEECHES,
    Side,
    Speech,
    Turn,
    fact,
    found,
    touched,
)
from tongzhou.bench.attempts_forms import FORMS
from tongzhou.community.queries import give_slip
from tongzhou.ledger import door
from tongzhou.ledger.kinds import KINDS
from tongzhou.places.roster import recount
from tongzhou.sites.drafts import Draft
from tongzhou.sites.keep import keep

Send = Callable[[str, dict[str, Any]], dict[str, Any]]  # a speaker's token and a batch → the answer
Page = Callable[[str, str, dict[str, Any]], int]  # a token or none, an address and a form → the status
Rows = dict[str, Any]
Word = TypeVar("Word")
# Follow a word that is no founding, or something owed since one.
SECOND = ("ward.answered", "bed.released", "aftercare.recorded", "owed.hindered", "owed.passed", "owed.seen",
          "owed.urged")  # fmt: skip
# Of one's own only after a word that the other desk says first: written down in one's name, or taken over from above.
ANSWERS = frozenset({"behalf.confirmed", "behalf.contested", "desk.stood_in", "desk.handed_back"})
ONE_A_COUNTY = ("ward.counted", "desk.numbered", "duty.taken_over", "duty.handed_over", "decision.taken",
                "decision.told", "decision.settled", "stock.counted", "desk.stood_in", "desk.handed_back")  # fmt: skip
FOUNDERS = {"case": "case.identified", "contact": "contact.named", "exception": "exception.raised",
            "need": "need.stated", "task": "task.set", "directive": "directive.issued", "letter": "letter.sent",
            "support": "support.requested", "referral": "referral.made", "request": "bed.requested",
            "person": "person.founded", "liaison": "liaison.needed", "manifest": "waste.collected",
            "remedy": "remedy.wanted",
            **FOUNDING}  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """What was tried and what became of it."""

    speech: str
    way: str
    mode: str
    whose: str
    answer: str  # accepted, waiting, known or the code of the refusal
    became: tuple[str, ...] = ()  # "case/… changed", …

    def __str__(self) -> str:
        return f"{self.speech} [{self.way}, {self.mode}, {self.whose}]: {self.answer}; {', '.join(self.became)}"


@dataclass
class Report:
    tried: list[Attempt] = field(default_factory=list)
    holes: list[Attempt] = field(default_factory=list)
    refused: list[Attempt] = field(default_factory=list)
    oracles: list[str] = field(default_factory=list)  # foreign and unknown are answered differently


class Attack:
    """`me` attacks `them`. `settle` waits until the followers have seen everything."""

    def __init__(self, me: Side, them: Side, send: Send, page: Page, settle: Callable[[], None]) -> None:
        self.me, self.them, self.send, self.page, self.settle = me, them, send, page, settle
        self.report = Report()

    def now(self) -> dt.datetime:
        return dt.datetime.now(dt.UTC)

    def run(self, say: Callable[[str], None] = lambda _sentence: None, only: str = "") -> Report:
        parts = (self.own, self.invited, self.foreign, self.effects, self.corrections, self.early, self.days,
                 self.withdrawals, self.forms, self.slips, self.lists)  # fmt: skip
        for part in parts:
            if only not in part.__name__:
                continue
            say(f"{part.__name__}: {part.__doc__}")
            part()
        return self.report

    def own(self) -> None:
        """Everybody says it of their own: live, off line later, and in one batch with the founding."""
        own = [s for s in SPEECHES if not (s.mixed or s.from_above or s.kind in ANSWERS)]
        for mode in ("live", "later"):
            side = self.founded(self.me.fresh())
            before = rows(side)
            for speech in own:
                answer = self._say(speech, side, side, mode)
                after = rows(side)
                self._own(speech, mode, answer, differing(before, after))
                before = after
        for role in sorted({speech.role for speech in own}):
            theirs = [speech for speech in own if speech.role == role and speech.kind not in SECOND]
            for group in apart(theirs, self.me.fresh()):
                self._in_one_batch(group, self.me.fresh())

    def _own(self, speech: Speech, mode: str, answer: str, changed: tuple[str, ...]) -> None:
        quiet = speech.quiet or (mode != "live" and speech.kind in ONE_A_COUNTY)
        wrong = not speech.elsewhere and (answer != "accepted" or not (changed or quiet))
        self._note(speech, mode, "own", answer, changed or ("nothing changed",), lawful=not wrong)

    def _in_one_batch(self, group: list[Speech], side: Side) -> None:
        """What the speaker founds and words about it in one request, each word of another subject."""
        token = side.tokens[group[0].role]
        turns = found(side, self.now() - dt.timedelta(hours=6))
        last = max((n for n, turn in enumerate(turns) if turn[0] == token), default=len(turns))
        self._tell(turns[:last])
        before = rows(side)
        words = [fact(one.kind, side.place(one.role), self.now(), one.body(side, side)) for one in group]
        said = [*(one for _token, own in turns[last : last + 1] for one in own), *words]
        answer = self.send(token, {"facts": said})
        changed = differing(before, rows(side))
        for speech, word in zip(group, words, strict=True):
            self._own(speech, "batch", told(answer, word, said), changed)

    def invited(self) -> None:
        """The other side's subject names ours: the replies it asks for count, and nothing else does."""
        side = self.founded(self.them.fresh(), inviting=self.me)
        me = self.founded(self.me.fresh())
        before = rows(side)
        for speech in SPEECHES:
            answer = self._say(speech, side, me, "live", at_home=True)
            after = rows(side)
            changed, before = differing(before, after), after
            if speech.kind in BY_AUDIENCE or speech.name == "with their parent":
                wrong = answer != "accepted" or not (changed or speech.quiet)
                self._note(speech, "live", "inviting", answer, changed or ("nothing changed",), lawful=not wrong)
            elif speech.kind not in ("case.received", "aftercare.recorded") and speech.way != "cites":
                self._note(speech, "live", "inviting, not for this", answer, changed)
                if changed:
                    side = self.founded(self.them.fresh(), inviting=self.me)
                    before = rows(side)

    def foreign(self) -> None:
        """The other side's, and what there is not: with one's own place, and with theirs beside it."""
        side, me = self.founded(self.them.fresh()), self.founded(self.me.fresh())
        self.settle()
        start = before = rows(side)
        for speech in SPEECHES:
            post = {"role": speech.role, "place": side.county, "channel": "telephone"}
            theirs = {"home": side.community, "reporting": side.county}
            envelopes: dict[str, dict[str, Any]] = {
                "": {},
                " home and reporting theirs": theirs,
                " on their behalf": {"behalf": post},
            }
            for mode, ways in (("live", [""]), ("live", [*envelopes]), ("later", [""]), ("batch", [""])):
                nothing = side.unknown()
                empty = rows(nothing)
                of = [(one, envelopes[how]) for one in (side, nothing) for how in ways]
                answers = self._say_together(speech, of, me, mode)
                became, out_of_nothing = differing(before, rows(side)), differing(empty, rows(nothing))
                for how, answer, unknown in zip(ways, answers, answers[len(ways) :], strict=False):
                    self._note(speech, f"{mode}{how}", "foreign", answer, became)
                    self._note(speech, f"{mode}{how}", "unknown", unknown, out_of_nothing)
                    if unknown != answer and speech.way != "founds" and not became:
                        self.report.oracles.append(f"{speech} {mode}{how}: foreign {answer}, unknown {unknown}")
                if became:
                    side = self.founded(self.them.fresh())
                    start = before = rows(side)
        self.settle()
        self._tried(Attempt("all of these", "holds", "once followers have seen them", "foreign", "",
                            differing(start, rows(side))))  # fmt: skip

    def effects(self) -> None:
        """What the program itself says because of something: not because of a stranger's word."""
        side, me = self.founded(self.them.fresh()), self.founded(self.me.fresh())
        case, contact = {"case": side.ids["case"]}, {"contact": side.ids["contact"]}
        self._rightly(side, "epidemiologist", "contact.ended", {**contact, "reason": "source_excluded"})
        self._rightly(side, "epidemiologist", "case.classified", {
            **case, "classification": "excluded", "basis": "two_negatives"})  # fmt: skip
        self.settle()
        before = rows(side)
        for role, kind, body in (
            ("epidemiologist", "case.classified", {**case, "classification": "confirmed", "basis": "pcr"}),
            ("ward_nurse", "patient.admitted", {"request": side.ids["patient"], "bed": me.beds[1], "ward": me.ward}),
        ):
            one = fact(kind, me.place(role), self.now(), body)
            answer = told(self.send(me.tokens[role], {"facts": [one]}), one)
            self.settle()
            self._tried(Attempt(kind, "holds", "followers' effects", "foreign", answer, differing(before, rows(side))))

    def _rightly(self, side: Side, role: str, kind: str, body: dict[str, Any]) -> None:
        self._tell([(side.tokens[role], [fact(kind, side.place(role), self.now(), body)])])

    def corrections(self) -> None:
        """A founding fact said again with `corrects`, by a stranger; and under the ids of what is still to come."""
        me = self.founded(self.me.fresh())

        def correct(name: str, side: Side) -> str:
            speaker, again = next(
                (token, one) for token, said in found(me, self.now()) for one in said if one["kind"] == FOUNDERS[name]
            )
            again = {**again, "id": str(uuids.uuid7()), "corrects": side.ids[name]}
            return told(self.send(speaker, {"facts": [again]}), again)

        self._after_and_before(FOUNDERS, correct, ("correction", "correction early"))

    def _after_and_before(self, names: dict[str, str], say: Callable[[str, Side], str], modes: tuple[str, str]) -> None:
        """A stranger says something of each subject of these names: while it is there, and before it is. In the report
        each name has a speech of its own."""
        side = self.founded(self.them.fresh())
        before = rows(side)
        for name, speech in names.items():
            answer = say(name, side)
            after = rows(side)
            self._tried(Attempt(speech, "holds", modes[0], "foreign", answer, differing(before, after)))
            before = after
        for name, answer, became in self._before_founding(list(names), say):
            self._tried(Attempt(names[name], "holds", modes[1], "foreign", answer, became))

    def early(self) -> None:
        """Said before there is such a subject; then the rightful people found it, and it must be as if nothing was."""
        me = self.founded(self.me.fresh())
        for group in apart(SPEECHES, self.them.fresh(), me):
            for speech, answer, became in self._before_founding(group, lambda one, of: self._say(one, of, me, "later")):
                self._note(speech, "before it was founded", "foreign", answer, became)

    def _before_founding(
        self, words: list[Word], say: Callable[[Word, Side], str]
    ) -> Iterator[tuple[Word, str, tuple[str, ...]]]:
        """Words about subjects of which none is another's, said before a side founds them: (the word, its answer, what
        differs from a side that nobody attacked). Where something differs each is said again alone, to name it."""
        side = self.them.fresh()
        answers = [say(word, side) for word in words]
        try:
            became = differing(self.unattacked, normal(self.founded(side)))
        except Refused as refused:
            became = (str(refused),)
        if became and len(words) > 1:
            for word in words:
                yield from self._before_founding([word], say)
        else:
            yield from ((word, answer, became) for word, answer in zip(words, answers, strict=True))

    @functools.cached_property
    def unattacked(self) -> Rows:
        """How the rows of a side look when nobody attacks."""
        return normal(self.founded(self.them.fresh()))

    def days(self) -> None:
        """A door's day is no subject: theirs is corrected and withdrawn, by a day of one's own and plainly."""
        for early in (False, True):
            side, me = self.founded(self.them.fresh()), self.founded(self.me.fresh())
            state = {"household": side.household, "state": "well", "channel": "door"}
            heard = fact("household.heard", side.community, self.now() - dt.timedelta(hours=1), state)
            if not early:
                self._tell([(side.tokens["grid_worker"], [heard])])
            before = rows(side)
            own = {**state, "household": me.household, "state": "unwell"}
            words = (
                fact("household.heard", me.community, self.now(), own, corrects=heard["id"]),
                fact("fact.withdrawn", me.community, self.now(), {}, corrects=heard["id"]),
                fact("household.heard", me.community, self.now(), own, corrects=side.ids["case"]),
            )
            answers = [told(self.send(me.tokens["grid_worker"], {"facts": [one]}), one) for one in words]
            became = differing(before, rows(side))
            if early:
                self._tell([(side.tokens["grid_worker"], [heard])])
                days = [row["state"] for subject, row in rows(side).items() if subject.startswith("day/")]
                became = () if days == [1] else (f"the days are {days}",)
            mode = "correction early" if early else "correction"
            self._tried(Attempt("household.heard", "holds", mode, "foreign", ", ".join(answers), became))

    def withdrawals(self) -> None:
        """A stranger withdraws what was said: live and before it was said."""
        names = ("case", "contact", "exception", "need", "task", "directive", "request", "referral", "letter")

        def withdraw(name: str, side: Side) -> str:
            gone = fact("fact.withdrawn", self.me.county, self.now(), {}, corrects=side.ids[name])
            return told(self.send(self.me.tokens["epidemiologist"], {"facts": [gone]}), gone)

        speeches = {name: f"fact.withdrawn of {name}" for name in names}
        self._after_and_before(speeches, withdraw, ("live", "before it was said"))

    def forms(self) -> None:
        """The pages' forms with the other side's keys in the address and in the fields."""
        side, me = self.founded(self.them.fresh()), self.founded(self.me.fresh())
        before = rows(side)
        for form in FORMS:
            given = form.filled(side, me)
            status = self.page(me.tokens[form.role], form.path(side), given)
            became = differing(before, rows(side))
            told = f"{form.path(me)} {given.get('say', '')}".strip()
            self._tried(Attempt(told, "holds", "form", "foreign", str(status), became))
            if became:
                side = self.founded(self.them.fresh())
                before = rows(side)

    def slips(self) -> None:
        """A household's slip takes back what another household said, in the next county and next door."""
        me = self.founded(self.me.fresh())
        token = f"slip-{uuids.uuid7()}"
        with door.ledger() as connection:
            until = dt.datetime.now(dt.UTC) + dt.timedelta(days=1)
            give_slip(connection, me.household, hashlib.sha256(token.encode()).digest(), until)
        for whose, side in (("foreign", self.them), ("next door", self.me)):
            side = self.founded(side.fresh())
            for name in ("need", "exception", "task", "case", "request", "warning"):
                before = rows(side)
                given = {"id": str(uuids.uuid7()), "say": "withdraw", "fact": side.ids[name]}
                status = self.page("", f"/h/{token}", given)
                became = differing(before, rows(side))
                self._tried(Attempt(f"slip: withdraw {name}", "holds", "slip", whose, str(status), became))
            before = rows(side)
            given = {"id": str(uuids.uuid7()), "say": "well", "household": str(side.household)}
            status = self.page("", f"/h/{token}", given)
            became = tuple(one for one in differing(before, rows(side)) if not one.startswith("tally"))
            self._tried(Attempt("slip: well", "holds", "slip", whose, str(status), became))

    def lists(self) -> None:
        """A line list of the stranger says that its cases are of the other county; and one that is their own."""
        side, me = self.founded(self.them.fresh()), self.me
        for pretence, content in attempts_lists.cases_of(side).items():
            before = rows(side) | {"cases": {"state": attempts_lists.lying(side)}}
            answer = attempts_lists.bring(me.tokens["epidemiologist"], content, side.county)
            became = differing(before, rows(side) | {"cases": {"state": attempts_lists.lying(side)}})
            self._tried(Attempt(f"line list, {pretence}", "founds", "list", "foreign", answer, became))
        for pretence, content in attempts_lists.cases_of(me).items():
            answer = attempts_lists.bring(me.tokens["epidemiologist"], content, me.county)
            attempt = Attempt(f"line list, {pretence}", "founds", "list", "own", answer)
            self.report.tried.append(attempt)
            if answer != "accepted":
                self.report.refused.append(attempt)

    def _tried(self, attempt: Attempt) -> None:
        self.report.tried.append(attempt)
        if attempt.became:
            self.report.holes.append(attempt)

    def founded(self, side: Side, inviting: Side | None = None) -> Side:
        """Says what founds a side's subjects. Raises Refused where anything is."""
        self._tell(found(side, self.now() - dt.timedelta(hours=6), inviting))
        return side

    def _tell(self, turns: list[Turn]) -> None:
        for token, said in turns:
            answer = self.send(token, {"facts": said})
            if answer["refused"] or answer.get("waiting"):
                one = (answer["refused"] or [{"n": answer["waiting"][0], "code": "waits"}])[0]
                raise Refused(f"{said[one['n']]['kind']} of the rightful speaker: {one}")

    def _say(self, speech: Speech, of: Side, by: Side, mode: str, at_home: bool = False) -> str:
        return self._say_together(speech, [(of, {})], by, mode, at_home)[0]

    def _say_together(
        self, speech: Speech, of: list[tuple[Side, dict[str, Any]]], by: Side, mode: str, at_home: bool = False
    ) -> list[str]:
        """One speech of several sides in one request, each with what else its envelope says; the answers."""
        at = self.now() - dt.timedelta(hours=2 if mode == "later" else 0)
        place = by.community if at_home and speech.kind.startswith("observation") else by.place(speech.role)
        if at_home and speech.kind.startswith("directive.") and speech.way == "invited":
            place, role = by.county, "duty_officer"
        else:
            role = speech.role
        words = [fact(speech.kind, place, at, speech.body(side, by), **more) for side, more in of]
        said = words
        if mode == "batch":
            own = fact("need.stated", by.community, at, {"household": by.household, "items": {"food": 1}})
            twins = [one | {"id": str(uuids.uuid7())} for one in words]
            doors = speech.role in ("community_lead", "grid_worker", "community_doctor")
            said = [own, *words] if doors else [*words, *twins]
        batch: dict[str, Any] = {"facts": said}
        if mode == "later":
            for one in words:
                one["recorded_at"] = one["effective_at"]
            batch |= {"device": "phone", "sent_at": self.now().isoformat()}
        answer = self.send(by.tokens[role], batch)
        return [told(answer, one, said) for one in words]

    def _note(
        self, speech: Speech, mode: str, whose: str, answer: str, became: tuple[str, ...], lawful: bool | None = None
    ) -> None:
        attempt = Attempt(str(speech), speech.way, mode, whose, answer, became)
        self.report.tried.append(attempt)
        if lawful is False:
            self.report.refused.append(attempt)
        elif lawful is None and became:
            self.report.holes.append(attempt)


def sides(owner: Connection[Any], land: lands.Land, doors: int = 3_000, beds: int = 12_000) -> tuple[Side, Side]:
    """Two counties of two prefectures with people in every role, doors and beds."""
    above = lands.make_worker(owner, land.root, "duty_officer")
    found = []
    for n, county in enumerate((land.counties[0], land.counties[-1])):
        community = next(leaf for leaf in land.leaves if land.parents[leaf] == county)
        first = 1 + n * doors
        owner.execute(
            "insert into community_household (id, place, stair, people)"
            " select i, %s, 1, 3 from generate_series(%s::integer, %s::integer) i",
            [community, first, first + doors - 1],
        )
        ward = lands.ward(owner, county, beds)
        stand = [id for (id,) in owner.execute("select id from hospital_bed where ward = %s order by id", [ward])]
        gate = Draft(f"gate.{community}", "gate", community, "南门", "South gate", True, lands.SINCE)
        yard = Draft(f"compound.{community}", "compound", community, "小区", "Compound", True, lands.SINCE)
        shop = Draft(f"shop.{community}", "shop", community, "粮店", "Grain shop", True, lands.SINCE)
        point = Draft(f"point.{community}", "delivery_point", community, "配送点", "Point", True, lands.SINCE)
        assert not keep(owner, [gate, yard, shop, point], dt.datetime.now(dt.UTC)).wrong
        tokens = {role: lands.make_worker(owner, county, role) for role in COUNTY_ROLES}
        tokens |= {role: lands.make_worker(owner, community, role) for role in COMMUNITY_ROLES}
        found.append(
            Side(county, community, f"bench.{county}", f"bench.{community}", ward, f"h{county}", tokens, above,
                 iter(range(first, first + doors)), iter(stand))
        )  # fmt: skip
    recount(owner, lands.SINCE)
    return found[0], found[1]


class Refused(Exception):
    """The rightful speaker was refused."""


def told(answer: dict[str, Any], one: dict[str, Any], said: list[dict[str, Any]] | None = None) -> str:
    """What became of one fact of a batch, in a word."""
    n = (said or [one]).index(one)
    refused = {each["n"]: each["code"] for each in answer.get("refused", [])}
    if n in refused:
        return str(refused[n])
    return "waiting" if n in answer.get("waiting", ()) else "accepted"


def apart(speeches: Iterable[Speech], of: Side, by: Side | None = None) -> list[list[Speech]]:
    """The speeches in few groups, in each of which no two touch one subject: none can undo or hide what another did."""
    groups: list[tuple[list[Speech], set[str]]] = []
    for speech in speeches:
        mine = touched(KINDS[speech.kind], speech.body(of, by or of)) or {"what a door says"}
        group, subjects = next((one for one in groups if not one[1] & mine), ([], set()))
        if not group:
            groups.append((group, subjects))
        group.append(speech)
        subjects |= mine
    return [group for group, _subjects in groups]


_ROWS = """
select noun || '/' || key, jsonb_build_object('place', place, 'state', state, 'data', data, 'sees', sees,
  'audience', (select jsonb_agg(a.place order by a.place) from ledger_audience a
               where a.noun = r.noun and a.key = r.key))
from unnest(%s::text[], %s::text[]) s (noun, key) join ledger_row r using (noun, key)
"""
_DAYS = """
select 'day/' || household || '/' || day, to_jsonb(d) - 'known_from' from community_household_day d where household = %s
"""
_TALLIES = "select 'tally/' || place || '/' || day, to_jsonb(t) from ledger_tally t where place = any(%s)"


def rows(side: Side) -> Rows:
    """Everything there is of a side's subjects, and its door's days."""
    nouns, keys = map(list, zip(*(one.split("/", 1) for one in side.subjects()), strict=True))
    with door.ledger() as connection:
        found = dict(connection.execute(_ROWS, [nouns, keys]).fetchall())
        found |= dict(connection.execute(_DAYS, [side.household]).fetchall())
        return found | dict(connection.execute(_TALLIES, [[side.county, side.community]]).fetchall())


# They change with every side that is founded.
COUNTED = ("stock/", "ward/", "certificate/", "free_list/", "duty/", "decision/", "tally/")


def normal(side: Side) -> Rows:
    """The rows with this side's keys and moments taken out, so that two sides can be compared."""
    names = {value: name for name, value in side.ids.items()}
    numbers = {str(side.household): "door"} | {str(bed): f"bed{n}" for n, bed in enumerate(side.beds)}

    def plain(text: str) -> str:
        for value, name in names.items():
            text = text.replace(value, name)
        text = re.sub(r'"\d{4}-\d\d-\d\dT[^"]*"', '"T"', text)
        text = re.sub(r"[0-9a-f]{8}-[0-9a-f-]{27}", "U", text)
        text = re.sub(r'"buildings": \["\d+"\]', '"buildings": "B"', text)  # attempts.measure
        text = re.sub(r'"(?:armband|slip)": \d+|"number": "\d{8}"', '"number": 0', text)
        for value, name in numbers.items():
            text = re.sub(rf"(?<![\w.-]){value}(?![\w.-])", name, text)
        return text

    return {
        plain(subject): {"place": row.get("place"), "row": plain(json.dumps(row, sort_keys=True))}
        for subject, row in rows(side).items()
        if not subject.startswith(COUNTED)
    }


def differing(before: Rows, after: Rows) -> tuple[str, ...]:
    return tuple(sorted(_differing(before, after)))


def _differing(before: Rows, after: Rows) -> Iterator[str]:
    for subject in before.keys() | after.keys():
        old, new = before.get(subject), after.get(subject)
        if old == new:
            continue
        noun = subject.split("/")[0]
        if old is None:
            yield f"{noun} founded"
        elif new is None:
            yield f"{noun} vanished"
        elif old.get("place") != new.get("place"):
            yield f"{noun} moved {old.get('place')} → {new.get('place')}"
        else:
            yield f"{noun} changed"


def untried() -> list[str]:
    """Kinds that no attempt says and somebody could: what only the program itself may say is no attempt."""
    said = {speech.kind for speech in SPEECHES} | {"fact.withdrawn", "view.saved"}
    return sorted(name for name, kind in KINDS.items() if name not in said and kind.said_by - {"system"})
