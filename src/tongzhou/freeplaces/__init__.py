"""Epidemic-free compounds, communities and villages: what speaks for them, who certifies them, what suspends them."""
