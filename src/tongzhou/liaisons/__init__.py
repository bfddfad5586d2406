"""Nobody without a name: who cannot be left alone has a named contact and a deputy, a call a day and a visit a week."""
