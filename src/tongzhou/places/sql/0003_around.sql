-- What lies around a place (its street, county, prefecture; the nearest desk; whose orders hold): asked of every list,
-- for each of its places. Without this index each such question reads all places there are.
create index places_cover_around on places_cover using gist (covers) where tree = 'command';
analyze places_cover;
