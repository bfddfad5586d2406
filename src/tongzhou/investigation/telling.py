"""What a household is told of its members under observation: until when, how often somebody asks, that it ends."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tongzhou.community import queries as community
from tongzhou.investigation import queries
from tongzhou.pages.telling import Applies, Comes, Home, Part, tells


@tells("observation")
def observed(home: Home) -> Iterator[Applies | Comes]:
    for row in community.rows_of(home.ledger, home.household, home.place, "observation"):
        one = queries.judged({**row, "data": row, "place": home.place, "effective_at": row["at"]}, home.now)
        if one["state"] not in ("observed", "symptoms"):
            continue
        ends = one["ends_day"]
        yield Applies(
            _("Medical observation at home"),
            _("until %(day)s 24:00; it ends by itself") % {"day": f"{ends:%m-%d}"} if ends else "",
            (Part(_("Why"), _("Contact with an infected person. It is no illness.")),
             Part(_("What it means"), _("Somebody asks after you twice a day; afterwards you are as everybody else."))),
        )  # fmt: skip
        if one["due"]:
            often = ngettext("today %(n)d time more", "today %(n)d times more", one["due"]) % {"n": one["due"]}
            yield Comes(_("Somebody asks how you are"), when=often)
