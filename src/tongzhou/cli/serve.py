"""`tongzhou serve` and `tongzhou follow`."""

from __future__ import annotations

import ipaddress
import signal
import socket
from collections.abc import Sequence
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened, port_number

PORT = 8020


@click.command()
@data_dir
@click.option("--port", type=port_number, default=PORT, show_default=True, help="Port of the one origin.")
@click.option(
    "--lan",
    "lan",
    is_flag=False,
    flag_value="auto",
    default=None,
    help="Serve phones on the local network with TLS and HTTP/2; optionally the address or name they use.",
)
@click.option(
    "--workers", type=click.IntRange(1, 64), default=2, show_default=True, help="Processes that answer pages and facts."
)
@click.option(
    "--behind",
    multiple=True,
    metavar="ADDRESS",
    help="A web server in front (address or network), whose word on who asks is believed. May be given again.",
)
def serve(data_dir: Path | None, port: int, lan: str | None, workers: int, behind: tuple[str, ...]) -> None:
    """Run the server until Ctrl-C."""
    for one in behind:
        try:
            ipaddress.ip_network(one, strict=False)
        except ValueError:
            raise click.BadParameter(f"{one!r} is no address or network", param_hint="--behind") from None
    with opened(data_dir, say=lambda sentence: click.echo(sentence, err=True)) as installation:
        run(installation, port, address(lan), workers, behind=behind)


def address(lan: str | None) -> str | None:
    """The address phones use: as given, or that of the interface that leads outwards."""
    if lan != "auto":
        return lan
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # documentation address: nothing is sent
            return str(probe.getsockname()[0])
        except OSError:
            return socket.gethostname()


def run(
    installation: Any,
    port: int,
    lan: str | None = None,
    workers: int = 2,
    announce: Any = None,
    behind: Sequence[str] = (),
    stop: Event | None = None,
) -> None:
    """Serve until Ctrl-C. `stop` is set by it at once, for whoever works beside the server."""
    from django.core.management import call_command

    from tongzhou.database.server import EmbeddedServer
    from tongzhou.supervise import CannotServe, Supervisor

    call_command("collectstatic", interactive=False, verbosity=0)
    supervisor = Supervisor(installation.home, port, lan=lan, workers=workers, say=lambda s: click.echo(s, err=True))
    supervisor.behind = list(behind)
    if not installation.url:  # a server that is not ours has its own watch
        supervisor.revive = EmbeddedServer(installation.home).revive
    ended = stop or Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    try:
        supervisor.start()
        click.echo(f"Tongzhou is at {supervisor.origin}  (stop with Ctrl-C)")
        if lan:
            root = installation.home / "caddy/pki/authorities/local/root.crt"
            click.echo(f"Phones must trust this certificate once: {root}")
        if announce:
            announce(supervisor.origin)
        supervisor.watch(ended)
    except CannotServe as error:
        raise click.ClickException(str(error)) from None
    finally:
        ended.set()
        supervisor.stop()


@click.command()
@data_dir
@click.option("--once", is_flag=True, help="Read all there is, then stop.")
def follow(data_dir: Path | None, once: bool) -> None:
    """Run the followers: roll-ups, seal, alerts (started by `serve`)."""
    with opened(data_dir, migrate=False):
        from tongzhou.ledger import follow as followers
        from tongzhou.people import sweeping
        from tongzhou.today import text

        if once:
            click.echo(f"{followers.catch_up()} appends")
            sweeping.sweep()
            return
        stop = Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: stop.set())
        beside = [Thread(target=work, args=(stop,)) for work in (sweeping.run, text.run)]
        for thread in beside:
            thread.start()
        followers.run(stop)
        for thread in beside:
            thread.join()
