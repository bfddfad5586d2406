"""Persons: one noun for whoever must be acted on, and the handle by which everybody names them. See docs/adr/0036."""
