// The virtual controllers carry every Bluetooth protocol, as CPython sees them: so a failure of the
// family's tests is ours.
import { ask } from "../python.js";
import { equal, test } from "../suite.js";
import { controllers } from "./controllers.js";

const PING = "ping".repeat(10);
const PONG = "pong".repeat(9);

/**
 * One connection of each kind, both ways: what arrived, and who called. All in one script: an
 * interpreter starts slowly here.
 */
const script = `
import errno, struct
first, second = data["first"], data["second"]
def talk(kind, protocol, server_at, client_at):
  with socket.socket(socket.AF_BLUETOOTH, kind, protocol) as server, socket.socket(socket.AF_BLUETOOTH, kind, protocol) as client:
    server.bind(server_at); server.listen(1)
    client.bind(client_at); client.connect(server_at)
    connection, caller = server.accept()
    with connection:
      client.send(b"${PING}"); there = connection.recv(100)
      connection.send(b"${PONG}"); back = client.recv(100)
  return [there.decode(), back.decode(), caller]
l2cap = socket.SOCK_SEQPACKET, socket.BTPROTO_L2CAP
told = {
  "l2cap": talk(*l2cap, (second["address"], 0x1001), (first["address"], 0)),
  "back": talk(*l2cap, (first["address"], 0x1001), (second["address"], 0)),
  "rfcomm": talk(socket.SOCK_STREAM, socket.BTPROTO_RFCOMM, (second["address"], 5), (first["address"], 0)),
  "sco": talk(socket.SOCK_SEQPACKET, socket.BTPROTO_SCO, second["address"].encode(), first["address"].encode()),
}
with socket.socket(socket.AF_BLUETOOTH, *l2cap) as s:
  s.bind((first["address"], 0))
  try: s.connect(("00:AA:01:00:00:07", 0x1001))
  except OSError as error: told["absent"] = errno.errorcode[error.errno]
# Inquiry, general access code, 1.28 s, any number; the filter lets the events Inquiry Complete (1)
# and Inquiry Result (2) through.
with socket.socket(socket.AF_BLUETOOTH, socket.SOCK_RAW, socket.BTPROTO_HCI) as s:
  s.setsockopt(socket.SOL_HCI, socket.HCI_FILTER, struct.pack("<IIIHxx", 1 << 4, 1 << 1 | 1 << 2, 0, 0))
  s.bind((first["id"],)); s.send(bytes.fromhex("01 0104 05 338b9e 01 00"))
  told["inquiry"] = [s.recv(260).hex(), s.recv(260).hex()]
print(json.dumps(told))`;

test("controllers: L2CAP, RFCOMM, SCO and HCI between two of them", async () => {
  await using pair = await controllers();
  const { first, second } = pair;
  const told = ask(script, pair);
  equal(told.l2cap, [PING, PONG, [first.address, 0x1001]]);
  equal(told.back, [PING, PONG, [second.address, 0x1001]]);
  equal(told.rfcomm, [PING, PONG, [first.address, 5]]);
  equal(told.sco, [PING, PONG, first.address]);
  equal(told.absent, "EHOSTDOWN");
  equal(told.inquiry, [
    `04020f01${second.address.split(":").reverse().join("").toLowerCase()}0100000000000000`,
    "04010100",
  ]);
});
