"""One connection of Eclipse Paho for Python, told by lines what to publish: `<number> <topic> <payload in hex>`. It says
in lines what comes of it: connected, disconnected, acknowledged <number>, refused <number>, heard <topic> <payload in
hex>. Arguments: port, version (3 or 5), client id, user, password, filters."""

import sys
import threading

import paho.mqtt.client as mqtt

port, version, client_id, user, password, *filters = sys.argv[1:]
client = mqtt.Client(
    mqtt.CallbackAPIVersion.VERSION2,
    client_id=client_id,
    protocol=mqtt.MQTTv5 if version == "5" else mqtt.MQTTv311,
)
client.username_pw_set(user, password or None)
client.reconnect_delay_set(1, 1)
numbers = {}  # message id -> the number it was told
early = {}  # answers that came before `publish` had said under which id
lock = threading.Lock()


def say(*words):
    print(*words, flush=True)


def connected(client, userdata, flags, reason, properties):
    if reason.is_failure:
        sys.exit(f"cannot connect: {reason}")
    if filters:
        client.subscribe([(each, 1) for each in filters])
    say("connected")


def answered(number, reason):
    say("refused" if reason.is_failure else "acknowledged", number)


def published(client, userdata, mid, reason, properties):
    with lock:
        if mid in numbers:
            answered(numbers.pop(mid), reason)
        else:
            early[mid] = reason


client.on_connect = connected
client.on_disconnect = lambda *_: say("disconnected")
client.on_publish = published
client.on_message = lambda _client, _userdata, message: say("heard", message.topic, message.payload.hex())
client.connect("127.0.0.1", int(port), keepalive=30)
client.loop_start()
for line in sys.stdin:
    number, topic, payload = line.split()
    mid = client.publish(topic, bytes.fromhex(payload), qos=1).mid
    with lock:
        if mid in early:
            answered(number, early.pop(mid))
        else:
            numbers[mid] = number
