// SCTP's structs: RFC 6458, linux/sctp.h; FreeBSD netinet/sctp_uio.h (sctp_initmsg).
import { SCTP_ASSOC_CHANGE } from "../../ts/index.js";
import { equal, is, test, throws } from "../suite.js";
import { bytes, codec, hex, rowsCover, structBytes } from "../vectors.js";

const nowhere = { darwin64: null, freebsd64: null, windows64: null };
structBytes(
  "sctp_initmsg",
  { numOstreams: 0x102, maxInstreams: 3, maxAttempts: 4, maxInitTimeo: 5 },
  {
    linux64: "0201 0300 0400 0500",
    linux64be: "0102 0003 0004 0005",
    darwin64: null,
    freebsd64: "0201 0300 0400 0500",
    windows64: null,
  },
);
structBytes(
  "sctp_event_subscribe",
  {
    dataIo: 1,
    association: 2,
    address: 3,
    sendFailure: 4,
    peerError: 5,
    shutdown: 6,
    partialDelivery: 7,
    adaptationLayer: 8,
    authentication: 9,
    senderDry: 10,
    streamReset: 11,
    assocReset: 12,
    streamChange: 13,
    sendFailureEvent: 14,
  },
  { linux64: "01020304050607 08090a0b0c0d0e", linux64be: "01020304050607 08090a0b0c0d0e", ...nowhere },
);
structBytes(
  "sctp_sndrcvinfo",
  {
    stream: 1,
    ssn: 2,
    flags: 0x103,
    ppid: 0x04050607,
    context: 8,
    timetolive: 9,
    tsn: 10,
    cumtsn: 11,
    assocId: -12,
  },
  {
    linux64: "0100 0200 0301 0000 07060504 08000000 09000000 0a000000 0b000000 f4ffffff",
    linux64be: "0001 0002 0103 0000 04050607 00000008 00000009 0000000a 0000000b fffffff4",
    ...nowhere,
  },
);
structBytes(
  "sctp_sndinfo",
  { sid: 1, flags: 2, ppid: 0x03040506, context: 7, assocId: 8 },
  {
    linux64: "0100 0200 06050403 07000000 08000000",
    linux64be: "0001 0002 03040506 00000007 00000008",
    ...nowhere,
  },
);
structBytes(
  "sctp_rcvinfo",
  { sid: 1, ssn: 2, flags: 3, ppid: 0x04050607, tsn: 8, cumtsn: 9, context: 10, assocId: 11 },
  {
    linux64: "0100 0200 0300 0000 07060504 08000000 09000000 0a000000 0b000000",
    linux64be: "0001 0002 0003 0000 04050607 00000008 00000009 0000000a 0000000b",
    ...nowhere,
  },
);

const change = "0180 0000 18000000 0000 0000 0a00 0b00 07000000";

test("sctp_assoc_change: its bytes, and what follows them", () => {
  const { sctp_assoc_change } = codec.target("linux64").structs;
  const value = {
    type: 0x8001,
    flags: 0,
    length: 24,
    state: 0,
    error: 0,
    outboundStreams: 10,
    inboundStreams: 11,
    assocId: 7,
    info: bytes("01020304"),
  };
  is(SCTP_ASSOC_CHANGE || 0x8001, 0x8001);
  is(sctp_assoc_change.size, 20);
  is(hex(sctp_assoc_change.pack(value)), change.replace(/ /g, "") + "01020304");
  equal(sctp_assoc_change.unpack(bytes(change + "01020304")), value);
  equal(sctp_assoc_change.unpack(bytes(change)).info, new Uint8Array(0));
  rowsCover(sctp_assoc_change.annotate(bytes(change + "01020304")), bytes(change + "01020304"));
  throws(
    () => sctp_assoc_change.unpack(bytes(change).subarray(1)),
    RangeError,
    "sctp_assoc_change is at least 20 bytes on linux64, got 19: too few",
  );
  throws(
    () => codec.target("freebsd64").structs.sctp_assoc_change.pack(value),
    RangeError,
    "freebsd64 has no struct sctp_assoc_change",
  );
});

test("sctp_event_subscribe, sctp_sndrcvinfo: what is not given is 0", () => {
  const { sctp_event_subscribe, sctp_sndrcvinfo } = codec.target("linux64").structs;
  is(hex(sctp_event_subscribe.pack({ dataIo: 1, shutdown: 1 })), "0100000000010000000000000000");
  is(hex(sctp_sndrcvinfo.pack({ stream: 3 })), "03" + "00".repeat(31));
  throws(
    () => sctp_event_subscribe.pack({ dataIo: true as never }),
    TypeError,
    "sctp_event_subscribe: dataIo must be a number, got true",
  );
  throws(
    () => sctp_sndrcvinfo.pack({ stream: 65536 }),
    RangeError,
    "sctp_sndrcvinfo: stream must be an integer 0..65535, got 65536",
  );
});
