"""Whose a subject is: the person that its founding fact names, or one that is derived from the fact.

Facts from before there were persons, and those of programs that name none, are of a person whose key is made from the
subject: the same at every fold. `founding.py` founds that person, and joins it to the one that the subject before it
in the patient's way belongs to.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import lru_cache
from typing import Any

NAMESPACE = uuid.UUID("8f0f2f0e-53d2-5c9b-9a5f-0d6c1d7a4b36")
ILL = frozenset({"fever", "breathless"})  # concerns of a person; the others are the household's


@lru_cache(maxsize=10_000)  # a subject is folded again and again while it is worked on
def derived(subject: str) -> str:
    """The key of the person of a subject that names none."""
    return str(uuid.uuid5(NAMESPACE, subject))


def _raised(key: str, body: Any) -> str | None:
    return derived(f"exception/{key}") if body.concerns & ILL else None


def _referred(key: str, body: Any) -> str | None:
    return derived(f"exception/{body.exception}" if body.exception else f"referral/{key}")


def _identified(key: str, body: Any) -> str | None:
    return derived(f"referral/{body.referral}" if body.referral else f"case/{key}")


def _requested(key: str, body: Any) -> str | None:
    return derived(f"case/{body.case}" if body.case else f"request/{key}")


def _named(key: str, body: Any) -> str | None:
    return derived(f"contact/{key}")


def _depends(key: str, body: Any) -> str | None:
    return derived(f"dependant/{key}")


def _takes(key: str, body: Any) -> str | None:
    return derived(f"remedy/{key}")


def _rides(key: str, body: Any) -> str | None:
    return derived(f"lift/{key}")


# Founding kinds: how the person follows from the body, and the subject before it in the person's way.
_OF: dict[str, Callable[[str, Any], str | None]] = {
    "exception.raised": _raised,
    "referral.made": _referred,
    "case.identified": _identified,
    "bed.requested": _requested,
    "contact.named": _named,
    "dependant.stated": _depends,
    "remedy.wanted": _takes,
    "lift.wanted": _rides,
}
BEFORE = {"referral.made": "exception", "case.identified": "referral", "bed.requested": "case"}
FOUNDING = tuple(_OF)
# The nouns whose rows carry the person of a founding fact.
NOUNS = {
    "exception.raised": ("exception",),
    "referral.made": ("referral",),
    "case.identified": ("case",),
    "bed.requested": ("request", "aftercare"),
    "contact.named": ("contact", "observation"),
    "remedy.wanted": ("remedy",),
    "lift.wanted": ("lift",),
    "dependant.stated": (),  # a home's row holds several persons
}


def person_of(kind: str, key: str, body: Any) -> str | None:
    """The person of the subject `key` that a founding fact founds; None where it is nobody's in particular."""
    named: str | None = body.person
    return named or _OF[kind](key, body)
