-- That whatever is sealed or found has a key of its owner is asked once for each statement and no longer for each row: of
-- a list of 100,000 people a million rows were looked up one by one, a quarter of what the database did.
alter table people_vault_item drop constraint people_vault_item_owner_fkey;
alter table people_vault_index drop constraint people_vault_index_owner_fkey;

create function people_vault_keyed() returns trigger language plpgsql
set search_path = public set enable_hashjoin = off set enable_mergejoin = off as $$
begin
  -- one owner after the other by their index: the keys of everybody are many more than those of one list
  if exists (select from (select distinct owner from added) a
      where not exists (select from people_vault_key k where k.owner = a.owner)) then
    raise foreign_key_violation using message = format('a row of %s has no key of its owner', tg_table_name);
  end if;
  return null;
end $$;
create trigger keyed after insert on people_vault_item referencing new table as added
  for each statement execute function people_vault_keyed();
create trigger keyed after insert on people_vault_index referencing new table as added
  for each statement execute function people_vault_keyed();

-- A key is destroyed where it stands; its row, by which everybody knows that somebody was erased, stays.
create function people_vault_key_stays() returns trigger language plpgsql set search_path = public as $$
begin
  if exists (select from gone g where exists (select from people_vault_item i where i.owner = g.owner)
      or exists (select from people_vault_index i where i.owner = g.owner)) then
    raise foreign_key_violation using message = 'something is sealed under this key';
  end if;
  return null;
end $$;
create trigger stays after delete on people_vault_key referencing old table as gone
  for each statement execute function people_vault_key_stays();
