"""Taking in a line list: read, check row by row, append in batches, give back what could not go in.

    table, binding = open_list(content)
    result = run(table, binding, authority, place=7, progress=lambda so_far: bar.update(so_far.rows))

Reading the same list again adds nothing: a row's case has the same id every time.
"""

from __future__ import annotations

import gc
import itertools
import json
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from tongzhou import keys
from tongzhou.ledger import clock, door
from tongzhou.ledger.append import Authority
from tongzhou.ledger.time import zone
from tongzhou.linelist import appending as ledgers
from tongzhou.linelist.mapping import FIELDS, Binding, Mapping, MappingError
from tongzhou.linelist.places import Places
from tongzhou.linelist.rows import Good, Reader, Refusal, Trouble
from tongzhou.linelist.seen import Seen
from tongzhou.linelist.understand import NO_CHOICES, Choices, understand
from tongzhou.linelist.writers import SELDOM, writers
from tongzhou.people import epochs, sealing
from tongzhou.tables.nothing import NOTHING
from tongzhou.tables.reader import Limits, Line, Table
from tongzhou.tables.reader.heading import plain
from tongzhou.tables.reader.types import USUAL

NOTES = 1_000  # notes that are told one by one; all are counted, and each stands with its case in the vault


@dataclass
class Result:
    """What became of a list: rows = added + known + refused. `notes`: rows that went in with something to look at."""

    binding: Binding
    encodings: dict[str, int] = field(default_factory=dict)
    rows: int = 0
    added: int = 0
    known: int = 0
    facts: int = 0
    refused: list[Refusal] = field(default_factory=list)
    noted: Counter[str] = field(default_factory=Counter)
    notes: list[tuple[int, Trouble]] = field(default_factory=list)
    blanks: Counter[str] = field(default_factory=Counter)  # field → rows that go in and do not say it
    seconds: float = 0.0

    def take_note(self, good: Good) -> None:
        for note in good.notes:
            self.noted[note.code] += 1
            if len(self.notes) < NOTES:
                self.notes.append((good.n, note))


@dataclass(frozen=True)
class Preview:
    """What a list would say: `result` counts rows that would go in as added; `rows` are the first of them, `known` the
    rows that are in the ledger already."""

    result: Result
    rows: list[tuple[Line, Good | Refusal]]
    known: frozenset[int]


def open_list(
    content: bytes, mapping: Mapping | None = None, choices: Choices = NO_CHOICES, limits: Limits = USUAL
) -> tuple[Table, Binding]:
    """A list and where its fields stand. Raises NotATable, and MappingError where no layout fits or one must be
    chosen."""
    found = understand(content, choices, mapping, limits)
    if found.sure is None:
        raise MappingError(found.why or f"choose the {found.doubt}")
    return found.table, found.sure


def preview(table: Table, binding: Binding, authority: Authority, place: int | None, *, leave_out: bool = False,
            shown: int = 8) -> Preview:  # fmt: skip
    """What a list would say, without saying it: beside what the ledger holds, what it would refuse, and where the
    authority may speak. `shown`: how many of its first rows are given; beside them the first of each class."""
    result, known = Result(binding), set[int]()
    first: list[tuple[Line, Good | Refusal]] = []
    heads = _heads(binding)
    with door.ledger() as connection:
        reader = _reader(connection, binding, place, leave_out)
        for batch in _batches(_good(table, reader, result, first, shown)):
            new, taken = ledgers.look(connection, batch, authority, heads)
            known |= {good.n for good in batch} - {good.n for good in new} - {one.n for one in taken.refused}
            result.blanks.update(name for good in new for name in _unsaid(binding, good.cells))
            _count(result, taken)
    result.refused.sort(key=lambda one: one.n)
    result.encodings = dict(table.encodings)
    back = {one.n: one for one in result.refused}
    return Preview(result, [(line, back.get(line.n, told)) for line, told in first], frozenset(known))


def run(table: Table, binding: Binding, authority: Authority, *, place: int | None = None, leave_out: bool = False,
        progress: Callable[[Result], None] | None = None) -> Result:  # fmt: skip
    """Take the list in. `place`: where cases are reported when a row does not say.

    Raises appending.Busy where another import is running.
    """
    started = time.perf_counter()
    result = Result(binding)
    with door.ledger() as guard, ledgers.alone(guard), _seldom_collected():
        reader = _reader(guard, binding, place, leave_out)
        with writers(authority, _heads(binding), reader.index.week) as pool:
            waiting: deque[Future[ledgers.Taken]] = deque()
            for batch in _batches(_good(table, reader, result)):
                waiting.append(pool.take(batch))
                while len(waiting) > pool.at_once or (waiting and waiting[0].done()):
                    _settle(result, waiting.popleft())
                if progress:
                    progress(result)
            for one in waiting:
                _settle(result, one)
        if progress:
            progress(result)
    result.refused.sort(key=lambda one: one.n)
    result.encodings = dict(table.encodings)
    result.seconds = time.perf_counter() - started
    return result


@contextmanager
def _seldom_collected() -> Iterator[None]:
    """Rows are many small objects without circles between them."""
    usual = gc.get_threshold()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


def _reader(connection: Any, binding: Binding, place: int | None, leave_out: bool) -> Reader:
    now = clock.read(connection).now
    secret, index = keys.index_key(), sealing.index(epochs.searching(connection))
    name = binding.mapping.name
    return Reader(binding, Places(connection), now, zone(), place, name, secret, index, leave_out)


