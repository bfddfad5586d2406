-- What others have built on facts since: by subject the first later word of somebody who is neither their author nor the one
-- who takes them back, where both count. Of a subject that a fact only cites nothing stands on it. What a post denies
-- having said, and one of words that cannot all be true, is taken back whatever stands on it.
-- A correction stands where the word stood that it puts right. What is said of a duty alone (opened, passed on, hindered)
-- builds nothing. What no longer counts: as in gone.py.
create function ledger_built_on(asked uuid[], taker integer)
returns table (fact uuid, subject text, by_id integer, called text, kind text, place integer, at timestamptz)
language sql stable security definer set search_path = public as $$
  select distinct on (f.id, t.subject) f.id, t.subject, a.by_id, coalesce(nullif(w.first_name, ''), w.username), k.name,
    g.place, g.effective_at
  from ledger_fact f
  left join ledger_fact r on r.id = f.corrects
  join ledger_append own on own.id = f.append
  join ledger_touch t on t.fact = f.id and t.how is distinct from 3 and t.subject not like 'spoken/%'
  join ledger_touch u on u.subject = t.subject
  join ledger_fact g on g.id = u.fact and g.id <> f.id
  left join ledger_fact h on h.id = g.corrects
  join ledger_append a on a.id = g.append and a.by_id is distinct from own.by_id and a.by_id is distinct from taker
  join auth_user w on w.id = a.by_id
  join ledger_kind k on k.id = g.kind and k.name not like 'owed.%' and k.name <> 'word.left'
  where f.id = any(asked) and coalesce(h.append, g.append) > coalesce(r.append, f.append)
    and not exists (select from ledger_pending p where p.subject = t.subject and p.fact in (f.id, g.id))
    and not exists (select from ledger_row s where s.noun = 'spoken' and s.key = f.id::text and s.state = 'contested')
    and not exists (select from ledger_conflict c where f.id = any(c.facts))
    and not exists (select from ledger_fact c where c.corrects = g.id and ledger_corrects(c.append, g.kind, g.place, g.body))
    and not (g.corrects is not null and exists (select from ledger_fact c
      where c.corrects = g.corrects and c.id <> g.id and c.append >= g.append
        and c.kind = (select id from ledger_kind where name = 'fact.withdrawn')
        and ledger_corrects(c.append, g.kind, g.place, g.body)))
  order by f.id, t.subject, g.append, g.id
$$;
revoke execute on function ledger_built_on from public;
grant execute on function ledger_built_on to tongzhou_ledger;
