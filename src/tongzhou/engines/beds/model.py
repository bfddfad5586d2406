"""What is asked and what is planned: patients, wards, the policy table, one placement a patient."""

from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from tongzhou.engines.certificate import Provenance

Ints = npt.NDArray[np.int64]
Costs = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

# Columns hold the position in these tuples; -1 is "not known". There is no column for rank, office or employer.
INFECTIONS = ("other", "contact", "fever", "suspected", "confirmed")
SEVERITIES = ("none", "mild", "moderate", "severe", "critical")
BEDS = ("general", "icu", "dialysis", "obstetrics", "child", "oncology")
KINDS = ("hospital", "designated", "requisitioned", "fangcang", "hotel", "observation")
ANSWERS = ("no", "yes")
SEXES = ("female", "male")
TAKES = (*SEXES, "any")  # whom a ward takes
CHILD_AGE = 14  # younger ones lie where the person they belong to lies, whatever the ward's sex
UNKNOWN = -1

# The same, as sentences in Chinese say them.
INFECTIONS_ZH = ("非新冠", "密切接触者", "发热", "疑似", "确诊")
SEVERITIES_ZH = ("无症状", "轻型", "普通型", "重型", "危重型")
BEDS_ZH = ("普通", "重症", "透析", "产科", "儿童陪护", "肿瘤")
KINDS_ZH = ("普通医院", "定点医院", "征用医院", "方舱医院", "隔离酒店", "集中观察点")

# Of these kinds one house may hold wards for two infection classes; every other house holds one class only.
WITH_SEPARATE_WARDS = ("hospital", "designated", "requisitioned")


@dataclass(frozen=True)
class Wards:
    """Wards, one row each: a place of one facility with beds of one type for one infection class.

    ``kind`` indexes :data:`KINDS`, ``bed`` :data:`BEDS`, ``serves`` :data:`INFECTIONS`; ``xy`` (rows, 2) in
    km; ``physical`` clean beds, those of settled patients included; ``staffed`` beds the staff on shift can
    serve; ``sex`` indexes :data:`TAKES` (None: any), ``oxygen`` is 1 where there is oxygen at the bed (None:
    everywhere).
    """

    ids: tuple[str, ...]
    facility: tuple[str, ...]
    kind: Ints
    bed: Ints
    serves: Ints
    xy: Floats
    physical: Ints
    staffed: Ints
    provenance: Provenance = field(default_factory=Provenance)
    sex: Ints | None = None
    oxygen: Ints | None = None

    @property
    def usable(self) -> Ints:
        return np.minimum(self.physical, self.staffed)


@dataclass(frozen=True)
class Patients:
    """Patients, one row each, as triaged by clinicians; nothing clinical is computed here.

    ``infection`` indexes :data:`INFECTIONS`, ``severity`` :data:`SEVERITIES`, ``need`` :data:`BEDS`;
    ``self_care``, ``chronic`` (respiratory, cardio-cerebrovascular or mental disease) and ``flu_negative`` are
    0, 1 or -1; ``age`` in years; ``xy`` (rows, 2) in km; ``waited`` in hours. ``together`` names a group kept
    in one ward (mother and young child), ``settled`` the ward where the patient lies today; "" for neither.
    ``refused`` lists (patient id, ward id) pairs. ``sex`` indexes :data:`SEXES` (-1 or None: not known, then only wards
    for anybody); ``oxygen`` is 1 for who needs it at the bed.
    """

    ids: tuple[str, ...]
    infection: Ints
    severity: Ints
    need: Ints
    age: Ints
    self_care: Ints
    chronic: Ints
    flu_negative: Ints
    xy: Floats
    waited: Floats
    together: tuple[str, ...]
    settled: tuple[str, ...]
    refused: tuple[tuple[str, str], ...] = ()
    provenance: Provenance = field(default_factory=Provenance)
    sex: Ints | None = None
    oxygen: Ints | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """Who may lie where: an infection class with severities ``lowest`` to ``highest`` in a kind of place.

    ``extra_km`` is how much farther a patient is sent before this kind is taken.
    """

    infection: str
    lowest: str
    highest: str
    kind: str
    extra_km: float = 0.0


