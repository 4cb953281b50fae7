// Bluetooth devices that answer an inquiry, by raw HCI: node dist/examples/hci-scan.js [DEVICE], 0
// for hci0. Five seconds; Linux, root. Packets: Bluetooth Core, volume 4 part E (7.1.1 Inquiry,
// 7.7.1 to 7.7.2 its events).
import {
  AF_BLUETOOTH,
  BTPROTO_HCI,
  HCI_COMMAND_PKT,
  HCI_EVENT_PKT,
  HCI_FILTER,
  OSError,
  SOCK_RAW,
  SOL_HCI,
  Socket,
  structs,
} from "berkeley-sockets";

const device = Number(process.argv[2] ?? 0);
const COMPLETE = 0x01;
const RESULT = 0x02;
const RESULT_WITH_RSSI = 0x22;
const EXTENDED_RESULT = 0x2f;
const STATUS = 0x0f;
const events = [COMPLETE, RESULT, RESULT_WITH_RSSI, EXTENDED_RESULT, STATUS].reduce(
  (mask, event) => mask | (1n << BigInt(event)),
  0n,
);
// general access code, 3 * 1.28 s, any number
const INQUIRY = Uint8Array.of(HCI_COMMAND_PKT, 0x01, 0x04, 5, 0x33, 0x8b, 0x9e, 3, 0);
const SIZE = 14; // of a device in the results that are arrays: the address comes first

const missing: Record<string, string> = {
  EAFNOSUPPORT: "this kernel has no Bluetooth (modprobe bluetooth)",
  EPROTONOSUPPORT: "this kernel has no HCI sockets",
  EPERM: "raw HCI needs root or CAP_NET_RAW",
  ENODEV: `there is no controller hci${device}`,
  ENETDOWN: `hci${device} is down (hciconfig hci${device} up, or bluetoothctl power on)`,
};

try {
  using s = new Socket(AF_BLUETOOTH, SOCK_RAW, BTPROTO_HCI);
  s.setsockopt(
    SOL_HCI,
    HCI_FILTER,
    structs.hci_filter.pack({ typeMask: 1 << HCI_EVENT_PKT, eventMask: events }),
  );
  s.bind([device]);
  s.settimeout(5);
  s.send(INQUIRY);
  const found = new Set<string>();
  for (let i = 0; i < 1000; i++) {
    const event = s.recv(260);
    const code = event[1];
    if (code === STATUS && event[3] !== 0) throw new Error(`the controller refused: status ${event[3]}`);
    if (code === COMPLETE) break;
    if (code === STATUS) continue;
    for (let n = 0; n < event[3]!; n++)
      found.add(
        [...event.subarray(4 + n * SIZE, 10 + n * SIZE)]
          .reverse()
          .map(byte => byte.toString(16).padStart(2, "0"))
          .join(":")
          .toUpperCase(),
      );
  }
  for (const address of found) console.log(address);
  console.log(`${found.size} found`);
} catch (error) {
  if (!(error instanceof OSError || error instanceof RangeError)) throw error;
  const why = error instanceof OSError ? missing[error.code ?? ""] : "this system has no AF_BLUETOOTH";
  console.error(`no inquiry: ${error.message}${why ? `: ${why}` : ""}`);
  process.exitCode = 1;
}
