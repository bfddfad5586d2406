-- The last word on a subject, for whoever was a moment too late: what they may see by its sort, and of what the ledger itself
-- does with a subject ("own": passed on, taken over, withdrawn) also what was said of a subject that they see.
create function people_last_word(asked text)
returns table (by_id integer, at timestamptz, kind text, body text)
language sql stable security definer set search_path = public as $$
  with mine as (
    select exists (
      select from ledger_row r where r.noun = split_part(asked, '/', 1) and r.key = substr(asked, position('/' in asked) + 1)
        and (r.sees = 'public' or r.place <@ tongzhou_scope(r.sees) or exists (
          select from ledger_audience a where a.noun = r.noun and a.key = r.key and a.place <@ tongzhou_scope(r.sees)))) as sees
  )
  select a.by_id, f.effective_at, k.name, f.body
  from mine, ledger_touch t join ledger_fact f on f.id = t.fact join ledger_kind k on k.id = f.kind
    join ledger_append a on a.id = f.append
  where t.subject = asked and k.name <> 'owed.seen'
    and (k.sees = 'public' or f.place <@ tongzhou_scope(k.sees) or (k.sees = 'own' and mine.sees))
  order by f.append desc, f.id desc limit 1
$$;
revoke execute on function people_last_word from public;
grant execute on function people_last_word to tongzhou_app;
