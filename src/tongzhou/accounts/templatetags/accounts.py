"""Roles and their places in templates."""

from __future__ import annotations

from django import template

from tongzhou.accounts import tables

register = template.Library()
register.filter("role", tables.role)
register.filter("place", tables.placed)
