"""However a clock of a case stands, the list of cases says it in words."""

from __future__ import annotations

import datetime as dt

from tongzhou.cases.clocks import clocks
from tongzhou.cases.templatetags.cases import CLOCKS
from tongzhou.linelist.tables import clock_words
from tongzhou.rules.definition import DATA_ERROR, INSUFFICIENT, NEEDS_RULING

NOW = dt.datetime(2020, 3, 10, 9, tzinfo=dt.timezone(dt.timedelta(hours=8)))


def test_a_moment_that_is_still_to_come_does_not_stop_the_list():
    hour = dt.timedelta(hours=1)
    told = {"identified_at": NOW - hour, "reported_at": NOW + 3 * hour, "received_at": NOW + 4 * hour,
            "investigated_at": NOW + 9 * hour}  # fmt: skip
    found = clocks(told, NOW)
    assert "data_error" in {one.state for one in found} and all(clock_words(one) for one in found)
    assert {DATA_ERROR, INSUFFICIENT, NEEDS_RULING} <= CLOCKS.keys()
