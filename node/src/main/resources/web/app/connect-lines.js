// The lines that connect a device, ready to copy.

export function ways({ host, http, mqttPort, token, name, member, ledger }) {
  const telemetry = `'{"temperature": 21.5}'`;
  return [
    {
      id: 'mosquitto',
      title: 'mosquitto_pub',
      note: 'Plain JSON over MQTT, from any shell that has the Mosquitto clients.',
      lines: [`mosquitto_pub -h ${host} -p ${mqttPort} -q 1 -u ${token} \\\n  -t v1/devices/me/telemetry -m ${telemetry}`],
    },
    {
      id: 'curl',
      title: 'curl',
      note: 'Plain JSON over HTTP. The answer is the promise that the reading is in the log.',
      lines: [`curl -X POST ${http}/api/v1/${token}/telemetry \\\n  -H 'Content-Type: application/json' -d ${telemetry}`],
    },
    {
      id: 'python',
      title: 'Python, signed',
      note: 'The device holds its own key and signs. Two commands make it and its key, then it sends.',
      lines: [
        `pip install ./kit/python\n./thingstead device add ${name} --key ${name}.pem`,
        `from thingstead import Device, FrameBuffer, FrameSigner, HttpLink, Key, measurement

key = Key.load("${name}.pem")
signer = FrameSigner(bytes.fromhex("${ledger}"), key)
device = Device(signer, FrameBuffer("${name}.frames"), HttpLink("${http}"))
device.measured([measurement("temperature", 21.5, unit="Cel")])
device.pump()`,
      ],
    },
    {
      id: 'java',
      title: 'Java, signed',
      note: 'The same in Java. What is measured is on disk before it is sent.',
      lines: [
        `./thingstead device add ${name} --key ${name}.pem`,
        `var key = SigningKey.load(Path.of("${name}.pem"));
var ledger = LedgerId.ofHex("${ledger}");
var buffer = FrameBuffer.open(Path.of("${name}.frames"), 1 << 20);
var device = new Device(FrameSigner.of(ledger, key), buffer,
    Device.Order.OLDEST_FIRST, new Device.Listener() {});
var link = new HttpLink(HttpClient.newHttpClient(), URI.create("${http}"));
long now = System.currentTimeMillis();
device.measured(List.of(Measurement.of("temperature", "Cel", 21.5, now)));
device.pump(link, now);`,
      ],
    },
  ].map((way) => ({ ...way, member }));
}
