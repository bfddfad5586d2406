"""The law of duties: whatever is said of a noun, in any order, its state is settled or something is owed on it."""

from __future__ import annotations

import datetime as dt
import json
import typing
import uuid

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from samples import KEY, SPEAKING, key_of, sample

from tongzhou.ledger.fold import ENDING, FOLDS, SETTLED, fold
from tongzhou.ledger.kinds import KINDS, Behalf, Fact
from tongzhou.ledger.owed import tables
from tongzhou.pages.acts import ACTS

START = dt.datetime(2020, 2, 5, 9, tzinfo=dt.UTC)


@st.composite
def bodies(draw: st.DrawFn, kind: str) -> typing.Any:
    """The sample of a kind with any of its words in the fields that take one of a list, and what is optional left out
    at times."""
    body = json.loads(sample(kind))
    for one in msgspec.inspect.type_info(KINDS[kind].body).fields:  # type: ignore[union-attr]
        words = _words(one.type)
        if words:
            body[one.encode_name] = draw(st.sampled_from(words))
        elif not one.required and draw(st.booleans()):
            body.pop(one.encode_name, None)
    return KINDS[kind].decode(json.dumps(body).encode())


def _words(type: typing.Any) -> list[typing.Any]:
    if isinstance(type, msgspec.inspect.LiteralType):
        return list(type.values)
    return []


@st.composite
def stories(draw: st.DrawFn, noun: str) -> list[Fact]:
    kinds = draw(st.lists(st.sampled_from(SPEAKING[noun]), min_size=1, max_size=7))
    told = []
    for n, kind in enumerate(kinds):
        at = START + dt.timedelta(hours=draw(st.integers(0, 72)))
        id = KEY if n == 0 else uuid.UUID(int=KEY.int + n)
        behalf = Behalf("ward_nurse", 3) if noun == "spoken" else None
        by = draw(st.sampled_from([1, 2, None]))
        told.append(Fact(id, kind, 5, 6, 3, at, at, None, by, None, n, draw(bodies(kind)), None, behalf))
    return told


@pytest.mark.parametrize("noun", sorted(FOLDS))
def test_every_state_is_settled_or_owed(noun):
    if not SPEAKING[noun]:
        assert noun == "spoken", "no sample speaks of this noun"
        SPEAKING[noun] = ["ward.answered", "behalf.confirmed", "behalf.contested"]

    @settings(max_examples=60, deadline=None)
    @given(stories(noun))
    def law(story: list[Fact]) -> None:
        row = fold(f"{noun}/{key_of(noun)}", story)
        if row is not None:
            assert row.state in SETTLED[noun] or row.owed, f"{noun} is {row.state!r} and nobody owes anything"
            lasting = row.state in {*SETTLED[noun], *ENDING[noun]} or any(one.until is None for one in row.owed)
            assert lasting, f"{noun} is {row.state!r}, all that is owed in it ends, and nobody said so"

    law()


def test_every_entry_of_the_table_is_owed_by_some_fold_and_has_an_act():
    for table in tables():
        without = sorted(what for what in table.entries if what not in ACTS)
        assert without == ["count_stock", "count_ward", "hear_doors", "heed_warning", "unknown"] or set(without) <= {
            "count_stock", "count_ward", "hear_doors", "heed_warning", "unknown",
        }  # fmt: skip
        assert set(ACTS) <= set(table.entries)


def test_every_settled_state_says_why():
    assert all(len(why) > 8 for said in (SETTLED, ENDING) for states in said.values() for why in states.values())
