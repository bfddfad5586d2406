"""Taking in a line list: read, check row by row, append in batches, give back what could not go in.

    result = run(content, authority, place=7, progress=bar.update)

Reading the same list again adds nothing: a row's case has the same id every time.
"""

from __future__ import annotations

import itertools
import time
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from tongzhou import keys
from tongzhou.ledger import clock, door
from tongzhou.ledger.append import Authority
from tongzhou.ledger.time import zone
from tongzhou.linelist import appending as ledgers
from tongzhou.linelist import mapping as mappings
from tongzhou.linelist import read as tables
from tongzhou.linelist.appending import another
from tongzhou.linelist.mapping import Binding, Mapping
from tongzhou.linelist.places import Places
from tongzhou.linelist.rows import Good, Reader, Refusal, Trouble

WRITERS = 2  # batches on their way at once: while one waits for the disk the next is folded


@dataclass
class Result:
    """What became of a list: rows = added + known + refused."""

    binding: Binding
    encodings: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    added: int = 0
    known: int = 0
    facts: int = 0
    refused: list[Refusal] = field(default_factory=list)
    seconds: float = 0.0


@dataclass(frozen=True)
class Preview:
    """The first rows of a list, with what each column is taken for."""

    binding: Binding
    columns: list[tuple[str, str | None]]  # heading, field
    rows: list[tuple[int, list[str], tuple[Trouble, ...]]]
    about: int
    encodings: dict[str, int]


def open_list(
    content: bytes, mapping: Mapping | None = None, largest: int = tables.LARGEST
) -> tuple[tables.Table, Binding]:
    """A list and where its fields stand. Raises NotATable and MappingError."""
    table = tables.open_table(content, largest)
    first = [(line.n, line.cells) for line in itertools.islice(table.lines(), mappings.LOOKED_AT)]
    if mapping is not None:
        return table, mappings.bind(mapping, first)
    return table, mappings.choose(mappings.mappings(), first)


def preview(table: tables.Table, binding: Binding, place: int | None, rows: int = 8) -> Preview:
    """What a list would say, without saying it: the first rows with their troubles."""
    with door.ledger() as connection:
        reader = _reader(connection, binding, place)
    fields = {position: name for name, position in binding.at.items()}
    shown = []
    for line in itertools.islice(_body(table, binding), rows):
        told = _read(reader, line)
        shown.append((line.n, line.cells, told.troubles if isinstance(told, Refusal) else ()))
    for _ in table.lines():  # to the end, so that every encoding in it is met
        pass
    columns = [(heading, fields.get(n)) for n, heading in enumerate(binding.headings)]
    return Preview(binding, columns, shown, table.about() - binding.header, dict(table.encodings))


def run(table: tables.Table, binding: Binding, authority: Authority, *, place: int | None = None,
        progress: Callable[[int], None] | None = None, writers: int = WRITERS) -> Result:  # fmt: skip
    """Take the list in. `place`: where cases are reported when a row does not say.

    Raises imports_ledger.Busy where another import is running.
    """
    started = time.perf_counter()
    result = Result(binding)
    with door.ledger() as guard, ledgers.alone(guard):
        reader = _reader(guard, binding, place)
        heads = {name: binding.heading(name) for name in ("row", "card", "identity", "telephone", "reporting")}
        with ThreadPoolExecutor(writers) as pool:
            waiting: list[Future[ledgers.Taken]] = []
            for batch in _batches(_good(table, reader, result)):
                waiting.append(pool.submit(_write, batch, authority, heads))
                if len(waiting) > writers:
                    _settle(result, waiting.pop(0))
                if progress:
                    progress(result.rows)
            for one in waiting:
                _settle(result, one)
        if progress:
            progress(result.rows)
    result.refused.sort(key=lambda one: one.n)
    result.encodings = dict(table.encodings)
    result.seconds = time.perf_counter() - started
    return result


