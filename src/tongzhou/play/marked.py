"""The file of a scenario, whose mistakes are told with file and line."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tongzhou.places import lined
from tongzhou.places.lined import Lined


class ScenarioError(Exception):
    """One sentence for whoever wrote the file, with the file and the line."""

    def __init__(self, file: str, line: int, sentence: str) -> None:
        super().__init__(f"{file}, line {line}: {sentence}")
        self.file, self.line, self.sentence = file, line, sentence


class Marked(Lined):
    """A mapping of a scenario."""

    def __init__(self, file: str, of: Lined) -> None:
        super().__init__(of.line)
        self.file, self.lines = file, {str(key): line for key, line in of.lines.items()}
        for key, value in of.items():
            self[str(key)] = _marked(file, value)

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
        found = lined.read(path)
    except lined.NotRead as error:
        raise ScenarioError(path.name, error.line, error.sentence) from None
    if not isinstance(found, Lined):
        raise ScenarioError(path.name, 1, "a scenario is a list of names with values.")
    return Marked(path.name, found)


def _marked(file: str, value: Any) -> Any:
    if isinstance(value, Lined):
        return Marked(file, value)
    return [_marked(file, one) for one in value] if isinstance(value, list) else value
