-- Before it is said who looks, nobody is named by a number, and no number names anybody; nor does the pages' role read
-- which county has which number, which only giving one asks for.
revoke select on places_number from tongzhou_app;

create or replace function persons_cards(asked text[])
returns table (asked_for text, person text, handle text, sex text, age integer)
language sql stable security definer set search_path = public as $$
  select q.key, r.key, r.data ->> 'handle',
    coalesce(r.data ->> 'sex', (select x.data ->> 'sex' from ledger_row x where x.person = any(f.keys)
      and x.data ->> 'sex' is not null order by x.effective_at desc, x.key limit 1)),
    coalesce((r.data ->> 'age')::integer, (select (x.data ->> 'age')::integer from ledger_row x
      where x.person = any(f.keys) and x.data ->> 'age' is not null order by x.effective_at desc, x.key limit 1))
  from unnest(asked) q (key)
  left join ledger_alias a on a.subject = 'person/' || q.key
  join ledger_row r on r.noun = 'person' and r.state <> 'void'
    and r.key = coalesce(split_part(a.root, '/', 2), q.key)
  cross join lateral (select array(select r.key union all
    select split_part(b.subject, '/', 2) from ledger_alias b where b.root = 'person/' || r.key) as keys) f
  where session_user = 'tongzhou_ledger' or (select tongzhou_scope('persons')) <> '{}'
$$;

create or replace function persons_numbered(asked text)
returns setof text
language sql stable security definer set search_path = public as $$
  select distinct coalesce(split_part(a.root, '/', 2), c.person)
  from ledger_row b cross join lateral (
    select b.data -> 'used' ->> substr(asked, 9, 2) as person
    union all select t ->> 'person' from jsonb_array_elements(b.data -> 'twice') t where t ->> 'place' = substr(asked, 9, 2)
  ) c left join ledger_alias a on a.subject = 'person/' || c.person
  where b.noun = 'block' and b.key = substr(asked, 1, 8) and c.person is not null
    and (session_user = 'tongzhou_ledger' or (select tongzhou_scope('persons')) <> '{}')
$$;
