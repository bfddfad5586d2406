"""Fields of a form, each made from the field of a kind: its label, choices, unit and limits stand there and nowhere
else. What a field gives back is what the body of the fact holds."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Sequence
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.functional import lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from msgspec import inspect

from tongzhou.api.say import ungrouped
from tongzhou.ledger import dated, worded
from tongzhou.ledger.kinds import KINDS, NO_NUMBER
from tongzhou.ledger.time import zone
from tongzhou.people import telephone

Choices = Sequence[tuple[str, Any]]
Offers = Choices | Callable[[], Choices]
UNSAID = "–"
FEW = 4  # so many choices stand side by side; more fold into a list
REQUIRED: dict[str, Any] = {"required": gettext_lazy("Not said yet.")}
_label: Callable[..., Any] = lazy(worded.label, str)
_unit: Callable[..., Any] = lazy(worded.unit, str)


GONE = "gone"  # an error's code: what was chosen was there to be chosen, until somebody was first
NUMBER = "number"  # another: what was written looks like the number of a person


class Choice(forms.ChoiceField):
    """One of a closed list. Nothing is chosen before somebody chooses; `unsaid`: what that is called, where it says
    something. `gone`: what stood in it as long as nobody had
    said it: whoever chooses that was too late, and is told who was first."""

    gone: Collection[str] = ()
    default_error_messages = {"invalid_choice": gettext_lazy("One of the choices that are offered."), **REQUIRED}

    def __init__(
        self, *, choices: Callable[[], Choices], number: bool = False, few: bool = False, unsaid: Any = UNSAID,
        **options: Any,
    ) -> None:  # fmt: skip
        self.number = number
        widget = forms.RadioSelect if few else forms.Select
        offered = choices if few else lambda: [("", unsaid), *choices()]
        super().__init__(choices=offered, widget=widget, **options)

    def validate(self, value: Any) -> None:
        if value in self.gone and not self.valid_value(value):
            raise ValidationError(_("Not open any more."), code=GONE)
        super().validate(value)

    def clean(self, value: Any) -> Any:
        found = super().clean(value)
        return None if found in ("", None) else int(found) if self.number else found


class Several(forms.MultipleChoiceField):
    """Several of a closed list."""

    gone: Collection[str] = ()
    widget = forms.CheckboxSelectMultiple
    default_error_messages = {"invalid_choice": gettext_lazy("One of the choices that are offered."), **REQUIRED}

    def validate(self, value: Any) -> None:
        if any(one in self.gone and not self.valid_value(one) for one in value):
            raise ValidationError(_("Not open any more."), code=GONE)
        super().validate(value)


class YesNo(Choice):
    """Yes, no, or nothing said: silence is no answer. `unsaid`: what silence is called where it stands as a third
    choice, so that an answer can be taken away again; `words`: what yes and no are called here."""

    def __init__(self, *, unsaid: Any = None, words: tuple[Any, Any] | None = None, **options: Any) -> None:
        said = words or (gettext_lazy("yes"), gettext_lazy("no"))
        offered = [("yes", said[0]), ("no", said[1]), *([("", unsaid)] if unsaid else [])]
        super().__init__(choices=lambda: offered, few=True, **options)

    def clean(self, value: Any) -> bool | None:
        found = super().clean(value)
        return None if found is None else found == "yes"

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


_FULL = str.maketrans("０１２３４５６７８９．：－", "0123456789.:-")


class Typed(forms.CharField):
    """What is typed, with the digits of a Chinese keyboard read as digits."""

    default_error_messages = REQUIRED

    def to_python(self, value: Any) -> Any:
        text = str(super().to_python(value) or "").translate(_FULL).strip()
        return self.read(text) if text else None

    def read(self, text: str) -> Any:
        return text


class Whole(Typed):
    """A whole number within its limits."""

    def __init__(self, *, least: int | None, most: int | None, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "numeric", "size": min(12, len(str(most or 10**6)) + 2)}

    def read(self, text: str) -> int:
        least, most = (
            self.least if self.least is not None else -(10**12),
            self.most if self.most is not None else 10**12,
        )
        text = ungrouped(text)
        if not re.fullmatch(r"-?[0-9]{1,18}", text):
            raise ValidationError(_("“%(text)s” is not a whole number.") % {"text": text[:40]})
        if not least <= int(text) <= most:
            raise ValidationError(_("%(n)s? From %(least)s to %(most)s.") % {"n": text, "least": least, "most": most})
        return int(text)


class Tenths(Typed):
    """A temperature in °C, kept in tenths."""

    def __init__(self, *, least: int, most: int, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "size": 6}

    def read(self, text: str) -> int:
        try:
            found = round(float(text.replace(",", ".")) * 10)
        except (ValueError, OverflowError):
            found = 0
        if found > self.most and text.isascii() and text.isdigit() and len(text) == 3:  # 365: no point on the keypad
            found = int(text)
        if not self.least <= found <= self.most:
            limits = {"n": text[:40], "least": f"{self.least / 10:.1f}", "most": f"{self.most / 10:.1f}"}
            raise ValidationError(_("%(n)s? From %(least)s to %(most)s.") % limits)
        return found

    def prepare_value(self, value: Any) -> Any:
        return f"{value / 10:.1f}" if isinstance(value, int) else value


class Yuan(Typed):
    """Money in yuan as people type it, kept in fen: no fraction is ever reckoned with."""

    def __init__(self, *, least: int = 0, most: int = 10**9, **options: Any) -> None:
        self.least, self.most = least, most
        super().__init__(**options)
        self.widget.attrs |= {"inputmode": "decimal", "size": 9}

    def read(self, text: str) -> int:
        plain = text.replace("，", ",").removesuffix("元").strip()
        found = re.fullmatch(r"([0-9]{1,8})(?:[.,]([0-9]{1,2}))?", plain)
        if not found:
            raise ValidationError(_("“%(text)s” is no sum in yuan, as in 12.50.") % {"text": text[:40]})
        fen = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))
        if not self.least <= fen <= self.most:
            limits = {"n": text[:40], "least": _yuan(self.least), "most": _yuan(self.most)}
            raise ValidationError(_("%(n)s? From %(least)s to %(most)s.") % limits)
        return fen

    def prepare_value(self, value: Any) -> Any:
        return _yuan(value) if isinstance(value, int) else value


def _yuan(fen: int) -> str:
    return f"{fen // 100}.{fen % 100:02d}"


class Telephone(Typed):
    """A telephone as people type it, kept in digits, its extension apart."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max_length=40, **options)
        self.widget.attrs |= {"inputmode": "tel", "autocomplete": "off"}

    def read(self, text: str) -> str:
        number = telephone.read(text)
        if number is None:
            if n := telephone.mobile_digits(text):
                raise ValidationError(_("a mobile number has 11 digits; this has %(n)s") % {"n": n})
            raise ValidationError(_("a telephone has five digits or more"))
        line, split, extension = number.partition(" #")
        return "".join(char for char in line if char.isdigit() or char == "+") + split + extension


