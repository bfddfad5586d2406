-- Places have a stable id; codes, names and parents are attributes with dates (DESIGN 3).

create table places_place (
  id integer primary key,
  key text not null unique                          -- stable across installations, e.g. cn.420106
);

create table places_name (
  place integer not null references places_place,
  code text not null,
  name_zh text not null,
  name_en text not null,
  pinyin text not null,                             -- sort and search key: there is no ICU in the embedded server
  level text not null,
  kind text not null default '',                    -- functional zone, virtual unit, quasi-township, invented …
  invented boolean not null default false,
  valid_from date not null,
  valid_to date,                                    -- exclusive
  known_from timestamptz not null default '-infinity',
  primary key (place, valid_from, known_from)
);
create index places_name_code on places_name (code);

create table places_link (
  tree text not null check (tree in ('statistical', 'command')),
  place integer not null references places_place,
  parent integer references places_place,
  valid_from date not null,
  valid_to date,
  known_from timestamptz not null default '-infinity',
  primary key (tree, place, valid_from, known_from)
);
create index places_link_parent on places_link (tree, parent);

-- Which places a place covers, as ranges of ids, from a date on: roll-ups and rights are range reads.
create table places_cover (
  tree text not null,
  place integer not null references places_place,
  parent integer,
  depth smallint not null,
  covers int4multirange not null,
  leaf boolean not null,
  valid_from date not null,
  valid_to date,
  primary key (tree, place, valid_from)
);
create index places_cover_parent on places_cover (tree, parent);

create table places_region (
  key text primary key,
  name_zh text not null,
  name_en text not null,
  zone text not null,
  root integer not null references places_place,
  source jsonb not null default '{}'
);

create table places_fact (                          -- published attributes: population, beds, levels; each with its source
  place integer not null references places_place,
  name text not null,
  value jsonb not null,
  valid_from date not null,
  source text not null,
  primary key (place, name, valid_from)
);
create table places_tile (
  place integer primary key references places_place,
  tree_level text not null,
  col smallint not null,
  row smallint not null
);
