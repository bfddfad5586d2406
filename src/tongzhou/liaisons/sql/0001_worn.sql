-- Which number of the team whoever is signed in wears today: chosen once a day, and nobody else's on that day.
create table liaisons_worn (
  day date not null,
  teammate text not null,                            -- key of the member
  staff integer not null,
  primary key (day, teammate),
  unique (day, staff)
);
grant select, insert, delete on liaisons_worn to tongzhou_ledger;
