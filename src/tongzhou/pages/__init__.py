"""One way to say and to see: a form from a kind of fact, a page from a function, one table, a receipt."""
