"""What nouns are called on the pages, in the words of the glossary."""

from __future__ import annotations

from django.utils.translation import gettext_noop

NOUN_WORDS = {
    "aftercare": gettext_noop("aftercare"),
    "alert": gettext_noop("alert"),
    "bed": gettext_noop("bed"),
    "block": gettext_noop("block of numbers"),
    "bulletin": gettext_noop("bulletin"),
    "case": gettext_noop("case"),
    "contact": gettext_noop("contact of a case"),
    "decision": gettext_noop("decision of a morning"),
    "desk": gettext_noop("desk"),
    "directive": gettext_noop("directive"),
    "duty": gettext_noop("duty of a desk"),
    "exception": gettext_noop("call-back owed to a door"),
    "facility": gettext_noop("house with beds"),
    "home": gettext_noop("household with dependants"),
    "indicator": gettext_noop("published indicator"),
    "interview": gettext_noop("interview of a case"),
    "letter": gettext_noop("letter between counties"),
    "need": gettext_noop("need"),
    "observation": gettext_noop("contact under observation"),
    "person": gettext_noop("person with a number"),
    "plan": gettext_noop("plan"),
    "published_community": gettext_noop("published figures of a community"),
    "referral": gettext_noop("referral to a fever clinic"),
    "request": gettext_noop("request for a bed"),
    "ruling": gettext_noop("question for a ruling"),
    "spoken": gettext_noop("what was written down for a post"),
    "stand_in": gettext_noop("desk stood in for"),
    "stock": gettext_noop("stock of a store"),
    "support": gettext_noop("request for support"),
    "task": gettext_noop("task"),
    "view": gettext_noop("view of the line list"),
    "ward": gettext_noop("ward"),
    "warning": gettext_noop("early warning"),
}
NO_NOUN = gettext_noop("something that there is not")
