-- What ended by itself is late no more (ADR 0038).
drop index ledger_owed_late, ledger_owed_was_late;
create index ledger_owed_late on ledger_owed (place, due) include (what, known_from, until) where step = 0;
create index ledger_owed_was_late on ledger_owed_was using gist (tstzrange(greatest(due, known_from), known_to))
  include (place, what, due, known_from, known_to, until) where step = 0 and known_to > due;

-- One range of (place, due) is read for each run, by the index alone; of what was known at a moment, the former duties
-- that were late then, each sorted into its run.
create or replace function command_overdue(moment timestamptz, known timestamptz, units integer[])
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
        and (o.until is null or o.until > moment) and (known is null or o.known_from <= known) group by 1) found
    where runs.unit is not null
    union all
    select (select marks.units from marks)[width_bucket(o.place, (select firsts from marks))], o.what, count(*), min(o.due)
    from ledger_owed_was o
    where known is not null and o.step = 0 and o.known_to > o.due and o.due < moment and (o.until is null or o.until > moment)
      and tstzrange(greatest(o.due, o.known_from), o.known_to) @> known
    group by 1, 2
  )
  select late.what, late.unit, sum(late.n)::bigint, min(late.due) from late where late.unit is not null group by 1, 2
$$;
