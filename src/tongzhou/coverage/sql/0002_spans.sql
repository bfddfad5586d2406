-- Units as ranges of places: what lies in them is read by its place, and nobody writes out all places of a province for
-- each question. Only units in the reader's scope for counts.
create function coverage_spans(units integer[]) returns table (unit integer, first integer, after integer)
language sql stable security definer set search_path = public rows 100 as $$
  select c.place, lower(r), upper(r) from places_cover c, unnest(c.covers) r
  where c.tree = 'command' and c.valid_to is null and c.place = any(units)
    and c.place <@ (select tongzhou_scope('counts'))
$$;
create index places_name_level on places_name (level, place) where valid_to is null;

create or replace function coverage_owed(moment timestamptz, known timestamptz, units integer[])
returns table (what text, unit integer, n bigint, late bigint, due timestamptz)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with lines as (
    select s.unit, l.* from coverage_spans(units) s, lateral (
      select o.what, count(*) as n, count(*) filter (where o.due < moment) as late, min(o.due) as due
      from ledger_owed o
      where o.step = 0 and o.place >= s.first and o.place < s.after and o.owes_from <= moment
        and (o.until is null or o.until > moment) and (known is null or o.known_from <= known)
      group by 1) l
    union all
    select s.unit, l.* from coverage_spans(units) s, lateral (
      select o.what, count(*), count(*) filter (where o.due < moment), min(o.due)
      from ledger_owed_was o
      where known is not null and o.step = 0 and o.place >= s.first and o.place < s.after
        and o.known_from <= known and o.known_to > known and o.owes_from <= moment
        and (o.until is null or o.until > moment)
      group by 1) l
  )
  select l.what, l.unit, sum(l.n)::bigint, sum(l.late)::bigint, min(l.due) from lines l group by 1, 2
$$;

create or replace function coverage_rows(nouns text[], units integer[])
returns table (noun text, state text, unit integer, n bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  select l.noun, l.state, s.unit, count(*)
  from coverage_spans(units) s join ledger_row l on l.place >= s.first and l.place < s.after
  where l.noun = any(nouns)
  group by 1, 2, 3
$$;

-- Communities are counted by the index alone; of them only those are looked at of which a list of doors is held or whose
-- doors said something.
create or replace function coverage_heard(day_ date, since_ date, known timestamptz, units integer[])
returns table (unit integer, communities bigint, listed bigint, wordless bigint, households bigint, heard bigint, tried bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with span as materialized (
    select * from coverage_spans(units)
  ), there as (
    select s.unit, sum(l.n)::bigint as communities from span s, lateral (
      select count(*) as n from places_name n
      where n.level = 'community' and n.valid_to is null and n.place >= s.first and n.place < s.after) l
    group by 1
  ), roster as materialized (
    select distinct on (f.place) f.place, s.unit, (f.value ->> 'households')::integer as households
    from span s join places_fact f on f.place >= s.first and f.place < s.after
    join places_name n on n.place = f.place and n.level = 'community' and n.valid_to is null
    where f.name = 'roster'
    order by f.place, f.valid_from <= day_ desc, abs(f.valid_from - day_)
  ), moved as (
    select s.unit, m.* from span s, lateral (
      select false as leaf, t.place, t.day, t.heard, t.no_answer from ledger_roll t
      where known is null and t.day between since_ and day_ and t.place >= s.first and t.place < s.after
      union all
      select true, t.place, t.day, t.heard, t.no_answer from ledger_tally t
      where known is null and t.day between since_ and day_ and t.place >= s.first and t.place < s.after
      union all
      select false, t.place, t.day, sum(t.heard), sum(t.no_answer) from ledger_roll_move t
      where known is not null and t.day between since_ and day_ and t.hour <= known
        and t.place >= s.first and t.place < s.after group by 1, 2, 3
      union all
      select true, t.place, t.day, sum(t.heard), sum(t.no_answer) from ledger_tally_move t
      where known is not null and t.day between since_ and day_ and t.hour <= known
        and t.place >= s.first and t.place < s.after group by 1, 2, 3) m
  ), told as materialized (
    select m.place, m.unit, sum(m.heard) filter (where m.day = day_) as heard,
      sum(m.no_answer) filter (where m.day = day_) as tried, sum(m.heard + m.no_answer) as signs
    from moved m
    join places_name n on n.place = m.place and n.level = 'community' and n.valid_to is null
    join places_cover c on c.tree = 'command' and c.place = m.place and c.valid_to is null and c.leaf = m.leaf
    group by 1, 2
  ), looked as (
    select unit, count(r.households) as listed,
      count(*) filter (where r.households > 0 and coalesce(t.signs, 0) = 0) as wordless,
      coalesce(sum(r.households), 0)::bigint as households,
      coalesce(sum(least(t.heard, r.households)), 0)::bigint as heard, coalesce(sum(t.tried), 0)::bigint as tried
    from roster r full join told t using (place, unit) group by 1
  )
  select t.unit, t.communities, coalesce(l.listed, 0), coalesce(l.wordless, 0), coalesce(l.households, 0),
    coalesce(l.heard, 0), coalesce(l.tried, 0)
  from there t left join looked l using (unit) where t.communities > 0
$$;

create or replace function coverage_posts(units integer[])
returns table (unit integer, grids bigint, no_worker bigint, no_deputy bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with held as materialized (
    select h.place, count(distinct h.staff) as n from people_held h join auth_user u on u.id = h.staff and u.is_active
    where h.role = 'grid_worker' and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
    group by 1
  ), grid as (
    select n.place, c.parent, s.unit
    from coverage_spans(units) s
    join places_name n on n.level = 'grid' and n.valid_to is null and n.place >= s.first and n.place < s.after
    join places_cover c on c.place = n.place and c.tree = 'command' and c.valid_to is null
  )
  select grid.unit, count(*), count(*) filter (where own.n is null),
    count(*) filter (where coalesce(own.n, 0) + coalesce(above.n, 0) < 2)
  from grid left join held own on own.place = grid.place left join held above on above.place = grid.parent group by 1
$$;

create or replace function coverage_team(since timestamptz, moment timestamptz, known timestamptz, units integer[])
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
    select s.unit, h.state, h.data -> 'fit' as fits
    from here h join coverage_spans(units) s on h.place >= s.first and h.place < s.after
    where (h.data ->> 'since')::timestamptz >= since and (h.data ->> 'since')::timestamptz <= moment
  )
  select t.unit, t.state, null, count(*) from today t group by 1, 2
  union all
  select t.unit, t.state, f.fit, count(*) from today t, jsonb_array_elements_text(t.fits) f (fit)
  group by 1, 2, 3
$$;

create or replace function coverage_sick(moment timestamptz, known timestamptz, units integer[])
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
  select p.code, s.unit, count(*), count(*) filter (where p.due < moment), min(p.due)
  from placed p join coverage_spans(units) s on p.place >= s.first and p.place < s.after group by 1, 2
$$;

drop function coverage_places(integer[]);
revoke execute on function coverage_spans from public;
grant execute on function coverage_spans to tongzhou_app;
