-- Where places lie, in km on one plane with the wards (x_km, y_km): a point holds for everything below its place until a
-- nearer one is given. Without points no way is weighed, and the proposal says so.
create table hospital_point (
  place integer primary key,
  x_km double precision not null,
  y_km double precision not null,
  source text not null
);
grant select, insert, update on hospital_point to tongzhou_ledger;
grant select on hospital_point to tongzhou_app;
alter table hospital_point enable row level security;
create policy ledger_all on hospital_point to tongzhou_ledger using (true) with check (true);
create policy app_all on hospital_point for select to tongzhou_app using (true);
