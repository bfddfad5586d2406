"""`tongzhou chains`: an outbreak's tree from its links, or everyone within k hops of a set of cases."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click

from tongzhou.tables import BadInput

from .chains_edges import EdgeOptions, run_edges
from .chains_events import EventOptions, run_events
from .chains_tree import TreeOptions, run_tree

FILE = click.Path(path_type=Path, dir_okay=False)


@click.command()
@click.option("--edges", type=FILE, help="CSV or Parquet of infector-infectee links: from, to and perhaps date.")
@click.option("--from-column", default="from", show_default=True, help="Column of the infector.")
@click.option("--to-column", default="to", show_default=True, help="Column of the infectee.")
@click.option("--cases", type=FILE, help="CSV with all cases (id): they count without a link too; other ids are named.")
@click.option(
    "--as-of", type=click.DateTime(["%Y-%m-%d"]), help="Clusters among --cases (id, date, place) on this day."
)
@click.option("--top", default=10, show_default=True, help="How many of the cases with most infectees to list.")
@click.option("--events", type=FILE, help="Parquet or CSV of contacts: a, b, minute, perhaps setting and duration.")
@click.option(
    "--seeds", multiple=True, help="Cases to start from: ID,ID or ID@MINUTE or ID@DATE; or a file, one a line."
)
@click.option("--hops", default=3, show_default=True)
@click.option("--days", default=14.0, show_default=True, help="Length of time looked at.")
@click.option("--start", help="Minute or date it begins (backward: ends). Default: first (last) day of the file.")
@click.option("--origin", type=click.DateTime(["%Y-%m-%d"]), help="Date of minute 0, for dates in and out.")
@click.option(
    "--si", type=FILE, help="Serial interval (lag,w): with --events and --cases, who infected whom most likely."
)
@click.option("--backward", is_flag=True, help="Who can have infected the cases, not whom they can have.")
@click.option("--latent", default=0.0, show_default=True, help="Days before a person reached can pass it on.")
@click.option("--infectious", type=float, help="Days they can from then on, seeds too (default: no end).")
@click.option("--weights", help="Weights by kind of setting: household=1,train=0.3,*=0.1")
@click.option("--full-minutes", default=0, show_default=True, help="Minutes from which a contact counts whole.")
@click.option("--min-weight", default=0.0, show_default=True, help="Leave out contacts that weigh less.")
@click.option("--caps", help="Most persons kept in each hop, such as 1000,5000.")
@click.option("--out", type=FILE, help="Write the graph: .graphml, .json or .csv.")
@click.option("--strict", is_flag=True, help="Leave with 2 on anything that cannot be so.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def chains(
    edges: Path | None,
    from_column: str,
    to_column: str,
    cases: Path | None,
    as_of: datetime | None,
    si: Path | None,
    top: int,
    events: Path | None,
    out: Path | None,
    strict: bool,
    as_json: bool,
    **others: object,
) -> None:
    """Describe an outbreak's tree (--edges), trace contacts in time (--events), or weigh infectors (with --si)."""
    if (edges is None) == (events is None):
        raise BadInput("Give either --edges FILE.csv or --events FILE.parquet.")
    if out is not None and out.suffix.lower() not in {".graphml", ".json", ".csv"}:
        raise BadInput(f"--out {out}: the name must end in .graphml, .json or .csv.")
    if as_of is not None and cases is None:
        raise BadInput("--as-of needs --cases FILE.csv with id, date and place.")
    if edges is not None:
        run_edges(EdgeOptions(edges, from_column, to_column, cases, as_of, top, out, strict, as_json))
    elif events is not None and si is not None:
        if cases is None:
            raise BadInput("--si needs --cases FILE.csv with id and date (of onset).")
        origin = others["origin"]
        run_tree(TreeOptions(events, cases, si, origin if isinstance(origin, datetime) else None, out, as_json, strict))
    elif events is not None:
        run_events(EventOptions(events=events, out=out, strict=strict, as_json=as_json, **others))  # type: ignore[arg-type]
