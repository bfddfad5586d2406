-- What happened. Insert only; see DESIGN 3 and docs/adr/0002-envelope.md.

create table ledger_kind (
  id smallint generated always as identity primary key,
  name text not null unique,
  sees text not null                                -- the sort of data it is (people/roles.py)
);

-- One row for each time something was said: who said it, with which device, when it reached us.
create table ledger_append (
  id bigint generated always as identity primary key,
  xid xid8 not null default pg_current_xact_id(),   -- followers read behind the snapshot horizon
  by_id integer,                                    -- staff; null: the resident's page or the system
  device text,
  sent_at timestamptz,                              -- the device's clock on sending: its skew is known
  received_at timestamptz not null,
  known_at timestamptz not null,
  origin text not null default 'said' check (origin in ('said', 'imported', 'system')),
  facts integer not null
);
create index ledger_append_xid on ledger_append (xid);

-- Partitioned by its own key: a UUIDv7 begins with its time, so the id is unique for ever and a month can be archived whole.
create table ledger_fact (
  id uuid primary key,
  append bigint not null,
  subject bigint,                                   -- of mass kinds only: day number << 32 | household
  effective_at timestamptz not null,
  received_at timestamptz not null,
  recorded_at timestamptz,                          -- null: recorded when it happened
  place integer not null,
  home integer,
  reporting integer,
  kind smallint not null,
  corrects uuid,
  body text not null                                -- canonical JSON, exactly the bytes that are sealed
) partition by range (id);
create table ledger_fact_other partition of ledger_fact default;
create index ledger_fact_append on ledger_fact (append);
create index ledger_fact_subject on ledger_fact (subject) where subject is not null;
create index ledger_fact_corrects on ledger_fact (corrects) where corrects is not null;
create index ledger_fact_kind on ledger_fact (kind, effective_at) where subject is null;

-- Which facts touch a subject; mass kinds have their subject in the fact itself.
create table ledger_touch (
  subject text not null,
  fact uuid not null,
  primary key (subject, fact)
);
create index ledger_touch_fact on ledger_touch (fact);

create function ledger_refuse_change() returns trigger language plpgsql as $$
begin
  raise exception 'the ledger is insert only: % on % is refused', tg_op, tg_table_name using errcode = '23001';
end $$;
create trigger insert_only before update or delete or truncate on ledger_fact
  for each statement execute function ledger_refuse_change();
create trigger insert_only before update or delete or truncate on ledger_append
  for each statement execute function ledger_refuse_change();
create trigger insert_only before update or delete or truncate on ledger_touch
  for each statement execute function ledger_refuse_change();

-- The first UUIDv7 of a moment.
create function ledger_uuid_floor(moment timestamptz) returns uuid language sql immutable as $$
  select (lpad(to_hex((extract(epoch from moment) * 1000)::bigint), 12, '0') || '70008000000000000000')::uuid
$$;

-- Facts of a month in a partition of their own; safe to repeat. The default partition must hold none of it yet.
create function ledger_add_month(month date) returns void language plpgsql security definer set search_path = public as $$
declare
  first date := date_trunc('month', month)::date;
  name text := 'ledger_fact_' || to_char(first, 'YYYYMM');
  low uuid := ledger_uuid_floor(first::timestamp at time zone 'UTC');
  high uuid := ledger_uuid_floor((first + interval '1 month') at time zone 'UTC');
begin
  if to_regclass(name) is null and not exists (select from ledger_fact_other where id >= low and id < high) then
    execute format('create table %I partition of ledger_fact for values from (%L) to (%L)', name, low, high);
    execute format('create trigger insert_only before update or delete or truncate on %I
      for each statement execute function ledger_refuse_change()', name);
  end if;
end $$;
create trigger insert_only before update or delete or truncate on ledger_fact_other
  for each statement execute function ledger_refuse_change();

-- A folded row of any subject that is not mass: what is so now, and from when it has been known.
create table ledger_row (
  noun text not null,
  key text not null,
  place integer not null,
  effective_at timestamptz not null,
  known_from timestamptz not null,
  state text not null,
  sees text not null,                               -- the sort of data it is (people/roles.py)
  data jsonb not null,
  counts jsonb not null default '[]',               -- what it adds to tallies: [[place, day, {indicator: n}]]
  primary key (noun, key)
);
create index ledger_row_place on ledger_row (noun, place, state);
create table ledger_row_was (
  noun text not null,
  key text not null,
  place integer not null,
  effective_at timestamptz not null,
  known_from timestamptz not null,
  known_to timestamptz not null,
  state text not null,
  sees text not null,
  data jsonb not null
);
create index ledger_row_was_key on ledger_row_was (noun, key, known_from);
create index ledger_row_was_place on ledger_row_was (noun, place, known_to);

-- Who outside the branch must see a row (a directive from above, a contact in another county).
create table ledger_audience (
  noun text not null,
  key text not null,
  place integer not null,
  primary key (noun, key, place)
);
create index ledger_audience_place on ledger_audience (place);

-- Facts that contradict each other, with somebody who owns the question.
create table ledger_conflict (
  noun text not null,
  key text not null,
  place integer not null,
  owner_role text not null,
  facts uuid[] not null,
  question text not null,
  known_from timestamptz not null,
  primary key (noun, key)
);

create table ledger_refusal (
  id bigint generated always as identity primary key,
  fact uuid not null,
  by_id integer,
  kind text not null,
  code text not null,
  at timestamptz not null
);

create table ledger_bookmark (
  follower text primary key,
  xid xid8 not null default '0',
  append bigint not null default 0,
  moved_at timestamptz not null default now(),
  note text not null default ''
);
create table ledger_dead_letter (
  id bigint generated always as identity primary key,
  follower text not null,
  append bigint not null,
  error text not null,
  at timestamptz not null default now(),
  resolved_at timestamptz
);

-- One chain per prefecture; a link covers the facts of one append there.
create table ledger_seal (
  chain integer not null,
  n bigint not null,
  append bigint not null,
  facts integer not null,
  digest bytea not null,
  head bytea not null,
  primary key (chain, n)
);
create index ledger_seal_append on ledger_seal (append);
create table ledger_seal_head (
  chain integer not null,
  n bigint not null,
  head bytea not null,
  signature bytea not null,
  at timestamptz not null,
  primary key (chain, n)
);
create trigger insert_only before update or delete or truncate on ledger_seal
  for each statement execute function ledger_refuse_change();
create trigger insert_only before update or delete or truncate on ledger_seal_head
  for each statement execute function ledger_refuse_change();

-- The clock of a replayed or exercise ledger. A production ledger has no row here and refuses one.
create table ledger_clock (
  one boolean primary key default true check (one),
  mode text not null check (mode in ('production', 'replay', 'exercise')),
  now timestamptz
);

create function ledger_keep_version() returns trigger language plpgsql as $$
begin
  insert into ledger_row_was (noun, key, place, effective_at, known_from, known_to, state, sees, data)
  values (old.noun, old.key, old.place, old.effective_at, old.known_from, new.known_from, old.state, old.sees, old.data);
  return null;
end $$;
create trigger keep_version after update on ledger_row for each row execute function ledger_keep_version();

-- Microseconds since 1970, as text: what is sealed does not depend on a session's settings.
create function us(moment timestamptz) returns text language sql immutable as $$
  select (extract(epoch from moment) * 1000000)::bigint::text
$$;
