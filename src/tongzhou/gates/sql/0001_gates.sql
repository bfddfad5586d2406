-- A phone that was lent to a gate: what it says it says as the gate. Of its address a digest is kept.
create table gates_phone (
  id integer generated always as identity primary key,
  gate text not null,                                -- key of the site
  place integer not null references places_place (id),
  token bytea unique not null,
  lent_by integer not null,
  lent_at timestamptz not null,
  until timestamptz not null,
  ended_at timestamptz,
  seen_at timestamptz,                               -- when it last fetched its list
  keys_day date                                      -- of which day's keys it has
);
create index gates_phone_gate on gates_phone (gate) where ended_at is null;

-- Numbers that were let out at a gate today, so that its other phone knows them: no hour, no direction, gone at midnight.
create table gates_spent (
  gate text not null,
  day date not null,
  number text not null,
  primary key (gate, day, number)
);

grant select, insert, update on gates_phone to tongzhou_ledger;
grant usage on sequence gates_phone_id_seq to tongzhou_ledger;
grant select, insert, delete on gates_spent to tongzhou_ledger;
