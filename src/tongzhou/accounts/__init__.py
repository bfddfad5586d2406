"""Pages of accounts: the keeper's list of staff, and one's own roles, sessions and tokens."""
