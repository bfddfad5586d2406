-- A slip ends: one that was lost, or stayed with whoever moved away, opens nothing any more.
alter table community_household add column token_until timestamptz;
update community_household set token_until = now() + interval '90 days' where token is not null;
