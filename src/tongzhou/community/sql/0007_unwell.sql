-- Doors that are unwell are few among all that are heard from: they are found by themselves.
create index community_household_day_unwell on community_household_day (place, day) where state = 2;
