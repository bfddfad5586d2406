"""Keeps the processes of a server running: pages, streams, followers, and Caddy in front as the one origin."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event

from tongzhou.database.roles import Installation
from tongzhou.database.server import ServerFailed, socket_dir
from tongzhou.people.address import CLIENT, FRONT

LARGEST = 64 * 1024 * 1024  # bytes of a request: the largest list of cases
LARGEST_LOG = 16 * 1024 * 1024  # bytes: whoever asks for nonsense must not fill the disk with what is written about it
QUICK_DEATH = 5.0  # seconds: a child that lives less than this, three times running, stops the server


class CannotServe(Exception):
    """The server could not start; the message is one sentence for the operator."""


@dataclass
class Child:
    name: str
    command: list[str]
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    quick_deaths: int = 0


@dataclass
class Supervisor:
    home: Path
    port: int
    host: str = "127.0.0.1"
    lan: str | None = None  # the address or name phones use; with it come TLS and HTTP/2
    workers: int = 2
    behind: list[str] = field(default_factory=list)  # web servers in front: their word on the client counts
    say: Callable[[str], None] = print
    revive: Callable[[], bool] | None = None  # starts the database again where it is ours and died
    children: list[Child] = field(default_factory=list)

    @property
    def origin(self) -> str:
        return f"https://{self.lan}:{self.port}" if self.lan else f"http://127.0.0.1:{self.port}"

    @property
    def front(self) -> str:
        return Installation(self.home).secrets()["front"]

    @property
    def pages_socket(self) -> Path:
        return socket_dir(self.home) / f"pages-{self.port}.sock"

    @property
    def caddyfile(self) -> Path:
        return self.home / f"caddy-{self.port}.json"

    @property
    def streams_socket(self) -> Path:
        return socket_dir(self.home) / f"streams-{self.port}.sock"

    def start(self) -> None:
        refuse_taken_port(self.port, self.host)
        for path in (self.pages_socket, self.streams_socket):
            path.unlink(missing_ok=True)
        self.caddyfile.touch(0o600)  # it holds the secret by which the pages know their proxy
        self.caddyfile.chmod(0o600)
        self.caddyfile.write_text(json.dumps(self.caddy(), indent=1))
        self.children = self.commands()
        for child in self.children:
            self.spawn(child)
        self._wait_until_up()

    def commands(self) -> list[Child]:
        """The processes of a server, not yet started."""
        binary = str(Path(sys.executable).with_name("granian"))
        quiet = ["--no-access-log", "--log-level", "warning", "--respawn-failed-workers"]
        return [
            Child(
                "pages",
                [
                    binary,
                    "--interface",
                    "wsgi",
                    "--uds",
                    str(self.pages_socket),
                    "--workers",
                    str(self.workers),
                    "--blocking-threads",
                    "4",
                    "--backpressure",
                    "64",
                    *quiet,
                    "tongzhou.wsgi:application",
                ],
            ),
            Child(
                "streams",
                [
                    binary,
                    "--interface",
                    "asginl",
                    "--uds",
                    str(self.streams_socket),
                    "--workers",
                    "1",
                    "--ws",
                    *quiet,
                    "tongzhou.asgi:application",
                ],
            ),
            Child("followers", [sys.executable, "-m", "tongzhou", "follow"]),
            Child("front", [_caddy(), "run", "--config", str(self.caddyfile)]),
        ]

    def caddy(self) -> dict[str, object]:
        """Caddy's configuration: static files, streams and pages under one origin."""

        def proxy(path: Path) -> dict[str, object]:
            told = {FRONT: [self.front], CLIENT: ["{http.vars.client_ip}"]}  # set, whatever the client said
            return {
                "handler": "reverse_proxy",
                "upstreams": [{"dial": f"unix/{path}"}],
                "flush_interval": -1,
                "headers": {"request": {"set": told}},
            }

        routes = [
            {
                "match": [{"path": ["/static/*"]}],
                "handle": [
                    {
                        "handler": "headers",
                        "response": {"set": {"Cache-Control": ["no-cache"], "X-Content-Type-Options": ["nosniff"]}},
                    },
                    {"handler": "rewrite", "strip_path_prefix": "/static"},
                    {"handler": "file_server", "root": str(self.home / "static")},
                ],
                "terminal": True,
            },
            {"match": [{"path": ["/stream/*"]}], "handle": [proxy(self.streams_socket)], "terminal": True},
            {
                "handle": [
                    {"handler": "request_body", "max_size": LARGEST},
                    {"handler": "encode", "encodings": {"gzip": {}}, "prefer": ["gzip"]},
                    proxy(self.pages_socket),
                ]
            },
        ]
        site: dict[str, object] = {
            "listen": [f"{'' if self.lan else self.host}:{self.port}"],
            "routes": routes,
            "read_header_timeout": "15s",
            "idle_timeout": "5m",
        }
        if self.behind:
            site["trusted_proxies"] = {"source": "static", "ranges": self.behind}
        apps: dict[str, object] = {"http": {"servers": {"tongzhou": site}}}
        if self.lan:
            names = list(dict.fromkeys([self.lan, "localhost", "127.0.0.1"]))
            site["routes"] = [
                {
                    "match": [{"host": names}],
                    "handle": [{"handler": "subroute", "routes": routes}],
                }
            ]
            site["automatic_https"] = {"disable_redirects": True}  # port 80 is not ours, and not an ordinary user's
            site["tls_connection_policies"] = [{"default_sni": self.lan}]
            apps["tls"] = {"automation": {"policies": [{"subjects": names, "issuers": [{"module": "internal"}]}]}}
            apps["pki"] = {"certificate_authorities": {"local": {"install_trust": False, "name": "Tongzhou"}}}
        else:
            site["automatic_https"] = {"disable": True}
        return {
            "admin": {"disabled": True},
            # What was asked and by whom stays out of the log: an address may carry a name that was searched for.
            "logging": {
                "logs": {
                    "default": {
                        "level": "ERROR",
                        "encoder": {
                            "format": "filter",
                            "wrap": {"format": "json"},
                            "fields": {"request": {"filter": "delete"}},
                        },
                    }
                }
            },
            "storage": {"module": "file_system", "root": str(self.home / "caddy")},
            "apps": apps,
        }

    def watch(self, stop: Event) -> None:
        """Start again whatever dies, saying so; give up on what will not stay up."""
        while not stop.wait(0.5):
            self._revive()
            shorten_logs(self.home)
            for child in self.children:
                assert child.process is not None
                if (code := child.process.poll()) is None:
                    continue
                child.quick_deaths = child.quick_deaths + 1 if time.monotonic() - child.started < QUICK_DEATH else 0
                if child.quick_deaths >= 3:
                    raise CannotServe(
                        f"{child.name} stopped three times at once (exit code {code}); see {self._log(child)}."
                    )
                self.say(f"{child.name} stopped (exit code {code}); starting it again.")
                _end_group(child)
                self.spawn(child)

    def _revive(self) -> None:
        try:
            if self.revive and self.revive():
                self.say("database stopped; it is running again.")
        except ServerFailed as error:
            raise CannotServe(f"The database stopped and cannot be started again: {error}") from None

    def stop(self) -> None:
        for child in self.children:
            if child.process and child.process.poll() is None:
                child.process.send_signal(signal.SIGTERM)
        for child in self.children:
            if child.process:
                try:
                    child.process.wait(10)
                except subprocess.TimeoutExpired:
                    child.process.kill()
                _end_group(child)

    def spawn(self, child: Child) -> None:
        source = str(Path(__file__).resolve().parents[1])
        environment = {
            **os.environ,
            "PYTHONPATH": source,
            "DJANGO_SETTINGS_MODULE": "tongzhou.settings",
            "TONGZHOU_DATA_DIR": str(self.home),
        }
        if self.lan:
            environment |= {
                "TONGZHOU_TLS": "1",
                "TONGZHOU_HOSTS": f"{self.lan},{self.lan}:{self.port},127.0.0.1,localhost",
            }
        if child.name in ("pages", "streams"):
            (self.pages_socket if child.name == "pages" else self.streams_socket).unlink(missing_ok=True)
        with self._log(child).open("ab") as log:
            child.process = subprocess.Popen(
                child.command, env=environment, stdout=log, stderr=log, stdin=subprocess.DEVNULL, start_new_session=True
            )
        child.started = time.monotonic()

    def _log(self, child: Child) -> Path:
        return self.home / f"{child.name}.log"

    def _wait_until_up(self, seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for child in self.children:
                assert child.process is not None
                if (code := child.process.poll()) is not None:
                    tail = self._log(child).read_text(errors="replace")[-400:]
                    self.stop()
                    raise CannotServe(f"{child.name} stopped while starting (exit code {code}): {tail}")
            if _accepts(self.pages_socket) and _accepts(self.streams_socket) and _listens(self.port, self.host):
                return
            time.sleep(0.05)
        self.stop()
        raise CannotServe(f"The server did not come up within {seconds:.0f} s; see {self.home}/pages.log.")


def shorten_logs(home: Path, largest: int = LARGEST_LOG) -> None:
    """A log that has grown too long goes on empty; what it held is the newer of two, under `.1`."""
    for log in home.glob("*.log"):
        with contextlib.suppress(OSError):  # gone meanwhile
            if log.stat().st_size > largest:
                with contextlib.suppress(OSError):  # a full disk: room is what is needed most
                    shutil.copyfile(log, log.with_name(f"{log.name}.1"))
                os.truncate(log, 0)  # every process appends, so that it goes on at the new end


def _end_group(child: Child) -> None:
    """A child killed outright leaves its own workers behind: they are of its process group, and end with it."""
    if child.process:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.process.pid, signal.SIGKILL)


def refuse_taken_port(port: int, host: str = "127.0.0.1") -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise CannotServe(f"Port {port} is in use (another Tongzhou?). Choose another with --port.") from None


def _caddy() -> str:
    binary = Path(sys.executable).with_name("caddy")
    found = str(binary) if binary.exists() else shutil.which("caddy")
    if not found:
        raise CannotServe("The program caddy is missing: run ./tongzhou doctor.")
    return found


def _accepts(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
        return True


def _listens(port: int, host: str) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((host, port)) == 0
