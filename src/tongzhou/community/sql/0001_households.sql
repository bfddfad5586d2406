-- Furniture: a household is a door and a number of people, never a list of persons (RULEBOOK 16.1).
create table community_household (
  id integer primary key,
  place integer not null,                           -- its grid, or its community where there are no grids
  stair smallint not null default 0,                -- stairwell within the grid, for deliveries
  people smallint not null,
  token bytea unique                                -- digest of the resident's slip
);
create index community_household_place on community_household (place, stair, id);

-- The fold of everything said of one household on one day: heard from or not, well or not.
create table community_household_day (
  day date not null,
  household integer not null,
  place integer not null,
  state smallint not null,                          -- 0 all withdrawn, 1 well, 2 unwell, 3 no answer
  channel smallint not null,                        -- 1 page, 2 phone, 3 paper, 4 door
  effective_at timestamptz not null,
  received_at timestamptz not null,
  fact uuid not null,
  known_from timestamptz not null,
  primary key (day, household)
) partition by range (day);
create table community_household_day_other partition of community_household_day default;

create table community_household_day_was (
  like community_household_day,
  known_to timestamptz not null
);
create index community_household_day_was_day on community_household_day_was (day, household);

create function community_add_month(month date) returns void language plpgsql security definer set search_path = public as $$
declare
  first date := date_trunc('month', month)::date;
  next date := (first + interval '1 month')::date;
  name text := 'community_household_day_' || to_char(first, 'YYYYMM');
