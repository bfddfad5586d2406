grant select, insert on ledger_standing to tongzhou_ledger;
grant update (sees, said_by, permanent) on ledger_kind to tongzhou_ledger;
grant select, insert, update, delete on ledger_pending, ledger_alias to tongzhou_ledger;
grant usage on all sequences in schema public to tongzhou_ledger;
grant select on ledger_pending, ledger_alias to tongzhou_app;
revoke execute on function ledger_may(integer, smallint, integer, text),
  ledger_corrects(bigint, smallint, integer, text) from public;
grant execute on function ledger_may(integer, smallint, integer, text) to tongzhou_ledger;
grant execute on function ledger_corrects(bigint, smallint, integer, text) to tongzhou_ledger, tongzhou_app;

alter table ledger_standing enable row level security;
create policy ledger_all on ledger_standing to tongzhou_ledger using (true) with check (true);
alter table ledger_pending enable row level security;
create policy ledger_all on ledger_pending to tongzhou_ledger using (true) with check (true);
-- Whoever said it sees that it waits; whoever holds the subject sees what waits for them.
create policy app_pending on ledger_pending for select to tongzhou_app
  using (place <@ tongzhou_scope(sees) or holder <@ tongzhou_scope(sees));
alter table ledger_alias enable row level security;
create policy ledger_all on ledger_alias to tongzhou_ledger using (true) with check (true);
create policy app_alias on ledger_alias for select to tongzhou_app using (true);
