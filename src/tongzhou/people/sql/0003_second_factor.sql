-- Functions that run with their owner's rights are for the ledger role alone: by default anybody may call them.
revoke execute on function ledger_add_month(date), community_add_month(date) from public;
grant execute on function ledger_add_month(date), community_add_month(date) to tongzhou_ledger;

-- The key of a second factor is seen by its holder: signed in, or having just given the right password.
alter table otp_totp_totpdevice enable row level security;
create policy own on otp_totp_totpdevice to tongzhou_app
  using (user_id::text in (current_setting('tongzhou.staff_id', true), current_setting('tongzhou.signing_in', true)))
  with check (user_id::text = current_setting('tongzhou.staff_id', true)
    or user_id::text = current_setting('tongzhou.signing_in', true));
