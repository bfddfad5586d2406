"""`serve --lan`: TLS and HTTP/2 under one origin, with a certificate that a phone can be told to trust."""

from __future__ import annotations

import http.client
import os
import ssl
from pathlib import Path

import pytest
import world
from django.conf import settings
from django.core.management import call_command
from live import environment, free_port

from tongzhou.cli.setup import compile_messages
from tongzhou.supervise import CannotServe, Supervisor

pytestmark = pytest.mark.postgres


def test_phones_get_tls_and_http2(db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world.furnish()
    compile_messages()
    call_command("collectstatic", interactive=False, verbosity=0)
    home: Path = settings.INSTALLATION.home
    for name, value in environment(home, db).items():
        monkeypatch.setenv(name, value)
    port = free_port()
    supervisor = Supervisor(home, port, lan="localhost", workers=1, say=lambda _sentence: None)
    try:
        supervisor.start()
        with pytest.raises(CannotServe, match="in use"):
            Supervisor(home, port, say=lambda _sentence: None).start()
        trusted = ssl.create_default_context(cafile=home / "caddy/pki/authorities/local/root.crt")
        trusted.set_alpn_protocols(["h2", "http/1.1"])
        import socket

        with (
            socket.create_connection(("127.0.0.1", port)) as raw,
            trusted.wrap_socket(raw, server_hostname="localhost") as tls,
        ):
            assert tls.selected_alpn_protocol() == "h2" and tls.version() == "TLSv1.3"
        plain = ssl.create_default_context(cafile=home / "caddy/pki/authorities/local/root.crt")
        client = http.client.HTTPSConnection("localhost", port, context=plain, timeout=20)
        client.request("GET", "/login", headers={"Accept-Language": "zh-CN"})
        answer = client.getresponse()
        assert answer.status == 200 and "登录" in answer.read().decode()
        cookie = answer.headers["Set-Cookie"]
        assert cookie.startswith("csrftoken") and "Secure" in cookie
        client.request("GET", "/static/console/console.css")
        answer = client.getresponse()
        assert answer.status == 200 and answer.read()
        with pytest.raises(ssl.SSLCertVerificationError):  # nobody trusts it who was not told to
            http.client.HTTPSConnection("localhost", port, context=ssl.create_default_context()).request("GET", "/")
    finally:
        supervisor.stop()
    assert os.environ["TONGZHOU_DATABASE"] == db
