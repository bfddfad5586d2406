"""`bench import`: a list of 100,000 dirty rows from the file to the ledger, the vault and the refusal file.

Real path: the command's own: decode, read, check, duplicates in the file and against the ledger, the ordinary door,
folds, vault, fsync on. Limit: a binary COPY of the same rows as raw text into a table with a key, in the same run.
"""

from __future__ import annotations

import datetime as dt
import io
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tongzhou.bench import land as lands
from tongzhou.bench import meters
from tongzhou.bench.linelist import GIVEN, SURNAMES
from tongzhou.cli.tables import progress_bar
from tongzhou.database.roles import Installation

HEAD = (
    *("卡片编号", "患者姓名", "有效证件号", "性别", "年龄", "联系电话", "现住地址国标", "现住详细地址"),
    *("病例分类", "发病日期", "诊断时间", "报告单位地区编码", "报告卡录入时间"),
)
CLASSES = ("疑似病例", "临床诊断病例", "确诊病例", "确诊病例")
# How days are written, each with its share; all can be read.
DAYS: tuple[tuple[int, Callable[[dt.date], str]], ...] = (
    (50, lambda day: day.isoformat()),
    (20, lambda day: f"{day.year}/{day.month}/{day.day}"),
    (10, lambda day: f"{day.day:02}.{day.month:02}.{day.year}"),
    (10, lambda day: str((day - dt.date(1899, 12, 30)).days)),
    (10, lambda day: f"{day.year}年{day.month}月{day.day}日"),
)
# What is wrong with a row; the share is in rows of a thousand.
DIRT: dict[str, tuple[int, dict[int, str]]] = {
    "impossible day": (20, {9: "2020-02-30"}),
    "day to come": (15, {9: "2099-01-01", 10: "2099-01-01"}),
    "wrong place": (20, {11: "989999"}),
    "wrong classification": (20, {8: "重症"}),
    "no age": (15, {4: "四十五"}),
    "no telephone": (10, {5: "139"}),
    "no card": (10, {0: ""}),
}
TWICE = 40  # of a thousand rows repeat an earlier one


@dataclass(frozen=True)
class Options:
    rows: int = 100_000
    seed: int = 11


def run(installation: Installation, options: Options, progress: Any) -> dict[str, Any]:
    from tongzhou.linelist import imports
    from tongzhou.linelist.refusals import write
    from tongzhou.people.scope import System

    with lands.database(installation, "tongzhou_bench"):
        land = lands.lay_out(17, 103, 2_000)
        with lands.owner_connection() as owner:
            lands.furnish(owner, land)
            codes = _codes(owner, land)
        content, wrong = _list(codes, options)
        progress(f"{options.rows:,} rows, {len(content) >> 20} MB, {wrong:,} of them wrong or twice")
        before, started = meters.cpu(ended=True), time.perf_counter()
        with meters.peak() as memory:
            table, binding = imports.open_list(content)
            with progress_bar(options.rows) as moved:
                result = imports.run(table, binding, System(), progress=moved and (lambda so_far: moved(so_far.rows)))
            back = io.StringIO()
            write(back, binding.headings, result.refused)
            seconds = time.perf_counter() - started
            used = {part: now - before[part] for part, now in meters.cpu(ended=True).items()}
        progress("the same list again")
        again = imports.run(table, binding, System())
        checked = _checked(result, again, wrong, options)
        limit = _copy(content)
    return {
        "bench": "import",
        "work": {"rows": options.rows, "added": result.added, "facts": result.facts, "refused": len(result.refused),
                 "by_reason": imports.told(result)["by_reason"], "encodings": result.encodings,
                 "refusal_file_bytes": len(back.getvalue().encode())},
        "seconds": round(seconds, 2),
        "cpu_seconds": round(sum(used.values()), 2),
        "cpu_seconds_by_part": {part: round(one, 2) for part, one in used.items() if one},
        "memory_mb": memory,
        "rate": round(options.rows / seconds),
        "again": {"added": again.added, "known": again.known, "seconds": round(again.seconds, 2)},
        "checked": checked,
        "limit": {"what": "binary COPY of the same rows as raw text", "seconds": round(limit, 2),
                  "rate": round(options.rows / limit)},
        "ratio": round(limit / seconds, 4),
    }  # fmt: skip


