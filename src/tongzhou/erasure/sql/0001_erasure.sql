-- Keys of the vault turn by the week. The blind index turns with them: telephones can be enumerated.
alter table people_vault_index add column epoch text not null default '0001';
alter table people_vault_index alter column epoch drop default;
create index people_vault_key_kek on people_vault_key (kek) where wrapped is not null;
create index people_vault_key_expires on people_vault_key (expires_at) where wrapped is not null and expires_at is not null;

-- Which week's index is searched; while it turns, new entries are written for both, and for the one before.
create table people_vault_turn (
  one boolean primary key default true check (one),
  searching text not null,
  turning text,
  before text,
  turned_at timestamptz not null default now()
);
insert into people_vault_turn (searching) select '0001' where exists (select from people_vault_key);

-- The list of the erased, as it stands outside the database too (ledger/erased.py).
create table erasure_tombstone (
  n bigint primary key,
  line jsonb not null
);
create table erasure_gone (
  digest bytea primary key,                          -- of the owner's reference
  n bigint not null
);

-- Hidden at once; destroyed when the last key that could open it in a backup is.
alter table people_deletion_report add column tombstone bigint;
alter table people_deletion_report add column epoch text;
alter table people_deletion_report add column destroyed_by date;
alter table people_deletion_report add column told text;      -- exactly the text that is signed

grant select, insert, update on people_vault_turn to tongzhou_ledger;
grant select, insert on erasure_tombstone, erasure_gone to tongzhou_ledger;

-- Since when no key of this week, nor of any before it, is left.
create table erasure_destroyed (
  week text primary key,
  at timestamptz not null
);
grant select, insert on erasure_destroyed to tongzhou_ledger;

-- A person's request: what was found under the number (which is not kept), and why something was not erased.
create table erasure_request (
  id uuid primary key,
  at timestamptz not null default now(),
  staff integer not null,
  asked_by text not null,
  owners text[] not null,
  kept jsonb not null
);
grant select, insert on erasure_request to tongzhou_ledger;