class Day(Typed):
    """A day, as in 2020-03-10."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.input_type = "date"

    def read(self, text: str) -> str:
        if not dated.is_one(text, "day"):
            raise ValidationError(_("“%(text)s” is no day; as in 2020-03-10.") % {"text": text[:40]})
        return text


class Moment(Typed):
    """A minute, as in 2020-03-10T23:30, in the region's time."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**options)
        self.widget.input_type = "datetime-local"

    def read(self, text: str) -> str:
        try:
            found = dt.datetime.fromisoformat(text.replace(" ", "T", 1))
        except ValueError:
            found = dt.datetime.min.replace(tzinfo=dt.UTC)
        if not dated.FIRST < found.year < dated.LAST:
            raise ValidationError(_("“%(text)s” is no moment; as in 2020-03-10 23:30.") % {"text": text[:40]})
        return (found if found.tzinfo else found.replace(tzinfo=zone())).isoformat()

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, dt.datetime):
            return value.astimezone(zone()).strftime("%Y-%m-%dT%H:%M")
        return value


LONG = 60  # characters that do not fit into one line


class Text(Typed):
    """Words of a matter: what looks like the number of a person is refused, with what was found."""

    def __init__(self, *, pattern: str | None, most: int | None, least: int | None = None, **options: Any) -> None:
        self.pattern, self.least = pattern, least or 0
        super().__init__(max_length=most, **options)
        if pattern == NO_NUMBER and (most or LONG) >= LONG:
            self.widget = forms.Textarea(attrs={"rows": 2, "maxlength": most or 400})

    def to_python(self, value: Any) -> Any:
        """Words of a matter stay as they are typed: a Chinese colon is no colon of an hour."""
        if self.pattern != NO_NUMBER:
            return super().to_python(value)
        text = str(forms.CharField.to_python(self, value) or "").strip()
        return self.read(text) if text else None

    def read(self, text: str) -> str:
        if self.pattern and not re.search(self.pattern, text):
            if told := _length(self.pattern, text):
                raise ValidationError(told)
            long = re.search(r"\d(?:[\s\u200b]*\d){6,}", text) if self.pattern == NO_NUMBER else None
            told = (
                _("“%(found)s” looks like a telephone or an identity number: persons are not written here.")
                if long
                else _("“%(found)s” cannot stand here: signs that this field does not take.")
            )
            raise ValidationError(told % {"found": (long[0] if long else text)[:40]}, code=NUMBER if long else None)
        if len(text) < self.least:
            raise ValidationError(_("%(n)s characters or more.") % {"n": self.least})
        return text


