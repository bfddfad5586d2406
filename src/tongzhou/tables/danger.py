"""The signed numbers from which what is measured at home is a danger (rulebooks/policies/danger.yaml). Of what was not
measured nothing follows."""

from __future__ import annotations

from tongzhou.tables.policy import shipped


def low(spo2: int | None) -> bool:
    """Too little oxygen to wait at home."""
    return spo2 is not None and spo2 <= int(shipped("danger")["values"]["spo2_at_most"])


def hot(temp10: int | None) -> bool:
    """A fever that does not wait for the evening."""
    return temp10 is not None and temp10 >= int(shipped("danger")["values"]["temp10_at_least"])


def fever(temp10: int | None) -> bool:
    """Is this a fever? Nobody who has one is closed as well again."""
    return temp10 is not None and temp10 >= int(shipped("danger")["values"]["fever_at_least"])


def newcomer_days() -> int:
    """So many days somebody who came from elsewhere stays at home."""
    return int(shipped("danger")["values"]["newcomer_days"])
