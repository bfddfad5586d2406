-- A ward whose point nobody gave has none; the middle of the plane is a point like any other.
alter table hospital_ward
  alter x_km drop not null, alter x_km drop default,
  alter y_km drop not null, alter y_km drop default;
update hospital_ward set x_km = null, y_km = null where x_km = 0 and y_km = 0;
