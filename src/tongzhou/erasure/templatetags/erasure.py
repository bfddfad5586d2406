"""Words for the pages on erasure."""

from django import template
from django.utils.translation import gettext, gettext_noop

register = template.Library()

REASONS = {
    "request": gettext_noop("a person asked"),
    "withdrawn": gettext_noop("taken back by whoever gave it"),
    "expired": gettext_noop("its term ended"),
    "sunset": gettext_noop("the event ended"),
    "restored": gettext_noop("erased again after a backup was restored"),
    "list_lost": gettext_noop("a backup was restored without the newest list"),
}
OWED = {
    "terms_ended": gettext_noop("records whose term has ended"),
    "not_rewrapped": gettext_noop("records not yet under this week's key"),
    "key_not_here": gettext_noop("records whose key is not on this server"),
    "not_destroyed": gettext_noop("erasures whose day of destruction has passed"),
}
NUMBERS = {"telephone": gettext_noop("telephone"), "identity": gettext_noop("identity number")}
PURPOSES = {
    "call_back": gettext_noop("to call back"),
    "visit": gettext_noop("for a visit"),
    "delivery": gettext_noop("to bring something"),
    "investigation": gettext_noop("for the investigation"),
    "treatment": gettext_noop("for treatment"),
    "notice": gettext_noop("to give notice"),
    "appeal": gettext_noop("for an appeal"),
    "correction": gettext_noop("to correct it"),
    "erasure": gettext_noop("on a request to erase"),
    "readings": gettext_noop("to tell who read it"),
}
FIELDS = {
    "name": gettext_noop("person's name"),
    "telephone": gettext_noop("telephone"),
    "identity": gettext_noop("identity number"),
    "address": gettext_noop("address"),
}


@register.filter
def purpose_word(key: str) -> str:
    return gettext(PURPOSES.get(key, key))


@register.filter
def field_word(key: str) -> str:
    return gettext(FIELDS.get(key, key))


@register.filter
def reason_word(key: str) -> str:
    return gettext(REASONS[key]) if key in REASONS else key


@register.filter
def owed_word(key: str) -> str:
    return gettext(OWED.get(key, key))
