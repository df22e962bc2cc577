"""The kit's bytes equal those of docs/examples/frames.json, which the Java kit makes anew in its own tests."""

import base64
import json
import pathlib
import unittest

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from thingstead import FrameSigner, Key, cbor, frames, senml
from thingstead.keys import EDDSA
from thingstead.senml import Measurement, Summary

EXAMPLES = pathlib.Path(__file__).resolve().parents[3] / "docs" / "examples" / "frames.json"


def value_of(reading):
    if "vd" in reading:
        return bytes.fromhex(reading["vd"])
    return next(reading[kind] for kind in ("v", "vb", "vs") if kind in reading)


class Examples(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
        cls.ledger = bytes.fromhex(cls.examples["ledgerId"])

    def key(self, example):
        key = Key.from_secret(bytes.fromhex(example["secret"]), example["alg"])
        self.assertEqual(example["coseKey"], key.cose_key.hex())
        self.assertEqual(example["thumbprint"], key.thumbprint.hex())
        return key

    def assert_same_message(self, example, key, expected, message, structure):
        """All of it for Ed25519; for ES256, whose signatures differ each time, all but a signature that must verify."""
        if key.algorithm == EDDSA:
            self.assertEqual(expected, message.hex())
            return
        self.assertEqual(expected[:-128], message.hex()[:-128])
        r, s = int.from_bytes(message[-64:-32], "big"), int.from_bytes(message[-32:], "big")
        key._private.public_key().verify(encode_dss_signature(r, s), structure, ec.ECDSA(hashes.SHA256()))

    def test_frames(self):
        self.assertTrue(self.examples["frames"])
        for example in self.examples["frames"]:
            with self.subTest(example["about"]):
                key = self.key(example)
                readings = [Measurement(r["name"], value_of(r), r["unit"], r["timeMs"]) for r in example["readings"]]
                payload = senml.encode(readings)
                self.assertEqual(example["payload"], payload.hex())
                signer = FrameSigner(self.ledger, key, example["d"], example["withKid"])
                protected = cbor.encode(signer.header(example["n"], example["p"]))
                self.assertEqual(example["protected"], protected.hex())
                structure = frames.sig_structure("frame", self.ledger, key.thumbprint, protected, payload)
                self.assertEqual(example["sigStructure"], structure.hex())
                self.assertEqual(example["identity"], signer.identity(example["n"], payload, example["p"]).hex())
                frame = signer.sign(example["n"], payload, example["p"])
                self.assert_same_message(example, key, example["frame"], frame, structure)

    def test_summaries(self):
        made = 0
        for example in self.examples["frames"]:
            if "summary" not in example:
                continue
            of = example["summary"]
            summary = Summary(of["name"], of["unit"], of["min"], of["max"], of["fromMs"], of["toMs"], of["first"], of["last"])
            self.assertEqual(example["payload"], senml.encode(summary.measurements()).hex())
            made += 1
        self.assertGreater(made, 0)

    def test_a_summary_grows_with_each_measurement_and_says_nothing_that_cannot_be(self):
        grown = Summary.of("temp", "Cel", 61, 5.2, 1000).and_(2.1, 2000).and_(7.9, 3000)
        self.assertEqual(Summary("temp", "Cel", 2.1, 7.9, 1000, 3000, 61, 63), grown)
        for value, time_ms in ((float("nan"), 4000), (5, 2999)):
            with self.assertRaises(ValueError):
                grown.and_(value, time_ms)
        for wrong in ((8, 7, 0, 1, 1, 2), (1, 2, 1, 0, 1, 2), (1, 2, 0, 1, 0, 2), (1, 2, 0, 1, 3, 2), (1, 2, 0, 1, 2, 2)):
            with self.assertRaises(ValueError):
                Summary("temp", "Cel", *wrong)

    def test_values(self):
        for example in self.examples["values"]:
            with self.subTest(example["value"]):
                self.assertEqual(example["cbor"], cbor.encode(senml._number(example["value"])).hex())

    def test_times(self):
        for example in self.examples["times"]:
            with self.subTest(example["millis"]):
                self.assertEqual(example["cbor"], cbor.encode(senml._seconds(example["millis"])).hex())

    def test_other_messages(self):
        made = 0
        for example in self.examples["messages"]:
            with self.subTest(example["about"], kind=example["kind"], alg=example["alg"]):
                key = self.key(example)
                device, _, rest = example["about"].partition(", ")
                if example["kind"] == "possession":
                    message, payload = frames.possession(device, self.ledger, key), cbor.encode([device])
                elif rest.startswith("time "):
                    time_ms = int(rest[len("time ") :])
                    password = frames.connect_password(device, time_ms, self.ledger, key)
                    message = base64.urlsafe_b64decode(password + "=" * (-len(password) % 4))
                    payload = cbor.encode([device, time_ms])
                else:
                    continue  # this kit proves its key with the time
                protected = cbor.encode({1: key.algorithm})
                structure = frames.sig_structure(example["kind"], self.ledger, key.thumbprint, protected, payload)
                self.assert_same_message(example, key, example["message"], message, structure)
                made += 1
        self.assertGreater(made, 0)


if __name__ == "__main__":
    unittest.main()
