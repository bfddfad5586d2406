"""Whatever stands in `given`, a rule answers: it proposes, asks, or complains; it never falls over."""

import re
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tongzhou import rules
from tongzhou.rules.cases import read_cases
from tongzhou.rules.definition import DEFINITIONS
from tongzhou.rules.load import case_files

SOURCES = Path(rules.__file__).parent / "definitions"
# Every word a definition reads from its inputs, taken from the code so that a new one is tried too.
NAMES = sorted(set(re.findall(r'"([a-z][a-z0-9_]+)"', "".join(p.read_text() for p in SOURCES.glob("*.py")))))
JUNK = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 400),
    st.floats(),
    st.text(max_size=6),
    st.dates(),
    st.datetimes(),
    st.sampled_from(["2020-03-10", "2020-03-10T23:30", "2020-03-10T24:00", "2020-02-30", "high", "unknown", "<5"]),
    st.just(date.max),
    st.lists(st.none() | st.integers(-1, 60) | st.text(max_size=4), max_size=4),
    st.dictionaries(
        st.sampled_from(["2020-03-05", "E1", "C1", "igg", "x"]), st.none() | st.integers(-1, 9), max_size=3
    ),
)
WORKED = [case for path in case_files(rules.RULEBOOKS) for case in read_cases(path)[0]]


@pytest.mark.parametrize("rule_id", sorted(DEFINITIONS))
@settings(max_examples=25, deadline=None)
@given(data=st.data())
def test_a_rule_answers_whatever_it_is_given(rule_id, data):
    own = [case.given for case in WORKED if case.rule == rule_id]
    base = data.draw(st.sampled_from(own))
    spoiled = data.draw(st.dictionaries(st.sampled_from(sorted(base) + NAMES), JUNK, max_size=4))
    dropped = data.draw(st.sets(st.sampled_from(sorted(base) or ["-"]), max_size=2))
    inputs = {name: value for name, value in (base | spoiled).items() if name not in dropped}
    found = rules.evaluate(rules.book(), rule_id, inputs)
    assert found.reason_en and found.reason_zh
    assert (found.outcome == "insufficient_data") == bool(found.missing)


@settings(max_examples=200, deadline=None)
@given(cumulative=st.integers(0, 120), cluster=st.booleans(), new=st.integers(0, 130))
def test_a_risk_level_never_contradicts_the_thresholds(cumulative, cluster, new):
    found = rules.evaluate(
        rules.book(),
        "RISK-01",
        {"as_of": date(2020, 3, 10), "cumulative": cumulative, "cluster_14d": cluster, "new_14d": new},
    )
    if new > cumulative or (cluster and new == 0):
        assert found.outcome == "data_error"
    elif found.outcome == "high":
        assert cumulative > 50 and cluster and new
    elif found.outcome == "medium":
        assert new and (cumulative <= 50 or not cluster)
    else:
        assert found.outcome == "low" and new == 0


def test_a_day_at_the_end_of_the_calendar_is_an_error_not_a_crash():
    for rule_id, inputs in (
        ("CC-E6", {"last_exposure": date.max}),
        ("CLK-01", {"start": "9999-12-31T23:30"}),
    ):
        found = rules.evaluate(rules.book(), rule_id, inputs | {"now": "9999-12-31T23:59"})
        assert found.outcome == "data_error"
