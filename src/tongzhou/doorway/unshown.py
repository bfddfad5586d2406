"""What a household wrote under violence or in distress: it is taken and answered, and never shown back on its page."""

from __future__ import annotations

import re
from functools import cache

from tongzhou.rules.words import visible
from tongzhou.tables.policy import shipped


def is_unshown(*texts: str | None) -> bool:
    """Does one of these sentences tell of violence, distress or wanting to die? When in doubt it is not shown."""
    return any(_words().search(visible(text).casefold()) for text in texts if text)


@cache
def _words() -> re.Pattern[str]:
    told = shipped("unshown")["values"]
    english = (rf"\b{re.escape(word)}" for word in told["en"])
    return re.compile("|".join([*map(re.escape, told["zh"]), *english]))
