"""What happened: kinds, append, fold, follow, as known at, seal.

    from tongzhou.ledger import append, kinds

A work folder says what can be said in its `kinds.py` and what it means in its `fold.py`.
"""
