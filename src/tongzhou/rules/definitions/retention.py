"""How long personal data are kept (KEEP)."""

from __future__ import annotations

from datetime import timedelta

from tongzhou.rules.evaluate import Proposal, rule
from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.pack import Pack


@rule("KEEP", judged_on=("from",))
def keep(given: Given, pack: Pack) -> Proposal:
    """A sort that has no term asks for a person's decision: nothing is thrown away for want of a number."""
    sort, since, today = given.word("sort"), given.day("from"), given.day("today")
    given.need(sort=sort, **{"from": since}, today=today)
    assert sort is not None and since is not None and today is not None
    if sort not in pack.parameters:
        raise Insufficient("sort")
    ends = since + timedelta(days=pack.whole(sort))
    state = "ended" if today >= ends else "kept"
    return Proposal({"ends": str(ends), "state": state}, f"kept until {ends}", f"保存至 {ends}")
