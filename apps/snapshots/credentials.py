"""Kubeconfigs and webhook secrets at rest: Fernet (AES-128-CBC and HMAC).

The newest key encrypts, every key decrypts.
"""

from __future__ import annotations

import base64
import hashlib

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings


class CredentialLost(Exception):
    """No key of CREDENTIAL_KEYS opens it."""


def encrypt(text: str) -> str:
    return _keys().encrypt(text.encode()).decode()


def decrypt(token: str) -> str:
    """Raises CredentialLost."""
    try:
        return _keys().decrypt(token.encode()).decode()
    except InvalidToken:
        message = "The stored kubeconfig cannot be decrypted: none of CREDENTIAL_KEYS fits. Enter it again."
        raise CredentialLost(message) from None


def rotate(token: str) -> str:
    """The same secret under the newest key. Raises CredentialLost."""
    return encrypt(decrypt(token))


def _keys() -> MultiFernet:
    return MultiFernet([Fernet(_derive(secret)) for secret in settings.CREDENTIAL_KEYS])


def _derive(secret: str) -> bytes:
    # Settings demand long random texts, so a plain hash is enough to give them Fernet's form.
    return base64.urlsafe_b64encode(hashlib.sha256(secret.encode()).digest())
