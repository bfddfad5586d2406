"""The words of every state of a row, said once: pages, receipts, papers and explanations read them here.

A state that means the same wherever it stands has one word; a noun says only what differs.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tongzhou.ledger import worded

SHARED = {
    "accepted": gettext_noop("the ward takes the patient"),
    "admitted": gettext_noop("lies there"),
    "assigned": gettext_noop("signed, the ward has not answered"),
    "called_back": gettext_noop("called back"),
    "cleaning": gettext_noop("to be cleaned"),
    "closed": gettext_noop("closed"),
    "closing": gettext_noop("closing"),
    "ended": gettext_noop("ended"),
    "free": gettext_noop("free"),
    "general": gettext_noop("general contact"),
    "left": gettext_noop("left"),
    "made": gettext_noop("on the way"),
    "merged": gettext_noop("entered twice"),
    "observed": gettext_noop("under observation"),
    "occupied": gettext_noop("occupied"),
    "open": gettext_noop("running"),
    "over": gettext_noop("over"),
    "read": gettext_noop("read"),
    "released": gettext_noop("released"),
    "reserved": gettext_noop("reserved"),
    "running": gettext_noop("asked every day"),
    "sent": gettext_noop("sent, no receipt yet"),
    "silent": gettext_noop("not read"),
    "symptoms": gettext_noop("has symptoms"),
    "void": gettext_noop("withdrawn"),
    "waiting": gettext_noop("waits for an answer"),
}
OF = {
    "exception": {"open": gettext_noop("waits for a call"), "closed": gettext_noop("call-back closed")},
    "referral": {"emergency": gettext_noop("sent on in an emergency")},
    "request": {"waiting": gettext_noop("waits for a bed")},
    "need": {"open": gettext_noop("still open"), "met": gettext_noop("the need is met")},
    "observation": {"sent": gettext_noop("sent on to a clinic")},
}


def words(noun: str, state: str) -> str:
    """A state as the catalogue has it; one that nobody gave words to stands as it is."""
    return OF.get(noun, {}).get(state) or SHARED.get(state) or worded.CHOICES.get(state) or state


def said(noun: str, state: str) -> str:
    """A state in the reader's language."""
    return _(words(noun, state))
