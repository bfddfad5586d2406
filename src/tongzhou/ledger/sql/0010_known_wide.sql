-- What a desk with a wide area owed, as known at a moment: what was over by then is never read, however long ago it all was.
create index ledger_owed_was_since on ledger_owed_was (role, known_to, known_from, owes_from) include (place);
