"""The command line: one file per command, loaded only when asked for."""

from importlib import import_module

import click

from tongzhou import __version__

COMMANDS = {
    # name: "module:function"
    "plan": "tongzhou.cli.plan:plan",
    "rt": "tongzhou.cli.rt:rt",
    "risk": "tongzhou.cli.risk:risk",
    "nowcast": "tongzhou.cli.nowcast:nowcast",
    "forecast": "tongzhou.cli.forecast:forecast",
    "severity": "tongzhou.cli.severity:severity",
    "chains": "tongzhou.cli.chains:chains",
    "rules": "tongzhou.cli.rules:rules",
    "serve": "tongzhou.cli.serve:serve",
    "follow": "tongzhou.cli.serve:follow",
    "test": "tongzhou.cli.quality:test",
    "check": "tongzhou.cli.quality:check",
    "doctor": "tongzhou.cli.doctor:doctor",
    "bench": "tongzhou.cli.bench:bench",
    "region": "tongzhou.cli.region:region",
    "verify": "tongzhou.cli.tools:verify",
    "rebuild": "tongzhou.cli.tools:rebuild",
    "explain": "tongzhou.cli.tools:explain",
    "schema": "tongzhou.cli.tools:schema",
    "demo": "tongzhou.cli.demo:demo",
    "backup": "tongzhou.cli.backup:backup",
    "restore": "tongzhou.cli.restore:restore",
    "erase": "tongzhou.cli.erase:erase",
    "keys": "tongzhou.cli.keys:keys",
    "bulletin": "tongzhou.cli.bulletin:bulletin",
    "indicator": "tongzhou.cli.bulletin:indicator",
    "measures": "tongzhou.cli.measures:measures",
    "report": "tongzhou.cli.report:report",
    "replay": "tongzhou.cli.replay:replay",
    "play": "tongzhou.cli.play:play",
    "archive": "tongzhou.cli.archive:archive",
    "staff": "tongzhou.cli.staff:staff",
    "contacts": "tongzhou.cli.contacts:contacts",
    "households": "tongzhou.cli.households:households",
    "pass": "tongzhou.cli.passes:passes",
    "sites": "tongzhou.cli.sites:sites",
    "wards": "tongzhou.cli.wards:wards",
    "stock": "tongzhou.cli.stock:stock",
    "market": "tongzhou.cli.market:market",
    "linelist": "tongzhou.cli.linelist:linelist",
    "drafts": "tongzhou.cli.drafts:drafts",
}


class LazyGroup(click.Group):
    """Imports a command's module on use, so that `tongzhou doctor` does not pay for numba."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        target = COMMANDS.get(cmd_name)
        if target is None:
            return None
        module, _, name = target.partition(":")
        command = getattr(import_module(module), name)
        assert isinstance(command, click.Command)
        return command


@click.command(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="tongzhou")
def main() -> None:
    """Tongzhou 同舟: from the household door to the command room."""
