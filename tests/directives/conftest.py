from __future__ import annotations

import pytest
import world


@pytest.fixture
def desks(staff: dict[str, int]) -> dict[str, int]:
    """Desks of Wu, of Hong below it, and of Xiao."""
    hired = {name: (name, [("duty_officer", place)]) for name, place in {"wu2": 2, "hong3": 3, "xiao8": 8}.items()}
    staff.update(world.make_staff("!", hired))
    return staff
