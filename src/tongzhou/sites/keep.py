"""Writing sites down: a version from a day on, known from now on; the versions that were stay as they were."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, LiteralString

import msgspec
from psycopg import Connection

from tongzhou.ledger.ranges import contains
from tongzhou.sites import check
from tongzhou.sites.check import Around, Span
from tongzhou.sites.drafts import KEY, Details, Draft
from tongzhou.sites.words import Wrong

_COLUMNS = (
    "site, since, known_from, by_staff, source, ended, kind, place, name_zh, name_en, invented, details, plate, sort,"
    " sought"
)
_INSERT = (
    f"insert into sites_version ({_COLUMNS}) select * from unnest(%s::text[], %s::date[], %s::timestamptz[],"
    " %s::integer[], %s::text[], %s::boolean[], %s::text[], %s::integer[], %s::text[], %s::text[], %s::boolean[],"
    " %s::jsonb[], %s::text[], %s::text[], %s::text[])"
)  # no COPY under row-level security
LOCK = "select pg_advisory_xact_lock(hashtext('sites'))"  # plates and parts are compared before they are written


@dataclass(frozen=True)
class Kept:
    """What became of drafts: positions written down, those that said what holds anyway, and what is wrong."""

    written: tuple[int, ...]
    same: tuple[int, ...]
    wrong: dict[int, list[Wrong]]


def keep(
    connection: Connection[Any],
    drafts: Sequence[Draft],
    known_from: dt.datetime,
    *,
    by: int | None = None,
    branch: str | None = None,
    dry: bool = False,
) -> Kept:
    """Write what can be written, all that is wrong beside it. `branch`: the places that `by` keeps (None: all)."""
    connection.execute(LOCK)
    wrong: dict[int, list[Wrong]] = {}
    holding = _holding(connection, drafts)
    if branch is not None:
        _in_branch(drafts, holding, branch, wrong)
    _agreeing(drafts, around(connection), wrong)
    same = tuple(n for n, draft in enumerate(drafts) if n not in wrong and _stands(draft, holding.get(draft.key, [])))
    kept = tuple(n for n in range(len(drafts)) if n not in wrong and n not in same)
    if not dry:
        _write(connection, [row for n in kept for row in _rows(drafts[n], known_from, by)])
    return Kept(kept, same, wrong)


def listed(connection: Connection[Any], drafts: Sequence[Draft], known_from: dt.datetime) -> None:
    """Sites that another list holds under the same keys: one that is not known, or is called otherwise there, is
    written down; what its keeper wrote besides stays."""
    connection.execute(LOCK)
    holding, rows = _holding(connection, drafts), []
    for draft in {one.key: one for one in drafts if KEY.fullmatch(one.key)}.values():
        known = max(holding.get(draft.key, ()), key=lambda one: one.since, default=None)
        if known is None:
            rows.append(_row(draft, known_from, None, ended=False))
        elif _called(known) != _called(draft):
            since = max(draft.since, known.since)
            changed = replace(known, since=since, kind=draft.kind, place=draft.place,
                              name_zh=draft.name_zh, name_en=draft.name_en)  # fmt: skip
            rows.append(_row(changed, known_from, None, ended=False))
    _write(connection, rows)


def _called(site: Draft) -> tuple[object, ...]:
    return site.kind, site.place, site.name_zh, site.name_en


def end(connection: Connection[Any], draft: Draft, until: dt.date, known_from: dt.datetime, by: int | None) -> None:
    """From `until` on the site that `draft` describes is there no more."""
    _write(connection, [_row(replace(draft, since=until, until=None), known_from, by, ended=True)])


def around(connection: Connection[Any]) -> Around:
    """Everything that sites are held against, as it is known now."""
    held = [Span(*row) for row in connection.execute("select site, since, until, coalesce(plate, '') from sites_span")]
    invented = {row[0] for row in connection.execute("select place from places_name where invented")}
    return Around(held, frozenset(invented), _boxes(connection))


def everything(connection: Connection[Any]) -> list[Draft]:
    """All spans that are known, by key."""
    return [one for spans in _spans(connection, "true order by site, since").values() for one in spans]


_BOXES = """
select c.covers::text, c.depth, n.name_en, f.value -> 'box' from places_fact f
join places_cover c on c.place = f.place and c.tree = 'command' and c.valid_to is null
join lateral (select name_en from places_name where place = f.place order by valid_from desc limit 1) n on true
where f.name = 'outline' and f.value ? 'box' order by c.depth desc
"""


def _boxes(connection: Connection[Any]) -> Callable[[int], tuple[str, check.Box] | None]:
    found = [(covers, name, box) for covers, _depth, name, box in connection.execute(_BOXES)]

    def of(place: int) -> tuple[str, check.Box] | None:
        return next(((name, tuple(box)) for covers, name, box in found if contains(covers, place)), None)

    return of


def _holding(connection: Connection[Any], drafts: Sequence[Draft]) -> dict[str, list[Draft]]:
    """The spans that are known of these sites."""
    return _spans(connection, "site = any(%s)", sorted({draft.key for draft in drafts}))


def _spans(connection: Connection[Any], where: LiteralString, *given: Any) -> dict[str, list[Draft]]:
    rows = connection.execute(
        "select site, kind, place, name_zh, name_en, invented, since, until, source, details from sites_span where "
        + where,
        given,
    )
    found: dict[str, list[Draft]] = {}
    for row in rows:
        site, kind, place, name_zh, name_en, invented, since, until, source, told = row
        details = msgspec.convert(told, Details)
        draft = Draft(site, kind, place, name_zh, name_en, invented, since, until, source, details)
        found.setdefault(site, []).append(draft)
    return found


def _agreeing(drafts: Sequence[Draft], held: Around, wrong: dict[int, list[Wrong]]) -> None:
    """What disagrees is wrong, and so is what belongs to it, until the rest agrees."""
    left = [n for n in range(len(drafts)) if n not in wrong]
    while True:
        found = list(check.disagreements([drafts[n] for n in left], held))
        for at, one in found:
            wrong.setdefault(left[at], []).append(one)
        if not found:
            return
        left = [n for n in left if n not in wrong]


def _in_branch(
    drafts: Sequence[Draft], holding: dict[str, list[Draft]], branch: str, wrong: dict[int, list[Wrong]]
) -> None:
    """Whoever keeps a branch writes of its places only, and moves nothing in from elsewhere."""
    for n, draft in enumerate(drafts):
        if not contains(branch, draft.place):
            wrong.setdefault(n, []).append(Wrong("place", "not_your_branch", draft.name_zh))
        elif not all(contains(branch, one.place) for one in holding.get(draft.key, ())):
            wrong.setdefault(n, []).append(Wrong("key", "other_branch", draft.key))


def _stands(draft: Draft, held: Sequence[Draft]) -> bool:
    """Does the draft say what is known anyway? Where it names no end, any end that is known stays."""
    return any(
        replace(one, since=draft.since, until=draft.until) == draft
        and one.since <= draft.since
        and (one.until is None or draft.since < one.until)
        and draft.until in (None, one.until)
        for one in held
    )


def _rows(draft: Draft, known_from: dt.datetime, by: int | None) -> list[tuple[Any, ...]]:
    rows = [_row(draft, known_from, by, ended=False)]
    if draft.until:
        rows.append(_row(replace(draft, since=draft.until), known_from, by, ended=True))
    return rows


def _row(draft: Draft, known_from: dt.datetime, by: int | None, *, ended: bool) -> tuple[Any, ...]:
    details = msgspec.to_builtins(draft.details)
    return (
        draft.key, draft.since, known_from, by, draft.source, ended, draft.kind, draft.place, draft.name_zh,
        draft.name_en, draft.invented, json.dumps(details, ensure_ascii=False), draft.details.plate or None,
        _pinyin(draft.name_zh), _sought(draft),
    )  # fmt: skip


def _write(connection: Connection[Any], rows: Sequence[tuple[Any, ...]]) -> None:
    if not rows:
        return
    connection.execute(_INSERT, [list(column) for column in zip(*rows, strict=True)])
    connection.execute("select sites_refold(%s)", [sorted({row[0] for row in rows})])


def _syllables(name: str) -> list[str]:
    from pypinyin import Style, lazy_pinyin  # its dictionary of phrases takes a third of a second and 60 MB

    return lazy_pinyin(name, style=Style.NORMAL)


def _pinyin(name: str) -> str:
    return " ".join(_syllables(name)).lower()


def _sought(draft: Draft) -> str:
    """Names, their pinyin and its first letters, key, number, plate and telephones, in small letters."""
    syllables = _syllables(draft.name_zh)
    initials = "".join(one[:1] for one in syllables)
    kept = draft.details
    parts = (draft.name_zh, draft.name_en, "".join(syllables), initials, draft.key, kept.number, kept.plate,
             kept.strength, *kept.telephones)  # fmt: skip
    return "\n".join(filter(None, parts)).lower()
