"""What is true of a compound without property management: who looks after it, and until when."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import gettext_noop

from tongzhou.ledger.append import ASKS
from tongzhou.ledger.fold import Row, folds
from tongzhou.ledger.furniture import furnishes
from tongzhou.ledger.kinds import Fact
from tongzhou.sites.named import names_site, stands

furnishes("compound")(stands)


@folds(
    "compound",
    called=gettext_noop("compound"),
    settled={"kept": "somebody looks after it; that nobody does any more, coverage tells by the day"},
)
def fold_compound(key: str, facts: Sequence[Fact]) -> Row | None:
    """The last word of who looks after it."""
    last = facts[-1]
    data = {"keeper": last.body.keeper, "unit": last.body.unit, "until": last.body.until, "since": last.effective_at}
    return Row(last.place, last.effective_at, "kept", "counts", data)


ASKS["compound.taken_on"] = names_site("compound", {"compound"}, own=True)
