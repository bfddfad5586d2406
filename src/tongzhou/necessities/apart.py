"""An offer taken apart before it opens: fen for 500 g of each line, what is tied to what, what a pack holds, what the
rules refuse and what they only have shown. A person decides; nothing is punished here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tongzhou import rules

FINE = frozenset({"pass", "none", "shown"})
USUAL = 500  # grams for which everybody knows prices


@dataclass(frozen=True)
class Finding:
    """What stands out in a line. `refused`: it may not open so; else it is only shown."""

    line: int
    words: str
    refused: bool
    rule: str = ""
    reason: str = ""  # of `offer.returned`


def per_500(price: int, grams: int) -> int:
    """Fen for 500 g, rounded half up."""
    return (2 * price * USUAL + grams) // (2 * grams)


def yuan(fen: int) -> str:
    """Fen as people write them: 12.50."""
    sign, fen = ("-", -fen) if fen < 0 else ("", fen)
    return f"{sign}{fen // 100}.{fen % 100:02d}"


def findings(lines: Sequence[Mapping[str, Any]], day: dt.date, code: str | None) -> list[Finding]:
    """What stands out in these lines on a day at a place of this code, in the reader's language."""
    found: list[Finding] = []
    for n, line in enumerate(lines, 1):
        found += _tied(n, line, lines, day, code)
        found += _cheap(n, line, day, code)
        found += _rest(n, line)
    return found


def _tied(n: int, line: Mapping[str, Any], lines: Sequence[Mapping[str, Any]], day: dt.date, code: str | None
          ) -> list[Finding]:  # fmt: skip
    """A line that is sold only with another one, and what lies in a pack that nobody needs."""
    told = []
    other = line.get("tied")
    if other is not None:
        if not 1 <= other <= len(lines) or other == n:
            return [Finding(n, _("it is tied to a line that there is not"), True, "TIE-IN", "tie_in")]
        with_ = lines[other - 1]
        words = _("sold only together with %(other)s") % {"other": with_["name"]}
        told.append((words, with_.get("needed", True)))
    told += [(_("in the pack: %(name)s") % {"name": part["name"]}, False)
             for part in line.get("parts", ()) if not part.get("needed", True)]  # fmt: skip
    found = []
    for words, needed in told:
        said = _ask("TIE-IN", {"tied": True, "needed": needed}, day, code)
        found.append(Finding(n, f"{words}: {_reason(said)}", said.outcome not in FINE, "TIE-IN", "tie_in"))
    return found


def _cheap(n: int, line: Mapping[str, Any], day: dt.date, code: str | None) -> list[Finding]:
    """A low-price pack is what the rule says, or it is not called so."""
    if not line.get("cheap"):
        return []
    given = {"price": line["price"] / 100, "weight_kg": line["grams"] / 1000,
             "varieties": len(line.get("parts", ())) or 1, "bundled": line.get("tied") is not None}  # fmt: skip
    said = _ask("PACK10", given, day, code)
    refused = said.outcome not in FINE
    words = _("low-price pack: %(reason)s") % {"reason": _reason(said)}
    return [Finding(n, words, refused, "PACK10", "pack")]


def _rest(n: int, line: Mapping[str, Any]) -> list[Finding]:
    """What a pack costs more or weighs otherwise than its parts together: shown, for a person to judge."""
    parts = line.get("parts", ())
    if not parts:
        return []
    found = []
    weight = sum(part["grams"] for part in parts)
    if weight != line["grams"]:
        words = _("the parts weigh %(parts)d g, the pack %(pack)d g") % {"parts": weight, "pack": line["grams"]}
        found.append(Finding(n, words, True, "", "weight"))
    prices = [part.get("price") for part in parts]
    if None not in prices and (rest := line["price"] - sum(prices)):
        words = _("%(fen)s yuan not explained by the parts") % {"fen": yuan(rest)}
        found.append(Finding(n, words, False, "", "price"))
    return found


def _ask(rule: str, given: dict[str, Any], day: dt.date, code: str | None) -> Any:
    return rules.evaluate(rules.book(), rule, given, on=day, place_code=code)


def _reason(said: Any) -> str:
    return str(said.reason_en if get_language() == "en" else said.reason_zh)
