-- A door as people say it, beside its running number, which stays. What nobody said is empty.
alter table community_household
  add column building text not null default '',
  add column stairwell text not null default '',
  add column floor smallint,
  add column room text not null default '';
