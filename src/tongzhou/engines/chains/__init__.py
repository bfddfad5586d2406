"""Chains of transmission: contact tracing in time, outbreak graphs, superspreading, clusters, likely infectors."""

from .graph import Links, Outbreak, describe, link_cases
from .index import ContactIndex, FaultyEvent, Segment, index_events
from .reach import Course, Reached, Weights, reach

__all__ = [
    "ContactIndex",
    "Course",
    "FaultyEvent",
    "Links",
    "Outbreak",
    "Reached",
    "Segment",
    "Weights",
    "describe",
    "index_events",
    "link_cases",
    "reach",
]
