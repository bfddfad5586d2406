"""The criteria of the case definition as they are noted: found, denied, or not done yet."""

from __future__ import annotations

from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext_noop

# What a clinician reads beside each criterion, in the words of the definition.
EPI = {
    "E1": gettext_noop("was in an affected place or with its people"),
    "E2": gettext_noop("had contact with somebody infected (positive test)"),
    "E3": gettext_noop("had contact with somebody with fever or cough from an affected place"),
    "E4": gettext_noop("two or more fevers or coughs around them within two weeks"),
}
CLINICAL = {
    "C1": gettext_noop("fever and/or respiratory symptoms"),
    "C2": gettext_noop("typical picture on the CT"),
    "C3": gettext_noop("white cells normal or low, lymphocytes normal or low"),
}
BOTH = (("epi", EPI), ("clinical", CLINICAL))


def noted(form: QueryDict) -> dict[str, Any]:
    """What a form says of each criterion, as the fact holds it. A box that was left alone says nothing."""
    said = {name: form.get(name, "") for _, known in BOTH for name in known}
    body: dict[str, Any] = {group: [name for name in known if said[name] == "yes"] for group, known in BOTH}
    body["denied"] = [name for name, answer in said.items() if answer == "no"]
    pcr = {"positive": True, "negative": False}.get(form.get("pcr", ""))
    return body if pcr is None else {**body, "pcr": pcr}


def asked(noted: dict[str, Any]) -> dict[str, Any]:
    """The record as the case definition asks for it (CASE-T7): every criterion by itself, and the test."""
    denied = noted.get("denied") or ()
    given: dict[str, Any] = {
        group: {name: True for name in noted.get(group) or ()} | {name: False for name in denied if name in known}
        for group, known in BOTH
    }
    return given if noted.get("pcr") is None else given | {"pcr": noted["pcr"]}


def lines(form: QueryDict, known: dict[str, str]) -> list[tuple[str, str, str]]:
    """Code, words and answer of each criterion, for the form."""
    return [(code, words, form.get(code, "")) for code, words in known.items()]
