"""Words by which a text tells persons apart: by where they are from, live, speak, are registered, or how they look.

No list holds every such word. So the rule book holds whole words and, for each way of telling, what such words are made
of; and whoever approves is shown each word of a place or of persons that was written, known or not.
"""

from __future__ import annotations

import re
from functools import lru_cache

from tongzhou.rules.pack import Pack
from tongzhou.rules.words import mentions, visible, vocabulary

_TRADITIONAL = (
    "來區車鄉說講話戶長國縣歸從認識發過籍們門裡裏會聽懂屬對僅讓進許準證號碼樓單處間麼"
    "樣臉開頭鎮莊東產權業務離滯異邊還親訪維員誰見識陸灣測職"
)
_SIMPLIFIED = (
    "来区车乡说讲话户长国县归从认识发过籍们门里里会听懂属对仅让进许准证号码楼单处间么"
    "样脸开头镇庄东产权业务离滞异边还亲访维员谁见识陆湾测职"
)
_SIMPLE = str.maketrans(_TRADITIONAL, _SIMPLIFIED)
# Letters of other scripts that look like Latin ones, and a word that was spelled out.
_ALIKE = str.maketrans("аеорсухіѕјһԁԛԝӏνοαερικτυχ", "aeopcyxisjhdqwlvoaepiktux")
_SPELLED = re.compile(r"(?<![a-z])(?:[a-z][\s.\-_]){3,}[a-z](?![a-z])")
_PARTED = re.compile(r"(?<=[\u3400-\u9fff])[\s\-_·.'\"“”‘’「」、/*]+(?=[\u3400-\u9fff])")


def by_origin(said: str, pack: Pack) -> str | None:
    """The words by which a text names persons by where they come from, what they do or think."""
    if word := mentions(said, pack.terms("never_in_words")):
        return word
    found = _ways(pack.terms("never_told_by")).search(_plain(said))
    return found.group().strip() if found else None


def all_by_origin(said: str, pack: Pack) -> list[str]:
    """Every such word of a text, each once: whoever wrote it is told of all of them in one round."""
    plain = [word for word in pack.terms("never_in_words") if mentions(said, (word,))]
    ways = [found.group().strip() for found in _ways(pack.terms("never_told_by")).finditer(_plain(said))]
    told = list(dict.fromkeys((*ways, *plain)))
    return [word for word in told if not any(word != other and word in other for other in told)]


def registering(said: str, pack: Pack) -> str | None:
    """The word by which a text has people written down, scanned or measured at a gate."""
    found = _ways(pack.terms("registers")).search(_plain(said))
    return found.group().strip() if found else None


def small_counts(said: str) -> list[str]:
    """Counts of one to four people in a text: below the county they may tell who it is."""
    return list(dict.fromkeys(found.group() for found in _SMALL.finditer(said)))


_SMALL = re.compile(
    r"(?<![\d.,第])[1-4一二两三四]\s*(?:例|名|人|户)(?![均口次])"
    r"|\b(?:[1-4]|one|two|three|four) (?:cases?|persons?|people)\b",
    re.IGNORECASE,
)


def of_place_or_person(said: str, pack: Pack) -> list[str]:
    """Every word of a place or of persons in a text, in its order, each once: for whoever has to read it closely."""
    found = _ways((*pack.terms("told_to_approver"), "{region}")).finditer(_plain(said))
    return list(dict.fromkeys(one.group().strip() for one in found))


def _plain(said: str) -> str:
    """One form of a text: no blanks or marks within a Chinese word, simplified, English words one blank apart."""
    plain = _PARTED.sub("", visible(said).casefold().translate(_SIMPLE).translate(_ALIKE))
    plain = _SPELLED.sub(lambda found: re.sub(r"[\s.\-_]", "", found[0]), plain)
    return re.sub(r"[\s\-_‐‑–]+", " ", plain.replace("’", "'"))


@lru_cache(maxsize=64)
def _ways(patterns: tuple[str, ...]) -> re.Pattern[str]:
    """What the patterns of the rule book find; `{region}` stands for every place that is known by name."""
    names = [name for term in vocabulary("regions").terms.values() for name in term.names()]
    chinese = [name for name in names if not name.isascii() and len(name) > 1]
    english = [rf"\b{re.escape(name.casefold())}\b" for name in names if name.isascii() and len(name) > 2
               and name.replace("'", "").replace(" ", "").isalpha()]  # fmt: skip
    region = "|".join(sorted([*map(re.escape, chinese), *english], key=len, reverse=True))
    called = "|".join(re.escape(name.casefold()) for name in names if name.isascii() and len(name) > 2)
    demonym = rf"\b(?:{called})(?:n?ese|ers?|ites?|ians?)\b"
    return re.compile(
        "|".join(one.replace("{region}", f"(?:{region})").replace("{demonym}", demonym) for one in patterns)
    )
