"""The words of every state of a row, said once: pages, receipts, papers and explanations read them here.

A state that means the same wherever it stands has one word; a noun says only what differs.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger import worded

SHARED = {
    "aboard": gettext_noop("the patient is in the vehicle"),
    "accepted": gettext_noop("the ward takes the patient"),
    "admitted": gettext_noop("lies there"),
    "alone": gettext_noop("nobody cares for them"),
    "approved": gettext_noop("approved"),
    "assigned": gettext_noop("signed, the ward has not answered"),
    "back": gettext_noop("given back"),
    "called_back": gettext_noop("called back"),
    "cared": gettext_noop("somebody cares for them"),
    "changed": gettext_noop("the measure was changed"),
    "cleaning": gettext_noop("to be cleaned"),
    "closed": gettext_noop("closed"),
    "closing": gettext_noop("closing"),
    "coming": gettext_noop("on the way to the patient"),
    "counted": gettext_noop("counted"),
    "declined": gettext_noop("declined"),
    "drafted": gettext_noop("drafted, not approved"),
    "ended": gettext_noop("ended"),
    "excepted": gettext_noop("an exception was made"),
    "free": gettext_noop("free"),
    "general": gettext_noop("general contact"),
    "given": gettext_noop("given"),
    "gone": gettext_noop("found to be over"),
    "in_fact": gettext_noop("in force in fact"),
    "kept": gettext_noop("looked after"),
    "known": gettext_noop("known"),
    "leased": gettext_noop("lent"),
    "left": gettext_noop("left"),
    "listed": gettext_noop("listed"),
    "made": gettext_noop("on the way"),
    "merged": gettext_noop("entered twice"),
    "numbered": gettext_noop("has a telephone"),
    "observed": gettext_noop("under observation"),
    "occupied": gettext_noop("occupied"),
    "off": gettext_noop("called off"),
    "open": gettext_noop("running"),
    "over": gettext_noop("over"),
    "published": gettext_noop("published"),
    "raised": gettext_noop("nobody has taken it"),
    "read": gettext_noop("read"),
    "released": gettext_noop("released"),
    "reserved": gettext_noop("reserved"),
    "running": gettext_noop("asked every day"),
    "saved": gettext_noop("saved"),
    "sent": gettext_noop("sent, no receipt yet"),
    "signed": gettext_noop("signed"),
    "silent": gettext_noop("not read"),
    "standing": gettext_noop("stood in for"),
    "stays": gettext_noop("the measure stays"),
    "symptoms": gettext_noop("has symptoms"),
    "there": gettext_noop("the patient was handed over"),
    "together": gettext_noop("no carer is away"),
    "told": gettext_noop("answered"),
    "void": gettext_noop("withdrawn"),
    "waiting": gettext_noop("waits for an answer"),
}
OF = {
    "decision": {"sent": gettext_noop("sent down as a directive")},
    "support": {"rest": gettext_noop("granted in part, the rest is owed")},
    "exception": {
        "open": gettext_noop("waits for a call"),
        "sent": gettext_noop("sent on to a clinic"),
        "closed": gettext_noop("call-back closed"),
    },
    "referral": {"emergency": gettext_noop("sent on in an emergency")},
    "request": {"waiting": gettext_noop("waits for a bed")},
    "need": {
        "carried": gettext_noop("taken over as a medicine taken every day"),
        "open": gettext_noop("still open"),
        "met": gettext_noop("the need is met"),
    },
    "ring": {"written": gettext_noop("written down")},
    "spoken": {"confirmed": gettext_noop("confirmed by the post")},
    "observation": {"sent": gettext_noop("sent on to a clinic")},
    "gate": {
        "free": gettext_noop("no measure asks for anything"),
        "unkept": gettext_noop("nobody stands at the gate"),
        "kept": gettext_noop("somebody stands at the gate"),
    },
    "gate_phone": {"lent": gettext_noop("lent to the gate"), "back": gettext_noop("no gate's any more")},
    "gate_register": {"lies": gettext_noop("lies sealed"), "erased": gettext_noop("erased")},
    "gate_list": {"lies": gettext_noop("lies in the cupboard"), "destroyed": gettext_noop("destroyed")},
    "certificate": {
        "proposed": gettext_noop("proposed, to be looked at"),
        "checked": gettext_noop("looked at, to be signed"),
        "lacking": gettext_noop("something is not in place"),
        "declined": gettext_noop("not certified"),
        "certified": gettext_noop("certified"),
        "suspended": gettext_noop("suspended"),
        "cancelled": gettext_noop("cancelled"),
        "ended": gettext_noop("taken back"),
    },
    "free_list": {
        "listed": gettext_noop("published by somebody else"),
        "running": gettext_noop("published every three days"),
    },
    "disinfection": {
        "waiting": gettext_noop("to be disinfected"),
        "done": gettext_noop("disinfected"),
        "not_done": gettext_noop("could not be disinfected"),
        "off": gettext_noop("not needed: no case"),
    },
    "manifest": {
        "received": gettext_noop("weighed at the plant"),
        "differs": gettext_noop("the plant weighed something else"),
        "explained": gettext_noop("the difference is explained"),
    },
    "cleanup": {"waiting": gettext_noop("called, not told of yet"), "partly": gettext_noop("a part is left")},
    "announcement": {"read": gettext_noop("read out")},
    "liaison": {
        "unnamed": gettext_noop("without a named contact"),
        "named": gettext_noop("has a named contact"),
        "refused": gettext_noop("wants no calls, asked every week"),
        "ended": gettext_noop("no longer needed"),
    },
    "call": {
        "running": gettext_noop("called every day"),
        "missed": gettext_noop("did not answer twice"),
        "lost": gettext_noop("not found, looked for"),
        "none": gettext_noop("no call is due"),
        "ended": gettext_noop("no longer needed"),
    },
    "remedy": {
        "enough": gettext_noop("nothing is being filled"),
        "asked": gettext_noop("asked of the pharmacy"),
        "brand": gettext_noop("another brand, asked of the doctor"),
        "out": gettext_noop("nothing from this pharmacy"),
        "ready": gettext_noop("ready at the pharmacy"),
        "on_way": gettext_noop("on its way to the door"),
        "at_door": gettext_noop("not handed over at the door"),
        "ended": gettext_noop("no longer needed"),
    },
    "script": {
        "waiting": gettext_noop("to be filled"),
        "ready": gettext_noop("filled"),
        "partly": gettext_noop("a part filled"),
        "brand": gettext_noop("the doctor is asked"),
        "allowed": gettext_noop("the doctor allowed the other brand"),
        "declined": gettext_noop("the doctor did not allow the other brand"),
        "out": gettext_noop("not in stock"),
        "dropped": gettext_noop("called off"),
    },
    "bag": {
        "empty": gettext_noop("not filled yet"),
        "packed": gettext_noop("sealed, at the pharmacy"),
        "carried": gettext_noop("with whoever carries it"),
        "taken": gettext_noop("taken over, sealed"),
        "unpaid": gettext_noop("taken over, not paid"),
        "not_opened": gettext_noop("nobody opened"),
        "seal_broken": gettext_noop("the seal is broken"),
        "refused": gettext_noop("they did not take it"),
        "returned": gettext_noop("back at the pharmacy"),
        "dropped": gettext_noop("called off"),
    },
    "lift": {
        "running": gettext_noop("driven again and again"),
        "urgent": gettext_noop("a car is wanted at once"),
        "planned": gettext_noop("has a car"),
        "over": gettext_noop("its last day is over"),
        "ended": gettext_noop("no longer driven"),
    },
    "drive": {
        "planned": gettext_noop("planned, to be confirmed"),
        "confirmed": gettext_noop("the driver comes"),
        "started": gettext_noop("on the way there"),
        "arrived": gettext_noop("there, to be fetched home"),
        "there": gettext_noop("there"),
        "back": gettext_noop("on the way home"),
        "home": gettext_noop("home again"),
        "failed": gettext_noop("the car does not come"),
        "nobody": gettext_noop("nobody came to the car"),
        "off": gettext_noop("not needed that day"),
    },
    "card": {
        "out": gettext_noop("out"),
        "unsigned": gettext_noop("back, a signature is missing"),
        "back": gettext_noop("back at its door"),
    },
    "market_alert": {
        "raised": gettext_noop("nobody has looked yet"),
        "looked": gettext_noop("looked at, to be decided"),
        "explained": gettext_noop("looked at, nothing to decide"),
        "decided": gettext_noop("decided upon"),
    },
    "price": {"quoted": gettext_noop("told")},
    "produce": {
        "reported": gettext_noop("to be offered"),
        "offered": gettext_noop("offered to delivery points"),
        "placed": gettext_noop("all of it is taken"),
    },
    "produce_offer": {
        "takes": gettext_noop("takes it"),
        "part": gettext_noop("takes a part"),
        "no": gettext_noop("cannot take it"),
    },
    "teammate": {
        "away": gettext_noop("not here today"),
        "absent": gettext_noop("cannot come"),
        "here": gettext_noop("here, without a duty yet"),
        "busy": gettext_noop("here, with a duty"),
        "idle": gettext_noop("here, with nothing to do"),
    },
}


def words(noun: str, state: str) -> str:
    """A state as the catalogue has it; empty for one that nobody gave words to: no code reaches a page."""
    return OF.get(noun, {}).get(state) or SHARED.get(state) or worded.CHOICES.get(state) or ""


def said(noun: str, state: str) -> str:
    """A state in the reader's language."""
    told = words(noun, state)
    return _(told) if told else ""
