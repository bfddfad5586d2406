-- Houses and wards are sites under their own keys: what was listed before is written down as such, once. Keys that no site
-- can have stay in the list of wards alone.
insert into sites_version (site, since, known_from, source, kind, place, name_zh, name_en, invented, details, sort, sought)
select distinct on (key) key, date '2019-12-01', now(), 'list of wards', kind, place, name_zh, name_en, invented, details, name_zh,
  lower(name_zh || chr(10) || name_en || chr(10) || key)
from (
  select facility as key, case kind when 'fangcang' then 'fangcang' when 'hotel' then 'isolation_point'
      when 'observation' then 'isolation_point' else 'hospital' end as kind,
    place, facility_zh as name_zh, facility_en as name_en, invented, '{}'::jsonb as details, 1 as rank
  from hospital_ward
  union all
  select key, 'ward', place, name_zh, name_en, invented, jsonb_build_object('part_of', facility), 2 from hospital_ward
) listed
where key ~ '^[0-9a-z][0-9a-z._-]{0,39}$' and not exists (select from sites_version v where v.site = listed.key)
order by key, rank;
select sites_refold(array(select site from sites_version where source = 'list of wards'));

-- What a site was called last, for lists that name it by its key.
create function sites_called(key text, out zh text, out en text) language sql stable as $$
  select name_zh, name_en from sites_span where site = key order by since desc limit 1
$$;

-- Wards under the names that their keeper gave them as sites; the list's own where there is none, or where a house and its
-- only ward go by one key, which is the house's.
create view hospital_named with (security_invoker = true) as
select w.id, w.key, w.facility, coalesce(h.zh, w.facility_zh) as facility_zh, coalesce(h.en, w.facility_en) as facility_en,
  case when w.key = w.facility then w.name_zh else coalesce(s.zh, w.name_zh) end as name_zh,
  case when w.key = w.facility then w.name_en else coalesce(s.en, w.name_en) end as name_en, w.kind, w.bed, w.serves, w.sex, w.oxygen, w.place,
  w.x_km, w.y_km, w.invented
from hospital_ward w, lateral sites_called(w.facility) h, lateral sites_called(w.key) s;
grant select on hospital_named to tongzhou_app, tongzhou_ledger;

create or replace function hospital_houses()
returns table (facility text, facility_zh text, facility_en text, place integer, invented boolean)
language sql stable security definer set search_path = public as $$
  select distinct facility, facility_zh, facility_en, place, invented from hospital_named
  where place <@ tongzhou_scope('counts')
$$;
