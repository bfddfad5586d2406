-- The names of houses in the branch whose counts somebody sees, for stores and lists: no ward, no bed, no patient.
create function hospital_houses()
returns table (facility text, facility_zh text, facility_en text, place integer, invented boolean)
language sql stable security definer set search_path = public as $$
  select distinct facility, facility_zh, facility_en, place, invented from hospital_ward
  where place <@ tongzhou_scope('counts')
$$;
revoke execute on function hospital_houses from public;
grant execute on function hospital_houses to tongzhou_app;
