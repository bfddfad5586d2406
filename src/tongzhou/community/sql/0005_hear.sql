-- It is called where statements go key by key (ledger/door.py, by_keys), and matches what was said to what was new, a
-- batch of hundreds to the same hundreds.
do $$
declare hear regprocedure;
begin
  select p.oid into strict hear from pg_proc p join pg_namespace n on n.oid = p.pronamespace
  where p.proname = 'community_hear' and n.nspname = 'public';
  execute format('alter function %s set enable_hashjoin = on', hear);
end $$;
