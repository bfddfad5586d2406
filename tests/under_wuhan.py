"""Hong county of the tests under the orders of Wuhan, as invented counties declare it."""

from __future__ import annotations

from tongzhou.ledger import door

WUHAN = 90


def declare() -> None:
    with door.ledger() as connection:
        connection.execute("insert into places_place values (%s, 'cn.420100')", [WUHAN])
        connection.execute(
            "insert into places_name (place, code, name_zh, name_en, pinyin, level, invented, valid_from)"
            " values (%s, '420100', '武汉市', 'Wuhan', 'wuhan', 'prefecture', false, '2019-01-01')",
            [WUHAN],
        )
        connection.execute(
            "insert into places_cover (tree, place, parent, depth, covers, leaf, valid_from)"
            " values ('command', %s, null, 0, '{[90,91)}', true, '2019-01-01')",
            [WUHAN],
        )
        connection.execute(
            "insert into places_fact (place, name, valid_from, value, source)"
            " values (3, 'orders_as', '2019-01-01', '{\"place\": 90}', 'test')"
        )
