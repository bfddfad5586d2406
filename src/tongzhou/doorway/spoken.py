"""The words that the phone shows for what is chosen at a door: those of the kinds, in both languages, on the phone."""

from __future__ import annotations

import json
from functools import cache

from django.utils import translation

from tongzhou.ledger import worded

CHOSEN = (
    ("household.heard", "state"),
    ("exception.raised", "concerns"),
    ("exception.called_back", "advice"),
    ("exception.closed", "outcome"),
    ("need.stated", "items"),
    ("need.met", "problem"),
    ("task.set", "what"),
    ("task.done", "reason"),
    ("observation.recorded", "symptoms"),
)
LANGUAGES = ("zh-hans", "en")


@cache
def script() -> str:
    """A module for the phone: kind and field → code → Chinese and English."""
    told: dict[str, dict[str, list[str]]] = {}
    for language in LANGUAGES:
        with translation.override(language):
            for kind, field in CHOSEN:
                for code, words in worded.choices(kind, field):
                    told.setdefault(f"{kind}.{field}", {}).setdefault(code, []).append(words[:1].upper() + words[1:])
    return f"// Written by the server.\nexport const SAID = {json.dumps(told, ensure_ascii=False)};\n"
