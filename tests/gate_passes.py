"""Good passes of the south gate at nine, and a thousand that must not pass."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random
from typing import Any

import gates_town as gates
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tongzhou import keys
from tongzhou.gates import code, number
from tongzhou.gates.checking import Known
from tongzhou.gates.code import EPOCH, Pass
from tongzhou.ledger.time import local_day

NINE = gates.START.replace(hour=9)
HOUR = dt.timedelta(hours=1)


def a_pass(n: int = 123456, gate: str = gates.GATE, **other: Any) -> Pass:
    told = Pass(number.numbered(n), gate, "medicine", NINE, NINE + 2 * HOUR, "hu.pharmacy")
    return dataclasses.replace(told, **other)


def signed(one: Pass, key: Ed25519PrivateKey | None = None) -> str:
    return code.signed(one, key or keys.pass_key(local_day(one.starts)))


def knows(*cards: Pass, spent: tuple[str, ...] = ()) -> Known:
    days = [local_day(NINE) + dt.timedelta(days=n) for n in (-1, 0, 1)]
    public = {(day - EPOCH).days: keys.pass_key(day).public_key() for day in days}
    return Known(gates.GATE, {one.number: one for one in cards if one.gate == gates.GATE}, spent, public)


def bad_ones() -> list[tuple[str, str]]:
    """A thousand that must not pass, scanned and typed, each with what is to be said of it."""
    rng, other, found = random.Random(7), Ed25519PrivateKey.generate(), list[tuple[str, str]]()
    for n in range(100):
        one = a_pass(200000 + n)
        later = dataclasses.replace(one, until=one.until + HOUR)
        found += [
            (signed(one, other), "forged"),
            (_regrafted(one, later), "forged"),  # a later hour under the signature of an earlier one
            (signed(dataclasses.replace(one, gate=gates.NORTH)), "other_gate"),
            (signed(dataclasses.replace(one, starts=NINE - 3 * HOUR, until=NINE)), "expired"),
            (signed(dataclasses.replace(one, starts=NINE + HOUR)), "not_yet"),
            (signed(dataclasses.replace(one, starts=NINE - 48 * HOUR, until=NINE - 40 * HOUR)), "no_key"),
            (signed(a_pass(300000 + n)), "taken_back" if n % 4 == 0 else "expired" if n % 4 == 1 else "spent"),
            (number.numbered(300000 + n), "taken_back" if n % 4 == 0 else "expired" if n % 4 == 1 else "spent"),
            (number.numbered(rng.randrange(500000, 999999)), "unknown"),
            (number.numbered(400000 + n), "expired"),
        ]
    return found


def _regrafted(one: Pass, told: Pass) -> str:
    whole = int(signed(one)).to_bytes(129).lstrip(b"\0")
    return str(int.from_bytes(b"\1" + code.packed(told) + whole[-64:]))


def known_of_the_bad() -> Known:
    spent = tuple(number.numbered(300000 + n) for n in range(100))
    over = [a_pass(400000 + n, starts=NINE - 3 * HOUR, until=NINE) for n in range(100)]
    shorter = [a_pass(300000 + n, until=NINE) for n in range(1, 100, 4)]  # than their codes say
    back = {number.numbered(300000 + n) for n in range(0, 100, 4)}
    rest = [a_pass(300000 + n) for n in range(100) if n % 4 > 1]
    return dataclasses.replace(knows(*over, *shorter, *rest, spent=spent), back=back)


def midnight(day: int) -> dt.datetime:
    return dt.datetime.combine(EPOCH + dt.timedelta(days=day), dt.time(), NINE.tzinfo)


def junk() -> list[str]:
    """What is held before a scanner or typed by mistake, and codes of ours with one bit that fell over."""
    rng = random.Random(3)
    junk = ["", "hello", "1" * 9, "9" * 255, "0" * 255, "https://example.org/x", "1234 5678", "٣" * 8]
    junk += [str(rng.randrange(10**254, 10**255)) for _ in range(60)]
    whole = bytearray(int(signed(a_pass())).to_bytes(129).lstrip(b"\0"))
    for at in range(1, len(whole)):
        broken = bytearray(whole)
        broken[at] ^= 1 << rng.randrange(8)
        junk.append(str(int.from_bytes(broken)))
    return junk
