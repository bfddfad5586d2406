"""YAML that remembers its lines, so that a sentence about a mistake can name the line where it stands."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path
from typing import Any

import yaml


class ScenarioError(Exception):
    """One sentence for whoever wrote the file, with the file and the line."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}, line {line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


class Marked(dict[str, Any]):
    """A mapping of a file with the line of each of its keys."""

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file, self.line, self.lines = file, line, dict[str, int]()

    def wrong(self, key: str, sentence: str) -> ScenarioError:
        return ScenarioError(self.file, self.lines.get(key, self.line), sentence)

    def need(self, key: str) -> Any:
        """The value of a key that must be there."""
        if self.get(key) is None:
            raise ScenarioError(self.file, self.line, f"{key} is missing.")
        return self[key]

    def only(self, *known: str) -> None:
        """Raises ScenarioError for a key that nobody reads: a mistyped word must not be passed over."""
        for key in self:
            if key not in known:
                raise self.wrong(key, f"{key} is not known here; known are {', '.join(known)}.")


def read(path: Path) -> Marked:
    """A file that is one mapping. Raises ScenarioError."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    except (OSError, UnicodeDecodeError) as error:
        raise ScenarioError(path.name, 1, f"it cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise ScenarioError(path.name, line, f"this is no YAML: {error.problem}.") from None
    if not isinstance(node, yaml.MappingNode):
        raise ScenarioError(path.name, 1, "a scenario is a list of names with values.")
    found: Marked = _value(node, path.name)
    return found


def _value(node: yaml.Node, file: str) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, file)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each, file) for each in node.value]
    if node.tag == "tag:yaml.org,2002:timestamp" or ":" in str(node.value):
        return node.value  # a day or an hour as it was written: the reader knows which it wants
    return yaml.SafeLoader("").construct_object(node)


def _mapping(node: yaml.MappingNode, file: str) -> Marked:
    found = Marked(file, node.start_mark.line + 1)
    for name, value in node.value:
        key: Hashable = _value(name, file)
        line = name.start_mark.line + 1
        if str(key) in found:
            raise ScenarioError(file, line, f"{key} stands there twice.")
        found[str(key)], found.lines[str(key)] = _value(value, file), line
    return found
