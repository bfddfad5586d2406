-- Cases that wait for one of their steps, under the condition of linelist/queries.py.
create index cases_open on ledger_row (effective_at, key)
where noun = 'case' and state not in ('void', 'merged', 'excluded')
  and not coalesce((data ->> 'past')::boolean, false)
  and (data ->> 'reported_at' is null or data ->> 'received_at' is null or data ->> 'investigated_at' is null);
