"""For load balancers and operators: is the database there, how far are the followers behind?"""

from django.db import connection
from django.http import HttpRequest, JsonResponse


def health(request: HttpRequest) -> JsonResponse:
    with connection.cursor() as cursor:
        cursor.execute("select follower, extract(epoch from now() - moved_at) from ledger_bookmark")
        followers = {name: round(float(lag), 1) for name, lag in cursor.fetchall()}
    return JsonResponse({"ok": True, "followers": followers})
