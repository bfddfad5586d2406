-- People are called by the end of their number in a ward or at a queue: it is looked up, not read through.
create index ledger_row_person_ending on ledger_row (right(data ->> 'handle', 4)) where noun = 'person';
