"""Prices against what they were before the event, and what is left beside them: when somebody has to look."""
