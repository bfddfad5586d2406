"""`tongzhou archive`: facts as Parquet, month by month, for analyses here and on a cluster."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import click

from tongzhou.cli.setup import data_dir, opened

_MONTHS = """
select to_char(effective_at at time zone 'UTC', 'YYYY-MM') as month, count(*) from ledger_fact group by 1 order by 1
"""
_FACTS = """
select f.id::text, k.name, f.place, f.home, f.reporting, f.effective_at, f.received_at, f.recorded_at, a.by_id,
a.origin,
  f.corrects::text, f.append, f.body
from ledger_fact f join ledger_kind k on k.id = f.kind join ledger_append a on a.id = f.append
where to_char(f.effective_at at time zone 'UTC', 'YYYY-MM') = %s order by f.effective_at, f.received_at, f.id
"""
BATCH = 50_000


@click.command()
@data_dir
@click.option("--out", required=True, type=click.Path(file_okay=False, path_type=Path), help="Folder to write into.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object on stdout.")
def archive(data_dir: Path | None, out: Path, as_json: bool) -> None:
    """Write every fact into OUT/month=YYYY-MM/facts.parquet (facts hold no names: those stay in the vault)."""
    with opened(data_dir):
        from rich.console import Console
        from rich.progress import Progress

        from tongzhou.ledger import door

        with door.ledger() as connection:
            months = connection.execute(_MONTHS).fetchall()
            written: dict[str, int] = {}
            with Progress(console=Console(stderr=True), disable=not sys.stderr.isatty()) as bar:
                task = bar.add_task("Archiving", total=sum(n for _, n in months))
                for month, _ in months:
                    folder = out / f"month={month}"
                    folder.mkdir(parents=True, exist_ok=True)
                    written[month] = _month(connection, month, folder / "facts.parquet", lambda n: bar.advance(task, n))
    told = {"folder": str(out), "facts": sum(written.values()), "months": written}
    click.echo(json.dumps(told) if as_json else f"{told['facts']:,} facts of {len(written)} months are in {out}.")


def _month(connection: Any, month: str, target: Path, advance: Any) -> int:
    import pyarrow as pa
    import pyarrow.parquet as pq

    moment = pa.timestamp("us", "UTC")
    schema = pa.schema(
        [
            ("id", pa.string()), ("kind", pa.dictionary(pa.int16(), pa.string())), ("place", pa.int32()),
            ("home", pa.int32()), ("reporting", pa.int32()), ("effective_at", moment), ("received_at", moment),
            ("recorded_at", moment), ("by", pa.int32()), ("origin", pa.dictionary(pa.int16(), pa.string())),
            ("corrects", pa.string()), ("append", pa.int64()), ("body", pa.string()),
        ]
    )  # fmt: skip
    part = target.with_suffix(".part")
    done = 0
    with connection.cursor(name="archive") as cursor, pq.ParquetWriter(part, schema, compression="zstd") as writer:
        cursor.execute(_FACTS, [month])
        while rows := cursor.fetchmany(BATCH):
            columns = list(zip(*rows, strict=True))
            writer.write_table(
                pa.table([pa.array(c, f.type) for c, f in zip(columns, schema, strict=True)], schema=schema)
            )
            done += len(rows)
            advance(len(rows))
    part.replace(target)
    return done
