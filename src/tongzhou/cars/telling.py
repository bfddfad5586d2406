"""What a household is told of its cars: when it is fetched, and when it is home again; never what for."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tongzhou.cars.asks import RUNNING
from tongzhou.ledger.owed import moment_in
from tongzhou.pages.telling import Comes, Home, tells

_DRIVES = """
select d.data ->> 'starts', d.state, v.details ->> 'plate' from ledger_row d
left join sites_span v on v.site = d.data ->> 'car' and v.until is null
where d.noun = 'drive' and d.state = any(%s) and (d.data ->> 'household')::integer = %s order by 1, d.key
"""


@tells("car")
def drives(home: Home) -> Iterator[Comes]:
    asked = [[*RUNNING, "failed"], home.household]
    for starts, state, plate in home.ledger.execute(_DRIVES, asked).fetchall():
        if state == "failed":
            yield Comes(_("The community car fetches you"), at=moment_in(starts),
                        more=_("The first car cannot come. Another one is being sent."))  # fmt: skip
        elif state in ("planned", "confirmed"):
            yield Comes(_("The community car fetches you"), at=moment_in(starts), more=plate or "")
        else:
            yield Comes(_("The community car brings you home"), more=plate or "")
