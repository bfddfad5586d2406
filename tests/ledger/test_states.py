"""Every state of a row has words, so that no code reaches a page."""

from __future__ import annotations

import importlib
import pkgutil

import pytest

import tongzhou
from tongzhou.ledger import states, worded
from tongzhou.ledger.fold import ENDING, SETTLED


@pytest.fixture(scope="module", autouse=True)
def every_fold() -> None:
    for one in pkgutil.walk_packages(tongzhou.__path__, "tongzhou."):
        if one.name.rpartition(".")[2] in ("fold", "kinds", "saved", "aftercare", "spoken", "work", "trips", "driving"):
            importlib.import_module(one.name)


def test_every_state_that_a_fold_declares_has_words() -> None:
    declared = {(noun, state) for noun, known in SETTLED.items() for state in (*known, *ENDING[noun])}
    assert len(declared) > 70
    assert sorted((noun, state) for noun, state in declared if not states.words(noun, state)) == []


def test_a_noun_says_only_what_differs() -> None:
    assert states.words("request", "waiting") == "waits for a bed" != states.words("support", "waiting")
    same = {(noun, state) for noun, told in states.OF.items() for state, words in told.items()
            if states.SHARED.get(state) == words}  # fmt: skip
    assert same == set() and states.words("case", "no-such-state") == ""


def test_no_state_is_told_in_the_word_of_an_hour() -> None:
    """A pass is given; when it was given is another word, and in Chinese another sentence."""
    from tongzhou.waiting.fields import FIELDS

    hours = {words for name, words in FIELDS.items() if name.endswith("_at")}
    told = {*states.SHARED.values(), *(words for one in states.OF.values() for words in one.values())}
    assert told & hours <= {"called back", "ended"}, "one Chinese for both: 已回电, 已结束"


def test_no_state_is_told_in_the_word_of_a_choice_that_means_something_else() -> None:
    """A confirmed illness is not a word that its post confirmed."""
    ill = {word for word in ("confirmed", "suspected", "negative", "positive")}
    declared = {(noun, state) for noun, known in SETTLED.items() for state in known if state in ill}
    assert ("spoken", "confirmed") in declared
    same = {noun for noun, state in declared if states.words(noun, state) == worded.CHOICES[state]}
    assert same <= {"case", "contact", "person", "sample"}
