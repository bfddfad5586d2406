"""What a household is told of its gate: that a pass is asked for, how often somebody may go, what needs no pass."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tongzhou.gates import demand
from tongzhou.gates.queries import GATE
from tongzhou.ledger.time import local_day
from tongzhou.measures import notice
from tongzhou.pages.telling import Applies, Home, Part, tells
from tongzhou.sites import queries as sites
from tongzhou.sites.templatetags.sites import sitename


@tells("gates")
def asked(home: Home) -> Iterator[Applies]:
    """Nothing where no measure in force asks for passes: it ends with the measure, at its minute."""
    wanted = demand.demanded(home.place, home.now)
    measure = wanted.passes
    if measure is None:
        return
    found = sites.near(home.ledger, home.place, local_day(home.now), GATE)
    nearest = [sitename(one.site) for one in found if one.depth == found[0].depth]
    parts = [
        Part(_("How often"), notice.outing(measure)),
        Part(
            _("Where you get it"),
            _("At the community's desk: say what for; no name is written on it.") if nearest else "",
        ),
        Part(_("Which gates"), _(", ").join(nearest)),
        Part(_("Always allowed"), notice.let_through(measure.data)),
    ]
    until = _("Ends by itself at %(ends)s.") % {"ends": notice.day_hour(measure.ends)}
    yield Applies(_("Going out: with a card of the gate"), until, tuple(part for part in parts if part.words))
