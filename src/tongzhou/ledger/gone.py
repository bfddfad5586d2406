"""What no longer counts, in SQL: one condition for folds, reactors and whoever else reads facts."""

from __future__ import annotations

# Of a fact `f`: somebody who had the standing corrected or withdrew it; or it is itself a correction, and the word that
# it corrects was withdrawn later on: who takes back what was said takes back what it was corrected to.
GONE = """(
  exists (select from ledger_fact c where c.corrects = f.id and ledger_corrects(c.append, f.kind, f.place, f.body))
  or f.corrects is not null and exists (select from ledger_fact c
    where c.corrects = f.corrects and c.id <> f.id and c.append >= f.append
      and c.kind = (select id from ledger_kind where name = 'fact.withdrawn')
      and ledger_corrects(c.append, f.kind, f.place, f.body)))"""
