-- Whose a row is, as a column: a filter on data ->> … uses no index under row-level security.
alter table ledger_row add column person text generated always as (data ->> 'person') stored;
create index ledger_row_person on ledger_row (person) where person is not null;

-- The block that this server gives numbers from itself. Not derived from facts: where it is lost, or older than the
-- facts, the next block is leased, and no number is given twice.
create table persons_server_block (
  number text primary key references places_number,
  block text not null,
  next smallint not null
);
grant select, insert, update on persons_server_block to tongzhou_ledger;

-- What everybody who acts on a person reads of them: number, sex, age. Whoever asks names persons by keys that stand
-- in rows they see; nobody can guess one. Runs as its owner, for a ward sees no row of its patient's community.
create function persons_cards(asked text[])
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
$$;

-- The persons that were given a number: one, or two where it was given twice.
create function persons_numbered(asked text)
returns setof text
language sql stable security definer set search_path = public as $$
  select distinct coalesce(split_part(a.root, '/', 2), c.person)
  from ledger_row b cross join lateral (
    select b.data -> 'used' ->> substr(asked, 9, 2) as person
    union all select t ->> 'person' from jsonb_array_elements(b.data -> 'twice') t where t ->> 'place' = substr(asked, 9, 2)
  ) c left join ledger_alias a on a.subject = 'person/' || c.person
  where b.noun = 'block' and b.key = substr(asked, 1, 8) and c.person is not null
$$;
revoke execute on function persons_cards, persons_numbered from public;
grant execute on function persons_cards, persons_numbered to tongzhou_app, tongzhou_ledger;
