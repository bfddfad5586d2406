-- Who may see what (DESIGN 7). Fails closed: a setting that is not set covers no place.

create function tongzhou_scope(sort text) returns int4multirange language sql stable parallel safe as $$
  select coalesce(nullif(current_setting('tongzhou.' || sort, true), ''), '{}')::int4multirange
$$;

grant usage on schema public to tongzhou_ledger, tongzhou_app;

grant select, insert on ledger_kind, ledger_append, ledger_fact, ledger_touch, ledger_seal, ledger_seal_head, ledger_refusal
  to tongzhou_ledger;
grant select, insert, update, delete on ledger_row, ledger_row_was, ledger_audience, ledger_conflict, ledger_bookmark,
  ledger_dead_letter, ledger_clock, ledger_tally, ledger_tally_move, ledger_roll, ledger_roll_move,
  community_household_day, community_household_day_was to tongzhou_ledger;
grant select, insert, update on community_household, people_holding, people_device, people_vault_key, people_vault_item,
  people_reading, people_deletion_report, places_place, places_name, places_link, places_cover, places_region, places_fact,
  places_tile to tongzhou_ledger;
grant insert, delete on people_vault_item, people_vault_index to tongzhou_ledger;
grant select on people_vault_index to tongzhou_ledger;
grant select on auth_user to tongzhou_ledger;
grant usage on all sequences in schema public to tongzhou_ledger;

-- Everybody may read how the world is furnished, and the seals.
grant select on places_place, places_name, places_link, places_cover, places_region, places_fact, places_tile,
  ledger_kind, ledger_seal, ledger_seal_head, ledger_bookmark, ledger_clock, people_deletion_report to tongzhou_app;
grant select on auth_user, auth_group, auth_permission, auth_user_groups, auth_user_user_permissions, auth_group_permissions,
  django_content_type, django_migrations to tongzhou_app;
grant update (last_login, password) on auth_user to tongzhou_app;
grant select, insert, update, delete on otp_totp_totpdevice to tongzhou_app;
grant usage on all sequences in schema public to tongzhou_app;

grant select on ledger_fact, ledger_append, ledger_touch, ledger_row, ledger_row_was, ledger_audience, ledger_conflict,
  ledger_tally, ledger_tally_move, ledger_roll, ledger_roll_move, ledger_refusal,
  community_household, community_household_day, community_household_day_was, people_holding, people_device, people_reading
  to tongzhou_app;

do $$
declare name text;
begin
  foreach name in array array['ledger_fact', 'ledger_append', 'ledger_touch', 'ledger_row', 'ledger_row_was', 'ledger_conflict',
    'ledger_audience', 'ledger_tally', 'ledger_tally_move', 'ledger_roll', 'ledger_roll_move', 'ledger_refusal',
    'community_household', 'community_household_day', 'community_household_day_was', 'people_holding', 'people_device',
    'people_reading']
  loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy ledger_all on %I to tongzhou_ledger using (true) with check (true)', name);
  end loop;
  foreach name in array array['ledger_tally', 'ledger_tally_move', 'ledger_roll', 'ledger_roll_move'] loop
    execute format('create policy app_counts on %I for select to tongzhou_app
      using (place <@ (select tongzhou_scope(''counts'')))', name);
  end loop;
  foreach name in array array['community_household', 'community_household_day', 'community_household_day_was'] loop
    execute format('create policy app_households on %I for select to tongzhou_app
      using (place <@ (select tongzhou_scope(''households'')))', name);
  end loop;
  foreach name in array array['ledger_row', 'ledger_row_was'] loop
    execute format('create policy app_rows on %I for select to tongzhou_app
      using (sees = ''public'' or place <@ tongzhou_scope(sees) or exists (
        select from ledger_audience a where a.noun = %I.noun and a.key = %I.key and a.place <@ tongzhou_scope(sees)))',
      name, name, name);
  end loop;
end $$;

create policy app_facts on ledger_fact for select to tongzhou_app using (
  place <@ tongzhou_scope((select k.sees from ledger_kind k where k.id = kind))
  or (select k.sees from ledger_kind k where k.id = kind) = 'public');
create policy app_touches on ledger_touch for select to tongzhou_app using (exists (select from ledger_fact f where f.id = fact));
create policy app_appends on ledger_append for select to tongzhou_app using (
  by_id = nullif(current_setting('tongzhou.staff_id', true), '')::integer
  or exists (select from ledger_fact f where f.append = ledger_append.id));
create policy app_audience on ledger_audience for select to tongzhou_app using (true);
create policy app_conflicts on ledger_conflict for select to tongzhou_app using (
  exists (select from ledger_row r where r.noun = ledger_conflict.noun and r.key = ledger_conflict.key));
create policy app_refusals on ledger_refusal for select to tongzhou_app using (
  by_id = nullif(current_setting('tongzhou.staff_id', true), '')::integer);
-- Log-in reads the roles of whoever signs in before any scope is set; the staff list itself needs the right.
create policy app_holdings on people_holding for select to tongzhou_app using (true);
create policy app_devices on people_device for select to tongzhou_app using (true);
create policy app_readings on people_reading for select to tongzhou_app using (
  staff = nullif(current_setting('tongzhou.staff_id', true), '')::integer or (select tongzhou_scope('audit')) <> '{}');
