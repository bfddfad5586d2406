-- What somebody said today, newest first, with whether anybody has built on it since, and who (ledger_built_on). `named`:
-- these facts alone, how they are of a household among them, of which a day has too many to list.
create or replace function today_said(who integer, since timestamptz, named uuid[] default null)
returns table (fact uuid, kind text, place integer, at timestamptz, body text, subjects text[], permanent boolean,
  withdrawn boolean, built_on integer)
language sql stable security definer set search_path = public as $$
  with mine as materialized (
    select f.id, k.name, f.place, f.effective_at, f.body, f.received_at, k.permanent,
      (select array_agg(t.subject order by t.subject) from ledger_touch t where t.fact = f.id) as subjects,
      exists (select from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body))
        as withdrawn
    from ledger_append a join ledger_fact f on f.append = a.id and f.received_at = a.received_at
    join ledger_kind k on k.id = f.kind
    where a.by_id = who and a.received_at >= since and f.corrects is null
      and case when named is null then f.subject is null else f.id = any(named) end
      and who = nullif(current_setting('tongzhou.staff_id', true), '')::integer
    order by f.received_at desc, f.id desc limit 200
  ), built as materialized (
    select distinct on (b.fact) b.fact, b.by_id from ledger_built_on(array(select id from mine), who) b
    order by b.fact, b.at
  )
  select m.id, m.name, m.place, m.effective_at, m.body, m.subjects, m.permanent, m.withdrawn, b.by_id
  from mine m left join built b on b.fact = m.id
  order by m.received_at desc, m.id desc
$$;
