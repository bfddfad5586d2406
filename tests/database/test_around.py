"""What lies around a place is asked of every list for each of its places: it is found without reading all there are."""

import pytest
from django.db import connections

from tongzhou.people.ringing import NEAREST
from tongzhou.places import queries

pytestmark = pytest.mark.postgres
MANY = """
insert into places_place select n, 'many.' || n from generate_series(1000, 5999) n;
insert into places_cover select 'command', n, 1, 2, int4multirange(int4range(n, n + 1)), true, '2020-01-01'
from generate_series(1000, 5999) n;
insert into places_name (place, code, name_zh, name_en, pinyin, level, valid_from)
select n, 'many.' || n, n, n, n, 'community', '2020-01-01' from generate_series(1000, 5999) n;
analyze places_cover, places_name
"""


@pytest.mark.parametrize(("asked", "given"), [
    (queries._AROUND, [[3, 6], ["community", "county"]]), (queries._NUMBER, [6]), (queries._ORDERS, [6]),
    (NEAREST, [[3, 6], [0, 0]]),
])  # fmt: skip
def test_what_lies_around_a_place_is_found_by_an_index(town, asked, given):
    with connections["owner"].cursor() as cursor:
        cursor.execute(MANY)
        cursor.execute(f"explain {asked}", given)
        plan = "\n".join(line for (line,) in cursor.fetchall())
    assert "places_cover_around" in plan and "Seq Scan on places_cover" not in plan, plan
