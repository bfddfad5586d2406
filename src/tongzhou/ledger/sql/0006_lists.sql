-- Lists at 100,000 rows (docs/adr/0041-rows.md): a small branch is read by its places, a large one in the order of
-- time, what everybody sees by itself. Nothing is filtered inside `data`.
drop index ledger_row_place;
create index ledger_row_place on ledger_row (noun, place, state) include (effective_at, key, sees);
create index ledger_row_newest on ledger_row (noun, effective_at desc, key desc) include (place, state, sees);
create index ledger_row_public on ledger_row (noun, effective_at desc, key desc) where sees = 'public';

-- A row only grows: `rev` counts its versions, `shape` says in which shape of its noun the data is written.
alter table ledger_row add column rev integer not null default 1, add column shape smallint not null default 1;
alter table ledger_row_was add column rev integer not null default 1, add column shape smallint not null default 1;
with numbered as (
  select ctid as at, row_number() over (partition by noun, key order by known_from, known_to) as n from ledger_row_was
)
update ledger_row_was w set rev = n from numbered where w.ctid = numbered.at;
update ledger_row r set rev = w.n + 1
from (select noun, key, count(*) as n from ledger_row_was group by 1, 2) w where w.noun = r.noun and w.key = r.key;

create or replace function ledger_keep_version() returns trigger language plpgsql as $$
begin
  insert into ledger_row_was (noun, key, place, effective_at, known_from, known_to, state, sees, data, rev, shape)
  values (old.noun, old.key, old.place, old.effective_at, old.known_from, new.known_from, old.state, old.sees, old.data,
    old.rev, old.shape);
  return null;
end $$;
