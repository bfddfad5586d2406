-- As before; words that wait for the holder of what they speak of are not counted.
create or replace function outlook_waits(known timestamptz, zone text)
returns table (what text, unit integer, happened date, told date, n bigint)
language sql stable security definer set search_path = public as $$
  with held as (
    select place, state, data from ledger_row where noun = 'case' and (known is null or known_from <= known)
    union all
    select place, state, data from ledger_row_was
    where noun = 'case' and known is not null and known_from <= known and known_to > known
  ), waits as (
    select 'sample' as what, coalesce((data ->> 'home')::integer, place) as place,
      ((sample ->> 'taken_at')::timestamptz at time zone zone)::date as happened,
      ((sample ->> 'resulted_at')::timestamptz at time zone zone)::date as told
    from held, jsonb_array_elements(data -> 'samples') sample
    where state not in ('void', 'merged') and not coalesce((data ->> 'past')::boolean, false)
      and sample ->> 'taken_at' is not null and sample ->> 'resulted_at' is not null
    union all
    select 'admission', f.place, (f.effective_at at time zone zone)::date, (a.known_at at time zone zone)::date
    from ledger_fact f join ledger_kind k on k.id = f.kind and k.name = 'patient.admitted'
    join ledger_append a on a.id = f.append
    where a.origin = 'said' and (known is null or a.known_at <= known)
      and not exists (select from ledger_pending p where p.fact = f.id)
      and not exists (select from ledger_fact c
        where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body))
  )
  select what, unit.place, happened, told, count(*) from waits
  join lateral (
    select c.place from places_cover c join places_name n on n.place = c.place and n.valid_to is null
    where c.tree = 'command' and c.valid_to is null and c.covers @> waits.place
      and (n.level in ('county', 'zone') or (n.invented and n.level = 'community'))
    order by n.invented desc, c.depth desc limit 1) unit on true
  where unit.place <@ tongzhou_scope('counts') and told >= happened
  group by 1, 2, 3, 4
$$;
revoke execute on function outlook_waits from public;
grant execute on function outlook_waits to tongzhou_app;
