-- Named indicators by place and day. Communities are moved by triggers in the appending transaction,
-- upper levels by a follower. A column here is a word in GLOSSARY.md.

create table ledger_tally (
  day date not null,
  place integer not null,
  heard integer not null default 0,
  well integer not null default 0,
  unwell integer not null default 0,
  no_answer integer not null default 0,
  by_page integer not null default 0,
  by_phone integer not null default 0,
  by_paper integer not null default 0,
  by_door integer not null default 0,
  exceptions integer not null default 0,
  fever integer not null default 0,
  breathless integer not null default 0,
  alone integer not null default 0,
  newcomers integer not null default 0,
  needs integer not null default 0,
  primary key (place, day)
);
create index ledger_tally_day on ledger_tally (day, place);

-- The same by hour of knowledge: the sum up to T is the tally as known at T.
create table ledger_tally_move (
  day date not null,
  place integer not null,
  hour timestamptz not null,
  heard integer not null default 0,
  well integer not null default 0,
  unwell integer not null default 0,
  no_answer integer not null default 0,
  by_page integer not null default 0,
  by_phone integer not null default 0,
  by_paper integer not null default 0,
  by_door integer not null default 0,
  exceptions integer not null default 0,
  fever integer not null default 0,
  breathless integer not null default 0,
  alone integer not null default 0,
  newcomers integer not null default 0,
  needs integer not null default 0,
  xid xid8 not null default pg_current_xact_id(),
  primary key (place, day, hour)
);
create index ledger_tally_move_xid on ledger_tally_move (xid);
