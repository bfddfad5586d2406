"""The same pass as a code for phones that scan: eight values in CBOR, signed (Ed25519) with the key of its day, written
as digits, so that the code is small and a hand scanner types it like a keyboard.

At most 128 bytes: 64 of the signature, 42 of where to, 22 of all the rest. Nothing in it is about a person.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import get_args

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from tongzhou.gates.kinds import What
from tongzhou.ledger.time import local_day, zone

VERSION = 1
SIGNED_AS = b"tongzhou pass\0"
WHAT: tuple[str, ...] = get_args(What)  # its place in this list stands in the code: the list only grows
EPOCH = dt.date(1970, 1, 1)
SIGNATURE = 64
LONGEST = 128
DAY = 24 * 60  # minutes: a pass is good for so long at most, and begins on the day whose key signed it


@dataclass(frozen=True)
class Pass:
    """What a pass says. `gate`: of a code the mark of the gate, of a card its key."""

    number: str
    gate: str
    what: str
    starts: dt.datetime
    until: dt.datetime
    to: str = ""


class Unreadable(ValueError):
    """It is no code of ours."""


class Forged(ValueError):
    """It looks like one, and its signature is not that of its day."""


class NoKey(ValueError):
    """The keys of its day are not here."""


def mark(gate: str) -> str:
    """Eight hexadecimal digits by which a code names its gate."""
    return hashlib.sha256(gate.encode()).digest()[:4].hex()


def packed(one: Pass) -> bytes:
    day = local_day(one.starts)
    midnight = dt.datetime.combine(day, dt.time(), zone())
    minutes = [int((at - midnight).total_seconds()) // 60 for at in (one.starts, one.until)]
    values = [VERSION, (day - EPOCH).days, bytes.fromhex(mark(one.gate)), int(one.number), WHAT.index(one.what),
              *minutes, one.to]  # fmt: skip
    return cbor2.dumps(values, canonical=True)


def signed(one: Pass, key: Ed25519PrivateKey) -> str:
    """The digits of the code."""
    payload = packed(one)
    return str(int.from_bytes(b"\1" + payload + key.sign(SIGNED_AS + payload)))


def opened(digits: str, keys: Mapping[int, Ed25519PublicKey]) -> Pass:
    """What a code says. `keys`: public keys by the number of their day. Raises Unreadable, NoKey and Forged."""
    payload, signature = _parts(digits)
    values = _values(payload)
    _version, day, gate, number, what, starts, until, to = values
    key = keys.get(day)
    if key is None:
        raise NoKey(str(day))
    try:
        key.verify(signature, SIGNED_AS + payload)
    except InvalidSignature:
        raise Forged() from None
    midnight = dt.datetime.combine(EPOCH + dt.timedelta(days=day), dt.time(), zone())
    begins, ends = (midnight + dt.timedelta(minutes=minute) for minute in (starts, until))
    return Pass(str(number), gate.hex(), WHAT[what], begins, ends, to)


def _parts(digits: str) -> tuple[bytes, bytes]:
    if not re.fullmatch(r"[1-9][0-9]{100,330}", digits):
        raise Unreadable()
    number = int(digits)
    whole = number.to_bytes((number.bit_length() + 7) // 8)
    if whole[:1] != b"\1" or not SIGNATURE < len(whole) - 1 <= LONGEST:
        raise Unreadable()
    return whole[1:-SIGNATURE], whole[-SIGNATURE:]


def _values(payload: bytes) -> tuple[int, int, bytes, int, int, int, int, str]:
    try:
        values = cbor2.loads(payload)
    except (cbor2.CBORError, UnicodeDecodeError, ValueError, RecursionError):
        raise Unreadable() from None
    kinds = (int, int, bytes, int, int, int, int, str)
    if not isinstance(values, list) or [type(one) for one in values] != list(kinds) or values[0] != VERSION:
        raise Unreadable()
    _version, day, gate, _number, what, starts, until, _to = values
    if len(gate) != 4 or not 0 <= what < len(WHAT) or not 0 <= day < 10**6:
        raise Unreadable()
    if not (0 <= starts <= DAY and starts < until <= starts + DAY):
        raise Unreadable()
    return tuple(values)
