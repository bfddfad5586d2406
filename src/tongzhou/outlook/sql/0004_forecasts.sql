-- Forecasts as they were made (decision 0034): by the program, when a publication came in. Nothing here is ever changed.
create table outlook_forecast (
  id bigint generated always as identity primary key,
  place integer not null,
  day date not null,              -- the last day whose figures it knew
  model text not null,            -- name and version of the model, and of its signed table
  made_at timestamptz not null,   -- by the ledger's clock
  known_at timestamptz not null,  -- everything known up to this moment went in
  direction text not null,        -- rising, falling, either; empty where nothing was told
  why text not null,              -- why nothing was told
  cases jsonb not null,           -- one entry a day ahead: 2.5, 25, 50, 75 and 97.5 %
  beds jsonb not null             -- {"days": n, "range": [median, 2.5 %, 97.5 %]}, or null
);
create index outlook_forecast_of on outlook_forecast (place, day, id);
create trigger insert_only before update or delete or truncate on outlook_forecast
  for each statement execute function ledger_refuse_change();
grant select, insert on outlook_forecast to tongzhou_ledger;
grant select on outlook_forecast to tongzhou_app;
alter table outlook_forecast enable row level security;
create policy ledger_all on outlook_forecast to tongzhou_ledger using (true) with check (true);
create policy app_counts on outlook_forecast for select to tongzhou_app
  using (place <@ (select tongzhou_scope('counts')));
