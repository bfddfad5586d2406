"""The words of every kind of fact, said once: what a field is called, what each choice means, in which unit it is.

Forms, tables, receipts, exports and the reference read them here. A kind whose field means something of its own says so
beside the field (`words=` of its declaration); all others share the words below, so that one thing has one name.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Literal, get_args, get_origin, get_type_hints

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from msgspec import inspect

from tongzhou.ledger.kinds import KINDS, NO_NUMBER

LABELS = {
    "about": gettext_noop("What it is about"),
    "advice": gettext_noop("Advice"),
    "age": gettext_noop("Age"),
    "age_band": gettext_noop("Age band"),
    "alert": gettext_noop("Alert"),
    "appeal": gettext_noop("Appeal"),
    "amount": gettext_noop("How many"),
    "answer": gettext_noop("Answer"),
    "as_of": gettext_noop("As of"),
    "at": gettext_noop("Desk"),
    "basis": gettext_noop("On what basis"),
    "bed": gettext_noop("Bed"),
    "block": gettext_noop("Block of numbers"),
    "bound_thousandths": gettext_noop("Proven bound, in thousandths"),
    "callback": gettext_noop("Telephone for the call-back"),
    "card": gettext_noop("Card number of the national report"),
    "carer": gettext_noop("Who cares for them"),
    "carriage": gettext_noop("Carriage"),
    "carried": gettext_noop("How the patient goes"),
    "case": gettext_noop("Case"),
    "category": gettext_noop("Kind of contact"),
    "channel": gettext_noop("How it was told"),
    "chronic": gettext_noop("Chronic or mental disease"),
    "classification": gettext_noop("Classification"),
    "clinic": gettext_noop("Fever clinic"),
    "clinical": gettext_noop("Clinical criteria that are met"),
    "clock": gettext_noop("Clock"),
    "close": gettext_noop("Close contact"),
    "closed_management": gettext_noop("Closed management"),
    "columns": gettext_noop("Columns"),
    "community": gettext_noop("Community"),
    "concerns": gettext_noop("What is wrong"),
    "confirmed": gettext_noop("Confirmed"),
    "contact": gettext_noop("Contact"),
    "contacts": gettext_noop("Contacts"),
    "county": gettext_noop("County"),
    "cured": gettext_noop("Cured"),
    "day": gettext_noop("Day"),
    "days": gettext_noop("Days"),
    "days_normal_temp": gettext_noop("Days with a normal temperature"),
    "days_without_new_at_least": gettext_noop("Days without a new case, at least"),
    "dead": gettext_noop("Dead"),
    "decision": gettext_noop("Decision"),
    "denied": gettext_noop("Criteria that are not met"),
    "dependants": gettext_noop("Somebody at home depends on them"),
    "destination": gettext_noop("Where to"),
    "died": gettext_noop("Died"),
    "directive": gettext_noop("Directive"),
    "discharged": gettext_noop("Discharged"),
    "driver": gettext_noop("Driver"),
    "due": gettext_noop("Due"),
    "engine": gettext_noop("Kind of plan"),
    "epi": gettext_noop("Exposures that are met"),
    "evidence": gettext_noop("What is answered with"),
    "exception": gettext_noop("Call-back"),
    "exposed": gettext_noop("Exposed to a case"),
    "facility": gettext_noop("House"),
    "fact": gettext_noop("Word"),
    "feasible": gettext_noop("Keeps every hard rule"),
    "figure": gettext_noop("Figure"),
    "first_day": gettext_noop("First day"),
    "flu_negative": gettext_noop("Influenza test negative"),
    "grade": gettext_noop("Grade of the source"),
    "grades": gettext_noop("Grades of the source"),
    "handle": gettext_noop("Number of the person"),
    "handover": gettext_noop("Handover"),
    "helper": gettext_noop("Who goes"),
    "house": gettext_noop("House"),
    "household": gettext_noop("Door"),
    "how": gettext_noop("How"),
    "imaging_improved": gettext_noop("Images clearly better"),
    "indicator": gettext_noop("Indicator"),
    "infection": gettext_noop("Infection class"),
    "into": gettext_noop("The same as"),
    "item": gettext_noop("Good"),
    "items": gettext_noop("What is needed"),
    "label": gettext_noop("Number on the tube"),
    "last_day": gettext_noop("Last day"),
    "letter": gettext_noop("Letter"),
    "line": gettext_noop("Line of the interview"),
    "material": gettext_noop("Material"),
    "measure": gettext_noop("Measure"),
    "medicine_last_dose": gettext_noop("Day of the last dose"),
    "medicines": gettext_noop("Medicines"),
    "method": gettext_noop("Method"),
    "name": gettext_noop("Name"),
    "need": gettext_noop("Need"),
    "negatives": gettext_noop("Negative samples taken at"),
    "new": gettext_noop("New"),
    "note": gettext_noop("Note"),
    "number": gettext_noop("Number"),
    "objective_thousandths": gettext_noop("Objective, in thousandths"),
    "on": gettext_noop("Who cared for them"),
    "onset": gettext_noop("Onset"),
    "open": gettext_noop("What is open"),
    "others": gettext_noop("Others at home who can care"),
    "otherwise": gettext_noop("Left otherwise"),
    "outcome": gettext_noop("Outcome"),
    "owner": gettext_noop("Who does it"),
    "oxygen": gettext_noop("Needs oxygen"),
    "parent": gettext_noop("From"),
    "patients": gettext_noop("Patients"),
    "pcr": gettext_noop("PCR positive"),
    "people": gettext_noop("How many people"),
    "person": gettext_noop("Person"),
    "place": gettext_noop("Place"),
    "plan": gettext_noop("Plan"),
    "positives": gettext_noop("Positive samples taken at"),
    "problem": gettext_noop("What went wrong"),
    "proposed": gettext_noop("As proposed"),
    "protected": gettext_noop("Protected"),
    "published_at": gettext_noop("Published at"),
    "published_on": gettext_noop("Published on"),
    "reached": gettext_noop("Reached"),
    "read": gettext_noop("Where it was read"),
    "reason": gettext_noop("Reason"),
    "referral": gettext_noop("Referral"),
    "request": gettext_noop("Request"),
    "result": gettext_noop("Result"),
    "ride": gettext_noop("Train, flight or line"),
    "rows": gettext_noop("Rows"),
    "rule": gettext_noop("Rule"),
    "ruling": gettext_noop("Decided by"),
    "self_care": gettext_noop("Can look after themselves"),
    "setting": gettext_noop("Where they were"),
    "severity": gettext_noop("Severity, as you judge it"),
    "sex": gettext_noop("Sex"),
    "since": gettext_noop("Since"),
    "source": gettext_noop("Source"),
    "spo2": gettext_noop("Oxygen saturation"),
    "staff": gettext_noop("Who keeps it"),
    "staffed": gettext_noop("Beds that the staff can serve"),
    "state": gettext_noop("State"),
    "stay": gettext_noop("Stays"),
    "stop": gettext_noop("Stop"),
    "subject": gettext_noop("What it is about"),
    "symptoms": gettext_noop("Symptoms"),
    "symptoms_improved": gettext_noop("Symptoms clearly better"),
    "tables": gettext_noop("Tables of the plan"),
    "task": gettext_noop("Task"),
    "telephone": gettext_noop("Telephone"),
    "temp10": gettext_noop("Temperature"),
    "text": gettext_noop("In words (no names, no numbers of persons)"),
    "to": gettext_noop("To"),
    "together": gettext_noop("Together with"),
    "transferred": gettext_noop("Transferred"),
    "unit": gettext_noop("Unit"),
    "unplanned": gettext_noop("Left out of the plan"),
    "until": gettext_noop("Until"),
    "urgency": gettext_noop("How urgent"),
    "usable": gettext_noop("Usable, pieces"),
    "used": gettext_noop("Used since yesterday"),
    "value": gettext_noop("Value"),
    "vehicle": gettext_noop("Vehicle"),
    "venue": gettext_noop("Venue"),
    "version": gettext_noop("First or restated"),
    "view": gettext_noop("View"),
    "visit": gettext_noop("Seen at the hospital"),
    "ward": gettext_noop("Ward"),
    "what": gettext_noop("What"),
    "where": gettext_noop("Where"),
    "who": gettext_noop("Who"),
    "why": gettext_noop("Why"),
    "years": gettext_noop("Age"),
}

CHOICES = {
    "": gettext_noop("not said"),
    "accepted": gettext_noop("the ward takes the patient"),
    "acted": gettext_noop("acted upon"),
    "age": gettext_noop("age"),
    "alone": gettext_noop("alone, no carer"),
    "ambulance": gettext_noop("120"),
    "arithmetic": gettext_noop("reckoned from a text"),
    "another_person": gettext_noop("somebody else"),
    "answer": gettext_noop("an answer"),
    "antibody": gettext_noop("antibodies"),
    "arrived": gettext_noop("arrived"),
    "asymptomatic": gettext_noop("without symptoms"),
    "became_case": gettext_noop("became a case"),
    "bed_broken": gettext_noop("bed broken"),
    "beds": gettext_noop("beds"),
    "begin": gettext_noop("the beginning"),
    "better": gettext_noop("better"),
    "blood": gettext_noop("blood"),
    "breathless": gettext_noop("breathless"),
    "broken": gettext_noop("broken"),
    "cannot_say": gettext_noop("cannot be said"),
    "car": gettext_noop("community car"),
    "card": gettext_noop("card"),
    "central": gettext_noop("central observation"),
    "child": gettext_noop("child"),
    "civil_affairs": gettext_noop("civil affairs"),
    "clinic": gettext_noop("to the clinic"),
    "clinical": gettext_noop("clinically diagnosed"),
    "clinician": gettext_noop("a clinician's ruling"),
    "clocks": gettext_noop("clocks"),
    "cluster": gettext_noop("several patients belong together"),
    "commander": gettext_noop("commander"),
    "community": gettext_noop("community staff"),
    "confirmed": gettext_noop("confirmed"),
    "contact": gettext_noop("contacts"),
    "cough": gettext_noop("cough"),
    "critical": gettext_noop("critical"),
    "cured": gettext_noop("cured"),
    "cut_off": gettext_noop("cut off"),
    "dead": gettext_noop("dead"),
    "data_error": gettext_noop("the entries contradict each other"),
    "decision": gettext_noop("a decision"),
    "definition": gettext_noop("case definition"),
    "deliver": gettext_noop("deliver"),
    "delivered": gettext_noop("delivered"),
    "device": gettext_noop("a phone"),
    "dialysis": gettext_noop("dialysis"),
    "diarrhoea": gettext_noop("diarrhoea"),
    "did_not_come": gettext_noop("did not come"),
    "died": gettext_noop("died"),
    "disabled": gettext_noop("disabled person"),
    "discharged": gettext_noop("discharged"),
    "dispatcher": gettext_noop("dispatcher"),
    "done": gettext_noop("done"),
    "door": gettext_noop("at the door"),
    "dropped": gettext_noop("dropped"),
    "drug_failure": gettext_noop("a medicine does not work"),
    "duplicate": gettext_noop("entered twice"),
    "duty_officer": gettext_noop("duty officer"),
    "elsewhere": gettext_noop("elsewhere"),
    "emergency": gettext_noop("to the emergency room"),
    "end": gettext_noop("the end"),
    "environment": gettext_noop("disinfection and waste"),
    "epidemiologist": gettext_noop("epidemiologist"),
    "escort": gettext_noop("escort"),
    "excluded": gettext_noop("excluded"),
    "experts": gettext_noop("experts"),
    "explained": gettext_noop("explained"),
    "female": gettext_noop("female"),
    "fever": gettext_noop("fever"),
    "food": gettext_noop("food"),
    "disposal": gettext_noop("rubbish to be taken away"),
    "infant": gettext_noop("things for a baby"),
    "medicine": gettext_noop("medicine"),
    "repair": gettext_noop("a repair"),
    "water": gettext_noop("water"),
    "figure": gettext_noop("a figure"),
    "first": gettext_noop("as first published"),
    "found_elsewhere": gettext_noop("found elsewhere"),
    "gathering": gettext_noop("gathering"),
    "general": gettext_noop("general"),
    "given_up": gettext_noop("given up"),
    "granted": gettext_noop("granted"),
    "home": gettext_noop("at home"),
    "home_of_care": gettext_noop("in a home"),
    "hospital": gettext_noop("hospital"),
    "household": gettext_noop("at home with others"),
    "icu": gettext_noop("intensive care"),
    "identified": gettext_noop("identified as a case"),
    "ill": gettext_noop("ill person"),
    "in_care": gettext_noop("in care"),
    "information": gettext_noop("information"),
    "insufficient_data": gettext_noop("not enough is known"),
    "investigated": gettext_noop("investigated"),
    "investigation": gettext_noop("investigation"),
    "isolated": gettext_noop("isolated"),
    "isolation": gettext_noop("isolation place"),
    "journeys": gettext_noop("journeys"),
    "known_already": gettext_noop("known already"),
    "law_desk": gettext_noop("law desk"),
    "left_by_choice": gettext_noop("left by own choice"),
    "liaison": gettext_noop("contact persons"),
    "local_edition_unread": gettext_noop("a stricter local order may hold and was not read"),
    "lost": gettext_noop("lost"),
    "male": gettext_noop("male"),
    "market": gettext_noop("market"),
    "merged": gettext_noop("entered twice"),
    "mild": gettext_noop("mild"),
    "mistake": gettext_noop("a mistake"),
    "mistaken": gettext_noop("a mistake"),
    "moderate": gettext_noop("moderate"),
    "mortuary": gettext_noop("mortuary"),
    "moved": gettext_noop("moved away"),
    "nearer_family": gettext_noop("nearer to the family"),
    "need": gettext_noop("needs something"),
    "needs_ruling": gettext_noop("somebody has to rule"),
    "negative": gettext_noop("negative"),
    "neighbour": gettext_noop("neighbour"),
    "network": gettext_noop("no network"),
    "newcomer": gettext_noop("newcomer"),
    "no": gettext_noop("no"),
    "no_answer": gettext_noop("no answer"),
    "no_capacity": gettext_noop("no room"),
    "no_driver": gettext_noop("no driver"),
    "no_oxygen": gettext_noop("no oxygen"),
    "no_pack": gettext_noop("no rule in force"),
    "no_result": gettext_noop("no result yet"),
    "no_staff": gettext_noop("nobody free"),
    "no_supplies": gettext_noop("no supplies"),
    "no_transport": gettext_noop("no transport"),
    "no_vehicle": gettext_noop("no vehicle"),
    "nobody_there": gettext_noop("nobody there"),
    "none": gettext_noop("no symptoms"),
    "nose": gettext_noop("nose swab"),
    "not_available": gettext_noop("not to be had"),
    "not_clean": gettext_noop("not cleaned yet"),
    "not_disinfected": gettext_noop("not disinfected"),
    "not_found": gettext_noop("not found"),
    "not_here": gettext_noop("not here"),
    "not_ill": gettext_noop("not ill"),
    "not_lawful": gettext_noop("not lawful: to the law desk"),
    "not_ours": gettext_noop("not ours"),
    "not_ready": gettext_noop("not ready"),
    "not_said": gettext_noop("was not said"),
    "not_so": gettext_noop("it is not so"),
    "notice": gettext_noop("give a notice"),
    "obstetrics": gettext_noop("obstetrics"),
    "old": gettext_noop("old person"),
    "on_the_way": gettext_noop("on the way"),
    "oncology": gettext_noop("oncology"),
    "onset": gettext_noop("onset"),
    "other": gettext_noop("something else"),
    "pad": gettext_noop("a pad of slips"),
    "page": gettext_noop("own page"),
    "paper": gettext_noop("on paper"),
    "partly": gettext_noop("in part"),
    "partly_found": gettext_noop("partly found"),
    "passed_up": gettext_noop("passed up"),
    "pcr": gettext_noop("PCR"),
    "phone": gettext_noop("by telephone"),
    "place": gettext_noop("place"),
    "positive": gettext_noop("positive"),
    "problem": gettext_noop("not as it should be"),
    "publisher": gettext_noop("publisher"),
    "reached": gettext_noop("reached"),
    "refused": gettext_noop("refused"),
    "relative": gettext_noop("relative"),
    "replaced": gettext_noop("replaced"),
    "report": gettext_noop("report"),
    "restated": gettext_noop("restated"),
    "returned": gettext_noop("given back"),
    "road_closed": gettext_noop("road closed"),
    "rosters": gettext_noop("rosters"),
    "rounds": gettext_noop("rounds"),
    "routine": gettext_noop("routine"),
    "rule": gettext_noop("the rule"),
    "said_otherwise": gettext_noop("was said otherwise"),
    "same_room": gettext_noop("with a relative"),
    "seat": gettext_noop("sitting"),
    "self": gettext_noop("by own means"),
    "sent_home": gettext_noop("sent home"),
    "sent_on": gettext_noop("sent on"),
    "sequencing": gettext_noop("sequencing"),
    "server": gettext_noop("the server"),
    "service": gettext_noop("service to residents"),
    "severe": gettext_noop("severe"),
    "sex": gettext_noop("sex"),
    "single": gettext_noop("one source"),
    "slip": gettext_noop("a slip of the hand"),
    "source": gettext_noop("source"),
    "source_excluded": gettext_noop("released: the case was excluded"),
    "sputum": gettext_noop("sputum"),
    "staff": gettext_noop("staff"),
    "staff_infected": gettext_noop("staff infected"),
    "state": gettext_noop("classification"),
    "stay_home": gettext_noop("stay home"),
    "stretcher": gettext_noop("lying"),
    "supplied": gettext_noop("supplied"),
    "supplies": gettext_noop("supplies"),
    "supply": gettext_noop("supplies"),
    "supply_officer": gettext_noop("supply officer"),
    "price_monitor": gettext_noop("price monitor"),
    "suspected": gettext_noop("suspected"),
    "system_down": gettext_noop("report system down"),
    "taken": gettext_noop("taken"),
    "taken_over": gettext_noop("taken over"),
    "tasks": gettext_noop("tasks done"),
    "temperature": gettext_noop("take temperatures"),
    "text": gettext_noop("text of the bulletin"),
    "three_agree": gettext_noop("three sources agree"),
    "throat": gettext_noop("throat swab"),
    "tired": gettext_noop("tired"),
    "too_ill": gettext_noop("patient too ill"),
    "transferred": gettext_noop("transferred"),
    "transport": gettext_noop("transport"),
    "travel": gettext_noop("travel"),
    "two_agree": gettext_noop("two sources agree"),
    "two_negatives": gettext_noop("two negative tests"),
    "unclear": gettext_noop("unclear"),
    "unknown": gettext_noop("unknown"),
    "unusual_pneumonia": gettext_noop("unusual pneumonia"),
    "unwell": gettext_noop("unwell"),
    "urgent": gettext_noop("urgent"),
    "used_up": gettext_noop("used up"),
    "visit": gettext_noop("visit"),
    "ward_asked": gettext_noop("the ward asked"),
    "well": gettext_noop("well"),
    "with_carer": gettext_noop("with the carer"),
    "withdrawn": gettext_noop("withdrawn"),
    "work": gettext_noop("at work"),
    "wrong_class": gettext_noop("wrong infection class"),
    "wrong_household": gettext_noop("the wrong door"),
    "wrong_item": gettext_noop("the wrong thing"),
    "wrong_time": gettext_noop("the wrong time"),
    "yes": gettext_noop("yes"),
}

UNITS = {
    "age": gettext_noop("years"),
    "fen": gettext_noop("yuan"),
    "years": gettext_noop("years"),
    "temp10": "°C",
    "weight10": "kg",
    "spo2": "%",
    "days_normal_temp": gettext_noop("days"),
    "usable": gettext_noop("pieces"),
    "used": gettext_noop("pieces"),
}


def name(kind: str, field: str) -> str:
    """What a field of a kind is called, as the catalogue has it. Raises KeyError where nobody said it."""
    return KINDS[kind].words.get(field) or LABELS[field]


def words(kind: str, field: str, code: Any) -> str:
    """What a choice of a field means, as the catalogue has it. Raises KeyError where nobody said it."""
    return KINDS[kind].words.get(f"{field}.{code}") or CHOICES[str(code)]


def label(kind: str, field: str) -> str:
    """What a field of a kind is called, in the reader's language."""
    return _(name(kind, field))


