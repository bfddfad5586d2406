"""Oxygen for a ward: asked for and brought. The example of docs/development.md, made and used by test_new_kind.py."""
