-- The most urgent of a wide area as known at a moment, in the order of the page: what was not known then, or did not hold,
-- is passed over in the index.
create index ledger_owed_was_urgent on ledger_owed_was (role, urgency desc, due, known_to, known_from, owes_from)
  include (place);
