"""The pages' forms as somebody might fill them in about another county's subjects; beside `attempts.py`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import uuid_utils.compat as uuids

from tongzhou.bench.attempts import DAY, Side

Given = dict[str, Any]


@dataclass(frozen=True)
class Form:
    role: str
    path: Callable[[Side], str]
    given: Callable[[Side, Side], Given]  # (whose subjects, who fills it in)

    def filled(self, of: Side, by: Side) -> Given:
        return {"id": str(uuids.uuid7()), **self.given(of, by)}


def _at(path: str, role: str, **given: str) -> list[Form]:
    """One form; `{name}` in the path and in what is given is the key of that subject."""
    return [
        Form(
            role,
            lambda of: path.format(**_words(of)),
            lambda of, _by: {name: value.format(**_words(of)) for name, value in given.items()},
        )
    ]


def _words(of: Side) -> dict[str, Any]:
    return {**of.ids, "ward": of.ward, "house": of.facility, "door": of.household, "county": of.county,
            "community": of.community, **{f"bed{n}": bed for n, bed in enumerate(of.beds)}}  # fmt: skip


NEAR = {"category": "household", "first_day": DAY, "last_day": DAY, "protected": "no", "stay": "home"}
FORMS: list[Form] = [
    *_at("/callbacks/", "community_doctor", form="call/{exception}", advice="stay_home"),
    *_at("/callbacks/", "community_doctor", form="mistaken/{exception}", outcome="mistaken"),
    *_at("/callbacks/", "community_doctor", form="number/{exception}"),
    *_at("/clinic/", "clinician", form="seen/{referral}", outcome="sent_home"),
    *_at("/clinic/{referral}/identify", "clinician", say="identify", classification="confirmed", E1="yes",
         C1="yes"),
    *_at("/cases/{case}", "epidemiologist", form="excluded", basis="pcr"),
    *_at("/cases/{case}", "epidemiologist", form="merge-{other}"),
    *_at("/cases/{case}", "epidemiologist", form="classified", classification="confirmed", basis="pcr"),
    *_at("/cases/{case}", "epidemiologist", form="received"),
    *_at("/cases/{case}", "epidemiologist", form="corrected", age="9", sex="male"),
    *_at("/cases/{case}", "epidemiologist", form="open"),
    *_at("/cases/{case}/interview", "epidemiologist", form="lines", save="visits", visits="7"),
    *_at("/cases/{case}/interview", "epidemiologist", form="exposure", setting="market", first_day=DAY, last_day=DAY),
    *_at("/cases/{case}/interview", "epidemiologist", form="contact", say="close", **NEAR, household="{door}"),
    *_at("/cases/{case}/interview", "epidemiologist", form="dependant", who="old", household="{door}"),
    *_at("/cases/{case}/interview", "epidemiologist", form="again-{contact}", last_day=DAY),
    *_at("/cases/{case}/interview", "epidemiologist", form="stay-{contact}", stay="central", depends="nobody"),
    *_at("/cases/letters", "epidemiologist", form="{letter}", outcome="not_found"),
    *_at("/cases/{case}/papers", "epidemiologist", form="letter-{county}"),
    *_at("/follow-up/", "community_doctor", form="{contact}", say="asked", temp10="36.5"),
    *_at("/follow-up/", "grid_worker", form="{contact}", say="told"),
    *_at("/homes/", "community_doctor", form="{door}", carer="relative", where="home"),
    *_at("/beds/", "dispatcher", form="sign/{request}", bed="{bed0}"),
    *_at("/beds/", "dispatcher", form="all"),
    *_at("/beds/", "dispatcher", form="release/{patient}", reason="elsewhere"),
    *_at("/beds/ward/{ward}", "ward_nurse", form="counted", staffed="1"),
    *_at("/beds/ward/{ward}", "ward_nurse", form="admitted/{request}"),
    *_at("/beds/ward/{ward}", "ward_nurse", form="left/{patient}", how="died", destination="mortuary"),
    *_at("/beds/ward/{ward}", "ward_nurse", form="cleaned/{bed3}"),
    *_at("/beds/ward/{ward}", "ward_nurse", form="closed", bed="{bed0}", reason="broken"),
    *_at("/beds/patient/{patient}", "clinician", days_normal_temp="4"),
    *_at("/beds/patient/{patient}", "clinician", form="transfer", severity="severe", depends="nobody"),
    *_at("/beds/houses", "dispatcher", form="closing/{house}"),
    *_at("/beds/houses", "dispatcher", form="closed/{house}"),
    *_at("/beds/ask?case={case}", "clinician", infection="confirmed", severity="mild", oxygen="no", age="40",
         depends="nobody"),
    *_at("/aftercare/", "community_doctor", form="asked/{discharged}", temp10="39.5"),
    *_at("/directives/", "duty_officer", directive="{directive}", say="read"),
    *_at("/directives/", "duty_officer", directive="{directive}", say="done"),
    *_at("/directives/", "duty_officer", directive="{directive}", say="end", reason="withdrawn"),
    *_at("/directives/", "duty_officer", directive="{directive}", say="issue", what="service", text="Broken down",
         to="{community}", due="2030-01-01T09:00", evidence="answer", desk="{county}"),
    *_at("/requests/", "duty_officer", request="{support}", outcome="refused", text="Not at all"),
    *_at("/requests/", "duty_officer", request="{support}", outcome="refused", text="Not at all", desk="{county}"),
    *_at("/handover/", "duty_officer", say="number", telephone="027-9999 9999", desk="{county}"),
    *_at("/handover/", "duty_officer", say="give", to="1", desk="{county}"),
    *_at("/handover/", "duty_officer", say="take", desk="{county}"),
    *_at("/morning/", "duty_officer", say="decide", text="No nurses go", owner="dispatcher", at="{county}",
         due="2030-01-01T09:00", desk="{county}"),
    *_at("/morning/", "duty_officer", say="settle", decision="{county}/2020-03-10/1", outcome="dropped"),
    *_at("/supply/", "supply_officer", **{"store": "{county}/{house}", "usable-coverall": "0"}),
    *_at("/alerts/", "epidemiologist", alert="growth/{county}/2020-03-10", state="explained"),
    *_at("/doorway/slips", "community_lead", form="door", household="{door}"),
]  # fmt: skip
