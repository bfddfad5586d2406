"""A walk over every page that each of the staff reaches: no word of code in Chinese, no Chinese beside English."""

from __future__ import annotations

import html as entities
import re

import pytest
import world

from tongzhou.console.nav import links

pytestmark = pytest.mark.postgres

# Units, names of standards and programs, and what is called the same in both languages.
ALLOWED = {"tongzhou", "english", "excel", "spo2", "json", "csv", "xlsx", "http", "https", "sha256", "mpa"}
CODE = re.compile(r"[A-Za-z_]{4,}")
STANDARD = re.compile(r"\b(GB|YY|WS|ISO)[ /T]*[0-9.-]+|\b[A-Z]{2,}(-[A-Z0-9]+)+\b")  # of goods, and rules by their name
HAN = re.compile(r"[\u4e00-\u9fff]+")


def _texts(page: str) -> str:
    """What somebody reads: without scripts, addresses, what is marked as another language, and names of files."""
    body = page.partition('<main id="main">')[2].partition("</main>")[0]
    body = re.sub(r"<(script|style|code|pre|kbd|cite)\b.*?</\1>", " ", body, flags=re.DOTALL)
    body = re.sub(r'<([a-z]+)\b[^>]*\blang="[^"]*"[^>]*>.*?</\1>', " ", body, flags=re.DOTALL)
    return entities.unescape(re.sub(r"<[^>]+>", " ", body))


def _names() -> set[str]:
    """Names of people and places, which are not translated."""
    return {name for _id, _up, _level, _code, zh, en in world.PLACES for name in (zh, en)} | {
        first for first, _held in world.STAFF.values()
    }


def _filled() -> None:
    """A little of everything, so that pages have rows."""
    world.say(
        world.said("exception.raised", {"household": 1, "concerns": ["fever", "alone"], "temp10": 390}, place=6),
        world.said("need.stated", {"household": 2, "items": {"food": 1, "medicine": 1}}, place=6),
        world.said("task.set", {"what": "visit", "household": 3}, place=6),
        world.said(
            "case.identified", {"classification": "suspected", "age": 41, "sex": "female", "dependants": True}, place=3
        ),
        world.said("stock.counted", {"place": 2, "item": "coverall", "usable": 10, "need": 20}, place=2),
        world.said("support.requested", {"what": "staff", "text": "支援护士", "urgency": "urgent"}, place=3),
        world.said(
            "directive.issued",
            {"what": "service", "text": "逐户问到", "to": [2], "due": "2020-03-11T18:00:00+08:00"},
            place=1,
        ),
    )


def _walk(who: str, language: str) -> dict[str, str]:
    """Every page behind the navigation that is there for somebody."""
    found = {}
    browser = world.client(who, language)
    for _group, href, *_rest in links():
        answer = browser.get(href, follow=True)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            found[href] = _texts(answer.content.decode())
    return found


@pytest.mark.parametrize("who", ["zhao", "lead", "doctor", "lin", "sun", "mei", "wu", "tang", "nurse"])
def test_no_code_stands_on_a_page_in_either_language(staff: dict[str, int], who: str) -> None:
    _filled()
    names = _names()
    foreign = []
    for href, text in _walk(who, "zh-hans").items():
        plain = STANDARD.sub(" ", text)
        words = {word for word in CODE.findall(plain) if word.lower() not in ALLOWED and word not in names}
        foreign += [f"zh {href}: {word}" for word in sorted(words)]
    for href, text in _walk(who, "en").items():
        words = {word for word in HAN.findall(text) if word not in names and "支援" not in word and "逐户" not in word}
        foreign += [f"en {href}: {word}" for word in sorted(words)]
    assert not foreign, "\n".join(foreign)
