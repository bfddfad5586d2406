"""The people of one list so far: which row said the same person before. A million of them fit into some 300 MB."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from hashlib import blake2b

from tongzhou.linelist.mapping import Binding
from tongzhou.linelist.rows import Good, Trouble
from tongzhou.people.vault import WRITTEN

_TELLS_APART = (WRITTEN, "name", "identity")
_PART = 8  # bytes kept of a digest: two of a million people share them once in ten million lists
_RECORD = _PART * (1 + len(_TELLS_APART))


class Seen:
    """By id of the row, card, identity number and telephone."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._rows: dict[int, int] = {}  # part of a digest → row
        self._telephones: dict[int, bytes] = {}  # part of a digest → one record for each who has it: row, who they are

    def twin(self, good: Good) -> Trouble | None:
        """The row that this one repeats; where there is none, it is remembered."""
        numbers = list(_numbers(good))
        for name, number in numbers:
            if number in self._rows:
                return Trouble(self._field(name), "twice_in_file", str(self._rows[number]))
        telephones = [int.from_bytes(digest[:_PART]) for digest in good.digests.get("telephone", ())]
        who = b"".join(_part(good.digests.get(name, ())) for name in _TELLS_APART) if telephones else b""
        for number in telephones:
            if (n := _same(self._telephones.get(number, b""), who)) is not None:
                return Trouble(self._binding.heading("telephone"), "twice_in_file", str(n))
        for _name, number in numbers:
            self._rows[number] = good.n
        for number in telephones:
            self._telephones[number] = self._telephones.get(number, b"") + good.n.to_bytes(_PART) + who
        return None

    def _field(self, name: str) -> str:
        keys_of_row = self._binding.mapping.row_key
        if name != "row":
            return self._binding.heading(name)
        return self._binding.heading(keys_of_row[0]) if keys_of_row else ""


def _numbers(good: Good) -> Iterator[tuple[str, int]]:
    yield "row", good.case.int & (1 << 60) - 1
    if good.card:
        yield "card", int.from_bytes(blake2b(good.card.encode(), digest_size=_PART, person=b"card").digest())
    for digest in good.digests.get("identity", ()):
        yield "identity", int.from_bytes(digest[:_PART])


def _part(digests: Sequence[bytes]) -> bytes:
    """What stands for these digests in any order; zeros where there are none."""
    if len(digests) == 1:
        return digests[0][:_PART]
    return blake2b(b"".join(sorted(digests)), digest_size=_PART).digest() if digests else bytes(_PART)


def _same(records: bytes, who: bytes) -> int | None:
    """The row of the first record of somebody who is not surely another person (as appending.another tells)."""
    for at in range(0, len(records), _RECORD):
        written, name, identity = (
            _differ(records[at + n * _PART : at + (n + 1) * _PART], who[(n - 1) * _PART : n * _PART])
            for n in range(1, 1 + len(_TELLS_APART))
        )
        if not (name if written is None else written) and not identity:
            return int.from_bytes(records[at : at + _PART])
    return None


def _differ(one: bytes, other: bytes) -> bool | None:
    """None where one of them is not known."""
    return one != other if any(one) and any(other) else None
