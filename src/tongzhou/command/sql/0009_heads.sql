-- The last append that the ledger knew of at a moment. A paper of that moment carries the heads up to it, the same for
-- every reader, though not everybody sees every append.
create function command_last_append(known timestamptz) returns bigint
language sql stable security definer set search_path = public as $$
  select id from ledger_append where known_at <= known order by id desc limit 1
$$;
revoke execute on function command_last_append from public;
grant execute on function command_last_append to tongzhou_app;
