-- The places of units of coverage (communities, or the areas right below a desk), each with its unit: none lies in another.
-- Only units in the reader's scope for counts.
create function coverage_places(units integer[]) returns table (place integer, unit integer)
language sql stable security definer set search_path = public rows 30000 as $$
  select p, c.place from places_cover c, unnest(c.covers) r, generate_series(lower(r), upper(r) - 1) p
  where c.tree = 'command' and c.valid_to is null and c.place = any(units)
    and c.place <@ (select tongzhou_scope('counts'))
$$;

-- The same index as before with the moment from which a duty is owed: what is open is counted by the index alone.
drop index ledger_owed_late;
create index ledger_owed_late on ledger_owed (place, due) include (what, owes_from, known_from, until) where step = 0;
create index ledger_owed_was_place on ledger_owed_was (place, known_to)
  include (what, due, owes_from, known_from, until) where step = 0;

-- Duties that are open at a moment, each once, at the desk that owes it first: numbers of units (ADR 0015).
create function coverage_owed(moment timestamptz, known timestamptz, units integer[])
returns table (what text, unit integer, n bigint, late bigint, due timestamptz)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with own as materialized (
    select * from coverage_places(units)
  ), span as materialized (
    select min(place) as lo, max(place) as hi from own
  ), lines as (
    select o.place, o.what, count(*) as n, count(*) filter (where o.due < moment) as late, min(o.due) as due
    from ledger_owed o
    where o.step = 0 and o.place >= (select lo from span) and o.place <= (select hi from span) and o.owes_from <= moment
      and (o.until is null or o.until > moment) and (known is null or o.known_from <= known)
    group by 1, 2
    union all
    select o.place, o.what, count(*), count(*) filter (where o.due < moment), min(o.due)
    from ledger_owed_was o
    where known is not null and o.step = 0 and o.place >= (select lo from span) and o.place <= (select hi from span)
      and o.known_from <= known and o.known_to > known and o.owes_from <= moment
      and (o.until is null or o.until > moment)
    group by 1, 2
  )
  select l.what, own.unit, sum(l.n)::bigint, sum(l.late)::bigint, min(l.due) from lines l join own using (place)
  group by 1, 2
$$;

