-- Whoever asks for their own area reads the holders inside it, not all of their post in the province: each holding asks
-- for its end. What lies wholly inside has its own number there, too. `offset 0`: each range is read by the index of places.
create or replace function ledger_nearest(posts text[], mine integer[]) returns int4multirange
language sql stable security definer set search_path = public as $$
  with own as (
    select coalesce(range_agg(r), '{}') as area from (
      select unnest(covers) as r from places_cover where place = any(mine) and tree = 'command' and valid_to is null) x
  ), held as (
    select distinct h.place, c.covers from own cross join lateral unnest(own.area) part
    cross join lateral (
      select h.place, h.staff from people_held h
      where h.place >= lower(part) and h.place < upper(part) and h.role = any(posts)
        and h.valid_from <= now() and (h.valid_to is null or h.valid_to > now()) offset 0) h
    join places_cover c on c.place = h.place and c.tree = 'command' and c.valid_to is null
    join auth_user u on u.id = h.staff and u.is_active
  )
  select own.area - coalesce((
    select range_agg(r) from held, unnest(held.covers) r
    where held.place <> all(mine) and held.covers <@ own.area), '{}') from own
$$;