def choice(kind: str, field: str, code: Any) -> str:
    """What a choice of a field means, in the reader's language."""
    return _(words(kind, field, code))


def choices(kind: str, field: str) -> list[tuple[str, str]]:
    """The choices of a field in the order of its kind, as code and words; none where it is not chosen from a list."""
    return [(str(code), choice(kind, field, code)) for code in codes(kind, field)]


def catalogue(kind: str, field: str, *only: str) -> dict[str, str]:
    """The choices of a field (`only` these, in this order), each with the words that stand in the catalogues: for
    whoever declares them once and translates when somebody reads them."""
    return {code: KINDS[kind].words.get(f"{field}.{code}") or CHOICES[code] for code in only or codes(kind, field)}


def unit(field: str) -> str:
    """The unit of a field as people write it; empty where it has none."""
    return _(UNITS[field]) if field in UNITS else ""


def called(kind: str) -> str:
    """What a kind of fact is called."""
    return _(KINDS[kind].called)


def said(kind: str, body: Mapping[str, Any]) -> str:
    """What a fact says in words: its kind, and what was chosen in it."""
    told = [called(kind)]
    for field in fields(kind):
        value = body.get(field)
        if isinstance(value, str) and value and value in codes(kind, field):
            told.append(choice(kind, field, value))
    return " · ".join(told)


