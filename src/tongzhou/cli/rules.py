"""`tongzhou rules check | explain | list`: run worked cases, ask one rule, see the packs."""

from __future__ import annotations

import json
import sys
from datetime import date, datetime
from pathlib import Path
from typing import Any

import click
import yaml

from tongzhou import rules as rulebook
from tongzhou.rules.cases import Checked, Malformed, check, read_cases, written_twice
from tongzhou.rules.definition import DEFINITIONS
from tongzhou.rules.describe import as_markdown, describe
from tongzhou.rules.load import case_files

CASE_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(help="Rule packs: run worked cases, ask one rule, list what is in force.")
@click.option("--rulebooks", type=FOLDER, default=None, help="Folder of packs (default: rulebooks/).")
@click.pass_context
def rules(ctx: click.Context, rulebooks: Path | None) -> None:
    ctx.obj = rulebooks or rulebook.RULEBOOKS


@rules.command(
    "check",
    help="Run worked cases; without --cases, those of every pack. Exit 1: a case fails; 2: malformed.",
)
@click.option("--cases", "files", type=CASE_FILE, multiple=True, help="YAML file of cases; may be given again.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per case.")
@click.pass_obj
def check_cases(root: Path, files: tuple[Path, ...], as_json: bool) -> None:
    book = _book(root)
    done: list[Checked] = []
    malformed = 0
    for path in files or tuple(case_files(root)):
        cases, bad = read_cases(path)
        for complaint in bad:
            _complain(path, complaint)
        malformed += len(bad)
        for case in cases:
            done.append(check(case, book))
            _show(done[-1], as_json)
    failed = sum(not checked.ok for checked in done)
    click.echo(f"{len(done)} cases: {len(done) - failed} ok, {failed} not ok, {malformed} malformed", err=True)
    _show_assumed(book)
    if not done and not malformed:
        click.echo("No cases were found.", err=True)
        sys.exit(2)
    sys.exit(2 if malformed else 1 if failed else 0)


@rules.command("explain", help="Ask one rule one question and say why: edition, inputs used, what is missing.")
@click.argument("rule_id", required=False)
@click.option("--given", "given_text", default="{}", help="Inputs as JSON or YAML mapping.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Judge by the pack of this day.")
@click.option("--known-at", type=click.DateTime(["%Y-%m-%d"]), default=None, help="As known at the end of this day.")
@click.option("--place", default=None, help="Place code, for example 420100.")
@click.option("--json", "as_json", is_flag=True)
@click.option("--help-inputs", default=None, metavar="RULE", help="What this rule may be given, and what it answers.")
@click.pass_obj
def explain(
    root: Path,
    rule_id: str | None,
    given_text: str,
    on: datetime | None,
    known_at: datetime | None,
    place: str | None,
    as_json: bool,
    help_inputs: str | None,
) -> None:
    if help_inputs is not None or rule_id is None:
        _show_inputs(help_inputs, as_json)
        return
    given, book = _mapping(given_text), _book(root)
    if not book.editions(rule_id):
        rule_id = rule_id.upper()
    if not book.editions(rule_id):
        raise click.UsageError(f"No pack has a rule {rule_id!r}: `tongzhou rules list` names them all.")
    found = rulebook.evaluate(
        book,
        rule_id,
        given,
        on=on.date() if on else None,
        place_code=place,
        known_at=known_at.date() if known_at else None,
    )
    told = _answer(found, book)
    if as_json:
        click.echo(json.dumps(told, ensure_ascii=False, default=str))
        return
    for name, value in told.items():
        shown = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
        click.echo(f"{name:>12}  {shown}")


@rules.command("inputs", help="What every rule may be given and answers, as the tables of docs/rules.md.")
@click.pass_obj
def all_inputs(root: Path) -> None:
    click.echo(as_markdown(_book(root)))


@rules.command("list", help="Every pack: in force when and where, status, switched on or off, signed off or not.")
@click.option("--date", "on", type=click.DateTime(["%Y-%m-%d"]), default=None, help="Only those in force on this day.")
@click.option("--place", default=None, help="Only those that cover this place code.")
@click.option("--json", "as_json", is_flag=True, help="One JSON line per pack.")
@click.pass_obj
def list_packs(root: Path, on: datetime | None, place: str | None, as_json: bool) -> None:
    for pack in _book(root).packs:
        if (on and not pack.applies_on(on.date())) or not pack.covers(place):
            continue
        row = {
            "rule": pack.rule_id,
            "edition": pack.edition,
            "status": pack.status,
            "enabled": pack.enabled,
            "valid_from": str(pack.valid_from),
            "valid_to": str(pack.valid_to) if pack.valid_to else None,
            "jurisdiction": pack.jurisdiction or "CN",
            "title": pack.title_en,
            "title_zh": pack.title_zh,
            "sources": [source.id for source in pack.sources],
            "assumed": list(pack.assumed),
            "authored_by": pack.authored_by,
            "checked_by": pack.checked_by,
            "next_review": str(pack.next_review),
            "file": pack.path,
        }
        click.echo(json.dumps(row, ensure_ascii=False) if as_json else _line(row))


