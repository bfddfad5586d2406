-- Furniture: wards and beds. What happens to a bed is a fact.
create table hospital_ward (
  id integer generated always as identity primary key,
  key text not null unique,
  facility text not null,                           -- key of the house
  facility_zh text not null,
  facility_en text not null,
  name_zh text not null,
  name_en text not null,
  kind text not null,                               -- hospital, designated, requisitioned, fangcang, hotel, observation
  bed text not null,                                -- general, icu, dialysis, obstetrics, child, oncology
  serves text not null,                             -- infection class: other, contact, fever, suspected, confirmed
  sex text not null default 'any',
  oxygen boolean not null default false,
  place integer not null,
  x_km double precision not null default 0,
  y_km double precision not null default 0,
  invented boolean not null default false
);
create table hospital_bed (
  id integer generated always as identity primary key,
  ward integer not null references hospital_ward,
  label text not null,
  place integer not null,
  unique (ward, label)
);

-- No bed is promised twice and nobody is promised two beds, whatever the program does. What was *seen* (an admission
-- told late) is never refused: that is a contradiction with an owner, not an error.
create unique index hospital_bed_promised_once on ledger_row ((data ->> 'bed'))
  where noun = 'request' and state in ('assigned', 'accepted');

grant select, insert, update on hospital_ward, hospital_bed to tongzhou_ledger;
grant usage on all sequences in schema public to tongzhou_ledger;
grant select on hospital_ward, hospital_bed to tongzhou_app;
alter table hospital_ward enable row level security;
alter table hospital_bed enable row level security;
create policy ledger_all on hospital_ward to tongzhou_ledger using (true) with check (true);
create policy ledger_all on hospital_bed to tongzhou_ledger using (true) with check (true);
create policy app_beds on hospital_ward for select to tongzhou_app using (place <@ (select tongzhou_scope('beds')));
create policy app_beds on hospital_bed for select to tongzhou_app using (place <@ (select tongzhou_scope('beds')));
