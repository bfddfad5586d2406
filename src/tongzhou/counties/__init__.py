"""The invented counties of a region: read, checked, put into a database, and what is said in them."""
