"""What a household is told of the disinfection of its own home: that it is owed, and when the home opens again."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _

from tongzhou.community import queries
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import stamp
from tongzhou.pages.telling import Applies, Comes, Home, Part, due, tells


@tells("sanitation")
def disinfection(home: Home) -> Iterator[Applies | Comes]:
    rows = queries.rows_of(home.ledger, home.household, home.place, "disinfection")
    by = due(home, "disinfection", [one["key"] for one in rows])
    for one in rows:
        opens = moment_in(one["reopens_at"])
        if one["state"] in ("waiting", "not_done"):
            more = _("You are told before; open the windows afterwards until the hour that is named to you.")
            yield Comes(_("Your home is disinfected"), at=by.get(one["key"]), more=more)
        elif one["state"] == "done" and opens and opens > home.now:
            means = Part(_("What it means"), _("Stay out of the rooms until then, and keep the windows open."))
            until = _("until %(at)s; it ends by itself") % {"at": stamp(opens)}
            yield Applies(_("Your home was disinfected"), until, (means,))
