"""For load balancers and operators: is the database there, do the followers live, how far are they behind?"""

from __future__ import annotations

from django.http import HttpRequest, JsonResponse

from tongzhou.ledger import door, follow


def health(request: HttpRequest) -> JsonResponse:
    """`dead`: the followers that have not looked for a minute, whether there is anything to read or not."""
    with door.ledger() as connection:
        found = {one.pop("follower"): one for one in follow.lag(connection)}
    for one in found.values():
        one["turned"] = None if one["turned"] is None else round(one["turned"], 1)
        one["seconds"] = round(one["seconds"], 1)
    dead = [name for name, one in found.items() if one["turned"] is None or one["turned"] > follow.LATE]
    return JsonResponse({"ok": True, "dead": dead, "followers": found})
