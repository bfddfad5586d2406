-- What is owed, derived with the row (ADR 0038): one line for each step of a duty's ladder, from when its desk owes it.
-- `at`: the desk that owes first; `place`: that of this step. Nothing here says anything of a person.
alter table ledger_row add column owed jsonb not null default '[]';   -- the same, with the row that it follows from
create table ledger_owed (
  noun text not null,
  key text not null,
  what text not null,
  at integer not null,
  step smallint not null,
  role text not null,
  place integer not null,
  owes_from timestamptz not null,
  since timestamptz not null,
  due timestamptz not null,
  urgency smallint not null,
  clock text not null,
  rule text not null,
  edition text not null,
  staff integer,                                    -- whom it was passed to
  hindered text,                                    -- why whoever owes it first cannot
  seen timestamptz,                                 -- when its desk opened it
  known_from timestamptz not null,
  primary key (noun, key, what, at, step)
);
create index ledger_owed_mine on ledger_owed (role, place, urgency desc, due) include (owes_from);
create index ledger_owed_late on ledger_owed (place, due) include (what, since) where step = 0;
-- What is most urgent in a wide area: a province's desk does not read all of its lines.
create index ledger_owed_urgent on ledger_owed (role, urgency desc, due) include (place, owes_from);
create table ledger_owed_was (like ledger_owed, known_to timestamptz not null);
create index ledger_owed_was_mine on ledger_owed_was (role, place, known_to);
create index ledger_owed_was_key on ledger_owed_was (noun, key, known_to);

-- A change of what is owed alone is no new version of the row.
drop trigger keep_version on ledger_row;
create trigger keep_version after update on ledger_row for each row
  when ((old.place, old.effective_at, old.state, old.sees, old.data)
    is distinct from (new.place, new.effective_at, new.state, new.sees, new.data))
  execute function ledger_keep_version();

grant select, insert, update, delete on ledger_owed, ledger_owed_was to tongzhou_ledger;
grant select on ledger_owed, ledger_owed_was to tongzhou_app;
do $$
declare name text;
begin
  foreach name in array array['ledger_owed', 'ledger_owed_was'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy ledger_all on %I to tongzhou_ledger using (true) with check (true)', name);
    execute format('create policy app_owed on %I for select to tongzhou_app
      using (place <@ (select tongzhou_scope(''any'')))', name);
  end loop;
end $$;

-- Where somebody is the nearest holder of a post: what their places cover without what others hold below them, who are
-- asked first. A desk is held by any of its roles.
create function ledger_nearest(posts text[], mine integer[]) returns int4multirange
language sql stable security definer set search_path = public as $$
  with held as (
    select distinct h.place, c.covers from people_held h
    join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null
    join auth_user u on u.id = h.staff and u.is_active
    where h.role = any(posts) and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
  ), own as (
    select coalesce(range_agg(r), '{}') as area from (
      select unnest(covers) as r from places_cover where place = any(mine) and tree = 'command' and valid_to is null) x
  )
  select own.area - coalesce((
    select range_agg(r) from held, unnest(held.covers) r
    where held.place <> all(mine) and held.covers <@ own.area), '{}') from own
$$;
revoke execute on function ledger_nearest from public;
grant execute on function ledger_nearest to tongzhou_app;

-- Posts that nobody holds over a part of these places: what they owe there falls to the desk, so that it is somebody's.
create function ledger_unheld(posts text[], area int4multirange) returns table (role text, places int4multirange)
language sql stable security definer set search_path = public as $$
  select p.role, area - coalesce((
    select range_agg(r) from people_held h
    join auth_user u on u.id = h.staff and u.is_active
    join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null, unnest(c.covers) r
    where h.role = p.role and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())), '{}')
  from unnest(posts) p (role)
$$;
revoke execute on function ledger_unheld from public;
grant execute on function ledger_unheld to tongzhou_app;
