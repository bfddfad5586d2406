"""In which language somebody wrote a sentence, and what is said where the reader's is not among them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ENGLISH = re.compile(r"(?:\b[A-Za-z]{2,}\b\W+){2,}\b[A-Za-z]{2,}\b")


def languages(text: str) -> set[str]:
    """Chinese, English or both: what a reader of which language can read of it."""
    chinese = bool(_CHINESE.search(text))
    found = {"zh"} if chinese else {"en"}
    return found | {"en"} if _ENGLISH.search(text) else found


def reader() -> str:
    return "zh" if (get_language() or "").startswith("zh") else "en"


def own(text: str) -> str:
    """Of a sentence that was written in both languages, Chinese / English, the reader's; any other as it stands."""
    chinese, bar, english = text.rpartition(" / ")
    if not bar or not _CHINESE.search(chinese) or _CHINESE.search(english) or not re.search("[A-Za-z]{2}", english):
        return text
    return chinese if reader() == "zh" else english


def marked(text: str) -> str:
    """The sentence in the reader's language where it was written in both, marked with the language in which it is
    written, so that it is read aloud rightly."""
    text = own(text)
    found = languages(text)
    return format_html('<span lang="{}">{}</span>', reader() if reader() in found else min(found), text)


def only(*texts: str | None) -> str:
    """That these sentences stand in the other language alone; nothing where the reader's is among those of each."""
    missed = [text for text in texts if text and reader() not in languages(text)]
    if not missed:
        return ""
    return _("Written in Chinese only.") if reader() == "en" else _("Written in English only.")


def written(text: str) -> str:
    """The sentence with its language, and that it stands in that one alone where the reader's is another."""
    missed = only(text)
    return format_html('{} <small class="sub">{}</small>', marked(text), missed) if missed else marked(text)


def asked(data: Mapping[str, Any]) -> str:
    """What a measure asks, in the words of whoever decided it: in the reader's language where they wrote it so."""
    told: str = data["text"]
    other = data.get("translation")
    return other if other and reader() not in languages(told) and reader() in languages(other) else own(told)
