-- The contacts of a case.
create index cases_contact_of on ledger_row ((data ->> 'case')) where noun = 'contact';
