"""The device kit of Thingstead: signed readings over MQTT and HTTP (docs/formats.md)."""

from .agent import Agent, AgentBook, AgentRefused, HostNode, SpendingLimit
from .buffer import FrameBuffer
from .claims import Claimed, ClaimRefused, claim, claim_link
from .commands import Answer, Command, CommandMark, CommandTaker
from .device import Device
from .frames import FrameSigner, connect_password, possession, thumbprint_hint
from .keys import Key
from .links import Accepted, Failed, HttpLink, MqttLink, Refused
from .senml import Measurement, Summary, encode, measurement

__all__ = [
    "Accepted",
    "Agent",
    "AgentBook",
    "AgentRefused",
    "Answer",
    "ClaimRefused",
    "Claimed",
    "Command",
    "CommandMark",
    "CommandTaker",
    "Device",
    "Failed",
    "FrameBuffer",
    "FrameSigner",
    "HostNode",
    "HttpLink",
    "Key",
    "Measurement",
    "MqttLink",
    "Refused",
    "SpendingLimit",
    "Summary",
    "claim",
    "claim_link",
    "connect_password",
    "encode",
    "measurement",
    "possession",
    "thumbprint_hint",
]
