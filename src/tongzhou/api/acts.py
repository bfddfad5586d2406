"""Acts: what somebody can do about a thing that is owed, where they see it, without another page.

A work folder declares its acts beside its forms; the page of today draws them and says what they come to.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from django.http import QueryDict
from django.utils.translation import gettext as _

from tongzhou.ledger.kinds import Said
from tongzhou.people.scope import Holder


@dataclass(frozen=True)
class Given:
    """What an act is made from: the form as sent, the row it is about (its data, `key`, `place`, `state`), the desk
    that owes, the moment, and who acts."""

    form: QueryDict
    one: dict[str, Any]
    at: int
    now: dt.datetime
    holder: Holder


Choices = Callable[[dict[str, Any]], Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Field:
    """One thing that an act asks for. `words`: its choices as code → words of the catalogue; `offers`: choices that
    depend on the row."""

    name: str
    label: str
    sort: Literal["choice", "several", "number", "text"] = "choice"
    words: Mapping[str, str] = field(default_factory=dict)
    offers: Choices | None = None
    needed: bool = False
    size: int = 5
    first: bool = False  # the first choice stands chosen

    def choices(self, one: dict[str, Any]) -> list[tuple[str, str]]:
        told = [(code, _(words)) for code, words in self.words.items()]
        return [*told, *(self.offers(one) if self.offers else ())]


@dataclass(frozen=True)
class Act:
    """One button. `sends`: what it adds to the form; `grave`: what people regret, kept apart from its neighbours;
    `own`: only the post that owes first says it, nobody to whom it came up puts it into its mouth; `page`: where the
    work is done instead, where it needs a page of its own. `to`: what it is done to, in words; `carries`: what its
    author sees of that, sent with the form; `when`: offered only where this holds."""

    name: str
    label: str
    says: Callable[[Given], Sequence[Said]] | None = None
    fields: tuple[Field, ...] = ()
    sends: Mapping[str, str] = field(default_factory=dict)
    grave: bool = False
    own: bool = False
    page: Callable[[dict[str, Any]], str] | None = None
    to: Callable[[dict[str, Any]], str] | None = None
    carries: Callable[[dict[str, Any]], Mapping[str, str]] | None = None
    when: Callable[[dict[str, Any]], bool] | None = None

    def facts(self, given: Given) -> list[Said]:
        """What is said when the button is pressed."""
        assert self.says is not None
        form = given.form.copy()
        for name, value in self.sends.items():
            form[name] = value
        return list(self.says(Given(form, given.one, given.at, given.now, given.holder)))


ACTS: dict[str, tuple[Act, ...]] = {}
# What the lines of one duty are drawn with beside their rows, read once for a page: it fills the rows that it is given.
# A row's `told` holds sentences that stand on the line.
Reads = Callable[[Sequence[dict[str, Any]], Holder, dt.datetime], None]
READS: dict[str, Reads] = {}


def acts(what: str, *offered: Act, reads: Reads | None = None) -> None:
    """Register the acts by which a duty is done, the usual one first."""
    if what in ACTS:
        raise ValueError(f"{what} has acts already")
    ACTS[what] = offered
    if reads:
        READS[what] = reads


def chosen(words: Mapping[str, str], *codes: str) -> dict[str, str]:
    """These codes with their words, in this order."""
    return {code: words[code] for code in codes}
