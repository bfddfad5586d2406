-- Of a list, a dozen items and digests of each person were each looked up in people_vault_key, row by row. One question
-- for each statement asks the same: nothing is kept of an owner who has no key.
alter table people_vault_item drop constraint people_vault_item_owner_fkey;
alter table people_vault_index drop constraint people_vault_index_owner_fkey;

create function people_vault_has_key() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
declare
  orphan text;
begin
  select n.owner into orphan from (select distinct owner from new_rows) n
  where not exists (select 1 from people_vault_key k where k.owner = n.owner offset 0) limit 1;
  if found then
    raise foreign_key_violation using message = 'no key for ' || orphan, table = tg_table_name;
  end if;
  return null;
end $$;
create trigger has_key after insert on people_vault_item referencing new table as new_rows
  for each statement execute function people_vault_has_key();
create trigger has_key after insert on people_vault_index referencing new table as new_rows
  for each statement execute function people_vault_has_key();

create function people_vault_key_held() returns trigger language plpgsql security definer
  set search_path = public, pg_temp as $$
begin
  if exists (select from people_vault_item i where i.owner = old.owner)
      or exists (select from people_vault_index i where i.owner = old.owner)
      or (tg_op = 'UPDATE' and new.owner <> old.owner) then
    raise foreign_key_violation using message = 'something is still kept under the key of ' || old.owner;
  end if;
  return case when tg_op = 'DELETE' then old else new end;
end $$;
create trigger held before delete on people_vault_key for each row execute function people_vault_key_held();
create trigger held_as before update of owner on people_vault_key for each row execute function people_vault_key_held();
