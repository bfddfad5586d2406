from click.testing import CliRunner

from tongzhou.cli import COMMANDS, main


def test_every_command_loads_and_has_a_sentence_of_help():
    runner = CliRunner()
    for name in COMMANDS:
        result = runner.invoke(main, [name, "--help"])
        assert result.exit_code == 0, (name, result.output)
        assert len(result.output.splitlines()) > 2
