"""The day plan: what the engines propose from what the ledger holds, who signed it, and what became of it."""
