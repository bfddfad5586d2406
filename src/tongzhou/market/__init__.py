"""Prices and stocks of what people eat: told by shops, compared with before the event, looked at, decided upon."""
