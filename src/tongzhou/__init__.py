"""Tongzhou 同舟: record once → fold → see → plan → sign → do → record."""

__version__ = "0.1.0"
