"""Why rows were refused, in plain words of both languages, and the file in which they come back."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import TextIO

from django.utils.translation import gettext, gettext_noop, override

from tongzhou.linelist.rows import Refusal, Trouble
from tongzhou.tables.harmless import harmless

SENTENCES = {
    # of a row
    "encoding": gettext_noop("the line holds bytes of no known encoding: save the file as CSV UTF-8"),
    "quotes": gettext_noop("a quotation mark is opened and not closed"),
    "long_cell": gettext_noop("a cell is too long: more than 32,767 characters"),
    "many_columns": gettext_noop("more than 1,000 columns: something stands far to the right"),
    "control": gettext_noop("holds characters that cannot be written (NUL): remove them"),
    "heading_again": gettext_noop("the headings once more"),
    "merged": gettext_noop("is one cell merged with the row above: say whether this is one person or two"),
    "formula": gettext_noop("is a formula without a result: open the file in a spreadsheet and save it again"),
    "error_cell": gettext_noop("is an error of the spreadsheet, not a value"),
    "too_many_cells": gettext_noop("more cells than there are headings: a separator stands inside a value"),
    "empty": gettext_noop("is empty"),
    "date_unreadable": gettext_noop("is not a day that can be read; write it as 2020-01-05"),
    "date_month": gettext_noop("is a month and not a day"),
    "date_of_r": gettext_noop("may be a number of days as R counts them: write it as 2020-01-05"),
    "date_impossible": gettext_noop("there is no such day"),
    "date_ambiguous": gettext_noop("may be read with the day or with the month first; write it as 2020-01-05"),
    "date_future": gettext_noop("lies in the future"),
    "date_too_old": gettext_noop("lies before anything this list can hold"),
    "before_region": gettext_noop("lies before this region's places begin: an outbreak of old"),
    "point_zero": gettext_noop("was read as the whole number: a spreadsheet had put .0 behind it"),
    "date_order": gettext_noop("lies before what must have come earlier"),
    "age_unreadable": gettext_noop("is not an age; write 45, 3 months or 12 days"),
    "age_impossible": gettext_noop("is not an age that anybody has"),
    "sex_unknown": gettext_noop("is neither female nor male; leave it empty where it is not known"),
    "class_unknown": gettext_noop("is no classification of this layout"),
    "result_unknown": gettext_noop("is no result: write negative, positive or inconclusive"),
    "tube_unreadable": gettext_noop("is not the label of a sample: 1 to 40 letters and digits"),
    "tube_rounded": gettext_noop("was rounded by a spreadsheet: format the column as text and enter it again"),
    "category_unknown": gettext_noop("is none of the four categories: confirmed, suspected, fever, close contact"),
    "stay_unknown": gettext_noop("does not say where the person stays today: at home, isolation point, hospital"),
    "temperature_unreadable": gettext_noop("is not a temperature; write 36.5"),
    "symptoms_unknown": gettext_noop("says neither a known symptom nor that there is none"),
    "too_many_drafts": gettext_noop("more than 400 rows to look at in one go: bring the rest by itself"),
    "place_unknown": gettext_noop("there is no such place in this region"),
    "place_ambiguous": gettext_noop("names more than one place; give its code"),
    "place_elsewhere": gettext_noop("is a place of another province: it reports there"),
    "place_needed": gettext_noop("the row does not say where it is reported: name a place for the whole list"),
    "telephone_unreadable": gettext_noop("is not a telephone number"),
    "telephone_length": gettext_noop("is a mobile number of more or fewer than 11 digits"),
    "telephone_rounded": gettext_noop("was rounded by a spreadsheet: format the column as text and enter it again"),
    "identity_unreadable": gettext_noop("is not an identity number (15 or 18 digits) or a passport number"),
    "identity_rounded": gettext_noop("was rounded by a spreadsheet: format the column as text and enter it again"),
    "identity_check_digit": gettext_noop("identity number: its check digit is wrong"),
    "identity_birth": gettext_noop("identity number: holds no day of birth that can be"),
    "identity_age": gettext_noop("identity number: its day of birth does not agree with the age"),
    "identity_sex": gettext_noop("identity number: does not agree with the sex"),
    "card_rounded": gettext_noop("was rounded by a spreadsheet: format the column as text and enter it again"),
    "card_unreadable": gettext_noop("is not a card number: 4 to 40 letters and digits"),
    "twice_in_file": gettext_noop("stands in this file already, in row"),
    "in_ledger": gettext_noop("is in the ledger already, as case"),
    "in_ledger_elsewhere": gettext_noop("is in the ledger already, in another place"),
    "changed": gettext_noop("this row was taken in before and said something else: correct the case itself"),
    "differs": gettext_noop("differs there"),
    "not_yours": gettext_noop("lies outside your places"),
    "refused": gettext_noop("the ledger refused it"),
    "not_recorded": gettext_noop("was not recorded"),
    # of a file
    "old_excel": gettext_noop("This old Excel file (.xls) cannot be read: save it as .xlsx or as CSV UTF-8."),
    "locked": gettext_noop("The file is protected by a password: save it without one."),
    "no_such_sheet": gettext_noop("There is no sheet of this name in the file."),
    "hidden_sheets": gettext_noop("Every sheet of the file is hidden: name the one to read, or show it and save."),
    "too_hard": gettext_noop(
        "The file could not be read within the limits of memory and time: save the list alone as CSV UTF-8."
    ),
    "no_table": gettext_noop("This is no table: bring a CSV or an Excel file (.xlsx)."),
    "empty_file": gettext_noop("The file is empty."),
    "too_large": gettext_noop(
        "The file is too large: bring it in parts, or by the command `tongzhou linelist import`."
    ),
    "broken_gzip": gettext_noop("The packed file is damaged: pack it again."),
    "broken_excel": gettext_noop("The Excel file is damaged: open it in a spreadsheet and save it again."),
    "field_twice": gettext_noop("One field was chosen for two columns."),
    "no_lines": gettext_noop("No line of the message names a door and a temperature."),
    "not_finished": gettext_noop("The list did not go in to its end: take it in again; what went in is recognised."),
    "busy": gettext_noop("Another list is being taken in; try again in a minute."),
}
DUPLICATES = frozenset({"twice_in_file", "in_ledger", "in_ledger_elsewhere"})
OURS = ("退回行 refused_row", "退回列 refused_field", "退回代码 refused_code", "原因", "reason")
_TOLD = frozenset(
    {"empty", "not_recorded", "place_needed", "encoding", "quotes", "long_cell", "control", "heading_again"}
)  # nothing to add to the sentence


def sentence(code: str, language: str | None = None) -> str:
    """The reason in the language of the page, or in the one named (`zh-hans`, `en`)."""
    return gettext(SENTENCES.get(code, code)) if language is None else _in(code, language)


@lru_cache(maxsize=256)
def _in(code: str, language: str) -> str:
    with override(language):
        return gettext(SENTENCES.get(code, code))


def reason(trouble: Trouble, language: str | None = None) -> str:
    """What is wrong, with what was found there: `2020-02-30 there is no such day`."""
    told, detail = sentence(trouble.code, language), trouble.detail
    if trouble.differs:
        other = f"{sentence('differs', language)}: {trouble.differs}"
        return f"{_found(trouble.code, told, detail)} ({other})"
    return _found(trouble.code, told, detail)


def _found(code: str, told: str, detail: str) -> str:
    if not detail or code in _TOLD:
        return told
    if code in DUPLICATES:
        return f"{told} {detail}"
    return f"{detail}: {told}"


def write(file: TextIO, headings: Sequence[str], refused: Iterable[Refusal]) -> None:
    """The refusal file: row, field, code and reason in both languages, then the row as it was brought.

    It can be corrected and taken in again as it is: its own columns belong to no layout.
    """
    writer = csv.writer(file)
    writer.writerow([*OURS, *map(harmless, headings)])
    for one in refused:
        told = [" / ".join(_reasons(one, language)) for language in ("zh-hans", "en")]
        fields = " / ".join(dict.fromkeys(t.field for t in one.troubles if t.field))
        codes = " ".join(dict.fromkeys(t.code for t in one.troubles))
        writer.writerow([one.n, harmless(fields), codes, *map(harmless, told), *map(harmless, one.cells)])


def _reasons(refusal: Refusal, language: str) -> Iterator[str]:
    for trouble in refusal.troubles:
        yield f"{trouble.field} {reason(trouble, language)}".strip()


def by_reason(refused: Iterable[Refusal]) -> dict[str, int]:
    """How many rows were refused for each reason, the most frequent first; a row counts under its first."""
    return dict(Counter(one.troubles[0].code for one in refused).most_common())
