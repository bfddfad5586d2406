"""Any facts, any order, sent twice: what was kept up equals a rebuild from nothing, and arrival order does not
matter."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid

import pytest
import world
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests_support import fresh_database

from tongzhou.ledger import door, follow
from tongzhou.ledger.rebuild import rebuild

pytestmark = pytest.mark.postgres
_names = itertools.count()

STATES = st.sampled_from(["well", "unwell", "no_answer"])
CHANNELS = st.sampled_from(["page", "phone", "paper", "door"])
HOURS = st.integers(-72, 12)
IDS = [uuid.UUID(int=(0x0170_C000_0000 << 80) | (7 << 76) | (2 << 62) | n) for n in range(40)]


@st.composite
def stories(draw):
    """Up to 30 facts about few households, so that they meet; some correct others, some contradict."""
    facts = []
    for n in range(draw(st.integers(1, 30))):
        at = world.NOW + dt.timedelta(hours=draw(HOURS))
        corrects = IDS[(n + draw(st.integers(1, 39))) % 40] if draw(st.integers(0, 4)) == 0 else None  # never itself
        kind = draw(
            st.sampled_from(["heard", "heard", "heard", "raised", "called", "closed", "withdrawn", "need", "met"])
        )
        other = str(IDS[draw(st.integers(0, 39))])
        household = draw(st.sampled_from([1, 2, 41]))
        if kind == "heard":
            facts.append(world.heard(household, draw(STATES), draw(CHANNELS), at=at, id=IDS[n], corrects=corrects))
        elif kind == "raised":
            concerns = draw(st.sets(st.sampled_from(["fever", "breathless", "alone", "newcomer", "need"]), min_size=1))
            facts.append(
                world.said(
                    "exception.raised",
                    {"household": household, "concerns": sorted(concerns)},
                    place=6,
                    at=at,
                    id=IDS[n],
                    corrects=corrects,
                )
            )
        elif kind == "called":
            facts.append(
                world.said(
                    "exception.called_back", {"exception": other, "outcome": "reached"}, place=6, at=at, id=IDS[n]
                )
            )
        elif kind == "closed":
            facts.append(
                world.said(
                    "exception.closed",
                    {"exception": other, "outcome": draw(st.sampled_from(["well", "in_care"]))},
                    place=6,
                    at=at,
                    id=IDS[n],
                )
            )
        elif kind == "need":
            facts.append(
                world.said(
                    "need.stated",
                    {"household": household, "items": {"food": 1}},
                    place=6,
                    at=at,
                    id=IDS[n],
                    corrects=corrects,
                )
            )
        elif kind == "met":
            facts.append(world.said("need.met", {"need": other}, place=6, at=at, id=IDS[n]))
        else:
            facts.append(world.said("fact.withdrawn", {}, place=6, at=at, id=IDS[n], corrects=corrects or IDS[n - 1]))
    return facts


@pytest.fixture(scope="module")
def furnished(server):
    with fresh_database(server, f"{server}_kept") as name:
        world.furnish(simulated=True)
        yield name


def snapshot():
    """Everything folded, without the times of knowledge, and without rows and tallies that say nothing."""
    with door.ledger() as connection:
        days = connection.execute(
            "select day, household, place, state, channel, fact from community_household_day where state <> 0 "
            "order by 1, 2"
        ).fetchall()
        rows = connection.execute(
            # Persons get their numbers as they come: in another order others have them. Rebuilt, they are the same.
            "select noun, key, place, state, sees, data::text, counts::text from ledger_row where state <> 'void' "
            "and noun not in ('person', 'block') order by 1, 2"
        ).fetchall()
        names = (
            "heard, well, unwell, no_answer, by_page, by_phone, by_paper, by_door, exceptions, fever, "
            "breathless, alone, newcomers, needs"
        )
        tallies = connection.execute(
            f"select day, place, {names} from ledger_tally where ({names}) <> (0,0,0,0,0,0,0,0,0,0,0,0,0,0) order "
            f"by 1, 2"
        ).fetchall()
        rolls = connection.execute(
            f"select day, place, {names} from ledger_roll where ({names}) <> (0,0,0,0,0,0,0,0,0,0,0,0,0,0) order "
            f"by 1, 2"
        ).fetchall()
        conflicts = connection.execute("select noun, key, question from ledger_conflict order by 1, 2").fetchall()
    return days, rows, tallies, rolls, conflicts


def tell(template, facts, seed):
    """Send facts in batches of random size in a random order, some of them twice; return what came of it."""
    dice = random.Random(seed)
    order = facts + dice.sample(facts, len(facts) // 3)
    dice.shuffle(order)
    with fresh_database(template, f"{template}_{next(_names)}"):
        while order:
            size = dice.randint(1, 8)
            world.say(*order[:size])
            order = order[size:]
        follow.catch_up()
        kept = snapshot()
        result = rebuild()
        assert result.unchanged, result
        assert snapshot() == kept
        with door.ledger() as connection:
            said = "select count(*) from ledger_fact f join ledger_append a on a.id = f.append where a.origin = 'said'"
            assert connection.execute(said).fetchone() == (len({f.id for f in facts}),)
            assert connection.execute("select count(*) from ledger_dead_letter").fetchone() == (0,)
    return kept


# Shrinking would make a database for every step: a failing story is printed whole instead.
@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
)
@given(stories(), st.integers(0, 2**32), st.integers(0, 2**32))
def test_any_order_any_repetition_one_truth(furnished, facts, first, second):
    assert tell(furnished, facts, first) == tell(furnished, facts, second)
