"""What becomes of an alert: somebody took it, or it was dealt with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Literal

from django.utils.translation import gettext_noop
from msgspec import Meta

from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.kinds import Body, Fact, kind
from tongzhou.ledger.owed import Owed
from tongzhou.ledger.ways import named

Key = Annotated[str, Meta(pattern=r"^[a-z_]+/[0-9]+/\d{4}-\d{2}-\d{2}$")]  # code, place, day it stands on


@kind(
    "alert.taken",
    called=gettext_noop("alert taken"),
    sees="counts",
    said_by=["epidemiologist", "duty_officer", "commander"],
    touches=[named("alert", lambda body: body.alert, at=lambda body: int(body.alert.split("/")[1]))],
)
class AlertTaken(Body, frozen=True):
    """Somebody looks into it, or has: then it is not raised again for this day."""

    alert: Key
    state: Literal["taken", "explained", "acted"] = "taken"


@folds("alert", called=gettext_noop("alert"), settled={"explained": "somebody said why", "acted": "somebody acted"})
def fold_alert(key: str, facts: Sequence[Fact]) -> Row | None:
    """The last word of each desk counts; who took it first owns it."""
    first, last = facts[0], facts[-1]
    data = {"by": first.by, "at": first.effective_at, "last_by": last.by, "last_at": last.effective_at}
    owed = [Owed("explain_alert", last.effective_at)] if last.body.state == "taken" else []
    return Row(last.place, last.effective_at, last.body.state, "counts", data, owed=owed)
