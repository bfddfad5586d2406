-- When a desk to which it came up last rang about it.
alter table ledger_owed add column urged timestamptz;
alter table ledger_owed_was add column urged timestamptz;

-- The members of a team are read by the community's lead alone: a sort of their own.
alter table ledger_row disable trigger keep_version;   -- of what they are nothing changes
update ledger_row set sees = 'team' where noun = 'teammate';
alter table ledger_row enable trigger keep_version;
update ledger_row_was set sees = 'team' where noun = 'teammate';
update ledger_kind set sees = 'team' where name like 'teammate.%';
