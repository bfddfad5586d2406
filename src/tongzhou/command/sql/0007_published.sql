-- What was published of a whole place is no store that anybody could count. What was not counted since a round began, by place: numbers alone, for desks above that see no ward and no store
-- (ADR 0015).
create or replace function command_uncounted(what text, began timestamptz, areas int4multirange)
returns table (place integer, n bigint, total bigint)
language sql stable security definer set search_path = public as $$
  select w.place, count(*) filter (where r.key is null), count(*)
  from hospital_ward w left join ledger_row r on r.noun = 'ward' and r.key = w.id::text and r.effective_at >= began
    and r.state <> 'void'
  where what = 'count_ward' and w.place <@ areas and w.place <@ (select tongzhou_scope('counts'))
  group by w.place
  union all
  select r.place, count(*) filter (where r.effective_at < began), count(*) from ledger_row r
  where what = 'count_stock' and r.noun = 'stock' and r.state <> 'void' and r.place <@ areas
    and (r.data ->> 'source' is null or r.data ->> 'house' is not null)
    and r.place <@ (select tongzhou_scope('counts'))
  group by r.place
$$;
