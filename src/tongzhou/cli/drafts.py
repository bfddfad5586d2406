"""`tongzhou drafts`: lists that are no line lists, read into drafts; what is accepted is said in somebody's name."""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import speaker
from tongzhou.cli.tables import COLUMN, HEADING, pairs
from tongzhou.tables import BadInput


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--sort", required=True, type=click.Choice(["results", "categories", "rooms", "message"]))
@click.option("--as", "login", required=True, metavar="LOGIN", help="In whose name, and with whose sight.")
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="The day the list speaks of; otherwise today.")
@click.option("--sheet", default="", help="The sheet to read; otherwise the newest day, or the first that fits.")
@HEADING
@COLUMN
@click.option("--separator", default="", help="comma, tab, semicolon, bar, or the sign itself.")
@click.option("--encoding", default="", help="utf-8, gb18030, big5, utf-16-le, cp1252 …")
@click.option("--accept", metavar="ROWS", help="Rows to record: 3,4,7; `ready`: those beyond doubt; `all`.")
@click.option("--dry-run", is_flag=True, help="Show the drafts; record nothing. So it is without --accept, too.")
@click.option("--refused", type=click.Path(dir_okay=False, path_type=Path), help="Where unreadable rows are written.")
@data_dir
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def drafts(file: Path, sort: str, login: str, day: dt.datetime | None, accept: str | None, dry_run: bool,
           refused: Path | None, data_dir: Path | None, as_json: bool, columns: tuple[str, ...],
           **said: Any) -> None:  # fmt: skip
    """Read FILE (`-`: stdin) into drafts: a laboratory's results, a street's ledger of the four categories, an
    isolation point's rooms, or a message of a building's group.

    Each draft is shown with whom it is about and what it would say. What is accepted goes into the ledger in the name
    of LOGIN, with LOGIN's rights; nothing of the rest is kept.
    """
    content = sys.stdin.buffer.read() if str(file) == "-" else file.read_bytes()
    with opened(data_dir), _standing_as(login) as holder:
        from tongzhou.api import say
        from tongzhou.ledger.time import local_day
        from tongzhou.linelist.drafts import accept as accepting

        now = say.now()
        on = day.date() if day else local_day(now)
        batch, dropped, base = _read(content, sort, on, {"columns": pairs("--column", columns), **said})
        proposed = accepting.proposals(accepting.SORTS[sort], batch.drafts, holder, now, on)
        told = _told(batch, proposed, dropped)
        if accept and not dry_run:
            rows = _rows(accept, proposed)
            done = accepting.accept(proposed, rows, holder, base, "command")
            told |= {"accepted": done.rows, "facts": done.facts, "known": done.known, "waiting": done.waiting,
                     "not_recorded": sorted(rows - {one.draft.n for one in proposed if one.says}),
                     "refused_by_ledger": [{"row": n, "why": str(why)} for n, why in done.refused]}  # fmt: skip
        if refused and batch.refused:
            from tongzhou.linelist.refusals import write

            refused.touch(mode=0o600)
            with refused.open("w", newline="", encoding="utf-8-sig") as out:
                write(out, batch.headings, batch.refused)
    _say(told, as_json)


@contextmanager
def _standing_as(login: str) -> Iterator[Any]:
    """A transaction in which what this member of staff may see is seen."""
    from django.db import transaction
    from django.utils import translation

    from tongzhou.people import scope

    holder = speaker(login)
    with translation.override("en"), transaction.atomic():
        scope.set_scope(holder)
        yield holder


def _read(content: bytes, sort: str, day: dt.date, said: dict[str, Any]) -> tuple[Any, int, Any]:
    """The batch, how many lines of a message were dropped, and the id that the facts' ids are made from."""
    from tongzhou.linelist.drafts.accept import SORTS, base_of
    from tongzhou.linelist.drafts.message import read_message
    from tongzhou.linelist.drafts.read import Batch, read
    from tongzhou.linelist.refusals import sentence
    from tongzhou.linelist.understand import Choices
    from tongzhou.tables.reader import NotATable

    base = base_of(content, sort, day)
    if not SORTS[sort].columns:
        drafts, dropped = read_message(content.decode("utf-8-sig", "replace"))
        return Batch(drafts=drafts), dropped, base
    try:
        batch = read(content, SORTS[sort], day, Choices(**said))
    except NotATable as why:
        raise BadInput(sentence(str(why), "en")) from None
    if batch.lacks:
        raise BadInput(f"{batch.lacks} Say where a field stands (--column name=HEADING), or the row (--heading 3).")
    return batch, 0, base


def _rows(text: str, proposed: list[Any]) -> set[int]:
    if text in ("all", "ready"):
        return {one.draft.n for one in proposed if one.says and (text == "all" or one.ready)}
    try:
        return {int(one) for one in text.split(",") if one.strip()}
    except ValueError:
        raise click.UsageError(f"--accept: {text!r} is not a list of rows such as 3,4,7.") from None


def _told(batch: Any, proposed: list[Any], dropped: int) -> dict[str, Any]:
    from tongzhou.linelist.drafts import shown
    from tongzhou.linelist.drafts.propose import WHY
    from tongzhou.linelist.refusals import reason, sentence

    return {
        "drafts": [{"row": one.draft.n, "who": one.draft.who, "says": shown.said_by(one), "about": one.match.subject,
                    "how": one.match.how, "others": one.match.others, "ready": one.ready,
                    "will_be_recorded": shown.facts_of(one), "why": WHY.get(one.why, ""),
                    "doubts": [f"{head} {text}: {sentence(code)}" for head, code, text in one.draft.doubts]}
                   for one in proposed],
        "refused": [{"row": one.n, "why": "; ".join(map(reason, one.troubles))} for one in batch.refused],
        "dropped": dropped, "sheet": batch.sheet, "sheets_not_read": batch.sheets_not_read,
        "heading_row": batch.heading_row, "columns": batch.columns, "columns_left": batch.columns_left,
        "coloured_rows": batch.coloured, "before": batch.before, "left": [one.who["name"] for one in batch.left],
    }  # fmt: skip


def _say(told: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False))
        return
    for one in told["drafts"]:
        mark = "*" if one["ready"] else " "
        what = "; ".join(one["will_be_recorded"]) or one["why"]
        about = one["about"] or " or ".join(one["others"]) or "?"
        click.echo(f"{mark} {one['row']:>4}  {' · '.join(one['who'].values())}  {one['says']}  → {about}: {what}")
        for doubt in one["doubts"]:
            click.echo(f"        {doubt}")
    for one in told["refused"]:
        click.echo(f"{one['row']:>6}  comes back: {one['why']}", err=True)
    notes = {"coloured_rows": "Rows with a colour, which is not read", "sheets_not_read": "Sheets not read",
             "columns_left": "Columns not taken", "left": f"In {told['before']} and here no more",
             "dropped": "Lines dropped on the spot"}  # fmt: skip
    for name, words in notes.items():
        if value := told[name]:
            click.echo(f"{words}: {', '.join(value) if isinstance(value, list) else value}.", err=True)
    if "accepted" in told:
        click.echo(f"{told['accepted']} lines are recorded: {told['facts']} facts are new, {told['known']} were known.")
        if told["not_recorded"]:
            rows = ", ".join(map(str, told["not_recorded"]))
            why = "nobody is chosen (the page /drafts/ lets you choose), or there is no such row"
            click.echo(f"Not recorded: {rows}: {why}.", err=True)
        for one in told["refused_by_ledger"]:
            click.echo(f"{one['row']:>6}  refused: {one['why']}", err=True)
