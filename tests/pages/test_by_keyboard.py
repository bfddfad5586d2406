"""Every page behind the navigation can be read aloud and used without a mouse: names, labels, one heading, no order of
focus of its own, colours that can be read."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path

import pytest
import world

from tongzhou.console.nav import LINKS

ROOT = Path(__file__).resolve().parents[2] / "src/tongzhou"
FIELDS, SILENT = {"input", "select", "textarea"}, {"hidden", "submit", "button"}


class Heard(HTMLParser):
    """What somebody hears of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.lang, self.headings = "", 0
        self.ids: list[str] = []
        self.labelled: set[str] = set()
        self.fields: list[dict[str, str]] = []
        self.wrong: list[str] = []
        self.within_label = 0
        self.named: list[tuple[dict[str, str], list[str]]] = []  # open buttons and links, with their words

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "html":
            self.lang = given.get("lang", "")
        if tag == "h1":
            self.headings += 1
        if "id" in given:
            self.ids.append(given["id"])
        if int(given.get("tabindex", "0")) > 0:
            self.wrong.append(f"its own order of focus: {given}")
        if tag == "label":
            self.within_label += 1
            self.labelled.add(given.get("for", ""))
        if tag in FIELDS and given.get("type") not in SILENT and not self.within_label:
            self.fields.append(given)
        if tag in ("button", "a", "summary"):
            self.named.append((given, [given.get("aria-label", "") + given.get("title", "")]))
        if tag in ("img", "svg") and self.named:
            self.named[-1][1].append(given.get("alt", "") + given.get("aria-label", ""))

    def handle_data(self, data: str) -> None:
        if self.named:
            self.named[-1][1].append(data)

    def handle_endtag(self, tag: str) -> None:
        if tag == "label":
            self.within_label -= 1
        if tag in ("button", "a", "summary") and self.named:
            given, words = self.named.pop()
            if not "".join(words).strip():
                self.wrong.append(f"{tag} without a name: {given}")

    def faults(self) -> list[str]:
        found = list(self.wrong)
        if self.lang not in ("en", "zh-hans"):
            found.append(f"language {self.lang!r}")
        if self.headings != 1:
            found.append(f"{self.headings} headings of the page")
        found += [f"id {one} twice" for one in set(self.ids) if self.ids.count(one) > 1]
        for given in self.fields:
            if not (given.get("aria-label") or given.get("id") in self.labelled):
                found.append(f"no label: {given}")
        return found


@pytest.mark.postgres
@pytest.mark.parametrize("who", ["lead", "doctor", "lin", "sun", "wu", "tang"])
def test_every_page_is_named_labelled_and_in_its_own_order(staff: dict[str, int], who: str) -> None:
    world.say(
        world.said("exception.raised", {"household": 1, "concerns": ["fever", "alone"], "temp10": 390}, place=6),
        world.said("need.stated", {"household": 2, "items": {"food": 1, "medicine": 1}}, place=6),
        world.said("case.identified", {"classification": "suspected", "age": 41, "sex": "female"}, place=3),
        world.said("support.requested", {"what": "staff", "text": "支援护士", "urgency": "urgent"}, place=3),
    )
    browser, found = world.browser(who), {}
    own = ["/doorway/paper", "/doorway/slips", "/plan/visits", "/plan/rounds"] if who == "lead" else ["/h/", "/login"]
    for href in [*(href for _group, href, *_rest in LINKS if href != "/doorway/"), *own]:
        answer = browser.get(href, follow=True)
        if answer.status_code == 200 and answer.get("Content-Type", "").startswith("text/html"):
            heard = Heard()
            heard.feed(answer.content.decode())
            if faults := heard.faults():
                found[href] = faults
    assert not found, found


def _tokens(*files: str) -> dict[str, str]:
    css = "".join((ROOT / one).read_text() for one in files)
    return dict(re.findall(r"--([\w-]+):\s*(#[0-9a-f]{3,6})\b", css))


def _light(colour: str) -> float:
    digits = colour.lstrip("#")
    digits = "".join(2 * one for one in digits) if len(digits) == 3 else digits
    parts = [int(digits[n : n + 2], 16) / 255 for n in (0, 2, 4)]
    red, green, blue = (one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4 for one in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((_light(one), _light(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


PAIRS = [("ink", "paper"), ("ink", "ground"), ("soft", "paper"), ("soft", "ground"), ("brand", "paper"),
         ("brand", "tint"), ("paper", "brand"), ("on-brand", "brand"), ("now", "paper"), ("now", "now-bg"),
         ("soon", "soon-bg"), ("well", "well-bg")]  # fmt: skip


def test_the_colours_of_words_can_be_read_on_their_grounds() -> None:
    desk = _tokens("console/static/console/console.css", "pages/static/pages/parts.css")
    for words, ground in PAIRS:
        assert contrast(desk[words], desk[ground]) >= 4.5, (words, ground, desk[words], desk[ground])
    phone = _tokens("doorway/static/doorway/doorway.css")
    for words, ground in [("ink", "ground"), ("soft", "ground"), ("soft", "paper"), ("brand", "paper"),
                          ("well", "well-bg"), ("unwell", "unwell-bg"), ("bad", "paper")]:  # fmt: skip
        assert contrast(phone[words], phone[ground]) >= 4.5, (words, ground)
