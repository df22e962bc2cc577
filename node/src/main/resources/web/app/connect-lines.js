// The lines that connect a device, ready to copy. Each is run by a test as it stands here.

/** What each kind of device is given, and what it sends with. */
export const KINDS = [
  {
    id: 'code',
    title: 'It makes its own key',
    note: 'You get a code and a QR code. The device makes its key, claims the name with the code, and signs what it measures. No secret travels.',
    level: 'signed',
  },
  {
    id: 'key',
    title: 'It has a key already',
    note: 'You paste its public key. It claims the name with a code that works for this key alone, and signs what it measures.',
    level: 'signed',
  },
  {
    id: 'token',
    title: 'It cannot sign',
    note: 'It gets an access token and sends plain JSON, from anything that speaks HTTP or MQTT. Only this member vouches for what it says.',
    level: 'attested',
  },
];

/** @returns ways to send for a kind, each with its blocks: {text} for a shell, {file, text} for a file */
export function ways(kind, given) {
  return kind === 'token' ? [curl(given), mosquitto(given)] : [python(given), java(given)];
}

const TELEMETRY = `'{"temperature": 21.5}'`;

const curl = ({ http, token }) => ({
  id: 'curl',
  title: 'curl',
  note: 'Plain JSON over HTTP. The answer is the promise that the reading is in the log.',
  blocks: [{ text: `curl -X POST ${http}/api/v1/${token}/telemetry \\\n  -H 'Content-Type: application/json' -d ${TELEMETRY}` }],
});

const mosquitto = ({ host, mqttPort, token }) => ({
  id: 'mosquitto',
  title: 'mosquitto_pub',
  note: 'Plain JSON over MQTT, from any shell that has the Mosquitto clients.',
  blocks: [{ text: `mosquitto_pub -h ${host} -p ${mqttPort} -q 1 -u ${token} \\\n  -t v1/devices/me/telemetry -m ${TELEMETRY}` }],
});

const python = ({ http, code, name, member, ledger }) => ({
  id: 'python',
  title: 'Python',
  note: `In the project's folder: install the kit, claim the name with a key in ${name}.pem (made where there is none), and send a reading.`,
  blocks: [
    { text: 'pip install ./kit/python' },
    { text: `python3 -m thingstead claim ${http} ${code} --key ${name}.pem` },
    { text: `python3 -m thingstead send --device ${member}:${name} --key ${name}.pem --ledger ${ledger} \\\n  --http ${http} temperature=21.5:Cel` },
    {
      file: 'sensor.py',
      text: `from thingstead import Device, FrameBuffer, FrameSigner, HttpLink, Key, measurement

signer = FrameSigner(bytes.fromhex("${ledger}"), Key.load("${name}.pem"))
device = Device(signer, FrameBuffer("${name}.pem.frames"), HttpLink("${http}"))
device.measured([measurement("temperature", 21.5, unit="Cel")])  # on disk when this returns
device.pump()  # sends what waits`,
    },
    { text: 'python3 sensor.py' },
  ],
});

const java = ({ http, code, name }) => ({
  id: 'java',
  title: 'Java',
  note: `One file, in the project's folder once it is built. At its first start it claims the name with a key in ${name}.pem (made where there is none).`,
  blocks: [
    {
      file: 'Sensor.java',
      text: `import io.thingstead.kit.crypto.SigningKey;
import io.thingstead.kit.device.*;
import io.thingstead.kit.frame.FrameSigner;
import io.thingstead.kit.frame.SenMlEncoder.Measurement;
import java.net.http.HttpClient;

void main() throws Exception {
    var node = URI.create("${http}");
    var http = HttpClient.newHttpClient();
    var key = SigningKey.loadOrMake(Path.of("${name}.pem"));
    var claimed = Claim.make(http, node, "${code}", key).orThrow(); // once; then keep claimed.ledger()
    var buffer = FrameBuffer.open(Path.of("${name}.frames"), 1 << 20);
    var device = new Device(FrameSigner.of(claimed.ledger(), key), buffer,
        Device.Order.OLDEST_FIRST, new Device.Listener() {});
    var link = new HttpLink(http, node);
    device.measured(List.of(Measurement.of("temperature", "Cel", 21.5, System.currentTimeMillis())));
    for (; device.waiting() > 0; Thread.sleep(50)) device.pump(link, System.currentTimeMillis());
    buffer.close();
}`,
    },
    { text: 'java --enable-native-access=ALL-UNNAMED -cp "node/target/lib/*" Sensor.java' },
  ],
});
