"""The shell's own parts."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from tongzhou.command.rounds import rounds
from tongzhou.console.nav import badges, drawn
from tongzhou.people.mine import counts
from tongzhou.people.scope import NOWHERE
from tongzhou.rules import book
from tongzhou.rules.words import vocabulary

register = template.Library()


@register.simple_tag(takes_context=True)
def navigation(context: dict[str, Any]) -> tuple[SafeString, SafeString]:
    """The rail and the foot for whoever is signed in, with what they owe behind each entry."""
    holder = context["holder"]
    sorts = frozenset(sort for sort, covers in holder.scopes.items() if covers and covers != NOWHERE)
    now = context["clock"].now
    owed = counts(holder, now)
    asked = getattr(context["request"], "rounds", None)  # a view that asked already leaves them there
    found = asked if asked is not None else rounds(holder, now) if holder.roles else []
    turns = [(one.what, one.due < now) for one in found]
    section, language = str(context.get("section", "")), get_language() or ""
    return drawn(frozenset(holder.roles), sorts, section, language, badges(owed, turns), owed.more)


@register.filter
def reason_said(told: Any) -> str:
    """A rule's reason in the reader's language."""
    return str(told.reason_en if get_language() == "en" else told.reason_zh)


@register.filter
def missing_said(told: Any) -> str:
    """What a rule was not told, in the reader's language."""
    return ", ".join(told.missing_en) if get_language() == "en" else "、".join(told.missing_zh)


@register.filter
def rule_in_words(pack: Any) -> str:
    """An edition of a rule in words, with the document that says so."""
    return str(pack.named_en if get_language() == "en" else pack.named_zh)


@register.filter
def edition_of(why: Any) -> str:
    """The same of a reason that names a rule and its edition."""
    pack = book().edition(why.rule, why.edition) if why.edition else None
    return str(why.rule) if pack is None else rule_in_words(pack)


@register.filter
def in_words(words: Any) -> str:
    """What a declaration calls something, in the reader's language."""
    return str(words.en if get_language() == "en" else words.zh)


@register.filter
def termed(code: str, terms: str) -> str:
    """A code of a closed list in the reader's language."""
    term = vocabulary(terms).terms.get(code)
    return str(code) if term is None else in_words(term)


@register.filter
def said_of(form: Any, name: str) -> str:
    """What a form, or a record of yes and no, already says under a name."""
    value = form.get(name, "") if form else ""
    return ("yes" if value else "no") if isinstance(value, bool) else str(value or "")
