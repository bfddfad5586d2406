-- What takes a household's word back is judged by the one function that the whole ledger uses (ledger_corrects).
create or replace function community_hear(
  append_id bigint, received timestamptz, known timestamptz, scope int4multirange, kind_id smallint, zone text,
  ids uuid[], households integer[], effective timestamptz[], recorded timestamptz[], states smallint[], channels smallint[],
  correcting uuid[], bodies text[]
) returns table (ord bigint, outcome text) language plpgsql as $$
begin
  return query
  with said as materialized (
    select u.n, u.id, u.household, u.effective_at, u.recorded_at, u.state, u.channel, u.corrects, u.body, h.place,
      (u.effective_at at time zone zone)::date as day
    from unnest(ids, households, effective, recorded, states, channels, correcting, bodies)
      with ordinality as u (id, household, effective_at, recorded_at, state, channel, corrects, body, n)
    left join community_household h on h.id = u.household
  ), fresh as (
    insert into ledger_fact (id, append, subject, effective_at, received_at, recorded_at, place, kind, corrects, body)
    select s.id, append_id, community_subject(s.day, s.household), s.effective_at, received, s.recorded_at, s.place, kind_id, s.corrects, s.body
    from said s where s.place <@ scope
    on conflict (id) do nothing
    returning id
  ), folded as (
    insert into community_household_day as d
    select distinct on (s.day, s.household) s.day, s.household, s.place, s.state, s.channel,
      s.effective_at, received, s.id, known
    from said s join fresh on fresh.id = s.id
    where not exists (select from ledger_fact c where c.corrects = s.id and ledger_corrects(c.append, kind_id, s.place, s.body))
    order by s.day, s.household, (s.state in (1, 2)) desc, s.effective_at desc, s.id desc
    on conflict (day, household) do update set
      place = excluded.place, state = excluded.state, channel = excluded.channel,
      effective_at = excluded.effective_at, received_at = excluded.received_at, fact = excluded.fact, known_from = excluded.known_from
    where (excluded.state in (1, 2), excluded.effective_at, excluded.received_at, excluded.fact)
        > (d.state in (1, 2), d.effective_at, d.received_at, d.fact) or d.state = 0
  )
  select s.n, case when s.place is null then 'unknown_household' when s.place <@ scope then 'exists' else 'out_of_scope' end
  from said s left join fresh on fresh.id = s.id where fresh.id is null;
end $$;

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
      and not exists (select from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body))
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
