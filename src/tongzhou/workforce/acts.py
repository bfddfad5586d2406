"""What is done about a member of the team, where it is owed."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from tongzhou.pages.acts import Act, acts, saying
from tongzhou.workforce.forms import Duty, Nothing, Went

acts(
    "give_duty",
    Act("give", gettext_noop("Give a duty"), saying(Duty, "teammate", here=True), Duty),
    Act("nothing", gettext_noop("Nothing to do today"), saying(Nothing, "teammate", here=True, outcome="nothing")),
    Act("went", gettext_noop("Went back"), saying(Went, "teammate", here=True)),
)
acts("see_off", Act("went", gettext_noop("Went back"), saying(Went, "teammate", here=True)))
