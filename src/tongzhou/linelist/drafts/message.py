"""A building's message: lines that name a door and a temperature become drafts, the rest is dropped on the spot, since
a chat is nobody's record."""

from __future__ import annotations

import re

from tongzhou.linelist.drafts import words
from tongzhou.linelist.drafts.read import Draft
from tongzhou.linelist.values import clean

_DOOR = r"(?P<door>(?:\d{1,3}[-栋幢号楼单元#]+){0,3}\d{1,4}[室号]?)"
_LINE = re.compile(
    rf"(?:\d{{1,3}}[.、．)]\s*)?{_DOOR}(?P<between>\D{{0,20}}?)"
    r"(?P<temp>(?:3[4-9]|4[0-2])(?:\.\d)?)\s*(?:度|℃|°C)?(?P<words>(?![\d.]).*)?"
)

_PARTS = re.compile(r"[,，;；。]")


def read_message(message: str) -> tuple[list[Draft], int]:
    """The drafts, numbered as they stand, and how many lines were dropped."""
    drafts: list[Draft] = []
    dropped = 0
    for raw in message.splitlines():
        if not (text := clean(raw)):
            continue
        parts = [one for one in _PARTS.split(text) if one.strip()]  # several doors in one line
        found = [met for one in parts if (met := _LINE.fullmatch(one.strip()))]
        if len(found) < len(parts) or len(parts) == 1:
            found = [met for met in [_LINE.fullmatch(text)] if met]
        dropped += not found
        drafts += [_draft(len(drafts) + n, met) for n, met in enumerate(found, 1)]
    return drafts, dropped


def _draft(n: int, met: re.Match[str]) -> Draft:
    said = (met["words"] or "").strip(" ,，。;；")
    temperature, ill = words.temperature(met["temp"]), words.symptoms(said) if said else []
    draft = Draft(n, {"door": met["door"]}, {"temperature": temperature, "symptoms": ill or [], "words": said[:60]})
    if ill is None:
        draft.doubts.append(("", "symptoms_unknown", said[:60]))
    return draft
