"""Today: what somebody owes now, with each act in place, and what they did today."""
