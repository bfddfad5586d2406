"""Keys that live outside PostgreSQL and its backups: one to sign seals, one a week to wrap the vault's keys."""

from __future__ import annotations

import base64
import datetime as dt
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

AHEAD = 5  # weeks for which keys are made before they are needed
BACKUPS_DIE = dt.timedelta(days=35)  # a backup is thrown away after this time, and then the keys it needs


class KeyGone(KeyError):
    """The key of this name is not in the folder of keys."""


def folder() -> Path:
    """TONGZHOU_KEYS, or `keys/` in the data folder. Back it up apart from the database."""
    path = Path(os.environ.get("TONGZHOU_KEYS") or settings.INSTALLATION.home / "keys")
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


def signing_key() -> Ed25519PrivateKey:
    path = folder() / "seal.pem"
    if not path.exists():
        made = Ed25519PrivateKey.generate().private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        _write_once(path, made)
    key = serialization.load_pem_private_key(path.read_bytes(), None)
    assert isinstance(key, Ed25519PrivateKey)
    return key


def verify_key() -> Ed25519PublicKey:
    return signing_key().public_key()


def pass_key(day: dt.date) -> Ed25519PrivateKey:
    """The key with which the passes of a day are signed: made of one secret and the day, so that no day's is kept."""
    path = folder() / "passes"
    if not path.exists():
        _write_once(path, base64.b64encode(secrets.token_bytes(32)))
    made = HKDF(hashes.SHA256(), 32, None, f"tongzhou passes of {day.isoformat()}".encode())
    return Ed25519PrivateKey.from_private_bytes(made.derive(base64.b64decode(path.read_bytes())))


def week(now: dt.datetime | None = None) -> str:
    """Year and ISO week, with which the names of that week's keys begin: they sort by time."""
    year, number, _ = (now or dt.datetime.now(dt.UTC)).isocalendar()
    return f"{year}{number:02}"


def make_ready(now: dt.datetime | None = None) -> str:
    """Make the keys of this week and the next five; returns the name of this week's.

    Ahead, so that a file of keys written today opens every backup of the next five weeks. A name has digits of its
    own besides the week: where a backup was restored without a week's key, another must not take its name.
    """
    moment = now or dt.datetime.now(dt.UTC)
    for ahead in range(AHEAD + 1):
        one = week(moment + dt.timedelta(weeks=ahead))
        if not any(name.startswith(one) for name in vault_keys()):
            _write_once(_vault() / f"{one}{secrets.randbelow(10**6):06}", base64.b64encode(secrets.token_bytes(32)))
    return max(name for name in vault_keys() if name.startswith(week(moment)))


def vault_keys() -> dict[str, bytes]:
    """Key-wrapping keys by name."""
    return {path.name: base64.b64decode(path.read_bytes()) for path in _vault().iterdir() if path.name.isdigit()}


def vault_key(name: str) -> bytes:
    """One key-wrapping key. Raises KeyGone where it is not here: destroyed in its time, or not yet brought."""
    try:
        return base64.b64decode((_vault() / name).read_bytes())
    except FileNotFoundError:
        raise KeyGone(name) from None


def blind_key(name: str) -> bytes:
    """The key of the blind index that goes with a week's key, and dies with it."""
    if len(name) < len("202001"):
        return index_key()  # from before there were weeks
    return HKDF(hashes.SHA256(), 32, None, b"tongzhou blind index").derive(vault_key(name))


def retire(name: str, now: dt.datetime) -> dt.datetime:
    """Note that nothing living is wrapped by this key any more; returns since when that has been so."""
    path = _vault() / f"{name}.retired"
    if not path.exists():
        _write_once(path, now.isoformat().encode())
    return dt.datetime.fromisoformat(path.read_text())


def dies(name: str) -> str | None:
    """When a retired key dies; None for one that still wraps, or will."""
    path = _vault() / f"{name}.retired"
    if not path.exists():
        return None
    return (dt.datetime.fromisoformat(path.read_text()) + BACKUPS_DIE).isoformat(timespec="seconds")


def revive(name: str) -> None:
    """A key that was retired is in use again (a backup was restored)."""
    (_vault() / f"{name}.retired").unlink(missing_ok=True)


def destroy(name: str) -> None:
    """Overwrite and remove a week's key."""
    path = _vault() / name
    with path.open("r+b") as file:
        file.write(secrets.token_bytes(path.stat().st_size))
        file.flush()
        os.fsync(file.fileno())
    path.unlink()
    revive(name)


def index_key() -> bytes:
    """Keys the ids that an imported row is given, so that the same row is known again; never turned."""
    path = folder() / "index"
    if not path.exists():
        _write_once(path, base64.b64encode(secrets.token_bytes(32)))
    return base64.b64decode(path.read_bytes())


def _vault() -> Path:
    directory = folder() / "vault"
    directory.mkdir(mode=0o700, exist_ok=True)
    return directory


def _write_once(path: Path, content: bytes) -> None:
    """The first of two racing processes wins; the other reads what it wrote."""
    draft = path.with_name(f".{path.name}.{os.getpid()}")
    draft.write_bytes(content)
    draft.chmod(0o600)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()
