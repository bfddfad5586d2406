"""Disinfection after a case, waste by weight, and the clean-up of villages with the loudspeaker's text of the day."""
