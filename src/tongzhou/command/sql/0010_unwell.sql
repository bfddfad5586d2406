-- The same as before, read from the doors that are unwell and not from all that were heard from, and each of them looked
-- at once: it is asked on every page of whoever calls doors back, and of their desks.
create or replace function command_unwell(began date, areas int4multirange)
returns table (place integer, n bigint, total bigint, since timestamptz, doors integer[])
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  with busy as materialized (
    select distinct t.place from ledger_tally t
    where t.day >= began and t.unwell > 0 and t.place <@ areas and t.place <@ (select tongzhou_scope('counts'))
  ), said as materialized (
    select distinct on (d.household) d.household, d.place, d.day, d.effective_at, d.fact
    from busy join community_household_day d on d.place = busy.place
    where d.day >= began and d.state = 2 order by d.household, d.day desc
  ), unwell as materialized (
    select l.household, l.place, l.effective_at, exists (
      select from ledger_row r where r.noun = 'exception' and r.place = l.place and r.state <> 'void'
        and (r.data ->> 'household')::integer = l.household
        and (r.state <> 'closed' or greatest(r.effective_at, (r.data ->> 'called_back_at')::timestamptz)
          >= l.effective_at - interval '10 minutes')
    ) or exists (
      select from ledger_fact f join ledger_append a on a.id = f.append join people_held h on h.staff = a.by_id
      where f.id = l.fact and h.role = 'community_doctor'
    ) as asked
    from said l
    where not exists (
      select from community_household_day w
      where w.household = l.household and w.day > l.day and w.day > began and w.state in (1, 2))
  )
  select u.place, count(*) filter (where not asked), count(*), min(effective_at) filter (where not asked),
    case when u.place <@ (select tongzhou_scope('households'))
      then coalesce(array_agg(household order by effective_at, household) filter (where not asked), '{}') else '{}' end
  from unwell u group by u.place
$$;
