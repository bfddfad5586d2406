"""The tables of `plan beds`: wards, patients and, where there are any, refusals."""

from pathlib import Path

import numpy as np

from tongzhou.engines.beds.model import (
    ANSWERS,
    BEDS,
    INFECTIONS,
    KINDS,
    SEVERITIES,
    SEXES,
    TAKES,
    UNKNOWN,
    Ints,
    Patients,
    Wards,
    staffed_beds,
)
from tongzhou.engines.certificate import Provenance

from . import BadInput
from .columns import PlanTable, table_exists, write_table

WARDS = {
    "id": True, "facility": True, "kind": True, "bed": True, "serves": True, "x_km": True, "y_km": True,
    "physical": True, "staffed": False, "doctors": False, "nurses": False, "sex": False, "oxygen": False,
}  # fmt: skip
PATIENTS = {
    "id": True, "infection": True, "severity": True, "need": False, "age": False, "self_care": False,
    "chronic": False, "flu_negative": False, "x_km": True, "y_km": True, "waited_h": False, "together": False,
    "settled": False, "sex": False, "oxygen": False,
}  # fmt: skip
REFUSALS = {"patient": True, "ward": True}


def read_beds(folder: Path) -> tuple[Wards, Patients]:
    """``wards`` and ``patients`` (CSV or Parquet) of a folder; ``staffed`` may be left to doctors and nurses."""
    wards, patients = PlanTable(folder, "wards", WARDS), PlanTable(folder, "patients", PATIENTS)
    refused: tuple[tuple[str, str], ...] = ()
    if table_exists(folder, "refusals"):
        refusals = PlanTable(folder, "refusals", REFUSALS)
        refused = tuple(zip(refusals.texts("patient"), refusals.texts("ward"), strict=True))
    if "staffed" in wards.found:
        staffed = wards.whole("staffed")
    elif "doctors" in wards.found and "nurses" in wards.found:
        staffed = staffed_beds(wards.whole("doctors"), wards.whole("nurses"), **_team())
    else:
        raise BadInput(f"{wards.path.name}: give 'staffed' (beds the staff can serve), or 'doctors' and 'nurses'.")
    return (
        Wards(
            wards.texts("id"), wards.texts("facility"), wards.codes("kind", KINDS), wards.codes("bed", BEDS),
            wards.codes("serves", INFECTIONS), _xy(wards), wards.whole("physical"), staffed,
            Provenance(str(wards.path.name)),
            sex=wards.codes("sex", TAKES, TAKES.index("any")) if "sex" in wards.found else None,
            oxygen=wards.codes("oxygen", ANSWERS, 1) if "oxygen" in wards.found else None,
        ),
        Patients(
            patients.texts("id"),
            patients.codes("infection", INFECTIONS, UNKNOWN),
            patients.codes("severity", SEVERITIES, UNKNOWN),
            patients.codes("need", BEDS, 0),
            patients.whole("age", UNKNOWN),
            patients.codes("self_care", ANSWERS, UNKNOWN),
            patients.codes("chronic", ANSWERS, UNKNOWN),
            patients.codes("flu_negative", ANSWERS, UNKNOWN),
            _xy(patients),
            patients.numbers("waited_h", 0.0),
            patients.texts("together"),
            patients.texts("settled"),
            refused,
            Provenance(str(patients.path.name)),
            sex=patients.codes("sex", SEXES, UNKNOWN) if "sex" in patients.found else None,
            oxygen=patients.codes("oxygen", ANSWERS, 0) if "oxygen" in patients.found else None,
        ),
    )  # fmt: skip


def write_beds(folder: Path, wards: Wards, patients: Patients) -> None:
    """Write an instance as the two CSV tables that :func:`read_beds` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    write_table(
        folder / "wards.csv",
        {
            "id": wards.ids, "facility": wards.facility, "kind": _names(wards.kind, KINDS),
            "bed": _names(wards.bed, BEDS), "serves": _names(wards.serves, INFECTIONS),
            "x_km": wards.xy[:, 0].tolist(), "y_km": wards.xy[:, 1].tolist(),
            "physical": wards.physical.tolist(), "staffed": wards.staffed.tolist(),
        },
    )  # fmt: skip
    write_table(
        folder / "patients.csv",
        {
            "id": patients.ids, "infection": _names(patients.infection, INFECTIONS),
            "severity": _names(patients.severity, SEVERITIES), "need": _names(patients.need, BEDS),
            "age": _known(patients.age), "self_care": _names(patients.self_care, ANSWERS),
            "chronic": _names(patients.chronic, ANSWERS), "flu_negative": _names(patients.flu_negative, ANSWERS),
            "x_km": patients.xy[:, 0].tolist(), "y_km": patients.xy[:, 1].tolist(),
            "waited_h": patients.waited.tolist(), "together": patients.together, "settled": patients.settled,
        },
    )  # fmt: skip


def _team() -> dict[str, int]:
    """Doctors and nurses of a team and the beds it serves, from the rule in rulebooks/hospital."""
    from tongzhou.rules import book  # reading all packs takes longer than planning; only this table needs them

    rule = book().latest("FANGCANG-STAFF")
    if rule is None:
        raise BadInput("The rule FANGCANG-STAFF is missing from rulebooks/hospital; give 'staffed' instead.")
    return {name: int(rule.parameters[name]) for name in ("doctors_per_team", "nurses_per_team", "beds_per_team")}


def _xy(table: PlanTable) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    return np.stack((table.numbers("x_km"), table.numbers("y_km")), axis=1)


def _names(codes: Ints, names: tuple[str, ...]) -> list[str]:
    return [names[code] if code >= 0 else "" for code in codes.tolist()]


def _known(numbers: Ints) -> list[str]:
    return [str(number) if number >= 0 else "" for number in numbers.tolist()]