def _reader(connection: Any, binding: Binding, place: int | None) -> Reader:
    now = clock.read(connection).now
    return Reader(binding, Places(connection), now, zone(), place, binding.mapping.name, keys.index_key())


def _body(table: tables.Table, binding: Binding) -> Iterator[tables.Line]:
    """The rows below the headings that say anything."""
    return (line for line in table.lines() if line.n > binding.header and any(cell.strip() for cell in line.cells))


def _read(reader: Reader, line: tables.Line) -> Good | Refusal:
    if line.trouble:
        return Refusal(line.n, line.cells, (Trouble("", line.trouble),))
    return reader.read(line.n, line.cells)


def _good(table: tables.Table, reader: Reader, result: Result) -> Iterator[Good]:
    """Rows that can go in; the others, and those that stand in the file twice, are refused as they are met."""
    seen = _Seen(reader.binding)
    for line in _body(table, reader.binding):
        result.rows += 1
        told = _read(reader, line)
        if isinstance(told, Good):
            twin = seen.twin(told)
            if twin is None:
                yield told
                continue
            told = Refusal(told.n, told.cells, (twin,))
        result.refused.append(told)


class _Seen:
    """The people of this file so far, by id of the row, card, identity number and telephone."""

    def __init__(self, binding: Binding) -> None:
        self._binding = binding
        self._rows: dict[tuple[str, Any], int] = {}
        self._telephones: dict[bytes, list[tuple[int, dict[str, list[bytes]]]]] = {}

    def twin(self, good: Good) -> Trouble | None:
        """The row that this one repeats; where there is none, it is remembered."""
        numbers: list[tuple[str, Any]] = [("row", good.case)]
        numbers += [("card", good.card)] if good.card else []
        numbers += [("identity", digest) for digest in good.digests.get("identity", ())]
        for number in numbers:
            if number in self._rows:
                field = self._field(number[0])
                return Trouble(field, "twice_in_file", str(self._rows[number]))
        telephones = good.digests.get("telephone", [])
        for digest in telephones:
            for n, other in self._telephones.get(digest, ()):
                if not another(good.digests, other):
                    return Trouble(self._binding.heading("telephone"), "twice_in_file", str(n))
        self._rows.update(dict.fromkeys(numbers, good.n))
        for digest in telephones:
            self._telephones.setdefault(digest, []).append((good.n, good.digests))
        return None

    def _field(self, name: str) -> str:
        keys_of_row = self._binding.mapping.row_key
        if name != "row":
            return self._binding.heading(name)
        return self._binding.heading(keys_of_row[0]) if keys_of_row else ""


def _batches(rows: Iterator[Good]) -> Iterator[list[Good]]:
    while batch := list(itertools.islice(rows, ledgers.BATCH)):
        yield batch


def _write(batch: list[Good], authority: Authority, heads: dict[str, str]) -> ledgers.Taken:
    with door.ledger() as connection:
        return ledgers.take(connection, batch, authority, heads)


def _settle(result: Result, one: Future[ledgers.Taken]) -> None:
    taken = one.result()
    result.added += taken.added
    result.known += taken.known
    result.facts += taken.facts
    result.refused += taken.refused


def told(result: Result) -> dict[str, Any]:
    """The result as JSON."""
    from tongzhou.linelist.refusals import DUPLICATES, by_reason

    reasons = by_reason(result.refused)
    binding = result.binding
    return {
        "layout": binding.mapping.name,
        "rows": result.rows,
        "added": result.added,
        "known": result.known,
        "facts": result.facts,
        "refused": len(result.refused),
        "duplicates": sum(n for code, n in reasons.items() if code in DUPLICATES),
        "by_reason": reasons,
        "encodings": dict(Counter(result.encodings)),
        "columns": {name: binding.headings[position] for name, position in binding.at.items()},
        "columns_left": list(binding.left),
        "seconds": round(result.seconds, 2),
    }
