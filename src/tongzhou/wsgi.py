import gc
import os
from typing import Any

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
application = get_wsgi_application()
# Every view is loaded before the first request: loaded by it, twenty facts at 50 a second waited 0.4 s.
get_resolver().url_patterns  # noqa: B018

# What a process has loaded stays until it ends; a full collection looked through all of it (400,000 things, 0.1 to
# 0.2 s) in the midst of a page. So it is set aside, and what the first requests load (templates, rules) after the first
# collections; what a request leaves is mostly gone by itself, and is looked for less often.
SETTLES, SELDOM = 3, (10_000, 10, 10)


def _settle(phase: str, info: dict[str, Any]) -> None:
    if phase == "stop" and info["generation"] == 2:
        gc.freeze()
        _settle.left -= 1  # type: ignore[attr-defined]
        if not _settle.left:  # type: ignore[attr-defined]
            gc.callbacks.remove(_settle)


_settle.left = SETTLES  # type: ignore[attr-defined]
gc.collect()
gc.freeze()
gc.set_threshold(*SELDOM)
gc.callbacks.append(_settle)
