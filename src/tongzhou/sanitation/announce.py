"""The text of the day, to be read aloud: what is said every day, and what is cleaned today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from django.utils.translation import get_language

from tongzhou.ledger.time import zone
from tongzhou.tables.policy import shipped


def by(day: dt.date) -> dt.datetime:
    """By when it is read on a day."""
    return dt.datetime.combine(day, dt.time.fromisoformat(shipped("loudspeaker")["values"]["by"]), zone())


def text(works: Iterable[str]) -> list[str]:
    """Its sentences in the reader's language. `works`: what is cleaned today."""
    language = "en" if get_language() == "en" else "zh"
    texts = shipped("loudspeaker")["texts"]
    cleaned = ("; " if language == "en" else "，").join(texts["works"][work][language] for work in sorted(works))
    said = [texts["cleanup"][language].format(works=cleaned)] if cleaned else []
    daily = [one[language] for one in texts["daily"]]
    return [texts["greeting"][language], *said, *daily, texts["closing"][language]]
