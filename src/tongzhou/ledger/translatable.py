"""Marks a sentence for translation; Django's own needs settings, and a region's files are checked without any."""

from tongzhou.problems import gettext_noop as gettext_noop
