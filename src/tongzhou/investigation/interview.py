"""The interview form: its lines are data (rulebooks/forms/case_interview.yaml), each asked once."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml
from django.utils.translation import get_language

FORM = Path(__file__).resolve().parents[3] / "rulebooks/forms/case_interview.yaml"


@dataclass(frozen=True)
class Line:
    """One line: what is asked, and what may be answered (`choices`: code → words; a day or a number otherwise)."""

    id: str
    zh: str
    en: str
    answer: str  # choice, day or number
    choices: tuple[tuple[str, str, str], ...] = ()

    def __str__(self) -> str:
        return self.en if get_language() == "en" else self.zh

    def worded(self, answer: str) -> str:
        """An answer's code in the reader's language."""
        found = next(((zh, en) for code, zh, en in self.choices if code == answer), (answer, answer))
        return found[1] if get_language() == "en" else found[0]

    @property
    def offered(self) -> list[tuple[str, str]]:
        english = get_language() == "en"
        return [(code, en if english else zh) for code, zh, en in self.choices]

    def accepts(self, answer: str) -> bool:
        if self.answer == "choice":
            return any(code == answer for code, _zh, _en in self.choices)
        if self.answer == "number":
            return answer.isdecimal() and len(answer) <= 3
        try:
            dt.date.fromisoformat(answer)
        except ValueError:
            return False
        return True


@cache
def lines() -> tuple[Line, ...]:
    return tuple(
        Line(
            one["id"],
            one["zh"],
            one["en"],
            one["answer"],
            tuple((code, words[0], words[1]) for code, words in one.get("choices", {}).items()),
        )
        for one in yaml.safe_load(FORM.read_text())["lines"]
    )
