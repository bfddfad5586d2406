"""Slows down whoever asks too often, in this process's own memory: a slip's token cannot be guessed anyway
(128 bits), so all this does is keep one noisy sender from crowding out the others. What a valid slip asks is counted
by slip, and only misses by address: a whole house, or a whole town, may have one address."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict

from tongzhou.problems import TooOften

MOST_KEYS = 10_000


class Bucket:
    """`most` in `seconds`, refilled evenly; the clock is an argument so that a test need not wait."""

    def __init__(self, most: int, seconds: float) -> None:
        self.most, self.rate = most, most / seconds
        self.held: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self.lock = threading.Lock()

    def take(self, key: str, now: float | None = None) -> None:
        """Raises TooOften where nothing is left for this key."""
        moment = time.monotonic() if now is None else now
        with self.lock:
            left, since = self.held.pop(key, (float(self.most), moment))
            left = min(float(self.most), left + (moment - since) * self.rate)
            allowed = left >= 1
            self.held[key] = (left - 1 if allowed else left, moment)
            while len(self.held) > MOST_KEYS:
                self.held.popitem(last=False)
        if not allowed:
            raise TooOften()
