-- Appeals against measures as everybody may know of them: counts, never words (RULEBOOK 15).
create function measures_appeals(keys text[])
returns table (about text, made bigint, waiting bigint, changed bigint, stays bigint)
language sql stable security definer set search_path = public as $$
  select r.data ->> 'about', count(*), count(*) filter (where r.state = 'waiting'),
    count(*) filter (where r.state in ('changed', 'excepted')), count(*) filter (where r.state = 'stays')
  from ledger_row r where r.noun = 'appeal' and r.data ->> 'sort' = 'appeal' and r.data ->> 'about' = any(keys)
  group by 1
$$;
revoke execute on function measures_appeals from public;
grant execute on function measures_appeals to tongzhou_app;

create index ledger_row_appeal on ledger_row ((data ->> 'about')) where noun = 'appeal';
create index ledger_row_measure_on on ledger_row (place) where noun = 'measure' and state in ('approved', 'on_site');
