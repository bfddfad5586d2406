-- Whose it is, for whoever owes a thing and may not see the row: the number alone, so that both ends of a telephone
-- speak of the same person.
create function persons_codes(nouns text[], keys text[])
returns table (noun text, key text, handle text)
language sql stable security definer set search_path = public as $$
  select q.noun, q.key, p.data ->> 'handle'
  from unnest(nouns, keys) q (noun, key)
  join ledger_row r on r.noun = q.noun and r.key = q.key and r.state <> 'void' and r.person is not null
  left join ledger_alias a on a.subject = 'person/' || r.person
  join ledger_row p on p.noun = 'person' and p.key = coalesce(split_part(a.root, '/', 2), r.person)
    and p.state <> 'void' and p.data ->> 'handle' is not null
  where exists (select from ledger_owed o where o.noun = q.noun and o.key = q.key
    and o.place <@ (select tongzhou_scope('any')))
$$;
revoke execute on function persons_codes from public;
grant execute on function persons_codes to tongzhou_app;
