"""Bodies as they are kept: without signs that turn the direction of writing, and without the same choice twice."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import msgspec
from msgspec import Meta, inspect

from tongzhou import turns
from tongzhou.ledger import dated

ONCE = Meta(extra={"once": True})  # of a field with several choices: each counts once
_BYTES = tuple("\u061c\u200e\u2066".encode()[n : n + 2] for n in (0, 2, 5))  # how each of them begins
_ESCAPED = re.compile(r"(?<!\\)((?:\\\\)*)\\u(?:061c|200[ef]|202[a-e]|206[6-9])", re.IGNORECASE)


def without_turns(stored: bytes) -> bytes:
    """The JSON without marks and overrides of direction, as they stand or escaped. Nearly every body holds none, which
    its bytes tell without reading it as text."""
    if b"\\u" not in stored and not any(begins in stored for begins in _BYTES):
        return stored
    try:
        text = stored.decode()
    except UnicodeDecodeError:
        return stored  # the reader refuses it
    return _ESCAPED.sub(r"\1", turns.without(text)).encode()


def once(body: Any) -> Any:
    """The body with each choice once, in the order in which it was first named."""
    kind: Any = type(body)
    mended = {name: tuple(dict.fromkeys(getattr(body, name))) for name in _once(kind)}
    changed = {name: held for name, held in mended.items() if held != getattr(body, name)}
    return msgspec.structs.replace(body, **changed) if changed else body


@cache
def _once(body: Any) -> tuple[str, ...]:
    fields = inspect.type_info(body).fields  # type: ignore[attr-defined]
    return tuple(field.encode_name for field in fields if dated.declared(field.type, "once"))
