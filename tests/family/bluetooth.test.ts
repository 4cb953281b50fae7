// AF_BLUETOOTH (31): Linux include/net/bluetooth/l2cap.h, hci_sock.h, sco.h, rfcomm.h, iso.h;
// bluetooth.h's bdaddr_t has the last byte first.
import { targets } from "../../shim/contract.js";
import { OSError } from "../../ts/base/error.js";
import { hci, iso, l2cap, rfcomm, sco } from "../../ts/family/bluetooth.js";
import type { FamilyName } from "../../ts/registry.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, bytes, codec, hex, rowsCover, prefilledContext } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
const bdaddr = "A0:B1:C2:D3:E4:0F";
const wire = "0fe4d3c2b1a0";
addressBytes(
  "BTPROTO_L2CAP",
  l2cap,
  [bdaddr, 0x1001],
  {
    linux64: `1f00 0110 ${wire} 0000 00 00`,
    linux64be: `001f 0110 ${wire} 0000 00 00`,
    ...nowhere,
  },
  { psm: 0x1001, bdaddr, cid: 0, bdaddrType: 0 },
);
addressBytes(
  "BTPROTO_L2CAP",
  l2cap,
  [bdaddr, 0, 0x1234],
  {
    linux64: `1f00 0000 ${wire} 3412 00 00`,
    linux64be: `001f 0000 ${wire} 3412 00 00`,
    ...nowhere,
  },
  { psm: 0, bdaddr, cid: 0x1234, bdaddrType: 0 },
);
addressBytes(
  "BTPROTO_L2CAP",
  l2cap,
  [bdaddr, 0, 4, 1],
  {
    linux64: `1f00 0000 ${wire} 0400 01 00`,
    linux64be: `001f 0000 ${wire} 0400 01 00`,
    ...nowhere,
  },
  { psm: 0, bdaddr, cid: 4, bdaddrType: 1 },
);
addressBytes(
  "BTPROTO_HCI",
  hci,
  0x0102,
  { linux64: "1f00 0201 0000", linux64be: "001f 0102 0000", ...nowhere },
  { deviceId: 0x102, channel: 0 },
);
addressBytes(
  "BTPROTO_HCI",
  hci,
  [0xffff, 3],
  { linux64: "1f00 ffff 0300", linux64be: "001f ffff 0003", ...nowhere },
  { deviceId: 0xffff, channel: 3 },
);
addressBytes(
  "BTPROTO_SCO",
  sco,
  bdaddr,
  { linux64: `1f00 ${wire}`, linux64be: `001f ${wire}`, ...nowhere },
  { bdaddr },
);
addressBytes(
  "BTPROTO_RFCOMM",
  rfcomm,
  [bdaddr, 30],
  { linux64: `1f00 ${wire} 1e 00`, linux64be: `001f ${wire} 1e 00`, ...nowhere },
  { bdaddr, channel: 30 },
);
addressBytes(
  "BTPROTO_ISO",
  iso,
  [bdaddr, 2],
  { linux64: `1f00 ${wire} 02 00`, linux64be: `001f ${wire} 02 00`, ...nowhere },
  { bdaddr, bdaddrType: 2 },
);

const linux = codec.target("linux64");
const names = [
  "AF_BLUETOOTH",
  "BTPROTO_L2CAP",
  "BTPROTO_HCI",
  "BTPROTO_SCO",
  "BTPROTO_RFCOMM",
  "BTPROTO_ISO",
] as const;
const bad = (name: FamilyName, address: unknown) => () => linux.encodeAddress(name, address as never);

