"""What is said of an alert."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from tongzhou.outlook import kinds  # noqa: F401  (its kinds register by being imported)
from tongzhou.pages.fields import field
from tongzhou.pages.form import FactForm


class Taken(FactForm):
    """Somebody looks into it, or has: what is offered depends on how the alert stands."""

    kind, buttons = "alert.taken", "state"
    state = field(kind, "state", required=True)

    def __init__(self, *args: Any, state: str, **options: Any) -> None:
        super().__init__(*args, **options)
        further = [("explained", _("Explained")), ("acted", _("Acted on"))]
        offered = [("taken", _("I look into it")), *further] if state == "raised" else further
        self.fields["state"].choices = offered  # type: ignore[attr-defined]
        self.fields["state"].gone = {"taken"}  # type: ignore[attr-defined]
