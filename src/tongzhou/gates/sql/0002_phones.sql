-- An address opens on one phone: what that phone shows from then on is its own, and the address opens no other.
alter table gates_phone add column device bytea unique;
alter table gates_phone add column opened_at timestamptz;
alter table gates_phone add column again integer not null default 0;   -- how often the address was tried afterwards
update gates_phone set device = token, opened_at = seen_at where seen_at is not null;

-- Passes are read by the community's lead alone: a sort of their own.
alter table ledger_row disable trigger keep_version;   -- of what they are nothing changes
update ledger_row set sees = 'passes' where noun = 'pass';
alter table ledger_row enable trigger keep_version;
update ledger_row_was set sees = 'passes' where noun = 'pass';
update ledger_kind set sees = 'passes' where name = 'pass.issued';
