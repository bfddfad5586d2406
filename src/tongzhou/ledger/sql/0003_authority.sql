-- The second envelope (docs/adr/0031): with each append the standing of whoever spoke, as it was then; with each fact
-- what its author saw, what caused it, and for whom it was written down; with each touch how, and where.

create table ledger_standing (
  id integer generated always as identity primary key,
  digest bytea not null unique,
  body text not null                                -- canonical JSON: roles with the places they covered, a slip
);
alter table ledger_append add standing integer;     -- null: the first envelope
alter table ledger_append add form smallint not null default 1;   -- which form of the seal covers it
alter table ledger_append alter form set default 2;
alter table ledger_fact add saw text, add because uuid, add behalf text;
create index ledger_fact_because on ledger_fact (because) where because is not null;

alter table ledger_touch
  add how smallint,                                 -- position in ways.HOWS; null: the first envelope
  add place integer,                                -- where the subject lay by its name, furniture or founding
  add invites integer[],
  add offers integer[],
  add via uuid;

alter table ledger_kind add said_by text[] not null default '{}', add permanent boolean not null default false;

-- Words that do not count on a subject: it is unknown, or another desk holds it. Derived from facts, so it may be
-- rebuilt; `holder` is where the subject lies, `place` the speaker's desk, `looked` that the holder left it out.
create table ledger_pending (
  subject text not null,
  fact uuid not null,
  place integer not null,
  holder integer,
  sees text not null,
  since timestamptz not null,
  looked boolean not null default false,
  primary key (subject, fact)
);
create index ledger_pending_fact on ledger_pending (fact);

-- Subjects that count under another one. Derived from facts; `root` is the last in the chain.
create table ledger_alias (
  subject text primary key,
  into_subject text not null,
  root text not null
);
create index ledger_alias_root on ledger_alias (root);
create index ledger_alias_into on ledger_alias (into_subject);

create trigger insert_only before update or delete or truncate on ledger_standing
  for each statement execute function ledger_refuse_change();

-- May a standing say a kind of this place, and of this door? The one answer that Python and SQL share.
create function ledger_may(standing integer, kind smallint, place integer, body text) returns boolean
language sql stable security definer set search_path = public as $$
  select standing is null or coalesce((
    select coalesce((s.said ->> 'system')::boolean, false)
      or exists (select from jsonb_each_text(coalesce(s.said -> 'roles', '{}')) r
                 where (r.key = any (k.said_by) or '*' = any (k.said_by)) and place <@ r.value::int4multirange)
        and (s.said -> 'slip' is null or s.said -> 'slip' = body::jsonb -> 'household')
    from (select x.body::jsonb as said from ledger_standing x where x.id = standing) s, ledger_kind k where k.id = kind
  ), false)
$$;

-- Does what an append said take this fact back? Nobody takes back what is permanent.
create function ledger_corrects(append bigint, kind smallint, place integer, body text) returns boolean
language sql stable security definer set search_path = public as $$
  select not (select k.permanent from ledger_kind k where k.id = kind)
    and ledger_may((select a.standing from ledger_append a where a.id = append), kind, place, body)
$$;
