"""What is answered when something broke: a sentence and what to do, without asking the database for anything."""

from __future__ import annotations

import errno
import sys

import psycopg
from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.html import format_html

AWAY = (
    "数据库暂时没有响应。已收到的记录不会丢失；上门记录留在手机里，稍后自动发送。请一分钟后再试。",
    "The database does not answer. Nothing that was received is lost, and phones keep what they recorded and send it "
    "later. Try again in a minute.",
)
FULL = (
    "服务器磁盘已满，刚才的内容没有收下；已收到的记录不会丢失，上门记录留在手机里，稍后自动发送。请告知运行者腾出空间。",
    "The server's disk is full: what you just sent was not taken. Nothing that was received is lost, and phones keep "
    "what they recorded and send it later. Tell whoever runs it to make room.",
)
BROKEN = (
    "程序出错，已记入日志。您刚才填写的内容可能没有保存：请返回核对后再试，或告知运行者。",
    "The program failed; it is in the log. What you just entered may not be kept: go back, look, and try again, or "
    "tell whoever runs it.",
)
OLD_FORM = (
    "这个页面打开太久，或您在别的窗口重新登录过：刚才的内容没有提交。请重新打开页面再填一次。",
    "This page was open for too long, or you signed in again in another window: nothing was recorded. Open the page "
    "again and send it once more.",
)
MISSING = (
    "没有这个页面。请检查地址，或从首页找起。",
    "There is no such page. Look at the address, or begin at the first page.",
)
PAGE = (
    '<!doctype html><html lang="zh"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>同舟 Tongzhou</title></head><body><h1>同舟 Tongzhou</h1><p>{}</p><p lang="en">{}</p></body></html>'
)


def broken(request: HttpRequest) -> HttpResponse:
    """503 while the database is away or the disk full, 500 for everything else; JSON for programs, a page in both
    languages else."""
    error = sys.exc_info()[1]
    full = _is_full(error)
    away = full or isinstance(error, OperationalError | InterfaceError | psycopg.OperationalError)
    status, (zh, en) = (503, FULL if full else AWAY) if away else (500, BROKEN)
    code = "disk_full" if full else "database_away" if away else "broken"
    wants_json = "application/json" in request.headers.get("Accept", "")
    if request.path == "/health" or request.path.startswith("/api/") or wants_json:
        told = {"ok": False, "code": code, "message": en}
        return JsonResponse(told, status=status, headers={"Retry-After": "30"} if away else {})
    return HttpResponse(PAGE.format(zh, en), status=status, headers={"Retry-After": "30"} if away else {})


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """An address that no page has, and the way to the first one."""
    zh, en = MISSING
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "code": "not_found", "message": en}, status=404)
    home = format_html('<p><a href="/">{}</a></p>', "首页 First page")
    return HttpResponse(PAGE.format(zh, en).replace("</body>", f"{home}</body>"), status=404)


def old_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form of a page that is not this session's any more: nothing was said, and the way back to it."""
    zh, en = OLD_FORM
    if request.path.startswith("/api/") or "application/json" in request.headers.get("Accept", ""):
        return JsonResponse({"ok": False, "code": "not_signed_in", "message": en}, status=403)
    back = format_html('<a href="{}">{}</a>', request.path, "重新打开 Open it again")
    return HttpResponse(PAGE.format(zh, en).replace("</body>", f"<p>{back}</p></body>"), status=403)


def _is_full(error: BaseException | None) -> bool:
    """Whether a full disk is behind it: PostgreSQL's own, or that of the files outside."""
    while error is not None:
        if isinstance(error, psycopg.errors.DiskFull) or getattr(error, "errno", None) == errno.ENOSPC:
            return True
        error = error.__cause__ or error.__context__
    return False
