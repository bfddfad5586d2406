-- Whoever said a word about a word, an offer or a post reads that it waits: its sort is no sort of data that a role opens.
create function waiting_said_by_asker(fact uuid) returns boolean
language sql stable security definer set search_path = public as $$
  select exists (select from ledger_fact f join ledger_append a on a.id = f.append where f.id = fact
    and a.by_id = nullif(current_setting('tongzhou.staff_id', true), '')::integer)
$$;
revoke execute on function waiting_said_by_asker(uuid) from public;
grant execute on function waiting_said_by_asker(uuid) to tongzhou_app;

create policy app_own_pending on ledger_pending for select to tongzhou_app
  using (sees = 'own' and waiting_said_by_asker(fact));
create policy app_own_waiting on ledger_fact for select to tongzhou_app
  using (exists (select from ledger_pending p where p.fact = id and p.sees = 'own' and waiting_said_by_asker(p.fact)));
