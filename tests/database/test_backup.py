"""The drill: what was backed up comes back whole in another cluster, its followers go on, and any moment can be had."""

from __future__ import annotations

import datetime as dt
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
import world
from commands import ROOT, run, tongzhou
from django.conf import settings

from tongzhou.database import backup, keyfile
from tongzhou.ledger import door, follow
from tongzhou.people import vault

pytestmark = pytest.mark.postgres

# Runs in a process of its own on a restored folder: appends once more, follows, and tells what is there.
GO_ON = """
import json, sys
sys.path[:0] = ["{root}/src", "{root}/tests"]
from tongzhou.cli.setup import opened
with opened(None):
    import world
    from tongzhou.ledger import door, follow, seal
    from tongzhou.ledger.rebuild import rebuild
    from tongzhou.people import vault
    with door.ledger() as c:
        before = c.execute("select count(*) from ledger_fact").fetchone()[0]
    unread = follow.catch_up()
    if "{more}":
        world.say(world.heard(7, "unwell"))
        read = follow.catch_up()
    else:
        read = 0
    with door.ledger() as c:
        verdict = seal.verify(c)
        living = "select 1 from people_vault_key where owner = 'exception/drill' and wrapped is not null"
        sealed = c.execute(living).fetchone()
        name = vault._open(c, "exception/drill", []) if sealed else None
        roll = c.execute("select coalesce(sum(well + unwell), 0) from ledger_roll where place = 1").fetchone()[0]
    print(json.dumps({{"before": before, "unread": unread, "read": read, "ok": verdict.ok, "links": verdict.links,
        "unsealed": verdict.unsealed_appends, "unchanged": rebuild().unchanged, "name": name, "roll": roll}}))
"""


def go_on(home: Path, more: bool = True) -> dict[str, Any]:
    code = GO_ON.format(root=ROOT, more="yes" if more else "")
    told: dict[str, Any] = json.loads(run(home, [sys.executable, "-c", code]).stdout.splitlines()[-1])
    return told


def test_a_file_restores_into_another_cluster_and_its_followers_go_on(db: str, tmp_path: Path) -> None:
    world.furnish()
    world.say(world.heard(1, "well"), world.heard(2, "well"))
    follow.catch_up()
    world.say(world.heard(3, "unwell"))  # acknowledged, and not followed when the backup is taken
    with door.ledger() as connection:
        vault.put(connection, "exception/drill", {"telephone": "13900000000"}, place=6, sees="care")
    out, keys, home = tmp_path / "b.tar", tmp_path / "k.tar", tmp_path / "new"
    installation = type(settings.INSTALLATION)(settings.INSTALLATION.home, db)
    manifest = backup.write(installation, out)
    keyfile.write_keys(installation, keys)
    erased = tmp_path / "erased.jsonl"
    erased.touch()
    assert manifest["facts"] == 3 and keys.stat().st_mode & 0o777 == 0o600
    assert b"13900000000" not in out.read_bytes()

    told = json.loads(
        tongzhou(home, "restore", str(out), "--keys", str(keys), "--erased", str(erased), "--json").stdout
    )
    assert told["ok"] and told["found"] == {"facts": 3, "appends": 2, "rows": 0, "links": 1}
    after = go_on(home)
    # One append was waiting for each follower; the next one, of a cluster with lower transaction numbers, is read too.
    assert after["unread"] == after["read"] == len(follow.FOLLOWERS)
    assert after == {
        **after, "before": 3, "ok": True, "links": 3, "unsealed": 0, "unchanged": True, "roll": 4,
        "name": {"telephone": "13900000000"},
    }  # fmt: skip

    again = tongzhou(home, "restore", str(out), "--erased-lost", check=False)
    assert again.returncode == 1 and "not empty" in again.stderr
    damaged = tmp_path / "damaged.tar"
    damaged.write_bytes(out.read_bytes()[:-40_000] + b"x" * 40_000)
    refused = tongzhou(tmp_path / "other", "restore", str(damaged), "--erased-lost", check=False)
    assert refused.returncode == 1 and "damaged" in refused.stderr
    nothing = tongzhou(tmp_path / "other", "restore", str(keys), "--erased-lost", check=False)
    assert nothing.returncode == 1 and "not a backup" in nothing.stderr


def test_any_moment_comes_back_from_a_folder_kept_up_to_the_second(tmp_path: Path) -> None:
    home, folder, keys = tmp_path / "old", tmp_path / "kept", tmp_path / "k.tar"
    first = (
        "import sys; sys.path[:0] = ['{root}/src', '{root}/tests']\n"
        "from tongzhou.cli.setup import opened\n"
        "with opened(None):\n    import world, time\n    {what}\n"
    )
    run(home, [sys.executable, "-c", first.format(root=ROOT, what="world.furnish()")])
    env = {**os.environ, "TONGZHOU_DATA_DIR": str(home), "PYTHONPATH": str(ROOT / "src")}
    env.pop("TONGZHOU_DATABASE", None)
    keeping = subprocess.Popen(
        [sys.executable, "-m", "tongzhou", "backup", "--continuous", str(folder), "--keys", str(keys)],
        env=env, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        deadline = time.monotonic() + 60
        while not list(folder.glob("base-*/PG_VERSION")) and time.monotonic() < deadline:
            assert keeping.poll() is None, keeping.stderr and keeping.stderr.read()
            time.sleep(0.1)
        say = "from tongzhou.ledger import door; from tongzhou.people import erasing, vault\n    {drill}\n    "
        say += "world.say(world.heard({n})); time.sleep(1.2)"
        put = "with door.ledger() as c: vault.put(c, 'exception/drill', {'name': '张三'}, place=6, sees='care')"
        erase = "with door.ledger() as c: erasing.erase(c, 'request', owners=['exception/drill'])"
        run(
            home,
            [
                sys.executable,
                "-c",
                first.format(root=ROOT, what=say.format(n=1, drill=put)),
            ],
        )
        between = dt.datetime.now(dt.UTC)
        run(
            home,
            [
                sys.executable,
                "-c",
                first.format(root=ROOT, what="time.sleep(1); " + say.format(n=2, drill=erase)),
            ],
        )
    finally:
        keeping.send_signal(signal.SIGINT)
        keeping.wait(30)
    whole, part = tmp_path / "whole", tmp_path / "part"
    tongzhou(part, "restore", str(folder), "--keys", str(keys), "--until", between.isoformat())
    tongzhou(whole, "restore", str(folder), "--keys", str(keys))
    before, after = go_on(part), go_on(whole, more=False)
    assert before["before"] == 1 and after["before"] == 2 and before["ok"] and after["ok"]
    assert before["name"] is after["name"] is None  # erased later than the moment, and gone from it all the same
    late = tongzhou(tmp_path / "late", "restore", str(folder), "--keys", str(keys), "--until", "2999-01-01T00:00+08:00",
                    check=False)  # fmt: skip
    assert late.returncode == 1 and "leave out --until" in late.stderr
    before = ("--keys", str(keys), "--until", "2020-01-01T00:00+08:00")
    early = tongzhou(tmp_path / "early", "restore", str(folder), *before, check=False)
    assert early.returncode == 1 and "before the first that this folder can restore" in early.stderr
