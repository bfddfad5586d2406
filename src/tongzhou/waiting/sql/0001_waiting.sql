-- Whoever holds a subject reads what was said of it from outside, as long as it waits for them.
create policy app_waiting on ledger_fact for select to tongzhou_app using (
  exists (select from ledger_pending p where p.fact = id and p.holder <@ tongzhou_scope(p.sees)));

-- The count in the main links is asked on every page: both are short and mostly empty.
create index waiting_offered on ledger_row (noun, key) where data ? 'offered_to';
create index waiting_spoken on ledger_row (place) where noun = 'spoken' and state = 'waiting';
