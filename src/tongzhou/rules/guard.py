"""What lets an answer out: each declares its side, and what relaxes goes out only where everything was known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from tongzhou.rules.given import Given, Insufficient
from tongzhou.rules.inputs import DataError
from tongzhou.rules.pack import Pack


class Side(StrEnum):
    """On whose side an error of the answer would fall.

    RELAXES: something is allowed, ended or not flagged. RESTRICTS: a person is bound. HELPS: an emergency, care or
    a warning; what is unknown never blocks it. TELLS: a refusal or a figure that binds nobody further.
    """

    RELAXES = "relaxes"
    RESTRICTS = "restricts"
    HELPS = "helps"
    TELLS = "tells"


@dataclass(frozen=True)
class Answer:
    """One answer a rule may give: its side, and the inputs that must be known for it."""

    name: str
    side: Side
    needs: tuple[str, ...]
    zh: str


@dataclass(frozen=True)
class Doubt:
    """Why an edition may not decide: the answer that stands instead, and a sentence in each language."""

    outcome: str
    en: str
    zh: str
    missing: tuple[str, ...] = ()
    relaxing_only: bool = False


def check(answer: Answer, given: Given, despite: tuple[str, ...] = ()) -> None:
    """Raises DataError, Unruled or Insufficient where the answer may not go out on these inputs."""
    if answer.side is Side.HELPS:
        return
    if given.unlisted:
        names = ", ".join(map(repr, given.unlisted))
        zh = "、".join(f"“{name}”" for name in given.unlisted)
        raise DataError(
            f"not an input of this rule: {names}; nothing is left out in silence", f"不是本规则的输入项：{zh}"
        )
    given.check_all()
    lacking = [name for name in answer.needs if given[name] is None]
    if answer.side is Side.RELAXES:
        lacking += [name for name in given.unknowns if name not in (*lacking, *despite)]
    if lacking:
        raise Insufficient(*lacking)


def doubts_of(
    pack: Pack, day: date | None, place: str | None, *, named: bool, undated: bool, home: bool
) -> list[Doubt]:
    """What is doubtful about an edition for this day and place, the gravest first.

    `undated`: the question needs no day. `home`: it needs no place, being asked where the edition is at home.
    """
    found = []
    if day is None and not undated:
        found.append(Doubt("insufficient_data", "not given: date", "缺少：日期", ("date",)))
    if place is None and pack.jurisdiction and not home:
        found.append(Doubt("insufficient_data", "not given: place", "缺少：地区", ("place_code",)))
    if day is not None and named and not pack.applies_on(day):
        en = f"the edition named by the question was not in force on {day}"
        found.append(Doubt("needs_ruling", en, f"提问指定的版本在 {day} 并不有效", relaxing_only=True))
    if day is not None and pack.unreviewed(day):
        en = f"nobody has looked beyond {pack.reviewed_until} whether this edition still holds"
        found.append(Doubt("needs_ruling", en, f"{pack.reviewed_until} 之后该版本是否有效未经核对"))
    if pack.local_may_be_stricter and place is not None and pack.is_unread_at(place):
        en = "a place below the issuer may have a stricter order, and none was read here"
        found.append(Doubt("local_edition_unread", en, "当地可能有更严的规定，尚未录入", relaxing_only=True))
    return found
