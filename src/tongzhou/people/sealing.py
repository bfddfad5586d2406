"""How the vault seals: an owner's key, the week's key that wraps it, and digests by which a value is found again."""

from __future__ import annotations

import hashlib
import hmac
import os
from collections.abc import Mapping
from functools import lru_cache

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.utils.translation import gettext_noop

from tongzhou import keys
from tongzhou.people import findable
from tongzhou.problems import Problem

SEARCHED = ("telephone", "identity", "name")  # fields with a blind index
WRITTEN = "written"  # the index of whole names, by which two people are told apart
INDEXES = {"telephone": ("telephone",), "identity": ("identity",), "name": ("name", WRITTEN)}


class KeyNotHere(Problem):
    """The week's key was destroyed in its time, or a backup was restored without it."""

    code, status = "key_not_here", 503
    sentence = gettext_noop("The key that opens this is not on this server.")
    next_step = gettext_noop("Whoever runs the server can bring it: tongzhou keys add FILE.")


def new_key() -> bytes:
    return AESGCM.generate_key(256)


def wrap(owner: str, key: bytes, epoch: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(_week_key(epoch)).encrypt(nonce, key, owner.encode())


def unwrap(owner: str, wrapped: bytes, epoch: str) -> bytes:
    """Raises KeyNotHere."""
    return AESGCM(_week_key(epoch)).decrypt(wrapped[:12], wrapped[12:], owner.encode())


def seal(key: bytes, owner: str, field: str, value: str) -> bytes:
    nonce = os.urandom(12)
    return nonce + AESGCM(key).encrypt(nonce, value.encode(), _bound(owner, field))


def unseal(key: bytes, owner: str, field: str, sealed: bytes) -> str:
    return AESGCM(key).decrypt(sealed[:12], sealed[12:], _bound(owner, field)).decode()


def blind(field: str, value: str, epoch: str) -> list[bytes]:
    """Keyed digests by which a value can be found again and from which it cannot be read."""
    return _digests(blind_key(epoch), field, value) if field in (*SEARCHED, WRITTEN) and value else []


def blind_all(fields: Mapping[str, str], epoch: str) -> list[tuple[str, bytes]]:
    """Every index and digest under which these fields are found; a name also as it is written."""
    return [
        (index, one)
        for field, value in fields.items()
        for index in INDEXES.get(field, ())
        for one in blind(index, value, epoch)
    ]


def _digests(key: bytes, field: str, value: str) -> list[bytes]:
    tokens = [findable.written(value)] if field == WRITTEN else sorted(findable.tokens(field, value))
    return [hmac.digest(key, f"{field}:{token}".encode(), hashlib.sha256) for token in tokens if token]


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
