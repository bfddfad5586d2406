"""What moved, in words: the figure, its two days, where it moved and why, and the verdict."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext, gettext_noop, ngettext

from tongzhou.command.moved import Moved
from tongzhou.command.templatetags.board import grouped, named_day, signed
from tongzhou.pages.templatetags.pages import named

PLACES = 4  # that are named; of more, how many
NAMES = {
    "new_confirmed": gettext_noop("New cases"),
    "active": gettext_noop("Currently confirmed"),
    "new_cured": gettext_noop("Cured on the day"),
    "new_dead": gettext_noop("Died on the day"),
    "silent": gettext_noop("Silent doors"),
}
VERDICTS = {
    "explained": gettext_noop("explained"),
    "half": gettext_noop("half explained"),
    "open": gettext_noop("to be explained"),
    "none": gettext_noop("no figure"),
}
MARKS = {"explained": "low", "half": "outline", "open": "medium", "none": "outline"}
WAYS = {
    "by_page": gettext_noop("own page %(n)s"),
    "by_phone": gettext_noop("telephone %(n)s"),
    "by_door": gettext_noop("at the door %(n)s"),
    "otherwise": gettext_noop("in other ways %(n)s"),
}


def verdict(code: str) -> SafeString:
    """The verdict as a mark; words tell it, colour only helps."""
    return format_html('<b class="level {}">{}</b>', MARKS[code], gettext(VERDICTS[code]))


def what(one: Moved) -> str:
    return gettext(NAMES[one.id]) if one.id in NAMES else one.named[get_language() == "en"]


def change(one: Moved) -> SafeString | str:
    """`17 → 13`, with the way to its source."""
    after = format_html('<a href="{}">{}</a>', one.href, grouped(one.after)) if one.href else grouped(one.after)
    if one.of:
        return format_html("{} <small>{}</small>", after, gettext("of %(day)s") % {"day": named_day(one.of)})
    return format_html("{} → {}", grouped(one.before), after)


def why(one: Moved) -> str:
    """Where it moved and by what; what is missing; what nobody accounts for."""
    told: list[str] = [tell(one) for tell in _TELLERS]
    space = " " if get_language() == "en" else ""
    return space.join(part for part in told if part)


def _where(one: Moved) -> str:
    if one.id not in ("new_confirmed", "new_cured", "new_dead") or one.rest is None:
        return ""
    shown = [
        gettext("%(place)s %(before)s → %(after)s")
        % {"place": named(part.line), "before": grouped(part.before), "after": grouped(part.after)}
        for part in one.parts[:PLACES]
    ]
    more = len(one.parts) - len(shown)
    if more:
        shown.append(ngettext("%(n)s more place moved", "%(n)s more places moved", more) % {"n": more})
    if one.idle:
        told = ngettext("%(n)s other had none on either day", "%(n)s others had none on either day", one.idle)
        shown.append(told % {"n": one.idle})
    if one.same:
        told = ngettext("%(n)s other as the day before", "%(n)s others as the day before", one.same)
        shown.append(told % {"n": one.same})
    return gettext("; ").join(shown) + gettext(".") if shown else ""


def _made_of(one: Moved) -> str:
    if one.made_of is None:
        return ""
    if one.id == "silent":
        ways = [gettext(words) % {"n": signed(one.made_of[name])} for name, words in WAYS.items() if one.made_of[name]]
        return gettext("Heard from, against the day before: ") + gettext(", ").join(ways) + gettext(".") if ways else ""
    told = {name: grouped(one.made_of.get(name)) for name in ("new", "cured", "dead")}
    return gettext("%(new)s new, %(cured)s cured, %(dead)s dead.") % told


def _tested(one: Moved) -> str:
    if one.id != "new_confirmed" or one.verdict == "none":
        return ""
    if one.tests is None:
        return gettext("How many were tested is not held here of both days: fewer tests cannot be ruled out.")
    return gettext("Tested: %(before)s → %(after)s.") % {
        "before": grouped(one.tests[0]), "after": grouped(one.tests[1])}  # fmt: skip


def _unaccounted(one: Moved) -> str:
    if one.verdict == "none" and one.of is None:
        if one.id == "active" or one.id.startswith("new_"):  # both days are held: a publication left it out
            return gettext("One of the two days was not told.")
        return "" if one.definition else gettext("One of the two days is not held here.")
    if one.verdict == "none":
        return gettext("Nothing newer is held here: no judgement today.")
    if one.id == "silent":
        return gettext("Nobody at all was heard the day before.") if one.verdict == "half" else ""
    if one.id == "active":
        return gettext("%(n)s of it was restated or put right.") % {"n": signed(one.rest)} if one.rest else ""
    if one.id.startswith("new_"):
        if one.rest is None:
            return gettext("In which place is not held here.")
        return gettext("%(n)s of it no place accounts for.") % {"n": signed(one.rest)} if one.rest else ""
    return gettext("How many became it and how many left it is not told apart.")


def _definition(one: Moved) -> str:
    return gettext("What is counted changed: the two days do not compare.") if one.definition else ""


_TELLERS: tuple[Callable[[Moved], str], ...] = (_where, _made_of, _tested, _unaccounted, _definition)