test("AF_BLUETOOTH: the protocol chooses the tuple; the family's own is L2CAP's", () => {
  for (const target of targets)
    for (const name of names) {
      if (target.startsWith("linux")) is(codec.target(target).family(name), 31);
      else
        throws(
          () => codec.target(target).family(name),
          RangeError,
          `${target} has no address family "${name}"`,
        );
    }
  equal(linux.decodeAddress(bytes(`1f00 0110 ${wire} 0000 00 00`)), {
    family: "AF_BLUETOOTH",
    address: [bdaddr, 0x1001],
  });
  equal(linux.decodeAddress(bytes(`1f00 ${wire} 05 00`), "BTPROTO_RFCOMM"), {
    family: "BTPROTO_RFCOMM",
    address: [bdaddr, 5],
  });
  equal(
    linux
      .annotate(bytes(`1f00 ${wire} 05 00`), "BTPROTO_RFCOMM")
      .map(row => [row.offset, row.name, row.value]),
    [
      [0, "family", 31],
      [2, "bdaddr", bdaddr],
      [8, "channel", 5],
      [9, "padding", null],
    ],
  );
});

test("AF_BLUETOOTH: other forms that go in", () => {
  is(
    hex(linux.encodeAddress("BTPROTO_L2CAP", [bdaddr.toLowerCase(), 1, 0, 0])),
    hex(linux.encodeAddress("BTPROTO_L2CAP", [bdaddr, 1])),
  );
  is(hex(linux.encodeAddress("BTPROTO_SCO", "1:2:3:4:5:6")), "1f00060504030201", "as in Python");
  is(hex(linux.encodeAddress("BTPROTO_SCO", Buffer.from(bdaddr))), `1f00${wire}`);
  for (const address of [7, [7], [7, 0], [7, undefined]])
    is(hex(linux.encodeAddress("BTPROTO_HCI", address as never)), "1f0007000000");
});

test("AF_BLUETOOTH: a bad device's address is an OSError, as in Python", () => {
  for (const text of [
    "",
    "00:11:22:33:44",
    "00:11:22:33:44:55:66",
    "00:11:22:33:44:5g",
    "00:11:22:33:44:555",
    "001122334455",
    "00-11-22-33-44-55",
    " 0:11:22:33:44:55",
    "00:11:22:33:44:55\n",
  ]) {
    throws(
      bad("BTPROTO_L2CAP", [text, 1]),
      OSError,
      `encodeAddress: bdaddr must be a Bluetooth address, XX:XX:XX:XX:XX:XX, got ${JSON.stringify(text)}`,
    );
    throws(bad("BTPROTO_SCO", text), OSError, /must be a Bluetooth address/);
    throws(bad("BTPROTO_SCO", Buffer.from(text)), OSError, /must be a Bluetooth address/);
  }
});

