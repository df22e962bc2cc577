"""Keys of devices: Ed25519 and P-256, their COSE_Key form, thumbprints, and files (docs/formats.md §2)."""

from __future__ import annotations

import hashlib
import os

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from . import cbor

EDDSA = -8
ES256 = -7


class Key:
    """A private key."""

    def __init__(self, private):
        self._private = private
        public = private.public_key()
        if isinstance(private, ed25519.Ed25519PrivateKey):
            self.algorithm = EDDSA
            x = public.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
            self.cose_key = cbor.encode({1: 1, -1: 6, -2: x})
        elif isinstance(private, ec.EllipticCurvePrivateKey) and isinstance(private.curve, ec.SECP256R1):
            self.algorithm = ES256
            numbers = public.public_numbers()
            self.cose_key = cbor.encode(
                {1: 2, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
            )
        else:
            raise ValueError("a key of Ed25519 or P-256 is needed")
        self.thumbprint = hashlib.sha256(self.cose_key).digest()

    @classmethod
    def generate(cls, algorithm: int = EDDSA) -> "Key":
        if algorithm == EDDSA:
            return cls(ed25519.Ed25519PrivateKey.generate())
        return cls(ec.generate_private_key(ec.SECP256R1()))

    @classmethod
    def from_secret(cls, secret: bytes, algorithm: int = EDDSA) -> "Key":
        """From the Ed25519 seed, or the P-256 scalar, 32 bytes."""
        if len(secret) != 32:
            raise ValueError("a secret of 32 bytes")
        if algorithm == EDDSA:
            return cls(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
        return cls(ec.derive_private_key(int.from_bytes(secret, "big"), ec.SECP256R1()))

    @classmethod
    def load(cls, path: str) -> "Key":
        with open(path, "rb") as file:
            return cls(serialization.load_pem_private_key(file.read(), password=None))

    @classmethod
    def load_or_make(cls, path: str) -> "Key":
        """The key in the file; where there is none, a new one of Ed25519 that is kept there first."""
        if not os.path.exists(path):
            cls.generate().save(path)
        return cls.load(path)

    def save(self, path: str) -> None:
        """Writes a new PKCS#8 PEM file that only its owner may read; refuses to overwrite."""
        pem = self._private.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(file.fileno())

    def sign(self, message: bytes) -> bytes:
        """64 bytes: R ‖ S, or r ‖ s."""
        if self.algorithm == EDDSA:
            return self._private.sign(message)
        r, s = decode_dss_signature(self._private.sign(message, ec.ECDSA(hashes.SHA256())))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
