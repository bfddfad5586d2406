"""Long lists are written by processes of their own: the same facts, and nobody is left behind."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tongzhou.ledger import door
from tongzhou.linelist import imports, writers
from tongzhou.people.scope import System

HEAD = "卡片编号,患者姓名,性别,年龄,联系电话,现住地址国标,病例分类,发病日期,诊断时间,报告单位地区编码"
SOURCE = str(Path(writers.__file__).resolve().parents[2])
WHO = "select append, count(*) from ledger_fact group by append order by append"


def row(n: int, onset: str = "2020/3/1") -> str:
    """A row of the national layout; everything in it is invented."""
    return f"9801-{n:05d},王{chr(0x4E00 + n)},男,45岁,139{n:08d},98010100,确诊病例,{onset},2020-03-05 10:00,98010100"


def test_a_long_list_says_the_same_whoever_writes_it(staff: dict[str, int], monkeypatch: pytest.MonkeyPatch) -> None:
    content = "\n".join([HEAD, *(row(n) for n in range(90)), row(3), row(90, "2020-02-30"), ""]).encode()
    monkeypatch.setattr("tongzhou.linelist.appending.BATCH", 20)
    monkeypatch.setattr(writers, "SHORT", 2)
    monkeypatch.setenv("PYTHONPATH", SOURCE)
    seen: set[int] = set()
    table, binding = imports.open_list(content)
    result = imports.run(
        table, binding, System(),
        progress=lambda _: seen.update(one.pid for one in multiprocessing.active_children() if one.pid),
    )  # fmt: skip
    assert seen  # others wrote
    assert (result.rows, result.added, result.facts, {one.n: one.troubles[0].code for one in result.refused}) == (
        92, 90, 180, {92: "twice_in_file", 93: "date_impossible"})  # fmt: skip
    with door.ledger() as connection:
        assert sorted(n for _, n in connection.execute(WHO)) == [20, 40, 40, 40, 40]  # two write at once
        counted = "select count(*) from people_vault_key where owner like 'case/%%'"
        assert connection.execute(counted).fetchone() == (90,)
    again = imports.run(table, binding, System())
    assert (again.added, again.known) == (0, 90)


KILLED = """
import multiprocessing, os, time
import tongzhou.linelist.ready
from tongzhou.linelist import writers
if __name__ == "__main__":
    pool = writers._processes()
    print(*{one.result() for one in [pool.submit(os.getpid) for _ in range(20)]}, flush=True)
    time.sleep(60)
"""


def test_processes_that_write_end_with_whoever_began_them(tmp_path: Path) -> None:
    script = tmp_path / "killed.py"
    script.write_text(KILLED)
    begun = subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=os.environ | {"PYTHONPATH": SOURCE}
    )
    assert begun.stdout
    pids = [int(one) for one in begun.stdout.readline().split()]
    assert pids and all(map(_lives, pids))
    begun.send_signal(signal.SIGKILL)
    begun.wait()
    deadline = time.monotonic() + 20
    while any(map(_lives, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in pids if _lives(pid)]


def _lives(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except OSError:
        return False
