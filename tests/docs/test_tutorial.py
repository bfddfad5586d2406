"""docs/tutorial.md is run from top to bottom on the demonstration's first day, its output is what it prints; each step
of docs/walk.md is taken there."""

from __future__ import annotations

import contextlib
import datetime as dt
import doctest
import io
import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.contrib.auth.models import User
from django.test import Client
from tests_support import fresh_database

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


def replay() -> None:
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


@pytest.fixture(scope="module")
def replayed(server: str) -> Iterator[None]:
    """The demonstration on its first day."""
    with fresh_database(server, f"{server}_replayed"):
        replay()
        yield


WALK = ROOT / "docs/walk.md"
# The walk names days of March; here stands January.
DAYS = {"2020-02-12T12:00": "2020-01-23T12:00", "2020-02-11": "2020-01-22", "2020-03-10": "2020-01-22"}


def test_every_step_of_the_walk_is_there(replayed: None, tmp_path: Path) -> None:
    text = WALK.read_text().replace("/tmp/", f"{tmp_path}/")
    for day, here in DAYS.items():
        text = text.replace(day, here)
    steps = re.findall(r"^(\d+)\. (.*)$", text, re.MULTILINE)
    assert [int(n) for n, _step in steps] == list(range(1, len(steps) + 1)) and len(steps) >= 15
    opened = 0
    for n, step in steps:
        if opens := re.match(r"`(\w+)` opens `([^`]+)`: ", step):
            login, path = opens.groups()
            clients = {language: Client(headers={"Accept-Language": language}) for language in ("en", "zh-hans")}
            for language, client in clients.items():
                client.force_login(User.objects.using("owner").get(username=login))
                answer = client.get(path, follow=True)
                assert answer.status_code == 200, (n, language, path, answer.status_code)
                assert "<title>" in answer.content.decode() and not answer.redirect_chain[1:], (n, path)
            opened += 1
        else:
            [command] = re.findall(r"`(\./tongzhou [^`]+)`$", step)
            result = CliRunner().invoke(main, shlex.split(command)[1:])
            assert result.exit_code == 0 or "doctor" in command, (n, command, result.output, result.exception)
            assert result.output.strip(), command
    assert opened >= 10 and (tmp_path / "walk.html").stat().st_size > 10_000


def test_the_tutorial_does_what_it_says(replayed: None) -> None:
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
