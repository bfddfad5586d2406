-- Whether anybody built on what was said is read from what touches its subjects, however much was ever appended: left
-- to itself, the planner walked all appends in their order, once for each word.
create or replace function today_said(who integer, since timestamptz, named uuid[] default null)
returns table (fact uuid, kind text, place integer, at timestamptz, body text, subjects text[], permanent boolean,
  withdrawn boolean, built_on integer)
language sql stable security definer set search_path = public as $$
  select f.id, k.name, f.place, f.effective_at, f.body, s.subjects, k.permanent,
    exists (select from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body)),
    (select a2.by_id from (
        select g.append from ledger_touch t join ledger_fact g on g.id = t.fact
        where t.subject = any(s.subjects) and g.append > f.append offset 0) later
      join ledger_append a2 on a2.id = later.append + 0
      where a2.by_id is distinct from a.by_id and a2.by_id is not null
      order by later.append limit 1)
  from ledger_append a join ledger_fact f on f.append = a.id and f.received_at = a.received_at
  join ledger_kind k on k.id = f.kind
  left join lateral (select array_agg(t.subject order by t.subject) as subjects from ledger_touch t where t.fact = f.id) s
    on true
  where a.by_id = who and a.received_at >= since and f.corrects is null
    and case when named is null then f.subject is null else f.id = any(named) end
    and who = nullif(current_setting('tongzhou.staff_id', true), '')::integer
  order by f.received_at desc, f.id desc limit 200
$$;
