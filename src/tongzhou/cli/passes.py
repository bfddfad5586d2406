"""`tongzhou pass issue | check`: cards for a gate, and whether one is good there."""

from __future__ import annotations

import datetime as dt
import json
import sys
from pathlib import Path
from typing import Any, get_args

import click

from tongzhou.cli.setup import data_dir, opened
from tongzhou.cli.speaking import AS, speaker

GATE = click.option("--gate", required=True, metavar="KEY", help="Key of the gate, as in the list of sites.")
JSON = click.option("--json", "as_json", is_flag=True, help="Last line of stdout: one JSON object.")


@click.group("pass")
def passes() -> None:
    """Passes of gates: what for, where to, until when, never who."""


@passes.command()
@data_dir
@AS
@GATE
@click.option("--what", required=True, help="What for: shopping, work … (what is not among them is told).")
@click.option("--to", metavar="KEY", help="Where to: key of a site.")
@click.option("--from", "starts", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="From when on (now).")
@click.option("--hours", type=click.FloatRange(0.25, 24), default=2, show_default=True, help="For how long.")
@click.option("--last-out", help="Day on which somebody of the household was out last, or: never.")
@click.option("-n", "--cards", type=click.IntRange(1, 200), default=1, show_default=True, help="How many.")
@JSON
def issue(data_dir: Path | None, login: str | None, gate: str, what: str, to: str | None, starts: dt.datetime | None,
          hours: float, last_out: str | None, cards: int, as_json: bool) -> None:  # fmt: skip
    """Issue passes for a gate, where the measure in force there and the order of the day allow it.

    Exit 1: none was issued, and why. An emergency needs no pass.
    """
    with opened(data_dir):
        from tongzhou.gates import issuing
        from tongzhou.gates.kinds import What
        from tongzhou.gates.queries import coded
        from tongzhou.ledger import door
        from tongzhou.ledger.time import zone
        from tongzhou.problems import SiteNotThere

        if what not in get_args(What):
            raise click.BadParameter(f"one of {', '.join(get_args(What))}", param_hint="--what")
        who = speaker(login)
        begins = starts.replace(tzinfo=zone()) if starts else None
        asked = issuing.Wanted(gate, what, hours, begins, to, _day(last_out), cards)
        with door.ledger() as ledger:
            try:
                told, made, refused = issuing.issued(ledger, who, asked)
            except SiteNotThere:
                raise _no_gate(gate) from None
        answer: dict[str, Any] = {"said": told.said, "why": told.why, "edition": told.edition, "next": told.next,
                  "refused": refused, "passes": [_told(one, coded(one)) for one in made]}  # fmt: skip
    _say(answer, as_json, [f"{one['number']}  {one['from']} – {one['until']}" for one in answer["passes"]])


@passes.command()
@data_dir
@GATE
@click.option("--at", type=click.DateTime(["%Y-%m-%dT%H:%M"]), help="At which moment (now).")
@click.option("--spend", is_flag=True, help="Let out: it is used at this gate until midnight.")
@click.argument("codes", nargs=-1, metavar="[CODE]...")
@JSON
def check(data_dir: Path | None, gate: str, at: dt.datetime | None, spend: bool, codes: tuple[str, ...],
          as_json: bool) -> None:  # fmt: skip
    """Whether cards are good at a gate: CODE is eight digits or what was scanned; without any, a line of stdin each.

    Exit 1: one of them is not.
    """
    given = codes or tuple(line.strip() for line in sys.stdin if line.strip())
    with opened(data_dir):
        from tongzhou.gates import checking, post
        from tongzhou.gates.queries import gate_of, known
        from tongzhou.ledger import clock, door
        from tongzhou.ledger.time import local_day, zone

        found = []
        with door.ledger() as ledger:
            now = at.replace(tzinfo=zone()) if at else clock.read(ledger).now
            if gate_of(ledger, gate, local_day(now)) is None:
                raise _no_gate(gate)
            knows, spent = known(ledger, gate, now), set[str]()
            for one in given:
                verdict = checking.check(one, _with(knows, spent), now)
                found.append(verdict)
                if spend and verdict.good and verdict.told:
                    spent.add(verdict.told.number)
            if spent:
                post.spend(ledger, gate, local_day(now), sorted(spent))
        told: list[dict[str, Any]] = [{"said": one.said, "good": one.good, "words": str(checking.WORDS[one.said]),
                 "pass": _told(one.told) if one.told else None} for one in found]  # fmt: skip
    answer = {"gate": gate, "good": sum(bool(one["good"]) for one in told), "checked": len(told), "passes": told}
    _say(answer, as_json, [str(one["words"]) for one in told])


def _no_gate(gate: str) -> click.BadParameter:
    return click.BadParameter(f"there is no gate {gate!r}: give its key, as in the list of sites", param_hint="--gate")


def _with(knows: Any, spent: set[str]) -> Any:
    import dataclasses

    return dataclasses.replace(knows, spent={*knows.spent, *spent}) if spent else knows


def _day(text: str | None) -> Any:
    if text is None or text == "never":
        return text
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise click.BadParameter("a day, as in 2020-03-10, or: never", param_hint="--last-out") from None


def _told(one: Any, coded: str = "") -> dict[str, Any]:
    from tongzhou.ledger.time import zone

    starts, until = (at.astimezone(zone()).isoformat() for at in (one.starts, one.until))
    told = {"number": one.number, "what": one.what, "to": one.to or None, "from": starts, "until": until}
    return told | ({"code": coded} if coded else {})


def _say(answer: dict[str, Any], as_json: bool, lines: list[str]) -> None:
    refused = sorted(set(answer.get("refused", [])))
    told = [f"Refused: {'; '.join(refused)}"] if refused else [answer["why"]] if answer.get("why") else []
    click.echo(json.dumps(answer, ensure_ascii=False, default=str) if as_json else "\n".join([*told, *lines]))
    passed = len(answer["passes"]) and all(one.get("good", True) for one in answer["passes"])
    raise SystemExit(0 if passed else 1)
