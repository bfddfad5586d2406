-- Appeals about measures as they were known at a moment: of an earlier day nothing that was only said since.
drop function measures_appeals(text[]);
create function measures_appeals(keys text[], known timestamptz)
returns table (about text, made bigint, waiting bigint, changed bigint, excepted bigint, stays bigint)
language sql stable security definer set search_path = public as $$
  with held as (
    select r.data, r.state from ledger_row r
    where r.noun = 'appeal' and r.data ->> 'about' = any(keys) and (known is null or r.known_from <= known)
    union all
    select w.data, w.state from ledger_row_was w
    where w.noun = 'appeal' and w.data ->> 'about' = any(keys) and w.known_from <= known and known < w.known_to
  )
  select h.data ->> 'about', count(*), count(*) filter (where h.state = 'waiting'),
    count(*) filter (where h.state = 'changed'), count(*) filter (where h.state = 'excepted'),
    count(*) filter (where h.state = 'stays')
  from held h where h.data ->> 'sort' = 'appeal'
  group by 1
$$;
revoke execute on function measures_appeals from public;
grant execute on function measures_appeals to tongzhou_app;
