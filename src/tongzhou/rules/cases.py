"""Worked cases: reads `id, rule, given, expect`, runs each, names line and field of the malformed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tongzhou.rules.book import RuleBook
from tongzhou.rules.definition import DEFINITIONS, NO_PACK
from tongzhou.rules.evaluate import Evaluation, evaluate


@dataclass(frozen=True)
class Case:
    id: str
    rule: str
    given: dict[str, Any]
    expect: Any
    line: int


@dataclass(frozen=True)
class Malformed:
    """A case that could not be run: where it stands and what is wrong with which field."""

    line: int
    id: str | None
    field: str
    problem: str

    def sentence(self, file: str) -> str:
        named = f" (case {self.id})" if self.id else ""
        return f"{file}:{self.line}{named}: {self.field}: {self.problem}"


@dataclass(frozen=True)
class Checked:
    case: Case
    evaluation: Evaluation
    ok: bool
    by_synonym: bool

    def as_line(self) -> dict[str, Any]:
        """The contract's five fields first; more where there is more to say."""
        found = self.evaluation
        line: dict[str, Any] = {
            "id": self.case.id,
            "rule": self.case.rule,
            "got": found.outcome,
            "expect": self.case.expect,
            "ok": self.ok,
            "edition": found.edition,
            "status": found.status,
            "reason": found.reason_en,
            "reason_zh": found.reason_zh,
        }
        extra = {"missing": list(found.missing), "ignored": list(found.ignored), "synonym": self.by_synonym}
        extra["assumed"] = list(found.pack.assumed) if found.pack else []
        return line | {key: value for key, value in extra.items() if value}


class _Loader(yaml.SafeLoader):
    """Keeps a day that does not exist as its text: the rule can say so, the file does not fail."""


