-- Of these units, those of which anything is or ever was owed: of the others a count of what is late says nothing, for
-- nothing was asked (ADR 0015). Each run of places is tried by index, the former duties role by role.
create function command_asked(units integer[], roles text[]) returns setof integer
language sql stable security definer set search_path = public as $$
  select distinct r.unit from command_runs(units) r
  where r.unit is not null and (
    exists (select from ledger_owed o where o.step = 0 and o.place >= r.first and o.place < r.after)
    or exists (
      select from unnest(roles) held (role), lateral (
        select from ledger_owed_was w where w.role = held.role and w.place >= r.first and w.place < r.after and w.step = 0
        limit 1) one))
$$;
revoke execute on function command_asked from public;
grant execute on function command_asked to tongzhou_app;
