"""The player: plays anybody of the invented places from a scenario, through the same doors and rights as everybody."""
