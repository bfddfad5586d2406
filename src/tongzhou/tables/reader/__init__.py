"""One reader of tables for every door: CSV of any separator and encoding, workbooks, HTML saved as .xls.

    table = open_table(content)                  # or open_table(content, Choices(sheet="病例", separator=";"))
    table.look.sheets, table.look.separator      # what was understood, to be shown before anything is said
    for line in table.lines(): line.n, line.cells, line.trouble

Nothing is chosen in silence: what was understood can be told and changed. Nothing is lost: a line that cannot be read
comes back as it is with the reason. Workbooks are read in a process of its own that can be ended.
"""

from .open import Table, open_table
from .types import Choices, Limits, Line, Look, NotATable, Sheet

__all__ = ["Choices", "Limits", "Line", "Look", "NotATable", "Sheet", "Table", "open_table"]
