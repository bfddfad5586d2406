"""Who helps a community today: cadres who were posted, volunteers, property staff; what each was given to do."""
