-- Confirmed cases of the line list as counts that are kept, not reckoned from the cases each time: how many more or fewer
-- there are of a place and a day of identification since a moment from which it has been known. The morning of a
-- province with 70,000 cases reads sums by the ranges of its prefectures. Invented places count nowhere.
create table command_case_move (
  place integer not null,
  day date not null,                 -- of identification, by the region's clock
  known timestamptz not null,
  n integer not null,
  primary key (place, day, known) include (n)
);

create function command_case_counted(
  state text, lies integer, data jsonb, out place integer, out day date)
language sql stable set search_path = public as $$
  select own.place, ((data ->> 'identified_at')::timestamptz at time zone coalesce((select zone from places_region limit 1), 'UTC'))::date
  from places_name own
  where state in ('confirmed', 'clinical') and data ->> 'identified_at' is not null
    and own.place = coalesce((data ->> 'home')::integer, lies) and own.valid_to is null and not own.invented
  limit 1
$$;

create function command_case_moved() returns trigger language plpgsql security definer set search_path = public as $$
declare
  one record;
begin
  for one in
    select place, day, sum(n)::integer as n, max(known) as known from (
      select c.place, c.day, -1 as n, case tg_op when 'UPDATE' then new.known_from else now() end as known
      from command_case_counted(old.state, old.place, old.data) c where tg_op <> 'INSERT'
      union all
      select c.place, c.day, 1, new.known_from from command_case_counted(new.state, new.place, new.data) c where tg_op <> 'DELETE'
    ) moved where place is not null group by 1, 2 having sum(n) <> 0
  loop
    insert into command_case_move as m values (one.place, one.day, one.known, one.n)
    on conflict (place, day, known) do update set n = m.n + excluded.n;
  end loop;
  return null;
end $$;
create trigger count_case after insert on ledger_row for each row when (new.noun = 'case')
  execute function command_case_moved();
create trigger recount_case after update on ledger_row for each row when (new.noun = 'case')
  execute function command_case_moved();
create trigger uncount_case after delete on ledger_row for each row when (old.noun = 'case')
  execute function command_case_moved();

insert into command_case_move
select c.place, c.day, v.known, sum(v.n) from (
  select state, place, data, known_from as known, 1 as n from ledger_row where noun = 'case'
  union all
  select state, place, data, known_from, 1 from ledger_row_was where noun = 'case'
  union all
  select state, place, data, known_to, -1 from ledger_row_was where noun = 'case'
) v, lateral command_case_counted(v.state, v.place, v.data) c
where c.place is not null group by 1, 2, 3 having sum(v.n) <> 0;

drop function command_line_list(timestamptz, timestamptz);
-- By prefecture up to the close of a day, to lay beside what was published: one range of places is read for each run.
create function command_line_list(until date, known timestamptz)
returns table (unit integer, confirmed bigint)
language sql stable security definer set search_path = public set plan_cache_mode = force_custom_plan as $$
  select runs.unit, sum(found.n)::bigint from command_runs(array(
      select place from places_name where valid_to is null and level = 'prefecture')) runs,
    lateral (select sum(m.n) as n from command_case_move m
      where m.place >= runs.first and m.place < runs.after and m.day <= until
        and (command_line_list.known is null or m.known <= command_line_list.known)) found
  where runs.unit is not null group by 1 having sum(found.n) > 0
$$;
revoke execute on function command_line_list from public;
grant execute on function command_line_list to tongzhou_app;
revoke execute on function command_case_moved() from public;
