"""What a text of a matter is asked back about before it is signed: a person's name, or words that were signed before.

A hint, not a judgement: nobody can tell a name from a word for certain. Whoever means it ticks so.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tongzhou.directives.forms import ToCome
from tongzhou.pages import receipts

# A frequent surname and one or two signs more, before what is said of persons alone; or an English form of address.
_SURNAMES = (
    "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎余潘杜戴夏"
    "钟汪田任姜范方石姚谭廖邹熊金陆郝孔白崔康毛邱秦江史顾侯邵孟龙万段雷钱汤尹黎易常武乔贺赖龚文"
)
_OF_PERSONS = "的?(?:病情|病历|病史|住址|身份证|手机|病房|密接|家属|先生|女士|同志|患者|大爷|大妈|一家)"
_ZH = re.compile(rf"(?P<name>[{_SURNAMES}][一-鿿]{{1,2}}?){_OF_PERSONS}")
_EN = re.compile(r"\b(?:Mr|Mrs|Ms|Miss)\.? (?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+)?)")


def name_in(text: str) -> str:
    """What reads like the name of a person; empty where nothing does."""
    found = _ZH.search(text) or _EN.search(text)
    return found["name"] if found else ""


class AskedBack(ToCome):
    """A text that is asked back about once. `already`: what was signed before, by its words, as it is called there."""

    meant = forms.BooleanField(
        required=False, label=gettext_lazy("It is meant so: no person is named, and nothing is signed twice by mistake")
    )

    def __init__(self, *args: Any, already: Mapping[str, str] | None = None, **options: Any) -> None:
        super().__init__(*args, **options)
        self.already = already or {}
        self.asks = self._asks(str(self.data.get("text") or "").strip()) if self.is_bound else ""
        if not self.asks:
            del self.fields["meant"]

    def clean(self) -> dict[str, Any]:
        given = super().clean() or {}
        meant = given.pop("meant", False)
        if self.asks and not meant and "text" not in self.errors:
            self.add_error("text", self.asks)
        return given

    def _asks(self, text: str) -> str:
        """The question; none of a form that was taken already: a second tap is no second signature."""
        before, name = self.already.get(text), name_in(text)
        if not (before or name) or receipts.said_already(self.number):
            return ""
        if name:
            return _("“%(name)s” reads like a person's name: persons are not written here. If it is none, tick it.") % {
                "name": name
            }
        return _("The same words were signed already: %(which)s. If a further one is meant, tick it.") % {
            "which": before
        }
