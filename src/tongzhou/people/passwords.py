"""What a password must not be made of: the login, the name, the program's name."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

MOST = 128
LEAST = 8  # letters that must be left without them


class UnlikeLogin:
    """Django's own comparison lets `lin-lin-lin` pass for Lin: here names are taken out, forwards and backwards."""

    def validate(self, password: str, user: Any = None) -> None:
        names = {"tongzhou", "同舟"} | {
            _plain(str(getattr(user, part, "") or "")) for part in ("username", "first_name")
        }
        left = _plain(password)
        for name in sorted(names, key=len, reverse=True):
            if len(name) > 1:
                left = left.replace(name, "").replace(name[::-1], "")
        if len(left) < LEAST:
            raise ValidationError(self.get_help_text(), code="like_login")
        if len(password) > MOST:
            raise ValidationError(_("At most %(n)d letters.") % {"n": MOST}, code="too_long")

    def get_help_text(self) -> str:
        return _("Without your user name and your name, eight letters or digits must be left of it.")


def _plain(text: str) -> str:
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text).casefold())
