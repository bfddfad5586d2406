"""How the vault seals: an owner's key, the week's key that wraps it, and digests by which a value is found again."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings

from tongzhou import keys
from tongzhou.people import findable
from tongzhou.problems import KeyNotHere

SEARCHED = ("telephone", "identity", "name")  # fields with a blind index
WRITTEN = "written"  # the index of whole names, by which two people are told apart
INDEXES = {"telephone": ("telephone",), "identity": ("identity",), "name": ("name", WRITTEN)}
_INDEXED = frozenset({*SEARCHED, WRITTEN})
_MOST_SIGNS = 20_000
_BLOCK = 64  # bytes that SHA-256 takes at a time
_INNER, _OUTER = (bytes(byte ^ mask for byte in range(256)) for mask in (0x36, 0x5C))


def new_key() -> bytes:
    return AESGCM.generate_key(256)


def wrap(owner: str, key: bytes, epoch: str) -> bytes:
    return wrapping(epoch)(owner, key)


def wrapping(epoch: str) -> Callable[[str, bytes], bytes]:
    """Wraps the keys of many owners: (owner, key) → the key wrapped. The week's key is read once."""
    sealer = AESGCM(_week_key(epoch))

    def wrapped(owner: str, key: bytes) -> bytes:
        nonce = os.urandom(12)
        return nonce + sealer.encrypt(nonce, key, owner.encode())

    return wrapped


def unwrap(owner: str, wrapped: bytes, epoch: str) -> bytes:
    """Raises KeyNotHere."""
    return AESGCM(_week_key(epoch)).decrypt(wrapped[:12], wrapped[12:], owner.encode())


def seal(key: bytes, owner: str, field: str, value: str) -> bytes:
    return seal_all(key, owner, {field: value})[field]


def seal_all(key: bytes, owner: str, fields: Mapping[str, str]) -> dict[str, bytes]:
    """Every field sealed under the owner's key."""
    sealer, sealed, nonces = AESGCM(key), {}, os.urandom(12 * len(fields))
    for n, (field, value) in enumerate(fields.items()):
        nonce = nonces[12 * n : 12 * n + 12]
        sealed[field] = nonce + sealer.encrypt(nonce, value.encode(), _bound(owner, field))
    return sealed


def unseal(key: bytes, owner: str, field: str, sealed: bytes) -> str:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], _bound(owner, field)).decode()


@dataclass(frozen=True)
class Index:
    """The blind index under one key: digests by which a value can be found again and from which it cannot be read."""

    key: bytes
    week: str = ""

    @cached_property
    def _halves(self) -> tuple[Any, Any]:
        """HMAC (RFC 2104) with the key taken in already, copied for every value: half of what the library's object
        costs, and a list of 100,000 people asks for half a million."""
        key = (self.key if len(self.key) <= _BLOCK else hashlib.sha256(self.key).digest()).ljust(_BLOCK, b"\0")
        return hashlib.sha256(key.translate(_INNER)), hashlib.sha256(key.translate(_OUTER))

    @cached_property
    def _signs(self) -> dict[str, bytes]:
        """The signs of which names are made come again and again."""
        return {}

    def digests(self, field: str, value: str) -> list[bytes]:
        if not value or field not in _INDEXED:
            return []
        tokens = [findable.written(value)] if field == WRITTEN else sorted(findable.tokens(field, value))
        if field == "name":
            return [self._of_sign(token) for token in tokens if token]
        return [self._digest(f"{field}:{token}") for token in tokens if token]

    def _of_sign(self, token: str) -> bytes:
        if (known := self._signs.get(token)) is None:
            known = self._digest(f"name:{token}")
            if len(self._signs) < _MOST_SIGNS:
                self._signs[token] = known
        return known

    def _digest(self, text: str) -> bytes:
        inner, outer = self._halves
        inner, outer = inner.copy(), outer.copy()
        inner.update(text.encode())
        outer.update(inner.digest())
        digest: bytes = outer.digest()
        return digest

    def of(self, fields: Mapping[str, str]) -> dict[str, list[bytes]]:
        """Every index under which these fields are found, with its digests; a name also as it is written."""
        return {
            index: self.digests(index, value)
            for field, value in fields.items() if value
            for index in INDEXES.get(field, ())
        }  # fmt: skip


def index(epoch: str) -> Index:
    """The index of a week. Its key is looked up here, once for a list of thousands."""
    return Index(blind_key(epoch), epoch)


def blind(field: str, value: str, epoch: str) -> list[bytes]:
    return index(epoch).digests(field, value)


def blind_key(epoch: str) -> bytes:
    return _kept(os.environ.get("TONGZHOU_KEYS"), str(settings.INSTALLATION.home), epoch)


def _week_key(epoch: str) -> bytes:
    try:
        return keys.vault_key(epoch)
    except keys.KeyGone:
        raise KeyNotHere(epoch) from None


@lru_cache(maxsize=8)
def _kept(_folder: str | None, _home: str, epoch: str) -> bytes:
    """Read once for each week: a list of 100,000 people asks for it half a million times."""
    try:
        return keys.blind_key(epoch)
    except keys.KeyGone:
        raise KeyNotHere(epoch) from None


def _bound(owner: str, field: str) -> bytes:
    return f"{owner}:{field}".encode()
