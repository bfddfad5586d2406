"""For how long at most something holds at a gate, as the signed table says."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from tongzhou.tables.policy import shipped


def hours(of: Literal["pass_h", "shift_h", "lend_h", "entry_back_h"]) -> dt.timedelta:
    return dt.timedelta(hours=float(shipped("gates")["values"][of]))
