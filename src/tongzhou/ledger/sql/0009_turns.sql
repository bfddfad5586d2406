-- When each follower last looked whether there is anything to read: a bookmark moves only where there is, so that by it a
-- dead follower and a quiet ledger look alike.
alter table ledger_bookmark add column turned_at timestamptz;
