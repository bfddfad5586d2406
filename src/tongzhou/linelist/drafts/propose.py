"""What accepting a draft would say, as facts in the name of who accepts it; or why there is nothing to say."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext_noop

from tongzhou.api.say import next_id, said
from tongzhou.cases.clocks import moment
from tongzhou.ledger.kinds import KINDS, Said
from tongzhou.ledger.time import zone
from tongzhou.linelist.drafts import words
from tongzhou.linelist.drafts.match import Doors, Match, People, Row
from tongzhou.linelist.drafts.read import Draft
from tongzhou.linelist.drafts.sorts import Sort
from tongzhou.people.scope import NOWHERE, Holder

WHY = {
    "nobody": gettext_noop("nobody of yours is found by this"),
    "several": gettext_noop("may be about several: choose"),
    "known": gettext_noop("is known already"),
    "differs": gettext_noop("the ledger says otherwise: open the case"),
    "contact_no_sample": gettext_noop("is a contact: a sample belongs to a case"),
    "contact_needs_case": gettext_noop("a contact is named at a case: open the case"),
    "not_in_list": gettext_noop("is no case of yours: take it in with a list of cases, or at the clinic"),
    "not_your_post": gettext_noop("is for another post to say"),
    "nothing_said": gettext_noop("says nothing that is recorded"),
}


@dataclass
class Proposal:
    """A draft with whom it is about. `says`: kind and body of each fact, at its place and moment; `why`: a code of WHY
    where there is nothing to say, or where a person has to choose first."""

    draft: Draft
    match: Match
    row: Row | None = None
    why: str = ""
    says: list[tuple[str, dict[str, Any], int, dt.datetime]] = field(default_factory=list)

    @property
    def ready(self) -> bool:
        """May be ticked without another look: whom it is about is beyond doubt."""
        return bool(self.says) and self.match.sure and not self.draft.doubts

    def facts(self, base: uuid.UUID) -> list[Said]:
        """With ids of the page it was shown on: accepted twice, it is said once."""
        return [said(kind, next_id(base, 8 * self.draft.n + step), at, place, body)
                for step, (kind, body, place, at) in enumerate(self.says)]  # fmt: skip


@dataclass
class Proposer:
    """Turns drafts into proposals for one person. `day`: the day that the list speaks of."""

    sort: Sort
    holder: Holder
    now: dt.datetime
    day: dt.date
    people: People
    doors: Doors

    def propose(self, draft: Draft, chosen: str = "") -> Proposal:
        """`chosen`: whom the person says it is about: one of those found, for a door any of hers, and by a person's
        number anybody whom she may see."""
        nouns = {"results": ("case", "contact"), "rooms": ("contact",)}.get(self.sort.name, ("case", "contact"))
        at_door = self.sort.name == "message" or draft.says.get("category") == "fever"
        match = self.doors.match(draft) if at_door else self.people.match(draft, nouns)
        if chosen.isdecimal():  # somebody's number, where nobody was found
            match = self.people.numbered(chosen, nouns)
        elif chosen and chosen != match.subject:
            match = self._chosen(match, chosen)
        one = Proposal(draft, match, self._row(match.subject))
        if one.row is None:
            one.why = "several" if match.others else self._nobody(draft)
            return one
        say: Callable[[Proposal, Row], str] = getattr(self, f"_{self.sort.name}")
        one.why = say(one, one.row)
        allowed = [fact for fact in one.says if self.holder.may_say(KINDS[fact[0]]) != NOWHERE]
        if one.says and not allowed:
            one.why = "not_your_post"
        one.says = allowed
        one.why = one.why or ("" if one.says else "nothing_said")
        return one

    def _chosen(self, match: Match, chosen: str) -> Match:
        noun, _, key = chosen.partition("/")
        door = noun == "household" and key.isascii() and key.isdecimal() and int(key) in self.doors.rows
        if chosen in match.others or door:
            return Match(chosen, "chosen", match.others)
        return match

    def _row(self, subject: str) -> Row | None:
        noun, _, key = subject.partition("/")
        return self.doors.rows.get(int(key)) if noun == "household" else self.people.rows.get(subject)

    def _nobody(self, draft: Draft) -> str:
        category = draft.says.get("category", "")
        if category == "close_contact":
            return "contact_needs_case"
        return "not_in_list" if category in ("confirmed", "suspected") else "nobody"

    def _results(self, one: Proposal, row: Row) -> str:
        """The result of the sample with this label; the sample, too, where nobody had recorded it and its day is
        told."""
        if one.match.subject.startswith("contact/"):
            return "contact_no_sample"
        tube, result = one.draft.who.get("tube"), one.draft.says["result"]
        if tube is None:
            return "nothing_said"
        held = next((sample for sample in row["samples"] if sample["label"] == tube), None)
        if held and held.get("result"):
            return "known" if held["result"] == result else "differs"
        body = {"case": row["key"], "label": tube}
        if held is None and "sampled" in one.draft.says:
            at = dt.datetime.fromisoformat(one.draft.says["sampled"])
            at = at.replace(tzinfo=zone()) if at.tzinfo is None else at
            one.says.append(("sample.taken", body, row["place"], min(at, self.now)))
        one.says.append(("sample.resulted", body | {"result": result}, row["place"], self.now))
        return ""

    def _categories(self, one: Proposal, row: Row) -> str:
        says = one.draft.says
        if one.match.subject.startswith("household/"):
            return self._fever(one, row)
        if one.match.subject.startswith("case/"):
            same = row["state"] == says["category"] or (row["state"], says["category"]) == ("clinical", "confirmed")
            return "known" if same else "differs"
        if says["category"] != "close_contact":
            return "differs"
        return self._moved(one, row, str(says.get("stay") or row["stay"]))

    def _fever(self, one: Proposal, row: Row) -> str:
        body = {"household": row["id"], "concerns": ["fever"], "channel": "paper"}
        one.says.append(("exception.raised", body, row["place"], self.now))
        return ""

    def _moved(self, one: Proposal, row: Row, stay: str) -> str:
        if row["stay"] == stay:
            return "known"
        one.says.append(("contact.moved", {"contact": row["key"], "stay": stay}, row["place"], self.now))
        return ""

    def _rooms(self, one: Proposal, row: Row) -> str:
        """Temperatures of the day, each at its hour, and that the contact stays in central observation."""
        says, at = one.draft.says, row.get("home") or row["place"]
        known = {(moment(record["at"]), record.get("temp10")) for record in row["records"]}
        told = [(hour, says[name]) for name, hour in (("morning", 8), ("temperature", 12), ("evening", 18))
                if name in says]  # fmt: skip
        for hour, temp10 in told or ([(12, None)] if "symptoms" in says else []):
            hour_of = min(dt.datetime.combine(self.day, dt.time(hour), zone()), self.now)
            if (hour_of, temp10) in known:
                continue
            body = {"contact": row["key"], "temp10": temp10, "symptoms": says.get("symptoms", [])}
            one.says.append(("observation.recorded", body, at, hour_of))
        moved = self._moved(one, row, "central")
        return "" if one.says else moved

    def _message(self, one: Proposal, row: Row) -> str:
        """The household is well or unwell; a fever, or breath that comes short, is called back about."""
        says = one.draft.says
        hot = says["temperature"] >= words.fever()
        ill = hot or says["symptoms"]
        body = {"household": row["id"], "state": "unwell" if ill else "well", "channel": "phone"}
        one.says.append(("household.heard", body, row["place"], self.now))
        concerns = [name for name, is_so in (("fever", hot or "fever" in says["symptoms"]),
                                             ("breathless", "breathless" in says["symptoms"])) if is_so]  # fmt: skip
        if concerns:
            raised = {"household": row["id"], "concerns": concerns, "channel": "phone", "temp10": says["temperature"]}
            one.says.append(("exception.raised", raised, row["place"], self.now))
        return ""
