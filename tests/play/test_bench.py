"""The short form of `bench play`: processes of the server are killed while it plays, and nothing is lost or doubled."""

from __future__ import annotations

import pytest
from django.conf import settings
from tests_support import fresh_database

from tongzhou.bench.play import Options, played
from tongzhou.play import stage

pytestmark = pytest.mark.postgres


def test_a_killed_server_loses_doubles_and_disowns_nothing(server):
    name = f"{server}_benchplay"
    small = Options(workers=20, residents=200, minutes=0.2, speed=600, kill_every=3, kills=2, connections=2)
    with fresh_database(server, name), stage.pointed(name):
        told = played(settings.INSTALLATION, small, lambda _sentence: None)
    assert sum(told["kills"].values()) >= 1 and told["kept"] > 40, told
    assert (told["lost"], told["doubled"], told["unowned"]) == (0, 0, 0), told
    assert told["work"]["workers"] == 20 and told["work"]["residents"] == 200
