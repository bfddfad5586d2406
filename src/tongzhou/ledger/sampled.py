"""A body of a kind as somebody might say it, made from the types of its fields: for tests that try every kind, and for
attempts on the rights of others. A kind whose fields ask for more than a type can say brings a sample of its own."""

from __future__ import annotations

import re
from typing import Any

from msgspec import inspect

from tongzhou.ledger.kinds import KINDS

KEY = "0170bbd2-0000-7000-8000-000000000001"
NINE = "2020-03-10T09:00:00+08:00"
DATED = {"day": "2020-03-10", "moment": NINE, "hour": NINE, "either": "2020-03-10"}
TEXTS = (KEY, "as agreed", "a-1", "a_1", "A1", "12345678", f"case/{KEY}", "1234", "box", "07:30")


def sampled(kind: str, *, key: str = KEY, whole: bool = True) -> dict[str, Any]:
    """A body that the kind accepts; what refers to another fact holds `key`. `whole`: with what may be absent, too.
    Raises ValueError naming the field for which nothing here fits."""
    body = {}
    for field in inspect.type_info(KINDS[kind].body).fields:  # type: ignore[attr-defined]
        if whole or field.required:
            try:
                body[field.encode_name] = _of(field.type, key)
            except ValueError as error:
                raise ValueError(f"{kind}.{field.encode_name}: {error}") from None
    return body


def _of(info: inspect.Type, key: str) -> Any:
    if isinstance(info, inspect.Metadata):
        dated = (info.extra or {}).get("dated")
        return DATED[str(dated)] if dated else _of(info.type, key)
    if isinstance(info, inspect.UnionType):
        return _of(next(one for one in info.types if not isinstance(one, inspect.NoneType)), key)
    if isinstance(info, inspect.LiteralType):
        return info.values[0]
    if isinstance(info, inspect.BoolType):
        return True
    if isinstance(info, inspect.IntType):
        return max(info.ge if info.ge is not None else 1, 1 if info.le is None or info.le >= 1 else info.le)
    if isinstance(info, inspect.UUIDType):
        return key
    if isinstance(info, inspect.StrType):
        return _text(info, key)
    if isinstance(info, inspect.DictType):
        return {_of(info.key_type, key): _of(info.value_type, key)}
    if isinstance(info, inspect.StructType):
        return {field.encode_name: _of(field.type, key) for field in info.fields}
    if isinstance(info, inspect.TupleType):
        return [_of(one, key) for one in info.item_types]
    if hasattr(info, "item_type"):
        return [_of(info.item_type, key)]
    raise ValueError(f"no sample follows from {type(info).__name__}")


def _text(info: inspect.StrType, key: str) -> str:
    for text in (key, *TEXTS):
        if re.search(info.pattern or "", text) and (info.min_length or 0) <= len(text) <= (info.max_length or 400):
            return text
    raise ValueError(f"no sample fits {info.pattern}")
