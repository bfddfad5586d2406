-- Roles that staff hold at places. Permissions are today's, whatever moment is looked at.
create table people_holding (
  id integer generated always as identity primary key,
  staff integer not null,
  role text not null,
  place integer not null,
  valid_from timestamptz not null default now(),
  valid_to timestamptz
);
create index people_holding_staff on people_holding (staff);

create table people_device (
  id integer generated always as identity primary key,
  staff integer not null,
  token bytea not null unique,                      -- digest; the device holds the token
  name text not null,
  made_at timestamptz not null default now(),
  revoked_at timestamptz
);

-- The vault: what could name a person, sealed under a key of its own; destroying the key is the erasure.
create table people_vault_key (
  owner text primary key,                           -- person/…, household/…
  wrapped bytea,                                    -- null: destroyed
  kek text not null,                                -- which outside key wrapped it
  place integer not null,
  sees text not null,
  expires_at timestamptz,
  destroyed_at timestamptz
);
create table people_vault_item (
  owner text not null references people_vault_key,
  field text not null,
  sealed bytea not null,
  primary key (owner, field)
);
create table people_vault_index (
  field text not null,
  digest bytea not null,
  owner text not null references people_vault_key,
  primary key (field, digest, owner)
);
create index people_vault_index_owner on people_vault_index (owner);

create table people_reading (
  id bigint generated always as identity primary key,
  owner text not null,
  staff integer,
  purpose text not null,
  fields text[] not null,
  at timestamptz not null default now()
);
create index people_reading_owner on people_reading (owner);

create table people_deletion_report (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  reason text not null,
  keys_destroyed integer not null,
  by_sort jsonb not null,
  signature bytea not null
);
