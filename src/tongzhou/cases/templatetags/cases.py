"""How a case's values are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, gettext_noop

from tongzhou.cases.clocks import Clock
from tongzhou.ledger import time
from tongzhou.pages.templatetags.pages import span

register = template.Library()

WORDS = {
    # classifications
    "suspected": gettext_noop("suspected"),
    "clinical": gettext_noop("clinically diagnosed"),
    "confirmed": gettext_noop("confirmed"),
    "asymptomatic": gettext_noop("without symptoms"),
    "excluded": gettext_noop("excluded"),
    "merged": gettext_noop("entered twice"),
    "not_suspected": gettext_noop("not suspected"),
    "needs_ruling": gettext_noop("needs the clinician's ruling"),
    "insufficient_data": gettext_noop("not enough is known"),
    "data_error": gettext_noop("the entries contradict each other"),
    # bases
    "pcr": gettext_noop("PCR"),
    "sequencing": gettext_noop("sequencing"),
    "antibody": gettext_noop("antibodies"),
    "two_negatives": gettext_noop("two negative tests"),
    "definition": gettext_noop("case definition"),
    # concerns
    "fever": gettext_noop("fever"),
    "breathless": gettext_noop("breathless"),
    "alone": gettext_noop("alone, no carer"),
    "newcomer": gettext_noop("newcomer"),
    "need": gettext_noop("needs something"),
    # referrals
    "made": gettext_noop("on the way"),
    "arrived": gettext_noop("arrived"),
    "did_not_come": gettext_noop("did not come"),
    "sent_home": gettext_noop("sent home"),
    "identified": gettext_noop("identified as a case"),
    "emergency": gettext_noop("to the emergency room"),
    "self": gettext_noop("by own means"),
    "car": gettext_noop("community car"),
    "ambulance": gettext_noop("120"),
    # advice, and how an exception ends
    "stay_home": gettext_noop("stay home"),
    "clinic": gettext_noop("to the clinic"),
    "well": gettext_noop("well again"),
    "in_care": gettext_noop("in care"),
    "moved": gettext_noop("moved away"),
    "mistaken": gettext_noop("a mistake"),
    # early warnings
    "unusual_pneumonia": gettext_noop("unusual pneumonia"),
    "staff_infected": gettext_noop("staff infected"),
    "cluster": gettext_noop("several patients belong together"),
    "drug_failure": gettext_noop("a medicine does not work"),
    # clocks
    "report": gettext_noop("Report within 2 h"),
    "investigation": gettext_noop("Investigate within 24 h"),
    "waiting": gettext_noop("not started"),
    "open": gettext_noop("running"),
    "amber": gettext_noop("soon due"),
    "met": gettext_noop("met"),
    "missed": gettext_noop("missed"),
    "no_rule": gettext_noop("no rule in force"),
    "no_pack": gettext_noop("no rule in force"),
    # what blocked
    "network": gettext_noop("no network"),
    "system_down": gettext_noop("report system down"),
    "no_result": gettext_noop("no result yet"),
    "too_ill": gettext_noop("patient too ill"),
    "no_staff": gettext_noop("nobody free"),
    "transport": gettext_noop("no transport"),
    "other": gettext_noop("something else"),
    # samples
    "positive": gettext_noop("positive"),
    "negative": gettext_noop("negative"),
    "unclear": gettext_noop("unclear"),
    "throat": gettext_noop("throat swab"),
    "nose": gettext_noop("nose swab"),
    "sputum": gettext_noop("sputum"),
    "blood": gettext_noop("blood"),
    # contacts
    "close": gettext_noop("close contact"),
    "not_close": gettext_noop("not a close contact"),
    "general": gettext_noop("general contact"),
    "observed": gettext_noop("under observation"),
    "symptoms": gettext_noop("has symptoms"),
    "released": gettext_noop("released"),
    "source_excluded": gettext_noop("released: the case was excluded"),
    "became_case": gettext_noop("became a case"),
    "household": gettext_noop("same household or room"),
    "care": gettext_noop("care or nursing"),
    "aerosol": gettext_noop("aerosol-generating procedure"),
    "close_setting": gettext_noop("office, workshop, class or the like"),
    "meal": gettext_noop("shared meal or entertainment"),
    "visitor": gettext_noop("visited the case"),
    "vehicle": gettext_noop("same vehicle, near by"),
    "environment": gettext_noop("contaminated surroundings"),
    "judged": gettext_noop("as judged by the investigator"),
    "home": gettext_noop("at home"),
    "central": gettext_noop("central observation"),
    "hospital": gettext_noop("hospital"),
    "elsewhere": gettext_noop("elsewhere"),
    "cough": gettext_noop("cough"),
    "diarrhoea": gettext_noop("diarrhoea"),
    "tired": gettext_noop("tired"),
    # where they were
    "travel": gettext_noop("travel"),
    "market": gettext_noop("market"),
    "gathering": gettext_noop("gathering"),
    "work": gettext_noop("at work"),
    # at home
    "child": gettext_noop("child"),
    "old": gettext_noop("old person"),
    "disabled": gettext_noop("disabled person"),
    "ill": gettext_noop("ill person"),
    "relative": gettext_noop("relative"),
    "neighbour": gettext_noop("neighbour"),
    "community": gettext_noop("community staff"),
    "civil_affairs": gettext_noop("civil affairs"),
    "with_carer": gettext_noop("with the carer"),
    "home_of_care": gettext_noop("in a home"),
    # letters
    "sent": gettext_noop("sent, no receipt yet"),
    "taken_over": gettext_noop("taken over"),
    "partly_found": gettext_noop("partly found"),
    "not_found": gettext_noop("not found"),
    "female": gettext_noop("female"),
    "male": gettext_noop("male"),
}

# Where they were: some words stand for something else elsewhere.
SETTINGS = {
    "household": gettext_noop("at home with others"),
    "transport": gettext_noop("train, flight, bus"),
    "other": gettext_noop("somewhere else"),
}

HEADINGS = {
    "state": gettext_noop("Classification"),
    "home": gettext_noop("Lives in"),
    "place": gettext_noop("Reported in"),
    "card": gettext_noop("Card"),
    "onset": gettext_noop("Onset"),
    "age": gettext_noop("Age"),
    "sex": gettext_noop("Sex"),
    "source": gettext_noop("From list"),
    "investigated": gettext_noop("Investigated"),
    "clocks": gettext_noop("Clocks"),
}
FACTS = {
    "case.identified": gettext_noop("identified as a case"),
    "case.classified": gettext_noop("classified"),
    "case.reported": gettext_noop("reported"),
    "case.received": gettext_noop("report received"),
    "case.investigated": gettext_noop("initial investigation done"),
    "case.blocked": gettext_noop("said what blocked it"),
    "case.merged": gettext_noop("found to be entered twice"),
    "sample.taken": gettext_noop("sample taken"),
    "sample.resulted": gettext_noop("result of a sample"),
    "referral.seen": gettext_noop("seen at the clinic"),
    "fact.withdrawn": gettext_noop("withdrawn"),
}


@register.filter
def setting_word(name: str) -> str:
    return gettext(SETTINGS.get(name) or WORDS[name])


@register.filter
def heading(column: str) -> str:
    return gettext(HEADINGS[column])


@register.filter
def factname(kind: str) -> str:
    return gettext(FACTS[kind]) if kind in FACTS else kind


@register.filter
def word(value: Any) -> str:
    return gettext(WORDS[str(value)]) if str(value) in WORDS else str(value)


@register.filter
def words(values: Any) -> str:
    return "、".join(word(v) for v in values) if get_language() != "en" else ", ".join(word(v) for v in values)


@register.filter
def placed(names: dict[int, tuple[str, str]], place: int | None) -> str:
    """A place's name in the reader's language."""
    found = names.get(place or 0)
    return "–" if found is None else found[1] if get_language() == "en" else found[0]


@register.filter
def reason(told: Any) -> str:
    return str(told.reason_en if get_language() == "en" else told.reason_zh)


@register.filter
def at(items: Any, n: int) -> Any:
    return items[n]


@register.filter
def stamp(value: dt.datetime | None) -> str:
    """Day and minute in the region's time: 03-10 09:05. A list has hundreds of them, and `date` takes its time."""
    return "–" if value is None else time.stamp(value)


@register.simple_tag
def shown_clocks(clocks: list[Clock]) -> SafeString:
    """The clocks of a case: a list has hundreds of them, and as a template they took half of the page's time."""
    return mark_safe("".join(_clock(one) for one in clocks))


def _clock(clock: Clock) -> str:
    told = (
        f'<div class="clock {clock.state}"><b>{escape(word(clock.name))}</b> <span>{escape(word(clock.state))}</span>'
    )
    due = stamp(clock.due)
    if clock.left and clock.state == "missed":
        told += f" <small>{escape(gettext('%(t)s over, was due %(d)s') % {'t': span(clock.late), 'd': due})}</small>"
    elif clock.left:
        told += f" <small>{escape(gettext('%(t)s left, due %(d)s') % {'t': span(clock.left), 'd': due})}</small>"
    elif clock.late:
        told += f" <small>{escape(gettext('by %(t)s, was due %(d)s') % {'t': span(clock.late), 'd': due})}</small>"
    if clock.blocked:
        told += f" <small>{escape(gettext('blocked by:'))} {escape(word(clock.blocked))}</small>"
    return f"{told}</div>"
