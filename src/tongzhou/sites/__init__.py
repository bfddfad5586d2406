"""Sites: things with a name, a place, hours, a telephone and a number, and goods by strength, unit and pack.

Furniture, not facts: rows with dates from which they hold and moments from which they are known. Facts name a site by
its key. docs/sites.md describes the columns; docs/adr/0037-sites.md says why it is so.
"""