def _codes(owner: Any, land: lands.Land) -> list[str]:
    """Six-digit codes for the counties of the invented province, as the national layout writes them."""
    for n, county in enumerate(land.counties):
        owner.execute("update places_name set code = %s where place = %s", [f"98{n:04d}", county])
    owner.execute("update places_name set code = '980000' where place = %s", [land.root])
    return [f"98{n:04d}" for n in range(len(land.counties))]


def _list(codes: list[str], options: Options) -> tuple[bytes, int]:
    """The list in the national layout, every tenth line in GB 18030; and how many rows cannot go in."""
    rng = random.Random(options.seed)
    lines = [",".join(HEAD).encode()]
    clean: list[list[str]] = []
    wrong = 0
    ways = [way for share, way in DAYS for _ in range(share)]
    for n in range(options.rows):
        row = _row(n, codes, rng, ways)
        chance = rng.randrange(1000)
        if chance < TWICE and clean:
            row, wrong = list(rng.choice(clean)), wrong + 1
        elif dirt := _dirt(chance - TWICE):
            for position, text in dirt.items():
                row[position] = text
            wrong += 1
        elif rng.random() < 0.1:
            clean.append(row)
        lines.append(",".join(row).encode("gb18030" if n % 10 == 0 else "utf-8"))
    return b"\n".join([*lines, b""]), wrong


def _row(n: int, codes: list[str], rng: random.Random, ways: list[Callable[[dt.date], str]]) -> list[str]:
    onset = dt.date(2020, 1, 10) + dt.timedelta(days=rng.randrange(50))
    seen = onset + dt.timedelta(days=rng.randrange(9))
    way, code = rng.choice(ways), rng.choice(codes)
    hour = f"{rng.randrange(24):02}:{rng.randrange(60):02}:00"
    return [
        f"4201-{n:08d}",
        rng.choice(SURNAMES) + rng.choice(GIVEN) + rng.choice(GIVEN),
        f"42010119{n:010d}",
        rng.choice("男女"),
        rng.choice((f"{rng.randrange(95)}岁", str(rng.randrange(95)), f"{rng.randrange(1, 12)}月", "3 months")),
        f"139{n:08d}",
        f"{code}00",
        f"某街{rng.randrange(400)}号",
        rng.choice(CLASSES),
        way(onset),
        f"{seen.isoformat()} {hour}",
        f"{code}00",
        f"{seen + dt.timedelta(days=1)} {hour}",
    ]


def _dirt(chance: int) -> dict[int, str]:
    for share, cells in DIRT.values():
        if 0 <= chance < share:
            return cells
        chance -= share
    return {}


def _checked(result: Any, again: Any, wrong: int, options: Options) -> dict[str, Any]:
    """The ledger, the vault and the second reading agree with what was generated."""
    from tongzhou.ledger import door

    with door.ledger() as connection:
        cases = connection.execute("select count(*) from ledger_row where noun = 'case'").fetchone()
        people = connection.execute("select count(*) from people_vault_key where owner like 'case/%'").fetchone()
    assert cases and people
    agreed = {
        "every wrong row refused": len(result.refused) == wrong,
        "every other row a case": cases[0] == result.added == options.rows - wrong,
        "every person in the vault": people[0] == result.added,
        "again adds nothing": (again.added, again.known) == (0, result.added),
    }
    if not all(agreed.values()):
        raise RuntimeError(
            f"the import is wrong: {agreed}, {len(result.refused)=}, {wrong=}, {result.added=}, {cases=}"
        )
    return agreed


def _copy(content: bytes) -> float:
    """Seconds of one binary COPY of the same cells into a logged table with a primary key."""
    from tongzhou.tables.reader import open_table

    rows = [(line.n, *line.cells) for line in open_table(content).lines()]
    with lands.owner_connection() as owner:
        columns = ", ".join(f"c{n} text" for n in range(len(HEAD)))
        owner.execute(f"create table copied (n integer primary key, {columns})")
        started = time.perf_counter()
        with owner.cursor() as cursor, cursor.copy("copy copied from stdin (format binary)") as copy:
            copy.set_types(["int4", *["text"] * len(HEAD)])
            for row in rows:
                copy.write_row(row)
        owner.commit()
        return time.perf_counter() - started
