-- Who holds a post at a place is asked for each line that names a colleague or a telephone: not all posts of a province are
-- read for it.
create index people_holding_place on people_holding (place, role);
