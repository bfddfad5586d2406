"""What the community tells a household: what is brought, who comes, who rings, as it is owed now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou.community import queries
from tongzhou.ledger import worded
from tongzhou.ledger.fold import SETTLED
from tongzhou.ledger.owed import moment_in
from tongzhou.ledger.time import local_day
from tongzhou.pages.telling import Comes, Home, due, tells
from tongzhou.sites import queries as sites
from tongzhou.sites.wanted import words

_NAMES = "select id, coalesce(nullif(first_name, ''), username) from auth_user where id = any(%s)"


@tells("calls")
def calls(home: Home) -> Iterator[Comes]:
    """Who rings back, and by when; after the call, what the doctor said."""
    rows = [one for one in _open(home, "exception") if one["state"] in ("open", "called_back")]
    by = due(home, "exception", [one["key"] for one in rows])
    for one in rows:
        if one["state"] == "open":
            yield Comes(_("The community doctor rings you"), at=by.get(one["key"]))
        elif one["advice"]:
            yield Comes(_("The doctor rang you"), when=worded.choice("exception.called_back", "advice", one["advice"]))


@tells("deliveries")
def deliveries(home: Home) -> Iterator[Comes]:
    rows = _open(home, "need")
    by, who = due(home, "need", [one["key"] for one in rows]), _helpers(home, rows)
    named = sorted({one["medicine"] for row in rows for one in row.get("medicines", ())})
    listed = sites.on_day(home.ledger, named, local_day(home.now), home.now)
    for one in rows:
        more = [words(listed, one.get("medicines", ()), english=get_language() == "en"), one.get("text")]
        if one["problem"]:
            more.append(_("It could not be brought yet: %(why)s.") % {
                "why": worded.choice("need.met", "problem", one["problem"])})  # fmt: skip
        yield Comes(
            _brings(who.get(one.get("helper") or 0), items_said(one["items"])),
            at=by.get(one["key"]),
            more=" · ".join(filter(None, more)),
        )


def items_said(items: Mapping[str, int]) -> str:
    """What is needed, and how much of it where it is more than one."""
    told = ((worded.choice("need.stated", "items", item), n) for item, n in items.items())
    return _(", ").join(f"{item} ×{n}" if n > 1 else item for item, n in told)


def _brings(who: str | None, items: str) -> str:
    if who:
        return _("%(who)s brings: %(items)s") % {"who": who, "items": items}
    return _("Is brought to you: %(items)s") % {"items": items}


@tells("visits")
def visits(home: Home) -> Iterator[Comes]:
    rows = _open(home, "task")
    by, who = due(home, "task", [one["key"] for one in rows]), _helpers(home, rows)
    for one in rows:
        what = worded.choice("task.set", "what", one["what"])
        name = who.get(one.get("helper") or 0)
        yield Comes(f"{name}{_(': ')}{what}" if name else what[:1].upper() + what[1:],
                    at=moment_in(one["due"]) or by.get(one["key"]))  # fmt: skip


def _open(home: Home, noun: str) -> list[dict[str, Any]]:
    rows = queries.rows_of(home.ledger, home.household, home.place, noun)
    hidden = queries.unshown(home.ledger, home.household, home.place)
    return [one for one in rows if one["state"] not in SETTLED[noun] and one["key"] not in hidden]


def _helpers(home: Home, rows: Iterable[dict[str, Any]]) -> dict[int, str]:
    """Who was signed to come today, by name: the household may ask for them."""
    today = local_day(home.now).isoformat()
    wanted = [row["helper"] for row in rows if row.get("helper") and row.get("helper_day") == today]
    return dict(home.ledger.execute(_NAMES, [wanted]).fetchall()) if wanted else {}
