"""What `./tongzhou` answers before anything is installed: which commands there are, and what is missing here.

Nothing outside the standard library is imported, and the commands are read, not loaded.
"""

from __future__ import annotations

import ast
import json
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SOURCE = HERE.parents[1]
NEEDED = 4 * 1024**3  # the packages and a first ledger
TOLD = "not installed yet. The first other command installs them from {lock} into {venv}; some minutes"


def answer(asked: list[str], venv: Path, lock: Path) -> int | None:
    """Answer what needs no packages: the status to end with; None for any other command."""
    if asked in ([], ["-h"], ["--help"]):
        print(overview())
        return 0
    if asked == ["--version"]:
        print(f"tongzhou, version {version()}")
        return 0
    if asked[:1] == ["doctor"] and set(asked[1:]) <= {"--json"}:
        return doctor(venv, lock, as_json="--json" in asked)
    return None


def overview() -> str:
    """The same commands and sentences as `--help` tells when everything is installed."""
    told = {name: sentence(target) for name, target in commands().items()}
    width = max(len(name) for name in told) + 2
    lines = [
        "Usage: tongzhou [OPTIONS] COMMAND [ARGS]...",
        "",
        f"  {_docstring(HERE / '__init__.py', 'main')}",
        "",
        "Options:",
        "  --version   Show the version and exit.",
        "  -h, --help  Show this message and exit.",
        "",
        "Commands:",
    ]
    return "\n".join(lines + [f"  {name:<{width}}{told[name]}" for name in sorted(told)])


def commands() -> dict[str, str]:
    """Every command with the module and the function that it is."""
    for node in ast.parse((HERE / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "COMMANDS":
            found: dict[str, str] = ast.literal_eval(node.value)
            return found
    raise LookupError("cli/__init__.py names no commands")


def sentence(target: str) -> str:
    """The first sentence of what a command says of itself."""
    module, _, name = target.partition(":")
    return _docstring(SOURCE / f"{module.replace('.', '/')}.py", name).split(". ")[0].split(".\n")[0].rstrip(".") + "."


def _docstring(path: Path, name: str) -> str:
    """What a function says of itself: the `help` of its decorator, else its docstring."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name == name:
            given = [word.value for call in node.decorator_list if isinstance(call, ast.Call) and _declares(call)
                     for word in call.keywords if word.arg == "help"]  # fmt: skip
            told = ast.literal_eval(given[0]) if given else ast.get_docstring(node)
            return " ".join((told or "").split())
    return ""


def _declares(call: ast.Call) -> bool:
    """Is this the decorator that makes the command, not one of an option, whose `help` is another's?"""
    return isinstance(call.func, ast.Attribute) and call.func.attr in ("command", "group")


def version() -> str:
    for node in ast.parse((HERE.parent / "__init__.py").read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "__version__":
            return str(ast.literal_eval(node.value))
    return "unknown"


def doctor(venv: Path, lock: Path, *, as_json: bool) -> int:
    """Tell what is missing: the packages always, else this would not have been asked."""
    free = shutil.disk_usage(next(path for path in (venv, *venv.parents) if path.exists())).free
    found: dict[str, str | None] = {
        "python": None if sys.version_info >= (3, 11) else f"Python 3.11 or newer; this is {sys.version.split()[0]}",
        "packages": TOLD.format(lock=lock.name, venv=venv),
        "disk": None if free > NEEDED else f"{free // 1024**2} MiB free; {NEEDED // 1024**2} MiB are needed",
    }
    if as_json:
        print(json.dumps({name: missing or "ok" for name, missing in found.items()}))
    else:
        for name, missing in found.items():
            print(f"{'ok     ' if missing is None else 'MISSING'}  {name}{'' if missing is None else ': ' + missing}")
    return 1
