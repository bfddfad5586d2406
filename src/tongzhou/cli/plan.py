"""`tongzhou plan …`: the planning engines, one module ``cli/plan_<name>.py`` with ``plan_<name>`` each."""

from importlib import import_module
from pathlib import Path

import click

HERE = Path(__file__).parent


class PlanGroup(click.Group):
    """Finds its subcommands by file name and imports one only when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(path.stem.removeprefix("plan_") for path in HERE.glob("plan_*.py"))

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        name = cmd_name.replace("-", "_")
        if name not in self.list_commands(ctx):
            return None
        command = getattr(import_module(f"tongzhou.cli.plan_{name}"), f"plan_{name}")
        assert isinstance(command, click.Command)
        return command


@click.command(cls=PlanGroup, help="Make a day plan and its certificate: beds, supplies, rounds and more.")
def plan() -> None:
    pass
