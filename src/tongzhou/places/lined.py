"""YAML that remembers its lines, so that a sentence about a mistake can name the line where it stands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


class NotRead(Exception):
    """A file that is no YAML as it is read here: on which line, and why."""

    def __init__(self, line: int, sentence: str) -> None:
        super().__init__(f"line {line}: {sentence}")
        self.line, self.sentence = line, sentence


class Lined(dict[Any, Any]):
    """A mapping of a file with its own line and that of each of its keys."""

    def __init__(self, line: int) -> None:
        super().__init__()
        self.line, self.lines = line, dict[Any, int]()


def read(path: Path) -> Any:
    """What a file holds, its mappings as `Lined`. Days and hours stay as they were written: the reader knows which it
    wants. Raises NotRead, also for a key that stands there twice: of two values one would be passed over."""
    try:
        node = yaml.compose(path.read_text(encoding="utf-8-sig"), Loader=yaml.SafeLoader)
        return _value(node) if node else None
    except (OSError, UnicodeDecodeError) as error:
        raise NotRead(1, f"it cannot be read: {getattr(error, 'strerror', None) or error}.") from None
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise NotRead(line, f"this is no YAML: {error.problem}.") from None


def _value(node: yaml.Node) -> Any:
    if isinstance(node, yaml.MappingNode):
        return _mapping(node)
    if isinstance(node, yaml.SequenceNode):
        return [_value(each) for each in node.value]
    if node.tag == "tag:yaml.org,2002:timestamp" or ":" in str(node.value):
        return node.value
    return yaml.SafeLoader("").construct_object(node)


def _mapping(node: yaml.MappingNode) -> Lined:
    found = Lined(node.start_mark.line + 1)
    for name, value in node.value:
        key, line = _value(name), name.start_mark.line + 1
        if key in found:
            raise NotRead(line, f"{key} stands there twice.")
        found[key], found.lines[key] = _value(value), line
    return found
