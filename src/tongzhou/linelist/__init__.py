"""The case register: search, views, the page of a case, merging; line lists of other systems in and out."""
