-- Who may be given a duty of these posts at a place: active staff who hold one of them there or above. Their names are
-- those of colleagues, told to whoever covers the place.
create function today_colleagues(posts text[], at integer)
returns table (staff integer, called text, depth smallint)
language sql stable security definer set search_path = public as $$
  select distinct on (u.id) u.id, coalesce(nullif(u.first_name, ''), u.username)::text, c.depth
  from people_held h join auth_user u on u.id = h.staff and u.is_active
  join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null and c.covers @> at
  where h.role = any(posts) and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now())
    and at <@ tongzhou_scope('any')
  order by u.id, c.depth desc
$$;
revoke execute on function today_colleagues from public;
grant execute on function today_colleagues to tongzhou_app;

-- What somebody said today, newest first, with whether anybody said something about the same since, and who.
create function today_said(who integer, since timestamptz)
returns table (fact uuid, kind text, place integer, at timestamptz, body text, subjects text[], permanent boolean,
  withdrawn boolean, built_on integer)
language sql stable security definer set search_path = public as $$
  select f.id, k.name, f.place, f.effective_at, f.body, s.subjects, k.permanent,
    exists (select from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body)),
    (select a2.by_id from ledger_touch t join ledger_fact g on g.id = t.fact join ledger_append a2 on a2.id = g.append
      where t.subject = any(s.subjects) and g.append > f.append and a2.by_id is distinct from a.by_id
        and a2.by_id is not null
      order by g.append limit 1)
  from ledger_append a join ledger_fact f on f.append = a.id and f.received_at = a.received_at
  join ledger_kind k on k.id = f.kind
  left join lateral (select array_agg(t.subject order by t.subject) as subjects from ledger_touch t where t.fact = f.id) s
    on true
  where a.by_id = who and a.received_at >= since and f.corrects is null and f.subject is null
    and who = nullif(current_setting('tongzhou.staff_id', true), '')::integer
  order by f.received_at desc, f.id desc limit 200
$$;
revoke execute on function today_said from public;
grant execute on function today_said to tongzhou_app;
create index ledger_append_by on ledger_append (by_id, received_at) where by_id is not null;

-- Texts to the telephones of desks: that something presses, never what.
create table today_text (
  id bigint generated always as identity primary key,
  desk integer not null,
  sent_at timestamptz not null,
  things integer not null
);
create index today_text_desk on today_text (desk, sent_at);
grant select, insert on today_text to tongzhou_ledger;