begin
  if to_regclass(name) is null and not exists (select from community_household_day_other where day >= first and day < next) then
    execute format('create table %I partition of community_household_day for values from (%L) to (%L)
      with (fillfactor = 80)', name, first, next);
  end if;
end $$;

-- Tallies move by (new row - old row), sorted so that concurrent writers never deadlock.
create function community_move_tally() returns trigger language plpgsql as $$
declare known timestamptz;
begin
  if tg_op = 'INSERT' then
    perform community_apply(array(
      select row(day, place, known_from, state, channel, 1)::community_change from new_rows));
  else
    -- One statement updates with one moment of knowledge, so old and new rows need no join (a join here, planned
    -- without statistics, cost four times the update itself: tried).
    select known_from into known from new_rows limit 1;
    insert into community_household_day_was select o.*, known from old_rows o;
    perform community_apply(array(
      select row(day, place, known, state, channel, 1)::community_change from new_rows
      union all
      select row(day, place, known, state, channel, -1)::community_change from old_rows));
  end if;
  return null;
end $$;

create type community_change as (day date, place integer, known timestamptz, state smallint, channel smallint, sign integer);

create function community_apply(changes community_change[]) returns void language plpgsql as $$
begin
  with moved as materialized (
    select day, place, date_trunc('hour', known) + interval '1 hour' as hour,
      sum(sign) filter (where state in (1, 2)) as heard,
      sum(sign) filter (where state = 1) as well,
      sum(sign) filter (where state = 2) as unwell,
      sum(sign) filter (where state = 3) as no_answer,
      sum(sign) filter (where state in (1, 2) and channel = 1) as by_page,
      sum(sign) filter (where state in (1, 2) and channel = 2) as by_phone,
      sum(sign) filter (where state in (1, 2) and channel = 3) as by_paper,
      sum(sign) filter (where state in (1, 2) and channel = 4) as by_door
    from unnest(changes) group by 1, 2, 3
  ), live as (
    insert into ledger_tally as t (day, place, heard, well, unwell, no_answer, by_page, by_phone, by_paper, by_door)
    select day, place, coalesce(sum(heard), 0), coalesce(sum(well), 0), coalesce(sum(unwell), 0), coalesce(sum(no_answer), 0),
      coalesce(sum(by_page), 0), coalesce(sum(by_phone), 0), coalesce(sum(by_paper), 0), coalesce(sum(by_door), 0)
    from moved group by day, place order by place, day
    on conflict (place, day) do update set
      heard = t.heard + excluded.heard, well = t.well + excluded.well, unwell = t.unwell + excluded.unwell,
      no_answer = t.no_answer + excluded.no_answer, by_page = t.by_page + excluded.by_page,
      by_phone = t.by_phone + excluded.by_phone, by_paper = t.by_paper + excluded.by_paper, by_door = t.by_door + excluded.by_door
  )
  insert into ledger_tally_move as t (day, place, hour, heard, well, unwell, no_answer, by_page, by_phone, by_paper, by_door)
  select day, place, hour, coalesce(heard, 0), coalesce(well, 0), coalesce(unwell, 0), coalesce(no_answer, 0),
    coalesce(by_page, 0), coalesce(by_phone, 0), coalesce(by_paper, 0), coalesce(by_door, 0)
  from moved order by place, day, hour
  on conflict (place, day, hour) do update set
    heard = t.heard + excluded.heard, well = t.well + excluded.well, unwell = t.unwell + excluded.unwell,
    no_answer = t.no_answer + excluded.no_answer, by_page = t.by_page + excluded.by_page,
    by_phone = t.by_phone + excluded.by_phone, by_paper = t.by_paper + excluded.by_paper, by_door = t.by_door + excluded.by_door,
    xid = pg_current_xact_id();
end $$;

create trigger move_tally_in after insert on community_household_day
  referencing new table as new_rows for each statement execute function community_move_tally();
create trigger move_tally_up after update on community_household_day
  referencing old table as old_rows new table as new_rows for each statement execute function community_move_tally();

-- The fast path: one statement takes a batch of household-day observations through fact, fold and tally.
-- The fold is the greatest of (answered, effective_at, received_at, id): any order of arrival gives the same row.
create function community_hear(
  append_id bigint, received timestamptz, known timestamptz, scope int4multirange, kind_id smallint, zone text,
  ids uuid[], households integer[], effective timestamptz[], recorded timestamptz[], states smallint[], channels smallint[],
  correcting uuid[], bodies text[]
) returns table (ord bigint, outcome text) language plpgsql as $$
begin
  return query
  with said as materialized (
    select u.n, u.id, u.household, u.effective_at, u.recorded_at, u.state, u.channel, u.corrects, u.body, h.place,
      (u.effective_at at time zone zone)::date as day
    from unnest(ids, households, effective, recorded, states, channels, correcting, bodies)
      with ordinality as u (id, household, effective_at, recorded_at, state, channel, corrects, body, n)
    left join community_household h on h.id = u.household
  ), fresh as (
    insert into ledger_fact (id, append, subject, effective_at, received_at, recorded_at, place, kind, corrects, body)
    select s.id, append_id, community_subject(s.day, s.household), s.effective_at, received, s.recorded_at, s.place, kind_id, s.corrects, s.body
    from said s where s.place <@ scope
    on conflict (id) do nothing
    returning id
  ), folded as (
    insert into community_household_day as d
    select distinct on (s.day, s.household) s.day, s.household, s.place, s.state, s.channel,
      s.effective_at, received, s.id, known
    from said s join fresh on fresh.id = s.id
    where not exists (select from ledger_fact c where c.corrects = s.id)
    order by s.day, s.household, (s.state in (1, 2)) desc, s.effective_at desc, s.id desc
    on conflict (day, household) do update set
      place = excluded.place, state = excluded.state, channel = excluded.channel,
      effective_at = excluded.effective_at, received_at = excluded.received_at, fact = excluded.fact, known_from = excluded.known_from
    where (excluded.state in (1, 2), excluded.effective_at, excluded.received_at, excluded.fact)
        > (d.state in (1, 2), d.effective_at, d.received_at, d.fact) or d.state = 0
  )
  select s.n, case when s.place is null then 'unknown_household' when s.place <@ scope then 'exists' else 'out_of_scope' end
  from said s left join fresh on fresh.id = s.id where fresh.id is null;
end $$;

create function community_subject(day date, household integer) returns bigint language sql immutable as $$
  select ((day - date '2000-01-01')::bigint << 32) | household::bigint
$$;

-- Folds these household-days again from all their facts: after a correction, or to rebuild. First the rows are
-- locked (made where there is none), then a statement with a fresh snapshot reads the facts.
create function community_refold(subjects bigint[], known timestamptz) returns integer language plpgsql as $$
declare changed integer;
begin
  insert into community_household_day as d
  select distinct date '2000-01-01' + (s >> 32)::integer, (s & 4294967295)::integer, h.place, 0, 0,
    '-infinity'::timestamptz, '-infinity'::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid, known
  from unnest(subjects) s join community_household h on h.id = (s & 4294967295)::integer
  order by 1, 2
  on conflict (day, household) do update set state = d.state where false;
  perform 1 from community_household_day d
    where (d.day, d.household) in (select date '2000-01-01' + (s >> 32)::integer, (s & 4294967295)::integer from unnest(subjects) s)
    order by d.day, d.household for update;

  with alive as (
    select distinct on (f.subject) f.subject, f.place, community_state(b.body ->> 'state') as state,
      community_channel(b.body ->> 'channel') as channel, f.effective_at, f.received_at, f.id
    from ledger_fact f, lateral (select f.body::jsonb as body) b
    where f.subject = any (subjects) and b.body ? 'state'
      and not exists (select from ledger_fact c where c.corrects = f.id)
    order by f.subject, (b.body ->> 'state') in ('well', 'unwell') desc, f.effective_at desc, f.received_at desc, f.id desc
  ), now as (
    select s.subject, coalesce(a.state, 0::smallint) as state, coalesce(a.channel, 0::smallint) as channel,
      coalesce(a.effective_at, '-infinity') as effective_at, coalesce(a.received_at, '-infinity') as received_at,
      coalesce(a.id, '00000000-0000-0000-0000-000000000000') as id
    from (select distinct unnest(subjects) as subject) s left join alive a using (subject)
  )
  update community_household_day d set state = now.state, channel = now.channel, effective_at = now.effective_at,
    received_at = now.received_at, fact = now.id, known_from = known
  from now
  where d.day = date '2000-01-01' + (now.subject >> 32)::integer and d.household = (now.subject & 4294967295)::integer
    and (d.state, d.channel, d.fact) is distinct from (now.state, now.channel, now.id);
  get diagnostics changed = row_count;
  return changed;
end $$;

create function community_state(word text) returns smallint language sql immutable as $$
  select case word when 'well' then 1 when 'unwell' then 2 when 'no_answer' then 3 end::smallint
$$;
create function community_channel(word text) returns smallint language sql immutable as $$
  select case word when 'page' then 1 when 'phone' then 2 when 'paper' then 3 when 'door' then 4 end::smallint
$$;
