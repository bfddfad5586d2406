"""Filters of the team's page."""

from django import template

from tongzhou.workforce import shown

register = template.Library()
register.filter("comes_as", shown.sort)
register.filter("fit_for", shown.fit)
register.filter("what_they_do", shown.duty)