def _line(row: dict[str, Any]) -> str:
    state = "on" if row["enabled"] else "off, unverified"
    signed = f"checked by {row['checked_by']}" if row["checked_by"] else "not signed off"
    until = row["valid_to"] or "…"
    return (
        f"{row['rule']:<14} {row['edition']:<18} {row['status']:<2} {state:<15} "
        f"{row['valid_from']} – {until:<10} {row['jurisdiction']:<5} {signed}  "
        f"{row['title']} {row['title_zh']}"
    )


def _answer(found: rulebook.Evaluation, book: rulebook.RuleBook) -> dict[str, Any]:
    """One object: what the rule says, by which edition, what was missing and not used, when the text changes."""
    pack = found.pack
    return {
        "rule": found.rule_id,
        "outcome": found.outcome,
        "edition": found.edition,
        "in_force": in_force(found),
        "source": "; ".join(f"{one.id} {one.title}, {one.issuer}, {one.date}" for one in pack.sources)
        if pack
        else None,
        "missing": list(found.missing),
        "ignored": list(found.ignored),
        "reason_zh": found.reason_zh,
        "reason_en": found.reason_en,
        "next_change": next_change(found, book),
        "side": found.side,
        "inputs": {name: value for name, value in found.inputs.items()},
        "status": found.status,
        "assumed": list(pack.assumed) if pack else [],
        "read_in": {end: f"{one.id} {one.en}" for end, one in pack.read_in.items()} if pack else {},
        "parameters": dict(pack.parameters) if pack else {},
        "checked_by": pack.checked_by if pack else None,
        "notes": pack.notes if pack else "",
        "file": pack.path if pack else None,
    }


def in_force(found: rulebook.Evaluation) -> dict[str, str | None] | None:
    """From when to when the edition holds and how far somebody looked; null where it is not in force on the day."""
    pack, day = found.pack, found.judged_on
    if pack is None or (day is not None and not pack.applies_on(day)):
        return None
    days = {"on": day, "from": pack.valid_from, "to": pack.valid_to, "reviewed_until": pack.reviewed_until}
    return {name: str(value) if value else None for name, value in days.items()}


def next_change(found: rulebook.Evaluation, book: rulebook.RuleBook) -> str | None:
    """The next day on which the answer may be another: the text's own, the end of the edition, or the next one."""
    day = found.judged_on
    following = book.next_edition(found.rule_id, day, found.place) if day else None
    known = [change for change in (found.next_change, following) if change is not None]
    return str(min(known)) if known else None


def _show_inputs(rule_id: str | None, as_json: bool) -> None:
    if rule_id is None:
        raise click.UsageError("which RULE?")
    definition = DEFINITIONS.get(rule_id)
    if definition is None:
        raise click.BadParameter(f"there is no rule {rule_id}", param_hint="--help-inputs")
    described = describe(definition)
    if as_json:
        click.echo(json.dumps(described, ensure_ascii=False))
        return
    for one in described["inputs"]:
        terms = f" [{', '.join(one['terms'])}]" if one["terms"] else ""
        click.echo(f"{one['name']:<28} {one['kind']:<8} {one['zh']}  {one['en']}{one['bounds']}{terms}")
    for answer in described["answers"]:
        needs = f" needs {', '.join(answer['needs'])}" if answer["needs"] else ""
        click.echo(f"→ {answer['name']:<26} {answer['side']:<9} {answer['zh']}{needs}")


def _show(checked: Checked, as_json: bool) -> None:
    line = checked.as_line()
    if as_json:
        click.echo(json.dumps(line, ensure_ascii=False, default=_plain))
        return
    mark = "ok     " if checked.ok else "NOT OK "
    tail = "" if checked.ok else f", expected {line['expect']!r}: {line['reason']}"
    click.echo(f"{mark}{line['id']:<8} {line['rule']:<14} {line['got']!r}{tail}")


def _show_assumed(book: rulebook.RuleBook) -> None:
    """The first and last days of editions that stand in no source that was read."""
    held = [pack for pack in book.packs if pack.enabled and pack.status != "D"]
    told = ", ".join(f"{pack.name} {' and '.join(pack.assumed)}" for pack in held if pack.assumed)
    ends = sum(len(pack.assumed) for pack in held)
    click.echo(f"{2 * len(held) - ends} of {2 * len(held)} days of editions were read; assumed: {told}", err=True)


def _complain(path: Path, complaint: Malformed) -> None:
    click.echo(f"{complaint.sentence(str(path))}. Correct it; the other cases are run.", err=True)


def _mapping(text: str) -> dict[str, Any]:
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        twice = written_twice(node)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, ValueError) as error:
        raise click.BadParameter(f"not readable: {error}", param_hint="--given") from error
    if twice:
        raise click.BadParameter(f"{twice} is there twice", param_hint="--given")
    if not isinstance(found, dict):
        raise click.BadParameter("expected a mapping such as '{\"epi\": 1}'", param_hint="--given")
    return {str(key): value for key, value in found.items()}


def _book(root: Path) -> rulebook.RuleBook:
    try:
        return rulebook.book(root)
    except rulebook.PackError as error:
        click.echo(f"The rule packs cannot be used: {error}", err=True)
        sys.exit(2)


def _plain(value: object) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)
