"""Every rule in Python; importing this package registers them all."""

from tongzhou.rules.definitions import (
    casedef,
    clocks,
    cluster,
    contacts,
    discharge,
    epidemic_free,
    hospital,
    measures,
    people,
    prices,
    reopening,
    risk,
    severity,
    supply,
    transport,
)

__all__ = [
    "casedef",
    "clocks",
    "cluster",
    "contacts",
    "discharge",
    "epidemic_free",
    "hospital",
    "measures",
    "people",
    "prices",
    "reopening",
    "risk",
    "severity",
    "supply",
    "transport",
]
