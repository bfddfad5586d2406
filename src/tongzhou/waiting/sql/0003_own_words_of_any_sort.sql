-- Whoever said a word reads that it waits, of whatever sort of data it is: a clinician, too, who stated a child at a home.
drop policy app_own_pending on ledger_pending;
create policy app_own_pending on ledger_pending for select to tongzhou_app using (waiting_said_by_asker(fact));
drop policy app_own_waiting on ledger_fact;
create policy app_own_waiting on ledger_fact for select to tongzhou_app
  using (exists (select from ledger_pending p where p.fact = id and waiting_said_by_asker(p.fact)));