-- Rows of some nouns by state: how many there are of what may be missing.
create function coverage_rows(nouns text[], units integer[])
returns table (noun text, state text, unit integer, n bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with own as materialized (
    select * from coverage_places(units)
  )
  select l.noun, l.state, own.unit, count(*)
  from ledger_row l join own using (place)
  where l.noun = any(nouns) and l.place >= (select min(place) from own) and l.place <= (select max(place) from own)
  group by 1, 2, 3
$$;

-- Communities of each unit; of how many a list of doors is held, how many gave no sign since a day, and what the doors of
-- the day said. Of a community that gave none nothing can be known.
create function coverage_heard(day_ date, since_ date, known timestamptz, units integer[])
returns table (unit integer, communities bigint, listed bigint, wordless bigint, households bigint, heard bigint, tried bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with own as materialized (
    select n.place, p.unit, c.leaf
    from coverage_places(units) p
    join places_name n on n.place = p.place and n.level = 'community' and n.valid_to is null
    join places_cover c on c.place = n.place and c.tree = 'command' and c.valid_to is null
  ), roster as materialized (
    select distinct on (f.place) f.place, (f.value ->> 'households')::integer as households
    from places_fact f join own on own.place = f.place where f.name = 'roster'
    order by f.place, f.valid_from <= day_ desc, abs(f.valid_from - day_)
  ), said as materialized (
    select t.place, t.day, t.heard, t.no_answer from ledger_roll t join own on own.place = t.place and not own.leaf
    where known is null and t.day between since_ and day_
    union all
    select t.place, t.day, t.heard, t.no_answer from ledger_tally t join own on own.place = t.place and own.leaf
    where known is null and t.day between since_ and day_
    union all
    select t.place, t.day, sum(t.heard), sum(t.no_answer) from ledger_roll_move t
    join own on own.place = t.place and not own.leaf
    where known is not null and t.day between since_ and day_ and t.hour <= known group by 1, 2
    union all
    select t.place, t.day, sum(t.heard), sum(t.no_answer) from ledger_tally_move t
    join own on own.place = t.place and own.leaf
    where known is not null and t.day between since_ and day_ and t.hour <= known group by 1, 2
  ), told as (
    select place, sum(heard) filter (where day = day_) as heard, sum(no_answer) filter (where day = day_) as tried,
      sum(heard + no_answer) as signs
    from said group by place
  )
  select own.unit, count(*), count(roster.households),
    count(*) filter (where roster.households > 0 and coalesce(told.signs, 0) = 0),
    coalesce(sum(roster.households), 0)::bigint, coalesce(sum(least(told.heard, roster.households)), 0)::bigint,
    coalesce(sum(told.tried), 0)::bigint
  from own left join roster on roster.place = own.place left join told on told.place = own.place group by 1
$$;

-- Grids of each unit, those without a worker, and those without anybody who stands in. Posts are today's.
create function coverage_posts(units integer[])
returns table (unit integer, grids bigint, no_worker bigint, no_deputy bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with held as materialized (
    select h.place, count(distinct h.staff) as n from people_held h join auth_user u on u.id = h.staff and u.is_active
    where h.role = 'grid_worker' and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
    group by 1
  ), grid as (
    select n.place, c.parent, p.unit
    from coverage_places(units) p
    join places_name n on n.place = p.place and n.level = 'grid' and n.valid_to is null
    join places_cover c on c.place = n.place and c.tree = 'command' and c.valid_to is null
  )
  select grid.unit, count(*), count(*) filter (where own.n is null),
    count(*) filter (where coalesce(own.n, 0) + coalesce(above.n, 0) < 2)
  from grid left join held own on own.place = grid.place left join held above on above.place = grid.parent group by 1
$$;

-- Who are here today in the teams of communities: by what they do just now, and for what they are fit (`fit` null: all
-- of that state). Numbers, never who.
create function coverage_team(since timestamptz, moment timestamptz, known timestamptz, units integer[])
returns table (unit integer, state text, fit text, n bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with here as (
    select l.place, l.state, l.data from ledger_row l
    where l.noun = 'teammate' and l.state in ('here', 'busy', 'idle') and (known is null or l.known_from <= known)
    union all
    select w.place, w.state, w.data from ledger_row_was w
    where known is not null and w.noun = 'teammate' and w.state in ('here', 'busy', 'idle')
      and w.known_from <= known and w.known_to > known
  ), today as (
    select p.unit, h.state, h.data -> 'fit' as fits from here h join coverage_places(units) p using (place)
    where (h.data ->> 'since')::timestamptz >= since and (h.data ->> 'since')::timestamptz <= moment
  )
  select t.unit, t.state, null, count(*) from today t group by 1, 2
  union all
  select t.unit, t.state, f.fit, count(*) from today t, jsonb_array_elements_text(t.fits) f (fit)
  group by 1, 2, 3
$$;

-- What lies elsewhere of people who live in a unit: confirmed without a bed, suspected without a sample, and sent to a
-- clinic that has not examined them. Counted where they live, told by the duties that are open.
create function coverage_sick(moment timestamptz, known timestamptz, units integer[])
returns table (code text, unit integer, n bigint, late bigint, due timestamptz)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with open as materialized (
    select o.noun, o.key, o.what, o.due from ledger_owed o
    where o.step = 0 and o.role in ('dispatcher', 'ward_nurse', 'clinician', 'epidemiologist')
      and o.what in ('assign_bed', 'answer_promise', 'admit', 'classify_case', 'receive_referral', 'examine')
      and o.owes_from <= moment and (o.until is null or o.until > moment) and (known is null or o.known_from <= known)
    union all
    select o.noun, o.key, o.what, o.due from ledger_owed_was o
    where known is not null and o.step = 0 and o.role in ('dispatcher', 'ward_nurse', 'clinician', 'epidemiologist')
      and o.what in ('assign_bed', 'answer_promise', 'admit', 'classify_case', 'receive_referral', 'examine')
      and o.known_from <= known and o.known_to > known and o.owes_from <= moment
      and (o.until is null or o.until > moment)
  ), told as (
    select case open.noun when 'request' then 'confirmed' when 'case' then 'suspected' else 'fever' end as code,
      open.noun, open.key, min(open.due) as due, row.place, row.data
    from open, lateral (
      select l.place, l.data from ledger_row l where l.noun = open.noun and l.key = open.key limit 1) row
    group by 1, 2, 3, 5, 6
  ), placed as (
    select t.code, t.due, case when t.noun = 'referral' then t.place
      else coalesce((t.data ->> 'home')::integer, t.place) end as place
    from told t
    where t.noun = 'referral' or (t.noun = 'request' and t.data ->> 'infection' = 'confirmed')
      or (t.noun = 'case' and jsonb_array_length(t.data -> 'samples') = 0)
  )
  select p.code, own.unit, count(*), count(*) filter (where p.due < moment), min(p.due)
  from placed p join coverage_places(units) own using (place) group by 1, 2
$$;

do $$
declare name text;
begin
  foreach name in array array['coverage_places', 'coverage_owed', 'coverage_rows', 'coverage_heard', 'coverage_posts',
      'coverage_team', 'coverage_sick'] loop
    execute format('revoke execute on function %I from public', name);
    execute format('grant execute on function %I to tongzhou_app', name);
  end loop;
end $$;
