"""Gates at which nobody stands though a measure asks for it."""

from __future__ import annotations

from django.utils.translation import gettext_noop, ngettext

from tongzhou.ledger.missing import Missing, missing

missing(
    Missing(
        "gates",
        gettext_noop("Gates not kept"),
        gettext_noop("Gates, kept"),
        lambda n: ngettext("%(n)d gate at which nobody stands", "%(n)d gates at which nobody stands", n) % {"n": n},
        45,
        duties=("keep_gate",),
        rows=("gate", ("kept", "unkept")),
        page="/gates/",
    )
)