test("AF_BLUETOOTH: bad addresses", () => {
  throws(
    bad("BTPROTO_L2CAP", bdaddr),
    TypeError,
    `encodeAddress: address must be [bdaddr: string, psm: number, cid?: number, bdaddrType?: number], got "${bdaddr}"`,
  );
  throws(bad("BTPROTO_L2CAP", [bdaddr]), TypeError, /address must be/);
  throws(bad("BTPROTO_L2CAP", [bdaddr, 1, 0, 0, 0]), TypeError, /address must be/);
  throws(bad("BTPROTO_L2CAP", [1, 1]), TypeError, "encodeAddress: bdaddr must be a string, got 1");
  throws(
    bad("BTPROTO_L2CAP", [bdaddr, 65536]),
    RangeError,
    "encodeAddress: psm must be an integer 0..65535, got 65536",
  );
  throws(
    bad("BTPROTO_L2CAP", [bdaddr, 1, -1]),
    RangeError,
    "encodeAddress: cid must be an integer 0..65535, got -1",
  );
  throws(
    bad("BTPROTO_L2CAP", [bdaddr, 1, 0, 256]),
    RangeError,
    "encodeAddress: bdaddrType must be an integer 0..255, got 256",
  );
  throws(
    bad("BTPROTO_RFCOMM", [bdaddr]),
    TypeError,
    `encodeAddress: address must be [bdaddr: string, channel: number], got ["${bdaddr}"]`,
  );
  throws(bad("BTPROTO_RFCOMM", [bdaddr, 1, 2]), TypeError, /address must be/);
  throws(
    bad("BTPROTO_RFCOMM", [bdaddr, 256]),
    RangeError,
    "encodeAddress: channel must be an integer 0..255, got 256",
  );
  throws(
    bad("BTPROTO_HCI", "hci0"),
    TypeError,
    'encodeAddress: address must be deviceId: number, or [deviceId: number, channel?: number], got "hci0"',
  );
  throws(bad("BTPROTO_HCI", []), TypeError, /address must be/);
  throws(bad("BTPROTO_HCI", [0, 0, 0]), TypeError, /address must be/);
  throws(
    bad("BTPROTO_HCI", 65536),
    RangeError,
    "encodeAddress: deviceId must be an integer 0..65535, got 65536",
  );
  throws(
    bad("BTPROTO_HCI", [0, 65536]),
    RangeError,
    "encodeAddress: channel must be an integer 0..65535, got 65536",
  );
  throws(bad("BTPROTO_HCI", NaN), RangeError, /deviceId must be an integer/);
  throws(
    bad("BTPROTO_SCO", [bdaddr]),
    TypeError,
    `encodeAddress: address must be bdaddr: string | Uint8Array, got ["${bdaddr}"]`,
  );
  throws(bad("BTPROTO_ISO", [bdaddr]), TypeError, /address must be/);
  throws(
    bad("BTPROTO_ISO", [bdaddr, 256]),
    RangeError,
    "encodeAddress: bdaddrType must be an integer 0..255, got 256",
  );
});

test("AF_BLUETOOTH: the least and the most bytes of each protocol", () => {
  for (const [name, least, most] of [
    ["AF_BLUETOOTH", 13, 14],
    ["BTPROTO_L2CAP", 13, 14],
    ["BTPROTO_HCI", 6, 6],
    ["BTPROTO_SCO", 8, 8],
    ["BTPROTO_RFCOMM", 9, 10],
    ["BTPROTO_ISO", 9, 10],
  ] as const) {
    const whole = new Uint8Array([31, ...new Uint8Array(14)]);
    const an = name.startsWith("A") ? "an" : "a";
    for (let n = 2; n < least; n++)
      throws(
        () => linux.decodeAddress(whole.subarray(0, n), name),
        RangeError,
        `${n} bytes are too few for ${an} ${name} address`,
      );
    for (let n = least; n <= most; n++) is(linux.decodeAddress(whole.subarray(0, n), name).family, name);
    throws(
      () => linux.decodeAddress(whole.subarray(0, most + 1), name),
      RangeError,
      `${most + 1} bytes are too many for ${an} ${name} address`,
    );
    throws(
      () => linux.decodeAddress(bytes(`0200 ${"00".repeat(14)}`), name),
      RangeError,
      `the 16 bytes are another family's, not ${an} ${name} address`,
    );
    throws(() => codec.target("linux64be").decodeAddress(whole, name), RangeError, /are another family's/);
    for (let n = 0; n < 20; n++) rowsCover(linux.annotate(new Uint8Array(n), name), new Uint8Array(n));
  }
});

test("AF_BLUETOOTH: no scratch byte gets into an address", () => {
  for (const target of targets.filter(target => target.startsWith("linux"))) {
    const context = prefilledContext(target);
    const zero = "00:00:00:00:00:00";
    for (const length of [
      l2cap.encode(context, [zero, 0], "test"),
      rfcomm.encode(context, [zero, 0], "test"),
      hci.encode(context, 0, "test"),
      sco.encode(context, zero, "test"),
      iso.encode(context, [zero, 0], "test"),
    ]) {
      is(
        hex(context.wire.bytes.subarray(context.wire.address + 2, context.wire.address + length)),
        "00".repeat(length - 2),
      );
    }
  }
});
