"""Tables that planners bring to the engines, from a folder or through a page: read, checked, and written."""

import click


class BadInput(click.ClickException):
    """Input that cannot be read: names the row and the field and says what to do; exit code 2."""

    exit_code = 2
