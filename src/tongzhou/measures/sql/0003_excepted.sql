-- An exception for one household changes no measure: it is counted apart.
drop function measures_appeals(text[]);
create function measures_appeals(keys text[])
returns table (about text, made bigint, waiting bigint, changed bigint, excepted bigint, stays bigint)
language sql stable security definer set search_path = public as $$
  select r.data ->> 'about', count(*), count(*) filter (where r.state = 'waiting'),
    count(*) filter (where r.state = 'changed'), count(*) filter (where r.state = 'excepted'),
    count(*) filter (where r.state = 'stays')
  from ledger_row r where r.noun = 'appeal' and r.data ->> 'sort' = 'appeal' and r.data ->> 'about' = any(keys)
  group by 1
$$;
revoke execute on function measures_appeals from public;
grant execute on function measures_appeals to tongzhou_app;
