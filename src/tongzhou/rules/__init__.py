"""Rule packs: dated, placed, sourced numbers; the rules in Python propose, ask and explain."""

from tongzhou.rules import definitions as definitions
from tongzhou.rules.book import RULEBOOKS, RuleBook, book, forget, in_force
from tongzhou.rules.definitions.cluster import can_hold_one
from tongzhou.rules.evaluate import Evaluation, evaluate
from tongzhou.rules.pack import Pack, PackError, Source

__all__ = [
    "RULEBOOKS",
    "Evaluation",
    "Pack",
    "PackError",
    "RuleBook",
    "Source",
    "book",
    "can_hold_one",
    "evaluate",
    "forget",
    "in_force",
]
