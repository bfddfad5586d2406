"""The invented counties' prices say what their pages promise: one item to be decided upon, one to watch, one short."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from tongzhou.market import asks, twin, watch
from tongzhou.market.kinds import PriceQuoted

ZONE, LAST = ZoneInfo("Asia/Shanghai"), dt.date(2020, 3, 11)
IDS = {key: n for n, key in enumerate(("tz.county", "tz.dukou", "gj.qingshi", "gj.county"), 1)}


@pytest.mark.parametrize(
    ("county", "price", "stock"),
    [("tz", {"pork": "act", "cabbage": "watch"}, {"oil": "watch"}), ("gj", {"eggs": "watch"}, {})],
)
def test_what_is_told_calls_for_what_it_should(county: str, price: dict[str, str], stock: dict[str, str]) -> None:
    told = list(twin.story(twin.MARKETS[county], IDS, LAST, ZONE))
    quotes = [one for one in told if one.kind == "price.quoted"]
    assert all(asks.unlisted(PriceQuoted(**one.body)) is None for one in quotes)
    words = [
        watch.Told(str(one.id), one.at, 1, one.body["site"], (one.body["item"], one.body["grade"]),
                   one.body["fen"] / 100, None, one.body.get("stock"), one.body.get("days"), one.body["source"], None)
        for one in sorted(quotes, key=lambda one: one.at)
    ]  # fmt: skip
    lines = watch.lines(words, twin.EVENT, LAST, "420111")
    assert {line.good[0]: line.level for line in lines if line.level != "no_alert"} == price
    assert {line.good[0]: line.stock for line in lines if line.stock != "no_alert"} == stock
    assert all(one.at < dt.datetime(2020, 3, 11, 9, tzinfo=ZONE) for one in told), "the demonstration's clock"
    yesterday = watch.lines(words, twin.EVENT, LAST - dt.timedelta(days=1), "420111")
    raised = [one for one in told if one.kind == "market.alerted"]
    assert {one.body["item"] for one in raised} == {line.good[0] for line in yesterday if line.level == "act"}


def test_it_is_the_same_each_time() -> None:
    one, again = (list(twin.story(twin.MARKETS["tz"], IDS, LAST, ZONE)) for _ in range(2))
    assert one == again and len({line.id for line in one}) == len(one)
