"""What every `tongzhou plan …` command shares: the last line of JSON, the plan file, and the meters."""

import json
import resource
import sys
import time
from collections.abc import Iterable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from tongzhou.engines.certificate import Certificate, Problem, WhatIf, summary
from tongzhou.tables import BadInput


def cpu_seconds() -> float:
    """CPU seconds of this process since it began, imports and compilation included."""
    return time.process_time()


def peak_rss_mb() -> float:
    """Highest resident memory of this process in MB (10⁶ bytes).

    VmHWM begins anew at exec; ru_maxrss would still show a large parent's peak.
    """
    status = Path("/proc/self/status")
    if status.exists():
        for line in status.read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024 / 1e6
    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 1e6


def sizes(text: str | None, what: str) -> tuple[int, int]:
    """The two numbers of ``--generate`` as in 60x400; ``what`` says which, with an example. Raises BadInput."""
    first, _, second = (text or "").partition("x")
    if not (first.isdigit() and second.isdigit()):
        raise BadInput(f"--generate {text!r}: give {what}.")
    return int(first), int(second)


def with_answers(name: str, rows: Any, answers: Sequence[WhatIf]) -> Any:
    """The rows of a plan file; where something was asked, as ``name`` beside the answers."""
    if not answers:
        return rows
    return {name: rows, "what_if": [asdict(answer) | {"delta": answer.delta} for answer in answers]}


def document(rows: Any, certificate: Certificate, problems: Iterable[Problem]) -> dict[str, Any]:
    """The content of ``--out``: rows, problems and the whole certificate."""
    proof = asdict(certificate)
    proof |= {"feasible": certificate.feasible, "gap": certificate.gap, "quality": asdict(certificate.quality)}
    return {"plan": rows, "problems": [asdict(problem) for problem in problems], "certificate": proof}


def report(
    rows: Any, certificate: Certificate, problems: Iterable[Problem], *, out: Path | None, as_json: bool
) -> None:
    """Write the plan file, print the answer, and leave with code 1 where the checker found a fault."""
    problems = tuple(problems)
    if out is not None:
        text = json.dumps(document(rows, certificate, problems), ensure_ascii=False, indent=1)
        out.write_text(text + "\n", encoding="utf-8")
    if not as_json:
        for line in readable(certificate, problems):
            click.echo(line)
    answer = summary(certificate, problems)
    answer |= {"cpu_seconds": round(cpu_seconds(), 3), "peak_rss_mb": round(peak_rss_mb(), 1)}
    click.echo(json.dumps(answer, ensure_ascii=False))
    if not certificate.feasible:
        raise SystemExit(1)


def readable(certificate: Certificate, problems: tuple[Problem, ...]) -> list[str]:
    """The certificate in a few lines for a terminal; at most ten problems, the rest counted."""
    state = "feasible" if certificate.feasible else "NOT FEASIBLE"
    good = certificate.quality
    lines = [f"{certificate.engine}: {state}; {certificate.objective:,.1f} {certificate.unit}; {good.en} / {good.zh}"]
    lines += [f"  {term.name}: {term.value:,.2f} {term.unit}" for term in certificate.terms]
    lines += [f"  binds: {binding.text.en} / {binding.text.zh}" for binding in certificate.binding]
    if certificate.fairness is not None:
        lines.append(f"  price of fairness: {certificate.fairness.text.en} / {certificate.fairness.text.zh}")
    if (changed := certificate.difference) is not None:
        counts = f"{len(changed.moved)} moved, {len(changed.added)} new, {len(changed.removed)} gone"
        lines.append(f"  against the plan in force: {changed.kept} kept, {counts}")
    faults = certificate.faults + problems
    lines += [f"  {item.code} ({item.subject}): {item.text.en} / {item.text.zh}" for item in faults[:10]]
    if len(faults) > 10:
        lines.append(f"  and {len(faults) - 10} more in the plan file (--out)")
    return lines
