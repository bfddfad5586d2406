"""Why a row of a table comes back: an English sentence that knows its Chinese, wherever it is carried to."""

from __future__ import annotations


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation; Django's own needs settings, and tables are read without any."""
    return sentence


NO_PLACE = gettext_noop("there is no %(said)r in this region")
NOT_YOURS = gettext_noop("%(said)s is none of your places")
TAKEN = gettext_noop("%(said)s is taken; choose another")
TWICE = gettext_noop("%(said)s stands in this file twice")
NOT_BETWEEN = gettext_noop("%(said)r is not a whole number from %(least)s to %(most)s")


class Why(str):
    """`why("beds", "%(said)r is not whole", said="x")` is the text “beds: 'x' is not whole”."""

    field: str = ""
    sentence: str = ""
    told: dict[str, object] = {}

    def chinese(self) -> str:
        from django.utils.translation import gettext, override

        with override("zh-hans"):
            words = gettext(self.sentence)
        words = words % self.told if self.told else words
        return f"{self.field}：{words}" if self.field else words


class Both(Why):
    """A reason that is known in both languages."""

    other: str = ""

    def chinese(self) -> str:
        return self.other


def why(field: str, sentence: str, **told: object) -> Why:
    """`sentence`: marked with gettext_noop where it stands."""
    words = sentence % told if told else sentence
    made = Why(f"{field}: {words}" if field else words)
    made.field, made.sentence, made.told = field, sentence, told
    return made


def at(field: str, reason: str) -> str:
    """A reason that named no field, of this one."""
    return why(field, reason.sentence, **reason.told) if isinstance(reason, Why) else f"{field}: {reason}"


def chinese(reason: str) -> str:
    """The reason in Chinese; as it is, where it has none."""
    return reason.chinese() if isinstance(reason, Why) else reason
