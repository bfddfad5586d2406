-- The orders and the bags of an offer: all of them are read where one more is asked about.
create index ledger_row_of_offer on ledger_row ((data ->> 'offer')) where noun in ('order', 'basket');
