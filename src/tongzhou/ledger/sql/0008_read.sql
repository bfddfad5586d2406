-- What a desk with a wide area asks is settled in the index: only lines that hold, and were known, are fetched. (Columns
-- that an index merely includes are looked at in the table.)
drop index ledger_owed_mine, ledger_owed_urgent, ledger_owed_was_mine;
create index ledger_owed_mine on ledger_owed (role, place, urgency desc, due, owes_from, known_from) include (until);
create index ledger_owed_urgent on ledger_owed (role, urgency desc, due, owes_from) include (place);
create index ledger_owed_was_mine on ledger_owed_was (role, place, known_to, known_from, owes_from);
