-- Named indicators by place and day, where the facts happened (grid or community): moved in the appending transaction.
-- A column here is a word in GLOSSARY.md.

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

-- Moves tallies of ordinary rows: [{"place":…, "day":…, indicator: n, …}], already summed by place and day.
create function ledger_move(moves jsonb, known timestamptz) returns void language plpgsql as $$
begin
  with moved as materialized (
    select place, day, coalesce(exceptions, 0) as exceptions, coalesce(fever, 0) as fever, coalesce(breathless, 0) as breathless,
      coalesce(alone, 0) as alone, coalesce(newcomers, 0) as newcomers, coalesce(needs, 0) as needs
    from jsonb_to_recordset(moves) as m (place integer, day date, exceptions integer, fever integer, breathless integer,
      alone integer, newcomers integer, needs integer)
  ), live as (
    insert into ledger_tally as t (place, day, exceptions, fever, breathless, alone, newcomers, needs)
    select * from moved order by place, day
    on conflict (place, day) do update set exceptions = t.exceptions + excluded.exceptions, fever = t.fever + excluded.fever,
      breathless = t.breathless + excluded.breathless, alone = t.alone + excluded.alone,
      newcomers = t.newcomers + excluded.newcomers, needs = t.needs + excluded.needs
  )
  insert into ledger_tally_move as t (hour, place, day, exceptions, fever, breathless, alone, newcomers, needs)
  select date_trunc('hour', known) + interval '1 hour', m.* from moved m order by place, day
  on conflict (place, day, hour) do update set exceptions = t.exceptions + excluded.exceptions, fever = t.fever + excluded.fever,
    breathless = t.breathless + excluded.breathless, alone = t.alone + excluded.alone,
    newcomers = t.newcomers + excluded.newcomers, needs = t.needs + excluded.needs, xid = pg_current_xact_id();
end $$;

-- A place with everything below it, kept by the follower `roll_up`: own tally + the children's, level by level.
create table ledger_roll (like ledger_tally including all);
create table ledger_roll_move (like ledger_tally_move including defaults, primary key (place, day, hour));
create index ledger_roll_move_day on ledger_roll_move (day, place);
