-- What is late, as counts by unit: the command room learns how many and since when, never who (ADR 0015, 0038). A duty
-- is counted once, at the desk that owes it first: at the smallest unit that covers it, so that what lies at a
-- prefecture itself counts there. Units: those named, or all counties, zones, prefectures and the province; of either
-- only what is in the reader's scope. The function runs as its owner because the reader may see counts and not rows.
drop function command_waiting(timestamptz, timestamptz, double precision, double precision);

create index places_name_units on places_name (place)
  where valid_to is null and level in ('county', 'zone', 'prefecture', 'province');
drop index ledger_owed_late;
create index ledger_owed_late on ledger_owed (place, due) include (what, known_from) where step = 0;
-- Former duties that were late before they were done, by the time in which they were.
create index ledger_owed_was_late on ledger_owed_was using gist (tstzrange(greatest(due, known_from), known_to))
  include (place, what, due, known_from, known_to) where step = 0 and known_to > due;

-- Runs of places, in order, each with the smallest unit that covers them; none where that is not in the reader's scope.
create function command_runs(units integer[]) returns table (first integer, after integer, unit integer)
language sql stable security definer set search_path = public as $$
  with asked as (
    select unnest(units) as place
    union
    select place from places_name
    where units is null and valid_to is null and level in ('county', 'zone', 'prefecture', 'province')
  ), edges as materialized (
    select asked.place, c.depth, lower(r) as first, upper(r) as after
    from asked, lateral (
      select depth, covers from places_cover
      where tree = 'command' and place = asked.place and valid_to is null limit 1) c, unnest(c.covers) r
  ), points as (
    select first from edges union select after from edges
  )
  select p.first, lead(p.first) over (order by p.first), case when owner.place <@ tongzhou_scope('counts') then owner.place end
  from points p left join lateral (
    select e.place from edges e where e.first <= p.first and e.after > p.first order by e.depth desc limit 1) owner on true
$$;
revoke execute on function command_runs from public;

-- One range of (place, due) is read for each run, by the index alone; of what was known at a moment, the former duties
-- that were late then, each sorted into its run.
create function command_overdue(moment timestamptz, known timestamptz, units integer[])
returns table (what text, unit integer, n bigint, due timestamptz)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with runs as materialized (
    select first, after, unit from command_runs(units)
  ), marks as materialized (
    select array_agg(first order by first) as firsts, array_agg(unit order by first) as units from runs
  ), late as (
    select runs.unit, found.* from runs, lateral (
      select o.what, count(*) as n, min(o.due) as due from ledger_owed o
      where o.step = 0 and o.place >= runs.first and o.place < runs.after and o.due < least(moment, known)
        and (known is null or o.known_from <= known) group by 1) found
    where runs.unit is not null
    union all
    select (select marks.units from marks)[width_bucket(o.place, (select firsts from marks))], o.what, count(*), min(o.due)
    from ledger_owed_was o
    where known is not null and o.step = 0 and o.known_to > o.due and o.due < moment
      and tstzrange(greatest(o.due, o.known_from), o.known_to) @> known
    group by 1, 2
  )
  select late.what, late.unit, sum(late.n)::bigint, min(late.due) from late where late.unit is not null group by 1, 2
$$;
revoke execute on function command_overdue from public;
grant execute on function command_overdue to tongzhou_app;
