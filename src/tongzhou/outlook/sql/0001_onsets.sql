-- Onset and report of the cases that this ledger recorded itself, as counts by county (ADR 0015): for the nowcast. Cases
-- taken in from lists afterwards have no true receipt times and are left out. Invented communities stand for themselves.
create function outlook_onsets(known timestamptz, zone text)
returns table (unit integer, onset date, reported date, n bigint)
language sql stable security definer set search_path = public as $$
  with held as (
    select place, state, data from ledger_row where noun = 'case' and (known is null or known_from <= known)
    union all
    select place, state, data from ledger_row_was
    where noun = 'case' and known is not null and known_from <= known and known_to > known
  ), counted as (
    select coalesce((data ->> 'home')::integer, place) as place, (data ->> 'onset')::date as onset,
      ((data ->> 'reported_at')::timestamptz at time zone zone)::date as reported
    from held where state not in ('void', 'merged', 'excluded') and data ->> 'onset' is not null
      and data ->> 'reported_at' is not null and not coalesce((data ->> 'past')::boolean, false)
  )
  select unit.place, onset, reported, count(*) from counted
  join lateral (
    select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
    where c.tree = 'command' and c.valid_to is null and c.covers @> counted.place
      and (n.level in ('county', 'zone') or (n.invented and n.level = 'community'))
    order by n.invented desc, c.depth desc limit 1) unit on true
  where unit.place <@ tongzhou_scope('counts') and reported >= onset
  group by 1, 2, 3
$$;
revoke execute on function outlook_onsets from public;
grant execute on function outlook_onsets to tongzhou_app;
