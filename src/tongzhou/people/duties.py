"""What is owed, in words, and the page where it is done: one table for every page that lists or counts duties."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

from tongzhou.ledger.work import WORK
from tongzhou.people.roles import NAMES

TODAY = "/today"


@dataclass(frozen=True)
class Named:
    """What to do, as one says it to a colleague; and the address of the page, `/today` where no other shows it."""

    words: str
    page: str = TODAY


NAMED: dict[str, Named] = {
    # community
    "call_back": Named(gettext_noop("Call back"), "/callbacks/"),
    "send_on": Named(gettext_noop("Send on to the fever clinic"), "/callbacks/"),
    "call_again": Named(gettext_noop("Danger signs at home: call again"), "/callbacks/"),
    "close_call": Named(gettext_noop("Close the call-back"), "/callbacks/"),
    "find_who_did_not_come": Named(gettext_noop("Find who did not come to the clinic"), "/callbacks/"),
    "bring": Named(gettext_noop("Bring what is needed")),
    "bring_medicine": Named(gettext_noop("Bring the medicine")),
    "look_for_another_way": Named(gettext_noop("Look for another way to meet the need")),
    "do_task": Named(gettext_noop("Do the task"), "/doorway/"),
    "settle_task": Named(gettext_noop("Settle the task that could not be done")),
    "name_carer": Named(gettext_noop("Name a carer"), "/homes/"),
    "give_duty": Named(gettext_noop("Give whoever came a duty"), "/team/"),
    "keep_gate": Named(gettext_noop("See that somebody keeps the gate"), "/gates/"),
    "fetch_keys": Named(gettext_noop("See that the gate's phone has today's keys"), "/gates/"),
    "get_phone_back": Named(gettext_noop("Get the gate's phone back"), "/gates/"),
    "erase_register": Named(gettext_noop("Erase the names that the gate wrote down"), "/gates/"),
    "destroy_list": Named(gettext_noop("Destroy the gate's paper list"), "/gates/"),
    "see_off": Named(gettext_noop("Say when they went back"), "/team/"),
    "disinfect": Named(gettext_noop("Disinfect after a case"), "/sanitation/"),
    "receive_waste": Named(gettext_noop("Say what the plant weighed")),
    "explain_waste": Named(gettext_noop("Say why the weight of the waste differs")),
    "open_offer": Named(gettext_noop("Take an offer apart and sign it"), "/necessities/"),
    "mend_offer": Named(gettext_noop("Have the supplier change an offer"), "/necessities/"),
    "send_sheet": Named(gettext_noop("Give the supplier the sheet of an offer"), "/necessities/"),
    "receive_offer": Named(gettext_noop("Count and weigh what the supplier brings"), "/necessities/"),
    "make_bags": Named(gettext_noop("Deal out the doors to carriers"), "/necessities/"),
    "settle_offer": Named(gettext_noop("Settle with the supplier"), "/necessities/"),
    "carry_basket": Named(gettext_noop("Carry a bag"), "/necessities/bags"),
    "count_money": Named(gettext_noop("Count the cash of a bag, two of you"), "/necessities/bags"),
    "explain_cash": Named(gettext_noop("Say why the cash of a bag differs"), "/necessities/bags"),
    "bring_again": Named(gettext_noop("Bring again what nobody took"), "/necessities/"),
    "ask_neighbour": Named(gettext_noop("Ask whether the neighbour gave it to them"), "/necessities/"),
    "collect_money": Named(gettext_noop("Collect what a household still has to pay"), "/necessities/"),
    "pay_back": Named(gettext_noop("Give a household its money back"), "/necessities/"),
    "hear_doors": Named(gettext_noop("Hear from silent doors"), "/doorway/#doors"),
    "ask_unwell": Named(gettext_noop("Ask doors where somebody is unwell"), "/doorway/#doors"),
    # clinic and case
    "receive_referral": Named(gettext_noop("Say whether the patient has come"), "/clinic/"),
    "examine": Named(gettext_noop("Examine and say the result"), "/clinic/"),
    "report_case": Named(gettext_noop("Report the case"), "/cases/"),
    "link_card": Named(gettext_noop("Link the card of a case from a list"), "/cases/"),
    "receive_case": Named(gettext_noop("Confirm that the report arrived"), "/cases/"),
    "investigate_case": Named(gettext_noop("Investigate the case"), "/cases/"),
    "classify_case": Named(gettext_noop("Confirm or exclude the suspected case"), "/cases/"),
    "settle_bed": Named(gettext_noop("Ask for a bed, or say that none is needed"), "/cases/"),
    # investigation
    "offer_case": Named(gettext_noop("Offer the case to the county of the home"), "/cases/"),
    "find_contact": Named(gettext_noop("Find where the contact stays"), "/cases/"),
    "judge_symptoms": Named(gettext_noop("Judge a contact who fell ill"), "/cases/"),
    "ask_for_receipt": Named(gettext_noop("Ask the other county for its receipt"), "/cases/letters"),
    "send_letter": Named(gettext_noop("Send the letter to the other county"), "/cases/letters"),
    "search_again": Named(gettext_noop("Search again for a contact"), "/cases/letters"),
    "answer_letter": Named(gettext_noop("Answer the letter from another county"), "/cases/letters"),
    "symptoms_to_clinic": Named(gettext_noop("Bring a contact who fell ill to the clinic"), "/follow-up/"),
    "follow_up": Named(gettext_noop("Ask how a contact is today"), "/follow-up/"),
    "tell_begin": Named(gettext_noop("Tell that observation begins"), "/follow-up/"),
    "tell_end": Named(gettext_noop("Tell that observation ends"), "/follow-up/"),
    # beds
    "assign_bed": Named(gettext_noop("Find a bed"), "/beds/"),
    "answer_promise": Named(gettext_noop("Say whether the ward takes the patient"), "/beds/"),
    "bring_patient": Named(gettext_noop("Send a vehicle for the patient"), "/beds/"),
    "pick_up": Named(gettext_noop("Pick up the patient")),
    "hand_over": Named(gettext_noop("Hand the patient over")),
    "free_vehicle": Named(gettext_noop("Clean the vehicle and say that it is free")),
    "admit": Named(gettext_noop("Admit the patient"), "/beds/"),
    "clean_bed": Named(gettext_noop("Clean the bed"), "/beds/"),
    "reopen_bed": Named(gettext_noop("Open the closed bed again"), "/beds/"),
    "close_house": Named(gettext_noop("Close the house: say where everybody went"), "/beds/houses"),
    "count_ward": Named(gettext_noop("Count the ward"), "/beds/"),
    "ask_for_stock": Named(gettext_noop("Ask for what a store has run out of"), "/supply/"),
    "count_stock": Named(gettext_noop("Count the store"), "/supply/"),
    "name_who_rings": Named(gettext_noop("Name who rings today: both are away"), "/liaisons/"),
    "tell_figures": Named(gettext_noop("Enter yesterday's figures"), "/bulletins/"),
    "ask_after": Named(gettext_noop("Ask how somebody is after discharge"), "/aftercare/"),
    "see_after_symptoms": Named(gettext_noop("See somebody who fell ill after discharge"), "/aftercare/"),
    "visit_hospital": Named(gettext_noop("Remind of the visit to the hospital"), "/aftercare/"),
    # desks
    "read_directive": Named(gettext_noop("Read the directive"), "/directives/"),
    "answer_directive": Named(gettext_noop("Answer the directive"), "/directives/"),
    "end_directive": Named(gettext_noop("End the directive, or ask again"), "/directives/"),
    "answer_support": Named(gettext_noop("Answer the request for support"), "/requests/"),
    "take_desk": Named(gettext_noop("Take over the desk"), "/handover/"),
    "hand_back_desk": Named(gettext_noop("Hand the desk back"), "/handover/"),
    "carry_out": Named(gettext_noop("Carry out the decision"), "/morning/"),
    "explain_alert": Named(gettext_noop("Explain the alert"), "/alerts/"),
    "heed_warning": Named(gettext_noop("Act on the clinician's warning"), "/warnings/"),
    # the market
    "look_at_market": Named(gettext_noop("Look whether a price or shortage is so"), "/market/"),
    "decide_market": Named(gettext_noop("Decide what is done about prices or stocks"), "/market/"),
    "offer_produce": Named(gettext_noop("Offer unsold produce to delivery points"), "/market/produce"),
    "answer_produce": Named(gettext_noop("Say whether the point takes the produce"), "/market/produce"),
    # measures that restrict
    "approve_measure": Named(gettext_noop("Approve or decline the measure"), "/measures/desk"),
    "take_up_declined": Named(gettext_noop("Read why the measure was not approved"), "/measures/desk"),
    "review_measure": Named(gettext_noop("Review the measure"), "/measures/desk"),
    "see_measure_gone": Named(gettext_noop("Look whether the barrier is gone")),
    "settle_closure": Named(gettext_noop("End the closure, or bring it before the gate"), "/measures/desk"),
    "answer_appeal": Named(gettext_noop("Answer the appeal"), "/measures/desk"),
    # epidemic-free places
    "check_place": Named(gettext_noop("Look at the place on the spot"), "/free-places/desk"),
    "mend_measure": Named(gettext_noop("Put in place what lacks, and propose again"), "/free-places/desk"),
    "sign_certificate": Named(gettext_noop("Certify the place, or do not"), "/free-places/desk"),
    "publish_list": Named(gettext_noop("Publish the list of epidemic-free places"), "/free-places/desk"),
    # named contacts
    "name_contact": Named(gettext_noop("Name a contact for them"), "/liaisons/"),
    "ask_again": Named(gettext_noop("Ask again whether they want calls"), "/liaisons/"),
    "call_today": Named(gettext_noop("Ring them today"), "/calls/"),
    "visit_week": Named(gettext_noop("Go and see them this week"), "/calls/"),
    "visit_missed": Named(gettext_noop("Go there today: twice nobody answered"), "/calls/"),
    "find_person": Named(gettext_noop("Find out where they are"), "/liaisons/"),
    # medicines taken every day
    "last_dose_near": Named(gettext_noop("See that the medicine comes in time"), "/medicines/"),
    "ask_pharmacy": Named(gettext_noop("Ask the pharmacy"), "/medicines/"),
    "judge_brand": Named(gettext_noop("Say whether another brand will do"), "/medicines/"),
    "ask_another": Named(gettext_noop("Ask another pharmacy"), "/medicines/"),
    "fill_script": Named(gettext_noop("Fill the bag, or say why not"), "/pharmacy/"),
    "fetch_bag": Named(gettext_noop("Fetch the sealed bag"), "/bags/"),
    "carry_bag": Named(gettext_noop("Bring the sealed bag"), "/bags/"),
    "settle_bag": Named(gettext_noop("Say what becomes of the bag"), "/bags/"),
    "collect_bag": Named(gettext_noop("Collect what was not paid at the door"), "/bags/"),
    "return_card": Named(gettext_noop("Bring the insurance card back"), "/bags/"),
    "plan_car": Named(gettext_noop("Plan the car of the next drive"), "/cars/"),
    "send_car": Named(gettext_noop("Send a car at once"), "/cars/"),
    "confirm_drive": Named(gettext_noop("Say whether the car comes")),
    "fetch_rider": Named(gettext_noop("Fetch whoever is driven")),
    "arrive": Named(gettext_noop("Say that they are there")),
    "fetch_home": Named(gettext_noop("Fetch them for the way home")),
    "bring_home": Named(gettext_noop("Bring them home")),
    "replan_drive": Named(gettext_noop("Send the next car"), "/cars/"),
    "find_rider": Named(gettext_noop("Look after whoever did not come down"), "/cars/"),
    "sign_card": Named(gettext_noop("Have the receipt of the card signed"), "/bags/"),
    # everywhere
    "confirm_spoken": Named(gettext_noop("Confirm what was written down for you"), "/waiting/"),
    "look_into_contested": Named(gettext_noop("Look into what is contested"), "/waiting/"),
    "take_word": Named(gettext_noop("Take over or leave a word from outside"), "/waiting/"),
    "take_over": Named(gettext_noop("Take over what is offered"), "/waiting/"),
    "find_out": Named(gettext_noop("Find out which of two words is true")),
    "needs_ruling": Named(gettext_noop("Rule where no edition answers")),
    "unknown": Named(gettext_noop("See to it")),
}
HINDERED: dict[str, str] = {
    "no_staff": gettext_noop("nobody free"),
    "no_supplies": gettext_noop("no supplies"),
    "no_transport": gettext_noop("no transport"),
    "nobody_there": gettext_noop("nobody there"),
    "refused": gettext_noop("they will not"),
    "not_ours": gettext_noop("not ours to do"),
    "unclear": gettext_noop("unclear what is asked"),
    "not_lawful": gettext_noop("not lawful: to the law desk"),
    "other": gettext_noop("something else"),
}
LEVELS: dict[str, str] = {
    "grid": gettext_noop("grid"),
    "community": gettext_noop("community"),
    "township": gettext_noop("township"),
    "county": gettext_noop("county"),
    "prefecture": gettext_noop("prefecture"),
    "province": gettext_noop("province"),
}


def named(what: str) -> Named | None:
    """What a duty is called and where it is done: by this table, or as its work item declares it."""
    item = WORK.get(what)
    declared = Named(item.do, item.page or TODAY) if item and item.do else None
    return NAMED.get(what) or declared


def words_of(what: str) -> str:
    """What to do, in the reader's language; of a later edition's entry that has no words yet: see to it."""
    return gettext((named(what) or NAMED["unknown"]).words)


def page_of(what: str) -> str:
    return (named(what) or NAMED["unknown"]).page


def because(reason: str) -> str:
    """Why a post cannot, in the reader's language."""
    return gettext(HINDERED.get(reason, HINDERED["other"]))


def post(role: str) -> str:
    """What the post is called that owes: a role, or the desk, which any of several hold."""
    return gettext("duty desk") if role == "desk" else gettext(NAMES[role]) if role in NAMES else role


def level_of(level: str) -> str:
    return gettext(LEVELS[level])


def post_at(role: str, place: str) -> str:
    """A post at a place, named in the reader's language."""
    return gettext("%(post)s, %(place)s") % {"post": post(role), "place": place}
