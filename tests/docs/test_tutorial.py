"""docs/tutorial.md is run from top to bottom on the demonstration's first day; its output is what it prints."""

from __future__ import annotations

import contextlib
import datetime as dt
import doctest
import io
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from tongzhou import demo
from tongzhou.cli import main
from tongzhou.ledger import door

ROOT = Path(__file__).resolve().parents[2]
TUTORIAL = ROOT / "docs/tutorial.md"
BLOCK = re.compile(r"^```(python|shell)\n(.*?)^```\n(?:```text\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
SAME = doctest.OutputChecker().check_output

pytestmark = pytest.mark.postgres


class CutShort(Exception):
    """Somebody ended the replay in its middle."""


def replayed() -> None:
    """The demonstration up to 23 January, whose first start was cut short: nothing is there twice, nothing lacks."""
    totals = []

    def cut(what: str, done: int, total: int) -> None:
        if what == "replaying" and done > total / 2:
            totals.append(total)
            raise CutShort

    with pytest.raises(CutShort):
        demo.build(dt.date(2020, 1, 23), cut)
    demo.build(dt.date(2020, 1, 23), lambda _what, _done, _total: None)
    with door.ledger() as ledger:
        told = ledger.execute(
            "select count(*) from ledger_fact f join ledger_append a on a.id = f.append where a.origin <> 'system'"
        ).fetchone()
    assert told == (totals[0],)


def test_the_tutorial_does_what_it_says(db: str) -> None:
    replayed()
    text = TUTORIAL.read_text()
    blocks = list(BLOCK.finditer(text))
    assert len(blocks) == len(re.findall(r"^```(?:python|shell)$", text, re.MULTILINE)) > 10
    names: dict[str, Any] = {}
    for block in blocks:
        language, source, expected = block.groups()
        line = text[: block.start()].count("\n") + 2
        printed = run_python(source, line, names) if language == "python" else run_shell(source, names)
        assert SAME(expected or "", printed, doctest.ELLIPSIS), f"docs/tutorial.md:{line} printed\n{printed}"


def run_python(source: str, line: int, names: dict[str, Any]) -> str:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(compile("\n" * (line - 1) + source, str(TUTORIAL), "exec"), names)
    return out.getvalue()


def run_shell(source: str, names: dict[str, Any]) -> str:
    """Each line is a command of this program; $FEVER is what the text tells the reader to put there."""
    out = ""
    for command in source.splitlines():
        program, *arguments = shlex.split(command.replace("$FEVER", names["fever"]))
        assert program == "./tongzhou"
        result = CliRunner().invoke(main, arguments)
        assert result.exit_code == 0, (command, result.output, result.exception)
        out += result.stdout
    return out