def fields(kind: str) -> list[str]:
    """The fields of a kind, in the order of its declaration."""
    return list(_hints(KINDS[kind].body))


def codes(kind: str, field: str) -> tuple[Any, ...]:
    """The closed list of a field in the order of its declaration; empty where it has none."""
    return _literals(_hints(KINDS[kind].body)[field])


@lru_cache(maxsize=512)
def _hints(body: type) -> dict[str, Any]:
    return get_type_hints(body, include_extras=True)


def _literals(hint: Any) -> tuple[Any, ...]:
    if get_origin(hint) is Literal:
        return get_args(hint)
    return tuple(code for inner in get_args(hint) if not isinstance(inner, str) for code in _literals(inner))


def unsaid() -> list[str]:
    """Every kind, field and choice for which nobody found words: none, or the program is not whole."""
    missing = [kind.name for kind in KINDS.values() if not kind.called and not kind.mass]
    for name, kind in KINDS.items():
        for field in fields(name):
            if not (kind.words.get(field) or LABELS.get(field)):
                missing.append(f"{name}.{field}")
            missing += [
                f"{name}.{field}.{code}"
                for code in codes(name, field)
                if not (kind.words.get(f"{field}.{code}") or CHOICES.get(str(code)))
            ]
    return missing


@lru_cache
def free(kind: str) -> tuple[str, ...]:
    """The fields of a kind in which somebody writes sentences of their own."""
    fields = inspect.type_info(KINDS[kind].body).fields  # type: ignore[attr-defined]
    return tuple(one.encode_name for one in fields if _pattern(one.type) == NO_NUMBER)


def _pattern(type_: inspect.Type) -> str | None:
    if isinstance(type_, inspect.Metadata):
        return _pattern(type_.type)
    if isinstance(type_, inspect.UnionType):
        return next((found for one in type_.types if (found := _pattern(one))), None)
    return type_.pattern if isinstance(type_, inspect.StrType) else None
