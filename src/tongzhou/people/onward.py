"""Where somebody goes on to after a form: a page of this house, and nothing else that an address may name."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.utils.http import url_has_allowed_host_and_scheme


def onward(text: str) -> str:
    """The page that `text` names; empty for another house's, for what is no page's address, and for the page of
    signing in, which sends whoever is signed in onwards itself."""
    if not text.startswith("/") or not text.isprintable() or not url_has_allowed_host_and_scheme(text, None):
        return ""
    return "" if urlsplit(text).path.rstrip("/") == str(settings.LOGIN_URL) else text