def _day_or_text(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Any:
    try:
        return yaml.SafeLoader.construct_yaml_timestamp(loader, node)
    except ValueError:
        return node.value


_Loader.add_constructor("tag:yaml.org,2002:timestamp", _day_or_text)


def read_cases(path: Path) -> tuple[list[Case], list[Malformed]]:
    """The good cases and the malformed ones of a file.

    The file holds a list, or a mapping with the list under `examples` or `cases`. A Markdown file is searched
    for the fenced YAML block that holds one.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return [], [Malformed(1, None, "file", f"cannot be read: {error}")]
    if path.suffix == ".md":
        text = _fenced(text)
    cases: list[Case] = []
    malformed: list[Malformed] = []
    for line, raw in _rows(text):
        found = raw if isinstance(raw, Malformed) else _case(line, raw)
        if isinstance(found, Case):
            cases.append(found)
        else:
            malformed.append(found)
    return cases, malformed


def check(case: Case, book: RuleBook) -> Checked:
    """Run one case. Only a rule that has a pack can pass."""
    evaluation = evaluate(book, case.rule, case.given, worked=True)
    definition = DEFINITIONS.get(case.rule)
    if definition is None or not definition.accepts(case.given) or not book.editions(case.rule):
        return Checked(case, evaluation, False, False)
    if agrees(evaluation.outcome, case.expect):
        return Checked(case, evaluation, True, False)
    got, expect = evaluation.outcome, case.expect
    named = isinstance(got, str) and got != NO_PACK and isinstance(expect, str)
    other = named and expect in definition.synonyms.get(str(got), ())
    return Checked(case, evaluation, other, other)


def agrees(got: Any, expect: Any) -> bool:
    """Equality; true is not 1, a mapping must hold every expected entry, numbers agree to nine digits."""
    if isinstance(expect, dict):
        return (
            isinstance(got, dict)
            and bool(expect)
            and all(key in got and agrees(got[key], value) for key, value in expect.items())
        )
    if isinstance(expect, list):
        return isinstance(got, list) and len(got) == len(expect) and all(map(agrees, got, expect))
    if isinstance(expect, bool) or isinstance(got, bool):
        return got is expect
    if isinstance(expect, int | float) and isinstance(got, int | float):
        return abs(got - expect) <= 1e-9 * max(1.0, abs(expect))
    return bool(got == expect)


def _fenced(text: str) -> str:
    """The block with the cases, every line at its own number."""
    for block in re.finditer(r"^```yaml\n(.*?)^```", text, re.DOTALL | re.MULTILINE):
        if re.match(r"\s*(examples|cases):", block[1]):
            return "\n" * text.count("\n", 0, block.start(1)) + block[1]
    return ""


def _rows(text: str) -> Iterator[tuple[int, Any]]:
    """Each row with its line. If the file as a whole is not YAML, its items are read one by one."""
    try:
        root = yaml.compose(text, Loader=_Loader)
    except yaml.YAMLError:
        yield from _rows_one_by_one(text)
        return
    if isinstance(root, yaml.MappingNode):
        lists = [value for key, value in root.value if key.value in ("examples", "cases")]
        root = lists[0] if lists else None
    if not isinstance(root, yaml.SequenceNode):
        yield 1, Malformed(1, None, "examples", "expected a list of cases under `examples` or `cases`")
        return
    for node in root.value:
        yield node.start_mark.line + 1, _construct(node)


def _rows_one_by_one(text: str) -> Iterator[tuple[int, Any]]:
    items: list[tuple[int, list[str]]] = []
    indent: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(r"( *)- ", line)
        if found and (indent is None or len(found[1]) <= indent):
            indent = len(found[1])
            items.append((number, []))
        if items:
            items[-1][1].append(line)
    if not items:
        yield 1, Malformed(1, None, "file", "is not readable as YAML and holds no list of cases")
    for number, lines in items:
        try:
            node = yaml.compose("\n".join(lines), Loader=_Loader)
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            at = number + (mark.line if mark else 0)
            known = re.search(r"\bid:\s*([\w.-]+)", lines[0])
            yield (
                number,
                Malformed(at, known and known[1], "yaml", str(getattr(error, "problem", None) or error)),
            )
            continue
        yield number, _construct(node.value[0]) if isinstance(node, yaml.SequenceNode) else None


def _construct(node: yaml.Node) -> Any:
    twice = written_twice(node)
    if twice:
        return Malformed(node.start_mark.line + 1, None, twice, "is there twice")
    loader = _Loader("")
    try:
        return loader.construct_object(node, deep=True)
    except (yaml.YAMLError, ValueError) as error:
        return Malformed(node.start_mark.line + 1, None, "yaml", str(error))
    finally:
        loader.dispose()


def written_twice(node: yaml.Node | None) -> str | None:
    """The first key that a mapping, at any depth, holds twice: the last would win in silence."""
    if isinstance(node, yaml.MappingNode):
        names = [str(key.value) for key, _ in node.value if key.tag != "tag:yaml.org,2002:merge"]
        twice = next((name for name in names if names.count(name) > 1), None)
        return twice or next((found for _, value in node.value if (found := written_twice(value))), None)
    if isinstance(node, yaml.SequenceNode):
        return next((found for value in node.value if (found := written_twice(value))), None)
    return None


def _case(line: int, raw: Any) -> Case | Malformed:
    if not isinstance(raw, dict):
        return Malformed(line, None, "case", "is not a mapping with id, rule, given, expect")
    name = str(raw["id"]) if raw.get("id") is not None else None
    for field in ("id", "rule"):
        if not isinstance(raw.get(field), str | int) or isinstance(raw.get(field), bool) or raw[field] == "":
            return Malformed(line, name, field, "is missing" if field not in raw else "is not a name")
    if not isinstance(raw.get("given"), dict):
        problem = "is missing" if "given" not in raw else "is not a mapping of inputs"
        return Malformed(line, name, "given", problem)
    if "expect" not in raw:
        return Malformed(line, name, "expect", "is missing")
    given = {str(key): value for key, value in raw["given"].items()}
    return Case(str(raw["id"]), str(raw["rule"]), given, raw["expect"], line)