def _heads(binding: Binding) -> dict[str, str]:
    """field → heading, for the reasons; what stands in parts under the first of them."""
    heads = {name: binding.heading(name) for name in FIELDS}
    at = [name for name in binding.at if name.startswith("home")]
    heads["home"] = binding.heading(at[0]) if at else "home"
    if "reporting" not in binding.at and "reporting_name" in binding.at:
        heads["reporting"] = heads["reporting_name"]
    return heads | {"age_band": heads["age"], "other_telephones": heads["telephone"]}


def _body(table: Table, binding: Binding) -> Iterator[Line]:
    """The rows below the headings that say anything."""
    for line in table.lines():
        if line.n > binding.header and any(map(str.strip, line.cells)):
            yield line


def _read(reader: Reader, line: Line) -> Good | Refusal:
    if line.trouble:
        return Refusal(line.n, line.cells, (Trouble("", line.trouble),))
    told = reader.read(line.n, line.cells, line.filled)
    if isinstance(told, Refusal) and _heads_again(reader.binding, line.cells):
        return Refusal(line.n, line.cells, (Trouble("", "heading_again"),))
    return told


def _heads_again(binding: Binding, cells: Sequence[str]) -> bool:
    """Is this the row of headings once more, as at the top of each printed page?"""
    again = False
    for head, cell in zip(binding.headings, cells, strict=False):
        if head:
            said = plain(cell)
            if not said or not plain(head).endswith(said):
                return False
            again = True
    return again


def _unsaid(binding: Binding, cells: Sequence[str]) -> Iterator[str]:
    for name, position in binding.at.items():
        if position >= len(cells) or cells[position].strip().lower() in NOTHING:
            yield name


def _judged(reader: Reader, seen: Seen, line: Line) -> Good | Refusal:
    """The row as it can go in, or why it cannot: for itself, or since it stands in the file already."""
    told = _read(reader, line)
    if isinstance(told, Good) and (twin := seen.twin(told)) is not None:
        return Refusal(told.n, told.cells, (twin,))
    return told


def _good(table: Table, reader: Reader, result: Result, first: list[tuple[Line, Good | Refusal]] | None = None,
          shown: int = 0) -> Iterator[Good]:  # fmt: skip
    """Rows that can go in; the others, and those that stand in the file twice, are refused as they are met. `first`:
    gets the first rows, `shown` of them and the first of each class."""
    seen, classes = Seen(reader.binding), set[Any]()
    for line in _body(table, reader.binding):
        result.rows += 1
        told = _judged(reader, seen, line)
        if first is not None:
            said = _class_of(told)
            if len(first) < shown or said not in classes:
                first.append((line, told))
            classes.add(said)
        if isinstance(told, Good):
            result.take_note(told)
            yield told
        else:
            result.refused.append(told)


def _class_of(told: Good | Refusal) -> Any:
    """What a row would make of a case; None for one that comes back."""
    if isinstance(told, Refusal):
        return None
    excluded = any(fact.kind == "case.classified" for fact in told.facts)
    return "excluded" if excluded else json.loads(bytes(told.facts[0].body))["classification"]


def _batches(rows: Iterator[Good]) -> Iterator[list[Good]]:
    while batch := list(itertools.islice(rows, ledgers.BATCH)):
        yield batch


def _settle(result: Result, one: Future[ledgers.Taken]) -> None:
    _count(result, one.result())


def _count(result: Result, taken: ledgers.Taken) -> None:
    result.added += taken.added
    result.known += taken.known
    result.facts += taken.facts
    result.refused += taken.refused


def told(result: Result) -> dict[str, Any]:
    """The result as JSON."""
    from tongzhou.linelist.refusals import DUPLICATES, by_reason

    reasons = by_reason(result.refused)
    return {
        "layout": result.binding.mapping.name,
        "rows": result.rows,
        "added": result.added,
        "known": result.known,
        "facts": result.facts,
        "refused": len(result.refused),
        "noted": dict(result.noted),
        "duplicates": sum(n for code, n in reasons.items() if code in DUPLICATES),
        "by_reason": reasons,
        "encodings": dict(Counter(result.encodings)),
        "notes": [[n, one.field, one.code, one.detail] for n, one in result.notes[:50]],
        "seconds": round(result.seconds, 2),
    }


def recorded(seen: Preview) -> list[dict[str, Any]]:
    """The first rows as they will be recorded: by row, what each field says, or why the row comes back."""
    return [_as_recorded(line, told) | ({"known": True} if line.n in seen.known else {}) for line, told in seen.rows]


def _as_recorded(line: Line, told: Good | Refusal) -> dict[str, Any]:
    if isinstance(told, Refusal):
        return {"row": line.n, "refused": [[one.field, one.code, one.detail] for one in told.troubles]}
    body = json.loads(bytes(told.facts[0].body))
    said: dict[str, Any] = {"row": line.n, **{name: body[name] for name in _SHOWN if name in body}}
    if any(fact.kind == "case.classified" for fact in told.facts):
        said["classification"] = "excluded"
    said |= {"identified": told.facts[0].effective_at.isoformat(), "reporting": told.place, "home": told.facts[0].home}
    said |= {"card": told.card} if told.card else {}
    return said | told.held | {"notes": [[one.field, one.code, one.detail] for one in told.notes]}


_SHOWN = ("classification", "onset", "age", "age_band", "sex")
