import json
import os
import re
import subprocess
import sys
from functools import partial
from pathlib import Path

from click.testing import CliRunner

from tongzhou.cli import COMMANDS, main

ROOT = Path(__file__).resolve().parents[1]


def test_every_command_loads_and_has_a_sentence_of_help():
    runner = CliRunner()
    for name in COMMANDS:
        result = runner.invoke(main, [name, "--help"])
        assert result.exit_code == 0, (name, result.output)
        assert len(result.output.splitlines()) > 2


def test_it_answers_before_anything_is_installed(tmp_path: Path) -> None:
    """In an environment that holds nothing: which commands there are, and what is missing; nothing is set up."""
    bare = {"PATH": os.environ["PATH"], "TONGZHOU_VENV": str(tmp_path / "venv")}
    ask = partial(subprocess.run, env=bare, capture_output=True, text=True, timeout=20)
    help = ask([ROOT / "tongzhou", "--help"])
    assert help.returncode == 0 and "Set" not in help.stderr
    assert set(re.findall(r"^  (\w+) +\S", help.stdout.partition("Commands:")[2], re.MULTILINE)) == set(COMMANDS)
    assert not re.findall(r"^  \w+ +\.$", help.stdout, re.MULTILINE)
    assert "Tell what is missing and how to get it." in help.stdout
    told = dict(re.findall(r"^  (\w+) +(.+)$", help.stdout.partition("Commands:")[2], re.MULTILINE))
    shown = CliRunner().invoke(main, ["--help"]).output.partition("Commands:")[2]
    for name, start in re.findall(r"^  (\w+) +(.+)$", shown, re.MULTILINE):  # there, a line ends where the screen does
        assert told[name].startswith(start.removesuffix("...").rstrip(".")), name
    assert ask([ROOT / "tongzhou", "--version"]).stdout == CliRunner().invoke(main, ["--version"]).output
    found = json.loads(ask([ROOT / "tongzhou", "doctor", "--json"]).stdout)
    assert found["python"] == "ok" and found["packages"].startswith("not installed yet")
    assert not (tmp_path / "venv").exists()


def test_the_program_says_what_it_can_before_anything_is_set():
    env = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    command = [sys.executable, "-m", "tongzhou", "--help"]
    told = subprocess.run(command, env=env | {"PYTHONPATH": str(ROOT / "src")}, capture_output=True, text=True)
    assert told.returncode == 0 and "Commands:" in told.stdout, told.stderr[-500:]
