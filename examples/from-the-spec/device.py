"""A device written from docs/formats.md: makes a key, registers, sends one signed frame, and verifies its proof."""

import base64
import hashlib
import json
import sys
import time
import urllib.error
import urllib.request

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from strict import encode
from verify import verify


def b64url(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def call(url, body=None, kind="application/json"):
    request = urllib.request.Request(url, data=body, headers={"Content-Type": kind} if body is not None else {})
    with urllib.request.urlopen(request, timeout=20) as response:
        return response.read()


def sign1(key, thumbprint, ledger, kind, header, payload):
    protected = encode(header)
    external = encode(["thingstead", 1, kind, ledger, thumbprint])
    signature = key.sign(encode(["Signature1", protected, external, payload]))
    return encode([protected, {}, payload, signature])


def main(node):
    status = json.loads(call(node + "/api/status"))
    ledger = bytes.fromhex(status["ledger"]["id"])
    name = f"spec-{int(time.time())}"
    device = f"{status['member']}:{name}"

    key = ed25519.Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    cose_key = encode({1: 1, -1: 6, -2: public})
    thumbprint = hashlib.sha256(cose_key).digest()
    possession = sign1(key, thumbprint, ledger, "possession", {1: -8}, encode([device]))
    registration = {"name": name, "key": b64url(cose_key), "possession": b64url(possession)}
    call(node + "/api/devices", json.dumps(registration).encode())

    payload = encode([{0: "temperature", 1: "Cel", 2: 21, 6: int(time.time())}])
    frame = sign1(key, thumbprint, ledger, "frame", {1: -8, 4: thumbprint[:8], "n": 1}, payload)
    promise = json.loads(call(node + "/v1/frames", frame, "application/cose"))
    print(f"{device}: frame 1 accepted at index {promise['index']}")

    trust = call(node + "/api/trust")
    for _ in range(60):
        try:
            proof = call(f"{node}/api/proofs/{device}/1")
            break
        except urllib.error.HTTPError as e:
            if e.code != 409:
                raise
            time.sleep(0.25)
    else:
        print("the frame does not become final")
        return 1
    code, verdict, text = verify(proof, trust)
    print(f"{verdict}: {text}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1].rstrip("/")))
