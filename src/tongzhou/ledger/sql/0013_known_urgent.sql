-- The most urgent of what a wide area owed, as known at a moment, is read in its own order and not sorted out of all.
drop index ledger_owed_was_since;
create index ledger_owed_was_urgent on ledger_owed_was (role, urgency desc, due, known_to, known_from, owes_from);
