"""What published figures mean: the last publication of a unit's day holds, the earlier ones stay as history."""

from __future__ import annotations

from collections.abc import Sequence

from tongzhou.command.kinds import BulletinPublished
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import Fact


@folds("bulletin")
def fold_bulletin(key: str, facts: Sequence[Fact]) -> Row | None:
    ordered = sorted(facts, key=lambda fact: (fact.body.published_on, fact.order))
    latest = ordered[-1]
    said: BulletinPublished = latest.body
    history = [
        {"published_on": f.body.published_on, "confirmed": f.body.confirmed, "cured": f.body.cured, "dead": f.body.dead}
        for f in ordered[:-1]
    ]
    return Row(
        latest.place,
        latest.effective_at,
        "published",
        "public",
        {
            "unit": said.unit,
            "day": said.day,
            "confirmed": said.confirmed,
            "cured": said.cured,
            "dead": said.dead,
            "published_on": said.published_on,
            "source": said.source,
            "note": said.note,
            "fact": str(latest.id),
            "history": history,
        },
    )
