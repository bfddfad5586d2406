-- What waits, as counts by county: the command room learns how many and since when, never who (USERS). The function
-- runs as its owner because the reader may see counts and not the rows; it answers for counties in the reader's scope.
create function command_waiting(at timestamptz, known timestamptz, report_h double precision, investigation_h double precision)
returns table (what text, county integer, n bigint, oldest timestamptz)
language sql stable security definer set search_path = public as $$
  with held as (
    select noun, place, state, effective_at, data from ledger_row
    where noun in ('case', 'exception', 'task', 'request', 'home', 'letter') and (known is null or known_from <= known)
    union all
    select noun, place, state, effective_at, data from ledger_row_was
    where noun in ('case', 'exception', 'task', 'request', 'home', 'letter')
      and known is not null and known_from <= known and known_to > known
  ), late as (
    select 'report' as what, place, (data ->> 'identified_at')::timestamptz + make_interval(secs => report_h * 3600) as since
    from held where noun = 'case' and state <> 'void' and data ->> 'merged_into' is null
      and not coalesce((data ->> 'past')::boolean, false) and data ->> 'reported_at' is null
    union all
    select 'investigation', place, (data ->> 'received_at')::timestamptz + make_interval(secs => investigation_h * 3600)
    from held where noun = 'case' and state <> 'void' and data ->> 'merged_into' is null
      and not coalesce((data ->> 'past')::boolean, false) and data ->> 'received_at' is not null and data ->> 'investigated_at' is null
    union all
    select 'task', place, (data ->> 'due')::timestamptz from held where noun = 'task' and state in ('open', 'not_ready')
    union all
    select 'callback', place, effective_at from held where noun = 'exception' and state = 'open'
    union all
    select 'bed', place, effective_at from held where noun = 'request' and state = 'waiting'
    union all
    select 'alone', place, effective_at from held where noun = 'home' and state = 'alone'
    union all
    select 'letter', place, effective_at from held where noun = 'letter' and state = 'sent'
  )
  select late.what, coalesce(county.place, late.place), count(*), min(since)
  from late left join lateral (
    select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
    where c.tree = 'command' and c.valid_to is null and c.covers @> late.place
      and n.level in ('county', 'zone', 'prefecture', 'province')
    order by c.depth desc limit 1) county on true
  where since < at and coalesce(county.place, late.place) <@ tongzhou_scope('counts')
  group by 1, 2
$$;
revoke execute on function command_waiting from public;
grant execute on function command_waiting to tongzhou_app;

-- Confirmed cases of the line list by prefecture up to the close of a day, to lay beside what was published. Invented
-- places count nowhere.
create function command_line_list(until timestamptz, known timestamptz)
returns table (unit integer, confirmed bigint)
language sql stable security definer set search_path = public as $$
  with held as (
    select place, state, data from ledger_row where noun = 'case' and (known is null or known_from <= known)
    union all
    select place, state, data from ledger_row_was
    where noun = 'case' and known is not null and known_from <= known and known_to > known
  ), counted as (
    select coalesce((data ->> 'home')::integer, place) as place from held
    where state in ('confirmed', 'clinical') and (data ->> 'identified_at')::timestamptz <= until
  )
  select unit.place, count(*) from counted
  join places_name own on own.place = counted.place and own.valid_to is null and not own.invented
  join lateral (
    select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
    where c.tree = 'command' and c.valid_to is null and c.covers @> counted.place and n.level = 'prefecture'
    order by c.depth desc limit 1) unit on true
  where unit.place <@ tongzhou_scope('counts')
  group by 1
$$;
revoke execute on function command_line_list from public;
grant execute on function command_line_list to tongzhou_app;