_SIGNS = re.compile(r"\^(\[[^\]]+\])\{(\d+),(\d+)\}\$")  # some signs, so many of them


def _length(pattern: str, text: str) -> str:
    """Of signs that the field takes, but too few or too many of them: how many it wants."""
    signs = _SIGNS.fullmatch(pattern)
    if not signs or not re.fullmatch(f"{signs[1]}+", text):
        return ""
    return _("%(least)s to %(most)s signs; here are %(n)s.") % {"least": signs[2], "most": signs[3], "n": len(text)}


def field(
    kind: str, name: str, *, offers: Offers | None = None, only: Sequence[str] = (), **options: Any
) -> forms.Field:
    """The field of a form for the field of a kind. `offers`: what may be chosen where the kind itself names no list, as
    (value, words), or a function that gives it; `only`: those of its list that are offered here, in this order. Raises
    TypeError for a field that nobody can fill in by hand."""
    if only:
        offers = partial(_only, kind, name, only)
    info = {one.encode_name: one for one in inspect.type_info(KINDS[kind].body).fields}[name]  # type: ignore[attr-defined]
    options.setdefault("required", info.required)
    options.setdefault("label", _label(kind, name))
    made = _made(kind, name, _plain(info.type), offers, options)
    made.unit = _unit(name)  # type: ignore[attr-defined]
    return made


def _made(kind: str, name: str, type_: inspect.Type, offers: Offers | None, options: dict[str, Any]) -> forms.Field:
    core = _core(type_)
    if offers is not None:
        return Choice(choices=partial(_offered, offers), number=isinstance(core, inspect.IntType), **options)
    if codes := worded.codes(kind, name):
        words = partial(worded.choices, kind, name)
        if not isinstance(core, inspect.LiteralType):
            return Several(choices=words, **options)
        return Choice(choices=words, few=len(codes) <= FEW, **options)
    if isinstance(core, inspect.BoolType):
        return YesNo(**options)
    if isinstance(core, inspect.IntType):
        if name == "fen":
            return Yuan(least=core.ge or 0, most=core.le or 10**9, **options)
        if name.endswith("10"):
            return Tenths(least=core.ge or 0, most=core.le or 10**6, **options)
        return Whole(least=core.ge, most=core.le, **options)
    if isinstance(core, inspect.StrType):
        sort = KINDS[kind].dated.get(name)
        if sort == "day":
            return Day(**options)
        return (
            Moment(**options)
            if sort
            else Text(pattern=core.pattern, most=core.max_length, least=core.min_length, **options)
        )
    raise TypeError(f"{kind}.{name} needs `offers`: no field of a form is made from {type(core).__name__}")


def _only(kind: str, name: str, codes: Sequence[str]) -> Choices:
    return [(code, worded.choice(kind, name, code)) for code in codes]


def _offered(offers: Offers) -> Choices:
    return [(str(value), words) for value, words in (offers() if callable(offers) else offers)]


def _plain(type_: inspect.Type) -> inspect.Type:
    return type_.type if isinstance(type_, inspect.Metadata) else type_


def _core(type_: inspect.Type) -> inspect.Type:
    """The type without "or nothing" and what is only said beside it."""
    type_ = _plain(type_)
    if isinstance(type_, inspect.UnionType):
        inner = [one for one in type_.types if not isinstance(_plain(one), inspect.NoneType)]
        return _core(inner[0]) if len(inner) == 1 else type_
    return type_
