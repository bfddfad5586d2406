"""A plan that a named human signed: by which engine, how good, from which tables; the plan itself is a file."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.dated import Day
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import Body, Fact, kind
from tongzhou.ledger.ways import founds

PLANNERS = ("commander", "duty_officer", "supply_officer", "dispatcher", "community_lead")
Count = Annotated[int, Meta(ge=0)]
Digest = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$")]


@kind(
    "plan.signed",
    called=gettext_noop("plan signed by a named human"),
    sees="counts",
    said_by=[*PLANNERS],
    touches=[founds("plan")],
)
class PlanSigned(Body, frozen=True):
    """Somebody took a proposal over. What it costs and its bound are in thousandths of the engine's unit."""

    engine: Literal["liaison", "beds", "supplies", "rounds", "rosters", "journeys"]
    day: Day
    plan: Digest  # SHA-256 of the plan as it was shown
    tables: Digest  # SHA-256 of what it was made from
    rows: Count
    unplanned: Count
    objective_thousandths: int
    bound_thousandths: int | None = None
    feasible: bool = True


@folds(
    "plan", called=gettext_noop("plan"), settled={"signed": "a signed plan: its visits are tasks and needs, which owe"}
)
def fold_plan(key: str, facts: Sequence[Fact]) -> Row | None:
    """Signed once; a further word on the same subject changes nothing."""
    first = facts[0]
    said: PlanSigned = first.body
    data = {name: getattr(said, name) for name in said.__struct_fields__} | {"by": first.by}
    return Row(first.place, first.effective_at, "signed", "counts", data)
