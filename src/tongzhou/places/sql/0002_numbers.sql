-- Four digits of a county (or of a unit above it): what the handles of its persons begin with. A county whose numbers
-- are used up gets a further one.
create table places_number (
  number text primary key check (number ~ '^[1-9][0-9]{3}$'),
  place integer not null references places_place
);
create index places_number_place on places_number (place);
grant select on places_number to tongzhou_app, tongzhou_ledger;
grant insert on places_number to tongzhou_ledger;
