"""A device on ThingsBoard's own client for Python, as its manual has it: telemetry, attributes, RPC both ways. It says
in lines what it sees. Arguments: port, token; then it is told by lines what to do."""

import json
import sys
import threading
import time

from tb_device_mqtt import TBDeviceMqttClient, TBPublishInfo

port, token = sys.argv[1:]
client = TBDeviceMqttClient("127.0.0.1", int(port), token)
said = threading.Lock()


def say(*words):
    with said:
        print(*words, flush=True)


def asked(request_id, request):
    say("asked", json.dumps(request, sort_keys=True))
    client.send_rpc_reply(request_id, {"done": request["method"], "with": request["params"]})


def show(what):
    return lambda content, failure, *_: say(what, json.dumps(content, sort_keys=True) if failure is None else failure)


client.set_server_side_rpc_request_handler(asked)
client.subscribe_to_attribute("target", show("changed"))
client.connect()
while not client.is_connected():
    time.sleep(0.05)
say("connected")


def done(info):
    return "ok" if info.get() == TBPublishInfo.TB_ERR_SUCCESS else "failed"


for line in sys.stdin:
    what, _, argument = line.strip().partition(" ")
    if what == "telemetry":
        say("telemetry", done(client.send_telemetry(json.loads(argument))))
    elif what == "attributes":
        say("attributes", done(client.send_attributes(json.loads(argument))))
    elif what == "request":
        client.request_attributes(client_keys=["model"], shared_keys=["target"], callback=show("attributes are"))
    elif what == "call":
        client.send_rpc_call(argument, {}, lambda _id, content, _failure: say("answer", json.dumps(content)))
    elif what == "limits":
        while not client.rate_limits_received:
            time.sleep(0.05)
        say("limits", int(client._messages_rate_limit.get_minimal_limit()), client.max_payload_size)
client.disconnect()
