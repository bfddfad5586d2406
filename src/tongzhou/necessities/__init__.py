"""Necessities for sealed homes: offers of suppliers, orders of doors, packing, bringing, money to the fen."""
