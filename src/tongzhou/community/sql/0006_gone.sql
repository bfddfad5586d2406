-- Who takes back how a household is takes back what it was corrected to (ledger/gone.py).
create or replace function community_refold(subjects bigint[], known timestamptz) returns integer language plpgsql as $$
declare changed integer;
begin
  insert into community_household_day as d
  select distinct date '2000-01-01' + (s >> 32)::integer, (s & 4294967295)::integer, h.place, 0, 0,
    '-infinity'::timestamptz, '-infinity'::timestamptz, '00000000-0000-0000-0000-000000000000'::uuid, known
  from unnest(subjects) s join community_household h on h.id = (s & 4294967295)::integer
  order by 1, 2
  on conflict (day, household) do update set state = d.state where false;
  perform 1 from community_household_day d
    where (d.day, d.household) in (select date '2000-01-01' + (s >> 32)::integer, (s & 4294967295)::integer from unnest(subjects) s)
    order by d.day, d.household for update;

  with alive as (
    select distinct on (f.subject) f.subject, f.place, community_state(b.body ->> 'state') as state,
      community_channel(b.body ->> 'channel') as channel, f.effective_at, f.received_at, f.id
    from ledger_fact f, lateral (select f.body::jsonb as body) b
    where f.subject = any (subjects) and b.body ? 'state'
      and not (
        exists (select from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body))
        or f.corrects is not null and exists (select from ledger_fact c
          where c.corrects = f.corrects and c.id <> f.id and c.append >= f.append
            and c.kind = (select id from ledger_kind where name = 'fact.withdrawn')
            and ledger_corrects(c.append, f.kind, f.place, f.body)))
    order by f.subject, (b.body ->> 'state') in ('well', 'unwell') desc, f.effective_at desc, f.received_at desc, f.id desc
  ), now as (
    select s.subject, coalesce(a.state, 0::smallint) as state, coalesce(a.channel, 0::smallint) as channel,
      coalesce(a.effective_at, '-infinity') as effective_at, coalesce(a.received_at, '-infinity') as received_at,
      coalesce(a.id, '00000000-0000-0000-0000-000000000000') as id
    from (select distinct unnest(subjects) as subject) s left join alive a using (subject)
  )
  update community_household_day d set state = now.state, channel = now.channel, effective_at = now.effective_at,
    received_at = now.received_at, fact = now.id, known_from = known
  from now
  where d.day = date '2000-01-01' + (now.subject >> 32)::integer and d.household = (now.subject & 4294967295)::integer
    and (d.state, d.channel, d.fact) is distinct from (now.state, now.channel, now.id);
  get diagnostics changed = row_count;
  return changed;
end $$;
