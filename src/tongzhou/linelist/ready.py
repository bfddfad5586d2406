"""A process that is ready to write lists: everything read in, no connection open. Others are split off from it."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tongzhou.settings")
django.setup()

from tongzhou.linelist import appending  # noqa: E402, F401  (read in once, for all that are split off)
