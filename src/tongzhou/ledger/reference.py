"""The reference of the kinds of fact, written from their declarations: `./tongzhou schema --reference` prints it, and
docs/reference.md holds what it prints."""

from __future__ import annotations

import inspect as source
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
from django.utils.translation import override
from msgspec import inspect

from tongzhou.ledger import worded
from tongzhou.ledger.kinds import KINDS, NO_NUMBER, Kind
from tongzhou.ledger.ways import Way

HEAD = """## Kinds of fact

Written by `./tongzhou schema --reference` from the declarations. A body only grows: new fields have defaults. A changed
meaning is a new kind.
"""
_COMMENT = re.compile(r"^    (\w+): [^#\n]*#\s*(.+)$", re.MULTILINE)
_TABLE = re.compile(r"(## Addresses\n(?:[^|\n][^\n]*\n|\n)*(?:\|[^\n]*\n)+)")
DATED = {"day": "a day", "moment": "a moment", "hour": "a full hour", "either": "a day or a moment"}
SPEAKERS = {"resident": "a household by its slip", "gate_post": "a gate's phone in its shift",
            "system": "the program itself", "*": "any role"}  # fmt: skip


def section() -> str:
    """The whole section, as Markdown."""
    with override("en"):
        return "\n".join([HEAD, *(one for name in sorted(KINDS) for one in _kind(KINDS[name]))]).rstrip() + "\n"


def put_into(path: str, addresses: Mapping[str, str] = {}) -> str:
    """Put this section in place of the one that a document has, and under "Addresses" these lines in place of those of
    the same addresses; what was done. Raises ValueError where it has no such section."""
    text = Path(path).read_text()
    for address, line in addresses.items():
        text = re.sub(rf"^\| `{re.escape(address)}` \|.*\n", "", text, flags=re.MULTILINE)
        text = _TABLE.sub(lambda found, line=line: found[1] + line, text, count=1)  # type: ignore[misc]
    start = text.find("## Kinds of fact\n")
    if start < 0:
        raise ValueError(f"{path} has no section “Kinds of fact”")
    end = text.find("\n## ", start + 5)
    Path(path).write_text(text[:start] + section() + ("" if end < 0 else text[end:]))
    return f"{path}: {len(KINDS)} kinds"


def _kind(kind: Kind) -> Iterator[str]:
    yield f"### `{kind.name}`\n"
    yield f"{_told(kind)}\n"
    sort = "An observation" if kind.sort == "observation" else "A decision"
    final = ", permanent: nobody can correct or withdraw it" if kind.permanent else ""
    said = ", ".join(sorted(SPEAKERS.get(role, f"`{role}`") for role in kind.said_by))
    beside = f" Written down on behalf of one of those by: {_roles(kind.recorded_by)}." if kind.recorded_by else ""
    yield f"{sort}{final}. Sort of data: `{kind.sees}`. Said by: {said}.{beside}\n"
    if kind.ways:
        yield f"Touches: {', '.join(_way(way) for way in kind.ways)}.\n"
    notes = {name: note.strip() for name, note in _COMMENT.findall(source.getsource(kind.body))}
    fields = inspect.type_info(kind.body).fields  # type: ignore[attr-defined]
    if fields:
        yield "| field | in words | value | default |\n|---|---|---|---|"
        yield "".join(f"{_row(kind, field, notes.get(field.encode_name, ''))}\n" for field in fields)


def _way(way: Way) -> str:
    return f"{way.how} `{way.noun}`" if way.noun else f"{way.how} the subject named"


def _told(kind: Kind) -> str:
    """The docstring in one line."""
    return " ".join((kind.body.__doc__ or kind.called).split()) if "__doc__" in vars(kind.body) else kind.called


def _roles(roles: frozenset[str]) -> str:
    return ", ".join(f"`{role}`" for role in sorted(roles))


def _row(kind: Kind, field: inspect.Field, note: str) -> str:
    name = field.encode_name
    value = _value(field.type, worded.codes(kind.name, name))
    unit = worded.unit(name)
    told = "; ".join(one for one in (value, unit, note.replace("|", "\\|")) if one)
    default = "required" if field.required else _default(field)
    return f"| `{name}` | {worded.label(kind.name, name)} | {told} | {default} |"


def _default(field: inspect.Field) -> str:
    if field.default is None:
        return "absent"
    if field.default_factory is not msgspec.NODEFAULT or field.default in ((), frozenset()):
        return "empty"
    return f"`{str(field.default).lower() if isinstance(field.default, bool) else field.default}`"


def _value(type_: inspect.Type, codes: tuple[Any, ...]) -> str:
    """What a field may hold, in words."""
    if isinstance(type_, inspect.Metadata):
        dated = (type_.extra or {}).get("dated")
        return DATED.get(str(dated)) or _value(type_.type, codes)
    if isinstance(type_, inspect.UnionType):
        inner = [one for one in type_.types if not isinstance(one, inspect.NoneType)]
        return f"{_value(inner[0], codes)}, may be absent"
    if codes:
        listed = " \\| ".join(f"`{code}`" for code in codes)
        return listed if isinstance(type_, inspect.LiteralType) else f"several of {listed}"
    if isinstance(type_, inspect.IntType):
        return _between(type_)
    if isinstance(type_, inspect.StrType):
        return _text(type_)
    item = getattr(type_, "item_type", None)
    if item is not None:
        return f"list of {_value(item, ())}"
    plain = {inspect.BoolType: "true or false", inspect.UUIDType: "the id of a fact", inspect.DictType: "an object"}
    return plain.get(type(type_), "an object")


def _between(type_: inspect.IntType) -> str:
    if type_.ge is None and type_.le is None:
        return "a whole number"
    if type_.le in (None, 2**31 - 1, 10**9):
        return f"a whole number from {type_.ge}"
    return f"a whole number from {type_.ge if type_.ge is not None else '…'} to {type_.le}"


def _text(type_: inspect.StrType) -> str:
    if type_.pattern == NO_NUMBER:
        return f"words, at most {type_.max_length or 400} characters, no number of a person"
    return f"text like `{type_.pattern}`".replace("|", "\\|") if type_.pattern else "text"
