"""Keys that live outside PostgreSQL and its backups: one to sign seals, one to wrap the vault's keys."""

from __future__ import annotations

import base64
import os
import secrets
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


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


def vault_keys() -> dict[str, bytes]:
    """Key-wrapping keys by name; the newest name sorts last and wraps new keys."""
    directory = folder() / "vault"
    directory.mkdir(mode=0o700, exist_ok=True)
    if not any(directory.iterdir()):
        _write_once(directory / "0001", base64.b64encode(secrets.token_bytes(32)))
    return {
        path.name: base64.b64decode(path.read_bytes()) for path in sorted(directory.iterdir()) if path.name.isdigit()
    }


def index_key() -> bytes:
    path = folder() / "index"
    if not path.exists():
        _write_once(path, base64.b64encode(secrets.token_bytes(32)))
    return base64.b64decode(path.read_bytes())


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
