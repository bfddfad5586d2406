"""Every refusal, in one place: code, HTTP status, a sentence in both languages, what to do next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _


def gettext_noop(sentence: str) -> str:
    """Marks a sentence for translation; Django's own needs settings, and the command line is read without any."""
    return sentence


# What a person reads in place of a field's name in a form.
FIELDS = {
    "login": gettext_noop("User name"),
    "name": gettext_noop("Name"),
    "role": gettext_noop("Role"),
    "place": gettext_noop("Place"),
    "home": gettext_noop("Lives in"),
    "since": gettext_noop("First day it holds"),
    "until": gettext_noop("Last day it holds"),
    "first_day": gettext_noop("First day"),
    "number": gettext_noop("Number"),
    "telephone": gettext_noop("Telephone"),
    "age": gettext_noop("Age"),
    "onset": gettext_noop("Onset"),
    "temp": gettext_noop("Temperature"),
    "spo2": gettext_noop("Oxygen saturation"),
    "classification": gettext_noop("Classification"),
    "file": gettext_noop("File"),
    "reason": gettext_noop("Reason"),
    "household": gettext_noop("Door"),
    "patients": gettext_noop("Patients"),
}


class Problem(Exception):
    """A refusal. `detail` names the field and what was found, without personal data; `reasons`: where there are
    several, each with its field."""

    code = "problem"
    status = 400
    sentence = gettext_noop("This could not be done.")
    next_step = ""
    page = ""  # where somebody settles it, and is led back

    def __init__(self, detail: str = "", field: str = "", reasons: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(detail or self.sentence)
        self.detail, self.field, self.reasons = detail, field, reasons

    def as_dict(self) -> dict[str, Any]:
        told: dict[str, Any] = {
            "code": self.code,
            "message": _(self.sentence),
            "detail": self.detail,
            "field": self.field,
        }
        if self.next_step:
            told["next"] = _(self.next_step)
        if self.reasons:
            told["reasons"] = [{"field": field, "reason": words} for field, words in self.reasons]
        return {key: value for key, value in told.items() if value}

    def as_page(self) -> dict[str, Any]:
        """The same for people: the field by its word."""
        return self.as_dict() | ({"word": _(FIELDS[self.field])} if self.field in FIELDS else {})


class NotSignedIn(Problem):
    code, status = "not_signed_in", 401
    sentence = gettext_noop("You are not signed in.")
    next_step = gettext_noop("Sign in again. What you recorded stays on this phone until then.")


class NotYours(Problem):
    code, status = "not_yours", 403
    sentence = gettext_noop("Your roles do not cover this place or this sort of data.")
    next_step = gettext_noop("Ask whoever keeps the staff list of your place.")


class NotFound(Problem):
    code, status = "not_found", 404
    sentence = gettext_noop("There is nothing here that you may see.")


class OfOthers(NotFound):
    """A page of posts that the reader does not hold; `detail` names them."""

    sentence = gettext_noop("This page is not among those of your posts. It is there for:")
    next_step = gettext_noop("What is yours stands on Today and in the navigation.")


class Malformed(Problem):
    code, status = "malformed", 422
    sentence = gettext_noop("A field is missing or has a value that cannot be read.")
    next_step = gettext_noop("Correct the named field and send it again.")


class UnknownKind(Problem):
    code, status = "unknown_kind", 422
    sentence = gettext_noop("This program does not know this kind of fact.")
    next_step = gettext_noop("Update the program on the server, then send it again.")


class UnknownHousehold(Problem):
    code, status = "unknown_household", 422
    sentence = gettext_noop("There is no household with this number at the places you speak for.")
    next_step = gettext_noop("Check the number, or fetch the list of doors again.")


class UnknownSite(Problem):
    code, status = "unknown_site", 422
    sentence = gettext_noop("There is no site with this key.")
    next_step = gettext_noop("Choose it from the list of sites, or ask their keeper to enter it.")


class SiteNotThere(Problem):
    code, status = "site_not_there", 422
    sentence = gettext_noop("This site was not there on that day.")
    next_step = gettext_noop("Correct the day or choose another; if it was there, ask the keeper of sites to say so.")


class UnknownPlace(Problem):
    code, status = "unknown_place", 422
    sentence = gettext_noop("There is no place with this number.")


class InventedApart(Problem):
    code, status = "invented_apart", 422
    sentence = gettext_noop("An invented place and a real one have nothing to do with each other.")
    next_step = gettext_noop("Choose a place that is as real as the one you speak of.")


class IdReused(Problem):
    code, status = "id_reused", 409
    sentence = gettext_noop("This number was already used for another statement.")
    next_step = gettext_noop("Record it again; it will get a number of its own.")


class TooMany(Problem):
    code, status = "too_many", 413
    sentence = gettext_noop("Too many facts in one request.")
    next_step = gettext_noop("Send at most 500 at a time.")


class Stale(Problem):
    code, status = "stale", 409
    sentence = gettext_noop("Somebody changed this in the meantime.")
    next_step = gettext_noop("Look at it as it is now and decide again.")


class NotThroughGate(Problem):
    """The gate for restrictive measures found something missing: there is no override."""

    code, status = "not_through_gate", 422
    sentence = gettext_noop("The gate for restrictive measures (GATE-01) does not let it through.")
    next_step = gettext_noop("Put right what is named. There is no override.")


class NotEpidemicFree(Problem):
    """What the ledger knows does not let a place be certified; what it does not know is never taken for granted."""

    code, status = "not_epidemic_free", 422
    sentence = gettext_noop("By the rule (EF-01) this place cannot be certified as epidemic-free now.")
    next_step = gettext_noop("What is named is read from the ledger and cannot be typed. Propose it again later.")


class LooksAlike(Problem):
    """A measure of the same kind stands at the same place for the same days: it is asked about first."""

    code, status = "looks_alike", 409
    sentence = gettext_noop("A measure of this kind stands here for these days already.")
    next_step = gettext_noop("Read it. Where both are meant, tick that this one comes besides it.")


class DecidedByYou(Problem):
    """Whoever proposed a measure does not approve it, and whoever decided it does not answer its appeals."""

    code, status = "decided_by_you", 403
    sentence = gettext_noop("Somebody else has to decide this: you had a part in the measure.")
    next_step = gettext_noop("Pass it to a colleague of the desk.")


class AlreadyDecided(Problem):
    """It was decided upon: a proposal no more, or what a decision of others stands on."""

    code, status = "already_decided", 409
    sentence = gettext_noop("This was decided in the meantime.")
    next_step = gettext_noop("Look at it as it stands now.")


class OfferNotOpen(Problem):
    code, status = "offer_not_open", 409
    sentence = gettext_noop("Nobody can order from this offer: it is not open.")
    next_step = gettext_noop("Look which offers are open.")


class OrdersClosed(Problem):
    code, status = "orders_closed", 409
    sentence = gettext_noop("This offer is closed; orders went to the supplier.")
    next_step = gettext_noop("Ask the community for a change, or order from the next offer.")


class SoldOut(Problem):
    """`detail`: of what there is how much left."""

    code, status = "sold_out", 409
    sentence = gettext_noop("There is not so much left of this.")
    next_step = gettext_noop("Order less, or something else.")


class OrderedAlready(Problem):
    """`detail`: when and how."""

    code, status = "ordered_already", 409
    sentence = gettext_noop("This door has ordered already from this offer.")
    next_step = gettext_noop("Say whether this is added to it or takes its place.")


class NotToBeOpened(Problem):
    """`detail`: what the rules refuse in an offer."""

    code, status = "not_to_be_opened", 422
    sentence = gettext_noop("This offer cannot be opened as it is.")
    next_step = gettext_noop("Send it back to the supplier with the reason.")


class NotEven(Problem):
    """`detail`: what is still open, or the sum that it has to be."""

    code, status = "not_even", 409
    sentence = gettext_noop("It cannot be settled yet: it does not come out to the fen.")


class NotTaken(Problem):
    code, status = "not_taken", 500
    sentence = gettext_noop("The program could not take this; the mistake is the program's and is in its log.")
    next_step = gettext_noop("Keep it and tell whoever runs the server. Record it again when the program is mended.")


class PurposeNeeded(Problem):
    code, status = "purpose_needed", 403
    sentence = gettext_noop("Reading personal data needs a purpose; it is written down and the person can see it.")
    next_step = gettext_noop("Choose a purpose.")


class ChangedMeanwhile(Problem):
    """Two keepers at one account, or one button pressed twice: the second has not seen what the first did."""

    code, status = "changed_meanwhile", 409
    sentence = gettext_noop("This account was changed after you opened its page.")
    next_step = gettext_noop("Open it again: its history says what was done and by whom.")


class OneAtATime(Problem):
    code, status = "one_at_a_time", 409
    sentence = gettext_noop("A plan of yours is still being made.")
    next_step = gettext_noop("Wait until it is there, or take it back.")


class TooOften(Problem):
    code, status = "too_often", 429
    sentence = gettext_noop("Too many messages in a short time.")
    next_step = gettext_noop("Please wait ten minutes. In an emergency call 120.")


class NoSlip(Problem):
    """No household has this slip: a letter was misread, or a new one ended it."""

    code, status = "no_slip", 404
    sentence = gettext_noop("No household has this slip.")
    next_step = gettext_noop(
        "Check every letter of the address, or ask the community for a new one. In an emergency call 120."
    )


class SlipEnded(Problem):
    """A slip that was lost, or stayed with whoever moved away, opens nothing any more."""

    code, status = "slip_ended", 410
    sentence = gettext_noop("This slip has ended.")
    next_step = gettext_noop("Ask the community for a new one. In an emergency call 120.")


class NotThisUser(Problem):
    """What one worker kept is never sent in another's name (a shared phone, two tabs)."""

    code, status = "not_this_user", 409
    sentence = gettext_noop("Somebody else is signed in on this phone.")
    next_step = gettext_noop("What was kept waits, sealed, until whoever recorded it signs in again.")


class BuiltOn(Stale):
    """Others have said something that stands on it; the detail tells who."""

    code, status = "built_on", 409
    sentence = gettext_noop("Somebody else has built on this: it is not taken from under them.")
    next_step = gettext_noop("Put right what is wrong in it, or have what was built on it taken back first.")


class BedTaken(Stale):
    code, status = "bed_taken", 409
    sentence = gettext_noop("This bed is not free any more.")
    next_step = gettext_noop("Look at the page again: the patient is planned anew.")


class HasBed(Stale):
    code, status = "has_bed", 409
    sentence = gettext_noop("This patient has a bed already, or asks for none any more.")
    next_step = gettext_noop("Look at the page again.")


class ListBroken(Problem):
    """A line of the list is missing or was altered; the detail says which."""

    code, status = "erased_list_broken", 503
    sentence = gettext_noop("The list of the erased on this server is damaged. Nothing was erased.")
    next_step = gettext_noop("Whoever runs the server puts the newest erased.jsonl into the data folder.")


class ProveAgain(Problem):
    """The password was typed too long ago for this."""

    code, status = "prove_again", 403
    sentence = gettext_noop("Before this opens, show again that it is you.")
    next_step = gettext_noop("Type your password once more; what you asked for is there afterwards.")
    page = "/me/prove"


class KeyNotHere(Problem):
    """The week's key was destroyed in its time, or a backup was restored without it."""

    code, status = "key_not_here", 503
    sentence = gettext_noop("The key that opens this is not on this server.")
    next_step = gettext_noop("Whoever runs the server can bring it: tongzhou keys add FILE.")


class NumbersUsedUp(Problem):
    code, status = "numbers_used_up", 409
    sentence = gettext_noop("All numbers of persons of this county have been given.")
    next_step = gettext_noop("Whoever keeps the region's files gives the county a further number (numbers.csv).")


class NoCountyNumber(Problem):
    code, status = "no_county_number", 409
    sentence = gettext_noop("No county number is stated for this place, so persons here get no number.")
    next_step = gettext_noop("Whoever keeps the region's files states it (numbers.csv) and loads the region again.")


class EnoughLent(Problem):
    code, status = "enough_lent", 429
    sentence = gettext_noop("You were lent as many blocks of numbers today as one person may be.")
    next_step = gettext_noop("Persons get their number from the server until tomorrow.")


class HandleWrong(Problem):
    code, status = "handle_wrong", 422
    sentence = gettext_noop("This is no person's number: its last two digits do not fit the others.")
    next_step = gettext_noop("Have it read out once more in groups of four digits, and compare each group.")


class HandleUnreadable(Problem):
    code, status = "handle_unreadable", 422
    sentence = gettext_noop("A person's number has twelve digits, the first not 0.")
    next_step = gettext_noop("Have it read out once more in groups of four digits, and compare each group.")


class NoPrinter(Problem):
    """No Chromium on this server, or it does not start."""

    code, status = "no_printer", 503
    sentence = gettext_noop("This server makes no PDF: it has no Chromium that works.")
    next_step = gettext_noop(
        "Print the page from your browser. Whoever runs the server sees with doctor what is missing."
    )


class PrinterBusy(Problem):
    code, status = "printer_busy", 503
    sentence = gettext_noop("Another paper is being printed.")
    next_step = gettext_noop("Try again in half a minute, or print the page from your browser.")


class PrintTooLong(Problem):
    code, status = "print_too_long", 503
    sentence = gettext_noop("Printing took too long and was ended.")
    next_step = gettext_noop("Try again in half a minute, or print the page from your browser.")


BY_CODE: dict[str, type[Problem]] = {
    one.code: one
    for one in list(globals().values())
    if isinstance(one, type) and issubclass(one, Problem) and one is not Problem
}
