-- A duty ends by itself where its fold says until when (ADR 0038); no line is taken away for it: who owes what at a
-- moment is asked. A row that is over by itself says since when, so that lists of what runs do not read all there were.
alter table ledger_owed add column until timestamptz;      -- null: until a fact says that it is done
alter table ledger_owed_was add column until timestamptz;
drop index ledger_owed_mine, ledger_owed_urgent;
create index ledger_owed_mine on ledger_owed (role, place, urgency desc, due) include (owes_from, until);
create index ledger_owed_urgent on ledger_owed (role, urgency desc, due) include (place, owes_from, until);

alter table ledger_row add column ends timestamptz;        -- null: it is not over by itself
alter table ledger_row_was add column ends timestamptz;
drop index ledger_row_place, ledger_row_newest;
create index ledger_row_place on ledger_row (noun, place, state) include (effective_at, key, sees, ends);
create index ledger_row_newest on ledger_row (noun, effective_at desc, key desc) include (place, state, sees, ends);

create or replace function ledger_keep_version() returns trigger language plpgsql as $$
begin
  insert into ledger_row_was (noun, key, place, effective_at, known_from, known_to, state, sees, data, rev, shape, ends)
  values (old.noun, old.key, old.place, old.effective_at, old.known_from, new.known_from, old.state, old.sees, old.data,
    old.rev, old.shape, old.ends);
  return null;
end $$;
