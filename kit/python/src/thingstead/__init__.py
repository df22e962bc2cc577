"""The device kit of Thingstead: signed readings over MQTT and HTTP (docs/formats.md)."""

from .buffer import FrameBuffer
from .device import Device
from .frames import FrameSigner, connect_password, possession, thumbprint_hint
from .keys import Key
from .links import Accepted, Failed, HttpLink, MqttLink, Refused
from .senml import Measurement, encode, measurement

__all__ = [
    "Accepted",
    "Device",
    "Failed",
    "FrameBuffer",
    "FrameSigner",
    "HttpLink",
    "Key",
    "Measurement",
    "MqttLink",
    "Refused",
    "connect_password",
    "encode",
    "measurement",
    "possession",
    "thumbprint_hint",
]
