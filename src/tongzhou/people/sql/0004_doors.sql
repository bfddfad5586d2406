-- Sign-in has a role of its own: accounts, sessions, what staff hold. It reads no fact and no row; the pages' role
-- reads no password hash and no session, and sees nothing before it was said who looks (docs/security.md).

-- Holdings are given and ended by new lines; none is changed.
create table people_holding_end (
  holding integer not null references people_holding,
  ends_at timestamptz not null default now(),
  by_staff integer,                                 -- null: at the command line
  at timestamptz not null default now()
);
create index people_holding_end_holding on people_holding_end (holding);
alter table people_holding add column by_staff integer;
create view people_held with (security_invoker) as
  select h.id, h.staff, h.role, h.place, h.valid_from, h.by_staff,
    least(h.valid_to, (select min(e.ends_at) from people_holding_end e where e.holding = h.id)) as valid_to
  from people_holding h;

alter table people_device
  add column expires_at timestamptz,
  add column used_at timestamptz;

-- Sessions by the digest of their key: whoever reads the table can sign in as nobody.
create table people_session (
  digest bytea primary key,
  id integer generated always as identity unique,   -- what pages name it by
  staff integer,
  data text not null,
  agent text not null default '',                   -- kind of browser, as shown to its holder
  made_at timestamptz not null default now(),
  seen_at timestamptz not null default now(),
  idle interval not null,
  ends_at timestamptz not null
);
create index people_session_staff on people_session (staff);
create index people_session_ends on people_session (ends_at);

-- Tries to sign in, by keyed digests of the name and of the address; those that succeeded are taken out again.
create table people_attempt (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  login bytea not null,
  origin bytea not null                             -- an address, or a browser that has signed in before
);
create index people_attempt_login on people_attempt (login, at);
create index people_attempt_origin on people_attempt (origin, at);
create index people_attempt_at on people_attempt (at);

-- What was done to an account, by whom.
create table people_account_event (
  id bigint generated always as identity primary key,
  at timestamptz not null default now(),
  staff integer not null,
  by_staff integer,                                 -- null: at the command line
  what text not null,
  place integer                                     -- of the keeper who made the account
);
create index people_account_event_staff on people_account_event (staff, id);

drop table if exists axes_accessattemptexpiration, axes_accessattempt, axes_accesslog, axes_accessfailurelog, django_session;

revoke all on auth_user, auth_group, auth_permission, auth_user_groups, auth_user_user_permissions,
  auth_group_permissions, django_content_type, django_migrations, otp_totp_totpdevice, people_device
  from tongzhou_app, tongzhou_ledger;
revoke update (last_login, password) on auth_user from tongzhou_app;
revoke usage on all sequences in schema public from tongzhou_app;
revoke insert, update on people_holding from tongzhou_ledger;
revoke update on people_reading, people_deletion_report from tongzhou_ledger;

grant select (id, username, first_name, is_active) on auth_user to tongzhou_app, tongzhou_ledger;
grant select on people_holding_end, people_held to tongzhou_app, tongzhou_ledger;

grant usage on schema public to tongzhou_signin;
grant select on places_place, places_name, places_cover, people_held to tongzhou_signin;
grant select, insert on auth_user, people_holding, people_holding_end, people_device, people_account_event
  to tongzhou_signin;
grant update (password, last_login, is_active, first_name) on auth_user to tongzhou_signin;
grant update (revoked_at, used_at) on people_device to tongzhou_signin;
grant select, insert, update, delete on people_session, otp_totp_totpdevice to tongzhou_signin;
grant select, insert, delete on people_attempt to tongzhou_signin;
grant usage on sequence auth_user_id_seq, people_holding_id_seq, people_device_id_seq, people_session_id_seq,
  people_attempt_id_seq, people_account_event_id_seq, otp_totp_totpdevice_id_seq to tongzhou_signin;

drop policy own on otp_totp_totpdevice;
create policy signin_all on otp_totp_totpdevice to tongzhou_signin using (true) with check (true);

do $$
declare name text;
begin
  foreach name in array array['auth_user', 'people_holding_end'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy ledger_all on %I for select to tongzhou_ledger using (true)', name);
    execute format('create policy app_staff on %I for select to tongzhou_app using ((select tongzhou_scope(''any'')) <> ''{}'')', name);
  end loop;
  foreach name in array array['auth_user', 'people_holding', 'people_holding_end', 'people_device'] loop
    execute format('create policy signin_all on %I to tongzhou_signin using (true) with check (true)', name);
  end loop;
end $$;
alter policy app_holdings on people_holding using ((select tongzhou_scope('any')) <> '{}');
drop policy app_devices on people_device;
alter policy app_audience on ledger_audience using ((select tongzhou_scope('any')) <> '{}');
alter policy app_all on hospital_point using ((select tongzhou_scope('any')) <> '{}');
alter table reports_burden enable row level security;
create policy ledger_all on reports_burden to tongzhou_ledger using (true) with check (true);
create policy app_all on reports_burden for select to tongzhou_app using (true);

-- Before it was said who looks (a member of staff, or 0 for anybody) nothing is seen, not even what is published.
create function tongzhou_asked() returns boolean language sql stable parallel safe as $$
  select coalesce(current_setting('tongzhou.staff_id', true), '') <> ''
$$;
create procedure tongzhou_close_before_asked() language plpgsql as $$
declare name text;
begin
  for name in
    select c.relname from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')
      and c.relrowsecurity and has_any_column_privilege('tongzhou_app', c.oid, 'select')
      and not exists (select from pg_policy p where p.polrelid = c.oid and p.polname = 'app_asked')
  loop
    execute format('create policy app_asked on %I as restrictive for select to tongzhou_app
      using ((select tongzhou_asked()))', name);
  end loop;
end $$;
revoke execute on procedure tongzhou_close_before_asked() from public;
call tongzhou_close_before_asked();
