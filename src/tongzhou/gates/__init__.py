"""Gates of compounds, and passes that say what, where and until when, never who: docs/community.md, ADR 0058."""
