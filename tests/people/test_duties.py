"""What is owed has words in both languages, whatever edition of the table it stands in."""

from __future__ import annotations

from typing import get_args, get_type_hints

from django.urls import Resolver404, resolve
from django.utils.translation import override

from tongzhou.ledger.owed import LEVELS, tables
from tongzhou.ledger.words import OwedHindered
from tongzhou.ledger.work import WORK
from tongzhou.people import duties
from tongzhou.people.roles import NAMES


def said(word: str, *given: str) -> tuple[str, str]:
    told = []
    for language in ("en", "zh-hans"):
        with override(language):
            told.append(getattr(duties, word)(*given))
    return told[0], told[1]


def han(text: str) -> bool:
    return any("\u4e00" <= sign <= "\u9fff" for sign in text)


def test_every_entry_of_every_edition_has_words_in_both_languages():
    entries = {what for table in tables() for what in (*table.entries, *table.rounds)}
    assert all(duties.named(what) for what in entries), entries - duties.NAMED.keys()
    declared = {what for what, item in WORK.items() if item.do}
    for what in duties.NAMED.keys() | declared:
        english, chinese = said("words_of", what)
        assert english.isascii() and 4 < len(english) <= 45, what
        assert han(chinese) and len(chinese) <= 14 and not any(sign.isascii() for sign in chinese), what
        assert "_" not in english + chinese
    assert len({one.words for one in duties.NAMED.values()}) == len(duties.NAMED)


def test_every_reason_that_can_be_said_has_words():
    reasons = get_args(get_type_hints(OwedHindered)["reason"])
    assert set(reasons) == duties.HINDERED.keys()
    assert all(han(said("because", reason)[1]) and said("because", reason)[0].isascii() for reason in reasons)


def test_every_post_that_owes_has_a_name():
    owing = {one.role for table in tables() for one in table.entries.values()}
    owing |= {rung.role for table in tables() for one in table.entries.values() for rung in one.ladder}
    assert owing <= NAMES.keys() | {"desk"}
    assert said("post_at", "community_doctor", "同舟里") == ("community doctor, 同舟里", "社区医生，同舟里")
    assert said("post_at", "desk", "洪区") == ("duty desk, 洪区", "值班台，洪区")


def test_every_level_of_a_ladder_has_a_name():
    assert set(LEVELS) == duties.LEVELS.keys() and all(han(said("level_of", level)[1]) for level in LEVELS)


def test_every_page_of_a_duty_is_there():
    missing = set()
    pages = {one.page for one in duties.NAMED.values()} | {item.page for item in WORK.values() if item.page}
    for page in pages - {duties.TODAY}:
        try:
            resolve(page.partition("#")[0])
        except Resolver404:
            missing.add(page)
    assert missing == set()
