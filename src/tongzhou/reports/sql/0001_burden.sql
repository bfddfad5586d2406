-- How long forms take, by sample. There is no column for who, where or which telephone, and none may be added.
create table reports_burden (
  form text not null,
  week date not null,                               -- its Monday, by the clock on the wall
  within smallint not null,                         -- seconds: upper end of the bucket
  n integer not null,
  primary key (form, week, within)
);
grant select, insert, update on reports_burden to tongzhou_ledger;
grant select on reports_burden to tongzhou_app;
