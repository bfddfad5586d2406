"""Directives go down with a deadline and an answer; requests go up with a clock; desks hand over from A to B."""
