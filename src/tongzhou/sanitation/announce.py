"""The text of the day, to be read aloud: what is said every day, and what is cleaned today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.ledger.time import zone
from tongzhou.measures import notice, register
from tongzhou.tables.policy import shipped


def by(day: dt.date) -> dt.datetime:
    """By when it is read on a day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(shipped("loudspeaker")["values"]["by"]), zone())


def text(works: Iterable[str], telephone: str = "", holds: Iterable[str] = ()) -> list[str]:
    """Its sentences in the reader's language. `works`: what is cleaned today; `telephone`: the community's, said
    twice in digits; `holds`: what of measures holds there today."""
    language = "en" if get_language() == "en" else "zh"
    texts = shipped("loudspeaker")["texts"]
    cleaned = ("; " if language == "en" else "，").join(texts["works"][work][language] for work in sorted(works))
    said = [texts["cleanup"][language].format(works=cleaned)] if cleaned else []
    daily = [one[language] for one in texts["daily"]]
    number = [texts["number"][language].format(number=telephone)] if telephone else []
    return [texts["greeting"][language], *said, *daily, *number, *holds, texts["closing"][language]]


def measures(place: int, now: dt.datetime) -> list[str]:
    """What holds there today, to be read aloud: which measure and until when, how often one may go out, and who passes
    the gate at once."""
    found = register.in_force(place, now)
    places = notice.places_of(found)
    told: list[str] = []
    for one in found:
        ends = notice.aloud(one.ends)
        told += [notice.title(one, places) + _("."), _("It ends by itself at %(until)s.") % {"until": ends},
                 notice.outing(one), notice.let_through(one.data)]  # fmt: skip
    return list(dict.fromkeys(sentence for sentence in told if sentence))
