"""Where a request comes from: the own proxy says so, and nobody else is believed."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

FRONT, CLIENT = "X-Tongzhou-Front", "X-Tongzhou-Client"
SAID_BY_PROXIES = ("FORWARDED", "X_FORWARDED_FOR", "X_FORWARDED_PROTO", "X_FORWARDED_HOST", "X_REAL_IP")


def _meta(header: str) -> str:
    return "HTTP_" + header.upper().replace("-", "_")


class ClientAddress:
    """REMOTE_ADDR becomes what the own proxy says, known by a secret of this installation; from anybody else, what
    looks like a proxy's word is taken out."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        meta = request.META
        front, client = meta.pop(_meta(FRONT), ""), meta.pop(_meta(CLIENT), "")
        if hmac.compare_digest(front.encode(), settings.FRONT_SECRET.encode()):
            meta["REMOTE_ADDR"] = client
        else:
            for name in SAID_BY_PROXIES:
                meta.pop(f"HTTP_{name}", None)
        return self.get_response(request)


def origin(request: HttpRequest) -> str:
    """What limits count by: an IPv4 address, or the /64 that one IPv6 subscriber has; empty where it is unknown."""
    try:
        found = ipaddress.ip_address(request.META.get("REMOTE_ADDR", ""))
    except ValueError:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        if found.ipv4_mapped:
            return str(found.ipv4_mapped)
        return str(ipaddress.ip_network((found, 64), strict=False))
    return str(found)
