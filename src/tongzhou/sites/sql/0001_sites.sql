-- What holds of a site from a day on, as it was written down at a moment: insert only. The newest words for a day stand;
-- `ended`: from this day on it is there no more.
create table sites_version (
  id bigint generated always as identity primary key,   -- the order of writing; nothing names it
  site text not null check (site ~ '^[0-9a-z][0-9a-z._-]{0,39}$'),
  since date not null,
  known_from timestamptz not null,
  by_staff integer,                                       -- null: from a region's files, or by whoever runs the server
  source text not null,
  ended boolean not null default false,
  kind text not null,
  place integer not null references places_place,
  name_zh text not null,
  name_en text not null,
  invented boolean not null,
  details jsonb not null,
  plate text,                                             -- of a vehicle, as it is compared
  sort text not null,                                     -- by pinyin: the embedded server has no collation for it
  sought text not null                                    -- all by which it is looked for, in small letters
);
create index sites_version_site on sites_version (site, since, id);
create trigger keep before update or delete on sites_version for each statement execute function ledger_refuse_change();
create trigger keep_all before truncate on sites_version for each statement execute function ledger_refuse_change();

-- The same, as it is known now, a row for each span of days; `until` is the first day on which it holds no more.
create table sites_span (
  like sites_version,
  until date,
  primary key (site, since)
);
create index sites_span_sort on sites_span (sort, site);
create index sites_span_place on sites_span (place);
create index sites_span_plate on sites_span (plate) where plate is not null;

create function sites_refold(sites text[]) returns void language plpgsql as $$
begin
  delete from sites_span where site = any (sites);
  insert into sites_span
  select s.* from (
    select v.*, lead(v.since) over (partition by v.site order by v.since) as until
    from (select distinct on (site, since) * from sites_version where site = any (sites)
          order by site, since, id desc) v
  ) s where not s.ended;
end $$;

grant select, insert on sites_version to tongzhou_ledger;
grant select, insert, delete on sites_span to tongzhou_ledger;
grant usage on all sequences in schema public to tongzhou_ledger;
grant select on sites_version, sites_span to tongzhou_app;
alter table sites_version enable row level security;
alter table sites_span enable row level security;
create policy ledger_all on sites_version to tongzhou_ledger using (true) with check (true);
create policy ledger_all on sites_span to tongzhou_ledger using (true) with check (true);
-- Furniture, like the places themselves: whoever holds anything here may look up where something is, and its telephone.
create policy app_staff on sites_version for select to tongzhou_app
  using ((select tongzhou_scope('any')) <> '{}'::int4multirange);
create policy app_staff on sites_span for select to tongzhou_app
  using ((select tongzhou_scope('any')) <> '{}'::int4multirange);
