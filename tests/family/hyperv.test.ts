// AF_HYPERV: Windows SDK hvsocket.h (SOCKADDR_HV, AF_HYPERV 34), guiddef.h (GUID: u32, two u16,
// eight bytes). The template of service ids for Linux guests, and HV_GUID_LOOPBACK, are
// hvsocket.h's.
import { hyperv } from "../../ts/family/hyperv.js";
import { equal, is, test, throws } from "../suite.js";
import { addressBytes, codec, hex, rowsCover } from "../vectors.js";

const LOOPBACK = "e0e16197-dd56-4a10-9195-5ee7a155a838";
const VSOCK_TEMPLATE = "00000400-facb-11e6-bd58-64006a7986d3";
addressBytes(
  "AF_HYPERV",
  hyperv,
  [LOOPBACK, VSOCK_TEMPLATE],
  {
    linux64: null,
    linux64be: null,
    darwin64: null,
    freebsd64: null,
    windows64: "2200 0000 9761e1e0 56dd 104a 91955ee7a155a838 00040000 cbfa e611 bd5864006a7986d3",
  },
  { vmId: LOOPBACK, serviceId: VSOCK_TEMPLATE },
);

const windows = codec.target("windows64");

test("AF_HYPERV: letters of either case go in, lower case comes out", () => {
  const packed = windows.encodeAddress("AF_HYPERV", [LOOPBACK.toUpperCase(), VSOCK_TEMPLATE]);
  is(hex(packed), hex(windows.encodeAddress("AF_HYPERV", [LOOPBACK, VSOCK_TEMPLATE])));
  equal(windows.decodeAddress(packed), { family: "AF_HYPERV", address: [LOOPBACK, VSOCK_TEMPLATE] });
});

test("AF_HYPERV: bad addresses", () => {
  const bad = (address: unknown) => () => windows.encodeAddress("AF_HYPERV", address as never);
  throws(
    bad(LOOPBACK),
    TypeError,
    `encodeAddress: address must be [vmId: string, serviceId: string], got "${LOOPBACK}"`,
  );
  throws(bad([LOOPBACK]), TypeError, /address must be/);
  throws(bad([LOOPBACK, 1]), TypeError, "encodeAddress: serviceId must be a string, got 1");
  for (const text of [
    "",
    "e0e16197",
    LOOPBACK + "0",
    `{${LOOPBACK}}`,
    LOOPBACK.replaceAll("-", ""),
    LOOPBACK.replace("e", "g"),
  ]) {
    throws(
      bad([text, LOOPBACK]),
      RangeError,
      `encodeAddress: vmId must be a UUID, XXXXXXXX-XXXX-XXXX-XXXX-XXXXXXXXXXXX, got "${text}"`,
    );
  }
  for (const target of ["linux64", "darwin64", "freebsd64"] as const)
    throws(
      () => codec.target(target).family("AF_HYPERV"),
      RangeError,
      `${target} has no address family "AF_HYPERV"`,
    );
});

test("AF_HYPERV: bytes too few, too many, of another family", () => {
  const whole = windows.encodeAddress("AF_HYPERV", [LOOPBACK, LOOPBACK]);
  for (let n = 2; n < 36; n++)
    throws(
      () => windows.decodeAddress(whole.subarray(0, n)),
      RangeError,
      `${n} bytes are too few for an AF_HYPERV address`,
    );
  throws(
    () => windows.decodeAddress(new Uint8Array([...whole, 0])),
    RangeError,
    "37 bytes are too many for an AF_HYPERV address",
  );
  throws(
    () => windows.decodeAddress(new Uint8Array([2, ...whole.subarray(1)]), "AF_HYPERV"),
    RangeError,
    "the 36 bytes are another family's, not an AF_HYPERV address",
  );
  for (let n = 0; n < 38; n++) rowsCover(windows.annotate(new Uint8Array(n), "AF_HYPERV"), new Uint8Array(n));
});
