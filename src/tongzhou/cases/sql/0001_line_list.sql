-- The line list is read newest first, page by page, and by the number of the national card.
create index cases_line_list on ledger_row (effective_at desc, key desc) where noun = 'case';
create index cases_card on ledger_row ((data ->> 'card')) where noun = 'case';
