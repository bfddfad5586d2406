"""What makes a fortnight's input contradict itself, and whom nothing can reach within it."""

import numpy as np

from tongzhou.engines.certificate import Problem, Text

from .model import Horizon


def contradictions(h: Horizon) -> list[Problem]:
    """What makes the input contradict itself, by table and row."""
    found = []
    for name, ids in (("place", h.places), ("item", h.items)):
        for one in sorted({one for one in ids if ids.count(one) > 1}):
            found.append(
                Problem("duplicate_id", f"{name} {one}", Text("编号重复。", "The id is there twice."), "id", True)
            )
    columns = {"stock": h.stock, "rate": h.rate, "central": h.central, "coming": h.coming, "litres": h.litres,
               "lead": h.lead, "truck_litres": h.truck_litres, "weight": h.weight}  # fmt: skip
    for name, values in columns.items():
        bad = np.argwhere(~(np.isfinite(values) & (np.asarray(values) >= 0)))
        if len(bad):
            at = ", ".join(str(int(n) + 1) for n in bad[0])
            text = Text("应为非负数。", "Must not be negative.")
            found.append(Problem("bad_number", f"{name} row {at}", text, name, True))
    for i in np.flatnonzero(~((h.reserve >= 0) & (h.reserve <= 1))).tolist():
        text = Text("应在 0–1。", "Must be 0 to 1.")
        found.append(Problem("bad_number", f"item {h.items[i]}", text, "reserve", True))
    return found


def out_of_reach(h: Horizon) -> list[Problem]:
    """Places that nothing sent within these days arrives at in time, and items of which there is nothing to send."""
    lacks, found = h.rate * h.days > h.stock, list[Problem]()
    for p in np.flatnonzero((h.lead >= h.days) & lacks.any(axis=1)).tolist():
        zh, en = f"路上 {h.lead[p]} 天，{h.days} 天内到不了。", f"{h.lead[p]} days on the road: not within {h.days}."
        found.append(Problem("arrives_too_late", f"place {h.places[p]}", Text(zh, en), "lead"))
    sendable = h.central * (1 - h.reserve) + h.coming.sum(axis=0)
    for i in np.flatnonzero((sendable < 1) & lacks.any(axis=0)).tolist():
        text = Text("库中没有，也没有到货。", "None in the store, none coming.")
        found.append(Problem("nothing_to_send", f"item {h.items[i]}", text, "central"))
    return found
