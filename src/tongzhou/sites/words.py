"""What is wrong with a row of sites, as codes with their sentences."""

from __future__ import annotations

from typing import NamedTuple

from tongzhou.ledger.translatable import gettext_noop

SENTENCES = {
    "missing": gettext_noop("is missing; fill it in"),
    "unknown_kind": gettext_noop("“%(said)s” is no kind in the list of kinds (rulebooks/terms/site_kinds.yaml)"),
    "unknown_place": gettext_noop("there is no place “%(said)s” in this region"),
    "key": gettext_noop("“%(said)s” is no key: small letters, digits and . _ -, at most 40"),
    "day": gettext_noop("“%(said)s” is no day; write it as 2020-03-10"),
    "not_after": gettext_noop("is not after %(said)s, the day from which it holds"),
    "yes_or_no": gettext_noop("“%(said)s” is neither yes nor no"),
    "too_long": gettext_noop("is longer than 120 letters"),
    "count": gettext_noop("“%(said)s” is no whole number from 0 to 500"),
    "telephone": gettext_noop("“%(said)s” is no telephone number"),
    "invented_telephone": gettext_noop("%(said)s may be somebody's: numbers of invented sites begin with 000"),
    "real_telephone": gettext_noop("%(said)s begins with 000, as only numbers of invented sites do"),
    "hours": gettext_noop("“%(said)s” is not understood; write hours as Mo-Fr 08:00-17:30; Sa 09:00-12:00"),
    "degrees": gettext_noop("“%(said)s” is no number of degrees"),
    "datum": gettext_noop("“%(said)s” is none of wgs84, cgcs2000, gcj02, bd09"),
    "datum_missing": gettext_noop("is missing: the same numbers are half a kilometre apart in another datum"),
    "exposed": gettext_noop("“%(said)s” is not understood; write 2020-01-22T08:00/2020-01-22T12:30"),
    "plate": gettext_noop("“%(said)s” is no plate"),
    "unit": gettext_noop("“%(said)s” is no unit in which goods are counted"),
    "packs": gettext_noop("“%(said)s” says no number of pieces; write box=24 tablet; case=10 box"),
    "not_of_kind": gettext_noop("“%(said)s” stands here, but this kind has no such field"),
    "twice": gettext_noop("%(said)s stands in this file twice"),
    "plate_taken": gettext_noop("this plate is that of %(said)s at the same time"),
    "no_part": gettext_noop("there is no site %(said)s to which it could belong in those days"),
    "part_of_itself": gettext_noop("it would be a part of itself"),
    "outside": gettext_noop("the point lies outside the boundary of %(said)s"),
    "invented_place": gettext_noop("its place is invented, so it is invented; say so"),
    "not_your_branch": gettext_noop("“%(said)s” lies outside your branch"),
    "other_branch": gettext_noop("%(said)s is kept by another branch"),
    "geometry": gettext_noop("is no point; a site has one point or none"),
}


class Wrong(NamedTuple):
    """One thing that is wrong: the field, the code of the sentence, and what was said."""

    field: str
    code: str
    said: str = ""

    def english(self) -> str:
        return f"{self.field}: {SENTENCES[self.code] % {'said': self.said}}"

    def sentence(self) -> str:
        """In the reader's language, without the field's name."""
        from django.utils.translation import gettext as _

        return _(SENTENCES[self.code]) % {"said": self.said}
