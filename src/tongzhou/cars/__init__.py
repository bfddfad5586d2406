"""Community cars: who is driven where on which days, the car of tomorrow, the drive as it goes, the next car."""
