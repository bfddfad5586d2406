"""Where somebody stays on Today after an act: at the line that follows, with the receipt before it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.http import urlencode

END, DONE = "end", "done"  # below the last line; above what was done today
NEXT = 2  # lines that may follow: one act can settle the next line as well


@dataclass(frozen=True)
class Stay:
    """`did`: the line that was acted on; `then`: those that may stand there now, the nearest first."""

    did: str = ""
    then: tuple[str, ...] = ()

    @staticmethod
    def read(given: QueryDict) -> Stay:
        return Stay(given.get("did", ""), tuple(one for one in given.get("then", "").split(",") if one))

    def at(self, lines: Collection[str]) -> str:
        """Before which line the receipt stands, or where else; empty: above all of them."""
        return next((one for one in self.then if one in lines or one in (END, DONE)), "")

    def address(self, skip: int, **more: str) -> str:
        """Today, at the place where this leaves one."""
        given = {"from": skip or "", "did": self.did, "then": ",".join(self.then), **more}
        told = urlencode({name: value for name, value in given.items() if value})
        return "/today" + (f"?{told}" if told else "") + ("#did" if self.then else "")

    @property
    def back(self) -> Stay:
        """Where one is once the act is taken back: at the line that was acted on."""
        return Stay("", (self.did, *self.then)) if self.did else self


def following(ids: Sequence[str]) -> dict[str, str]:
    """For each line of a page, as its forms name them, those that follow it."""
    return {one: ",".join(ids[n + 1 : n + 1 + NEXT]) or END for n, one in enumerate(ids)}
