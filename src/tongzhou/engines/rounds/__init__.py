"""Rounds: deliveries to points and quarantined households, from depots, within windows and shifts."""
