-- What whoever hangs on a measure was last told of it: where it holds and what it limits; empty where it is off.
create table measures_turned (
  measure text primary key,
  places integer[] not null,
  limits text[] not null
);
grant select, insert, update on measures_turned to tongzhou_ledger;