# RULEBOOK 7, placement of the four categories (Wuhan, 2 February 2020, S40) and the hospitals of other patients.
OPENINGS = (
    Opening("confirmed", "severe", "critical", "designated"),
    Opening("confirmed", "none", "moderate", "designated", 30.0),  # kept for the severe while a hall has room
    Opening("confirmed", "none", "severe", "requisitioned", 5.0),
    Opening("confirmed", "mild", "moderate", "fangcang"),
    Opening("confirmed", "none", "mild", "hotel", 10.0),
    Opening("suspected", "moderate", "critical", "designated"),
    Opening("suspected", "moderate", "severe", "requisitioned", 5.0),
    Opening("suspected", "none", "mild", "hotel"),
    Opening("suspected", "none", "mild", "observation"),
    Opening("suspected", "moderate", "moderate", "hotel", 60.0),
    Opening("suspected", "moderate", "moderate", "observation", 60.0),
    Opening("fever", "none", "mild", "observation"),
    Opening("contact", "none", "none", "observation"),
    Opening("other", "none", "critical", "hospital"),
)


@dataclass(frozen=True, slots=True)
class Policy:
    """The planner's table; all prices in km, so that they can be weighed against a patient's way.

    Waiting costs ``wait_km[severity] + wait_km_per_hour × min(waited, wait_hours_cap)``, and ``need_km`` more
    for a special need: severity first, then time waited, then need, then distance, as long as the steps
    between severities exceed what waiting can add. ``turn_out_km`` comes on top for whoever has a bed: a settled
    patient is not sent out for another. ``churn_km`` is the price of a move, ``extra_bed_km`` of a bed beyond the
    usable ones, open only to those who lie in it. ``signed_by`` and ``signed_on`` come from the signed file.
    """

    openings: tuple[Opening, ...] = OPENINGS
    road_factor: float = 1.3
    wait_km: tuple[float, ...] = (30_000.0, 60_000.0, 90_000.0, 120_000.0, 150_000.0)
    wait_km_per_hour: float = 100.0
    wait_hours_cap: float = 168.0
    need_km: float = 90.0
    turn_out_km: float = 200_000.0
    churn_km: float = 1.0
    extra_bed_km: float = 1_000.0
    fangcang_ages: tuple[int, int] = (18, 65)
    target_hours: float = 24.0
    source: str = "Tongzhou design, RULEBOOK 7 [D]"
    signed_by: str = ""
    signed_on: str = ""


class Placement(NamedTuple):
    """One patient's row: ``ward`` is "" while waiting; ``extra`` says that the bed is beyond the usable ones."""

    patient: str
    ward: str
    facility: str
    km: float
    extra: bool


@dataclass(frozen=True, slots=True)
class Move:
    """A question: what if this patient went to this ward?"""

    patient: str
    ward: str


@dataclass(frozen=True, slots=True)
class Refuse:
    """A question, or a fact: this ward does not take this patient."""

    patient: str
    ward: str


@dataclass(frozen=True, slots=True)
class MoreBeds:
    """A question: what if this ward had so many usable beds more (or, below 0, fewer)?"""

    ward: str
    beds: int


def staffed_beds(
    doctors: Ints, nurses: Ints, *, doctors_per_team: int, nurses_per_team: int, beds_per_team: int
) -> Ints:
    """Beds that doctors and nurses on shift can serve: the scarcer of both, in teams, rounded down (RULEBOOK 7)."""
    short = np.minimum(doctors * nurses_per_team, nurses * doctors_per_team) * beds_per_team
    return np.asarray(short // (doctors_per_team * nurses_per_team), np.int64)
