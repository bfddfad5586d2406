-- The ledger asks, too, whether a post is held: what nobody holds falls to the desk, which may say why it cannot.
grant execute on function ledger_unheld to tongzhou_ledger;
