"""What a log may hold: which code ran into what sort of error, never what somebody typed, was called or carried.

The words of an error quote values, and an address may be a slip or a name that was searched for. So of an error its
type and the lines of code are written, and of a request its method, the pattern of its address and the status.
"""

from __future__ import annotations

import logging
import traceback
from types import TracebackType
from typing import Any


class Formatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        request: Any = getattr(record, "request", None)
        if request is not None:
            match = getattr(request, "resolver_match", None)
            where = f"/{match.route}" if match else "an address that there is none of"
            record = logging.makeLogRecord(
                record.__dict__ | {"msg": f"{getattr(record, 'status_code', '')} {request.method} {where}", "args": ()}
            )
        return super().format(record)

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None],
    ) -> str:
        kind, error, trace = ei
        if kind is None or error is None:
            return ""
        lines = [f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(trace)]
        cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        before = [self.formatException((type(cause), cause, cause.__traceback__)), "which led to"] if cause else []
        return "\n".join([*before, *lines, f"{kind.__module__}.{kind.__qualname__}{_code(error)}"])


def _code(error: BaseException) -> str:
    """PostgreSQL's own number for what happened, or the system's."""
    state = getattr(error, "sqlstate", None) or getattr(error, "errno", None)
    return f" ({state})" if state else ""
