-- Doors that said today or yesterday that somebody is unwell, by place: how many of them nobody has asked yet, since when,
-- and which, where the reader may see households. A door was asked where a call-back stands that was raised with it or
-- ran after it, or where a doctor of the community said since how they are; well again, it is no longer among them.
create function command_unwell(began date, areas int4multirange)
returns table (place integer, n bigint, total bigint, since timestamptz, doors integer[])
language sql stable security definer set search_path = public as $$
  with busy as (
    select distinct t.place from ledger_tally t
    where t.day >= began and t.unwell > 0 and t.place <@ areas and t.place <@ (select tongzhou_scope('counts'))
  ), last as (
    select distinct on (d.household) d.household, d.place, d.state, d.effective_at, d.fact
    from community_household_day d join busy on busy.place = d.place
    where d.day >= began and d.state in (1, 2) order by d.household, d.day desc
  ), unwell as (
    select l.household, l.place, l.effective_at, exists (
      select from ledger_row r where r.noun = 'exception' and r.place = l.place and r.state <> 'void'
        and (r.data ->> 'household')::integer = l.household
        and (r.state <> 'closed' or greatest(r.effective_at, (r.data ->> 'called_back_at')::timestamptz)
          >= l.effective_at - interval '10 minutes')
    ) or exists (
      select from ledger_fact f join ledger_append a on a.id = f.append join people_held h on h.staff = a.by_id
      where f.id = l.fact and h.role = 'community_doctor'
    ) as asked
    from last l where l.state = 2
  )
  select u.place, count(*) filter (where not asked), count(*), min(effective_at) filter (where not asked),
    case when u.place <@ (select tongzhou_scope('households'))
      then coalesce(array_agg(household order by effective_at, household) filter (where not asked), '{}') else '{}' end
  from unwell u group by u.place
$$;
revoke execute on function command_unwell from public;
grant execute on function command_unwell to tongzhou_app;
