"""`tongzhou test` and `tongzhou check`."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import click

ROOT = Path(__file__).resolve().parents[3]
BOTH_CORES = ("-n", "2", "--dist", "loadfile")  # a file's tests share what they set up


@click.command(context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def test(arguments: tuple[str, ...]) -> None:
    """Run the whole test suite, on two processes; arguments go to pytest, and then it is one."""
    from tongzhou.cli.doctor import browser_missing
    from tongzhou.cli.setup import compile_messages

    compile_messages()
    if missing := browser_missing():
        click.echo(f"Browser tests will be skipped: {missing}", err=True)
    os.chdir(ROOT)
    sys.exit(subprocess.run([sys.executable, "-m", "pytest", *(arguments or BOTH_CORES)]).returncode)


@click.command()
def check() -> None:
    """Lint, type-check and hold the walls between folders."""
    os.chdir(ROOT)
    binaries = Path(sys.executable).parent
    failed = []
    for name, command in {
        "ruff": [str(binaries / "ruff"), "check", "src", "tests", "benchmarks"],
        "layout": [str(binaries / "ruff"), "format", "--check", "--quiet", "src", "tests", "benchmarks"],
        "mypy": [sys.executable, "-m", "mypy"],
        "import-linter": [str(binaries / "lint-imports"), "--no-cache"],
    }.items():
        click.echo(f"== {name}", err=True)
        if subprocess.run(command, env={**os.environ, "PYTHONPATH": str(ROOT / "src")}).returncode != 0:
            failed.append(name)
    if failed:
        raise click.ClickException("failed: " + ", ".join(failed))
