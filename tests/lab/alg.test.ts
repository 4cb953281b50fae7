// AF_ALG, the kernel's crypto: hash, skcipher, aead and rng do what OpenSSL does
// (Documentation/crypto/userspace-if.rst). Test keys are counted bytes. The sockets of hash and rng
// operations, and the bound ones, have no poll(2): what waits for them waits for ever.
import { createCipheriv, createDecipheriv, createHash, createHmac } from "node:crypto";
import {
  AF_ALG,
  AF_INET,
  ALG_OP_DECRYPT,
  ALG_OP_ENCRYPT,
  ALG_SET_AEAD_AUTHSIZE,
  ALG_SET_KEY,
  FileNotFoundError,
  MSG_MORE,
  OSError,
  SOCK_DGRAM,
  SOCK_SEQPACKET,
  SOL_ALG,
  Socket,
  TimeoutError,
} from "../../ts/index.js";
import * as promises from "../../ts/promises/index.js";
import { ask } from "../python.js";
import { equal, fails, is, ok, rejects, test, throws } from "../suite.js";

const counted = (length: number, from = 0) =>
  Buffer.from(Array.from({ length }, (_, i) => (from + i) & 0xff));
const sha256 = (data: Uint8Array) => createHash("sha256").update(data).digest();
const KEY = counted(16);
const IV = counted(16, 0x40);
const NONCE = counted(12, 0x80);
const TEXT = counted(64, 1);
const ASSOCIATED = counted(20, 0xa0);
const TAG = 16;

function bound(type: string, name: string, prepare?: (s: Socket) => void): Socket {
  const s = new Socket(AF_ALG, SOCK_SEQPACKET);
  try {
    s.bind([type, name]);
    prepare?.(s);
  } catch (error) {
    s.close();
    throw error;
  }
  return s;
}

/** One operation socket, used and closed. */
function operation<T>(s: Socket, body: (op: Socket) => T): T {
  const [op, address] = s.accept();
  using used = op;
  is(address, null);
  return body(used);
}

test("hash: sha256 of pieces and of nothing", () => {
  using s = bound("hash", "sha256");
  operation(s, op => {
    for (const data of [Buffer.from("abc"), TEXT, counted(5000)]) {
      op.sendall(data);
      equal(op.recv(512), sha256(data));
    }
    for (let i = 0; i < 10; i++) op.send(counted(100, i), MSG_MORE);
    op.send("");
    equal(op.recv(32), sha256(Buffer.concat(Array.from({ length: 10 }, (_, i) => counted(100, i)))));
    equal(op.recv(32), sha256(Buffer.alloc(0)), "nothing was sent");
  });
});

test("hash: hmac with a key, in two sockets at once", () => {
  using s = bound("hash", "hmac(sha1)", s => s.setsockopt(SOL_ALG, ALG_SET_KEY, KEY));
  operation(s, one =>
    operation(s, two => {
      one.sendall(TEXT);
      two.sendall("two");
      equal(one.recv(64), createHmac("sha1", KEY).update(TEXT).digest());
      equal(two.recv(64), createHmac("sha1", KEY).update("two").digest());
    }),
  );
});

test("skcipher: cbc(aes) both ways, in one message and in pieces", () => {
  const cipher = createCipheriv("aes-128-cbc", KEY, IV).setAutoPadding(false);
  const wanted = Buffer.concat([cipher.update(TEXT), cipher.final()]);
  using s = bound("skcipher", "cbc(aes)", s => s.setsockopt(SOL_ALG, ALG_SET_KEY, KEY));
  operation(s, op => {
    is(op.sendmsgAfalg([TEXT], { op: ALG_OP_ENCRYPT, iv: IV }), TEXT.length);
    equal(op.recv(TEXT.length), wanted);
    is(
      op.sendmsgAfalg([wanted.subarray(0, 16), wanted.subarray(16)], { op: ALG_OP_DECRYPT, iv: IV }),
      wanted.length,
    );
    equal(op.recv(wanted.length), TEXT);
    // Its operation and vector first, then the data: MSG_MORE says that more comes.
    is(op.sendmsgAfalg([], { op: ALG_OP_ENCRYPT, iv: IV, flags: MSG_MORE }), 0);
    for (let at = 0; at < TEXT.length; at += 16)
      op.send(TEXT.subarray(at, at + 16), at + 16 < TEXT.length ? MSG_MORE : 0);
    equal(op.recv(TEXT.length), wanted);
  });
});

function gcm(text: Uint8Array): Buffer {
  const cipher = createCipheriv("aes-128-gcm", KEY, NONCE);
  cipher.setAAD(ASSOCIATED);
  return Buffer.concat([cipher.update(text), cipher.final(), cipher.getAuthTag()]);
}

test("aead: gcm(aes) with associated data; what was tampered with is EBADMSG", () => {
  using s = bound("aead", "gcm(aes)", s => {
    s.setsockopt(SOL_ALG, ALG_SET_KEY, KEY);
    s.setsockopt(SOL_ALG, ALG_SET_AEAD_AUTHSIZE, null, TAG);
  });
  const options = { iv: NONCE, assoclen: ASSOCIATED.length };
  const sealed = gcm(TEXT);
  operation(s, op => {
    op.sendmsgAfalg([ASSOCIATED, TEXT], { op: ALG_OP_ENCRYPT, ...options });
    equal(op.recv(ASSOCIATED.length + sealed.length), Buffer.concat([ASSOCIATED, sealed]));
    op.sendmsgAfalg([ASSOCIATED, sealed], { op: ALG_OP_DECRYPT, ...options });
    const opened = op.recv(ASSOCIATED.length + TEXT.length);
    equal(opened.subarray(ASSOCIATED.length), TEXT);
    const decipher = createDecipheriv("aes-128-gcm", KEY, NONCE).setAuthTag(sealed.subarray(TEXT.length));
    decipher.setAAD(ASSOCIATED);
    equal(Buffer.concat([decipher.update(sealed.subarray(0, TEXT.length)), decipher.final()]), TEXT);
  });
  operation(s, op => {
    const bad = Buffer.from(sealed);
    bad[3]! ^= 1;
    op.sendmsgAfalg([ASSOCIATED, bad], { op: ALG_OP_DECRYPT, ...options });
    fails("EBADMSG", () => op.recv(ASSOCIATED.length + TEXT.length));
  });
});

test("rng: a seed first, then numbers that the seed determines or not", () => {
  using s = bound("rng", "stdrng", s => s.setsockopt(SOL_ALG, ALG_SET_KEY, ""));
  operation(s, op => {
    const one = op.recv(32);
    const two = op.recv(32);
    is(one.length, 32);
    ok(!one.equals(two));
    is(op.recv(1000).length, 128, "at most 128 bytes at once");
  });
});

test("AF_ALG: all of it as CPython computes it", () => {
  const told = ask(
    `
def op(kind, name, key, use):
  with socket.socket(socket.AF_ALG, socket.SOCK_SEQPACKET) as s:
    s.bind((kind, name))
    if key: s.setsockopt(socket.SOL_ALG, socket.ALG_SET_KEY, bytes(key))
    if kind == "aead": s.setsockopt(socket.SOL_ALG, socket.ALG_SET_AEAD_AUTHSIZE, None, 16)
    o, address = s.accept()
    with o: return [use(o).hex(), address]
def hashed(o): o.sendall(bytes(data["text"])); return o.recv(64)
def enciphered(o):
  o.sendmsg_afalg([bytes(data["text"])], op=socket.ALG_OP_ENCRYPT, iv=bytes(data["iv"])); return o.recv(64)
def sealed(o):
  o.sendmsg_afalg([bytes(data["associated"] + data["text"])], op=socket.ALG_OP_ENCRYPT, iv=bytes(data["nonce"]), assoclen=20); return o.recv(100)
print(json.dumps([op("hash", "sha512", None, hashed), op("skcipher", "cbc(aes)", data["key"], enciphered), op("aead", "gcm(aes)", data["key"], sealed)]))`,
    { text: [...TEXT], iv: [...IV], nonce: [...NONCE], key: [...KEY], associated: [...ASSOCIATED] },
  );
  const ours: [string, unknown][] = [];
  const run = (s: Socket, use: (op: Socket) => Buffer) => {
    using open = s;
    ours.push([operation(open, use).toString("hex"), null]);
  };
  const keyed = (s: Socket) => s.setsockopt(SOL_ALG, ALG_SET_KEY, KEY);
  run(bound("hash", "sha512"), op => {
    op.sendall(TEXT);
    return op.recv(64);
  });
  run(bound("skcipher", "cbc(aes)", keyed), op => {
    op.sendmsgAfalg([TEXT], { op: ALG_OP_ENCRYPT, iv: IV });
    return op.recv(64);
  });
  run(
    bound("aead", "gcm(aes)", s => {
      keyed(s);
      s.setsockopt(SOL_ALG, ALG_SET_AEAD_AUTHSIZE, null, TAG);
    }),
    op => {
      op.sendmsgAfalg([ASSOCIATED, TEXT], { op: ALG_OP_ENCRYPT, iv: NONCE, assoclen: 20 });
      return op.recv(100);
    },
  );
  equal(ours, told);
});

test("bind: an algorithm that is not there is ENOENT with its name", () => {
  using s = new Socket(AF_ALG, SOCK_SEQPACKET);
  const error = throws(() => s.bind(["hash", "nonesuch"]), FileNotFoundError, "bind ENOENT hash,nonesuch");
  equal(error.address, ["hash", "nonesuch"]);
  fails("ENOENT", () => s.bind(["nonesuch", "sha256"]));
  fails("EINVAL", () => s.bind(["hash", "sha256", 0xffffffff, 0xffffffff]));
  s.bind(["hash", "sha256"]);
  fails("ENOTSUP", () => s.getsockname());
});

test("AF_ALG: bad use", () => {
  using s = bound("skcipher", "cbc(aes)");
  fails("EINVAL", () => s.setsockopt(SOL_ALG, ALG_SET_KEY, counted(7)));
  s.setsockopt(SOL_ALG, ALG_SET_KEY, KEY);
  operation(s, op => {
    throws(() => op.sendmsgAfalg([], { op: -1 }), RangeError, "op must be an integer 0..2147483647, got -1");
    throws(() => op.sendmsgAfalg([], { op: 0, iv: 5 as never }), TypeError, /^iv must be /);
    throws(
      () => op.sendmsgAfalg([], { op: 0, assoclen: -1 }),
      RangeError,
      "assoclen must be an integer 0..4294967295, got -1",
    );
    fails("EINVAL", () => op.sendmsgAfalg([TEXT], { op: ALG_OP_ENCRYPT, iv: counted(8) }));
    fails("EINVAL", () => op.sendmsgAfalg([TEXT], { op: 7, iv: IV }));
  });
  using other = new Socket(AF_INET, SOCK_DGRAM);
  throws(() => other.sendmsgAfalg([], { op: 0 }), OSError, "algset is only supported for AF_ALG");
});

test("AF_ALG: a timeout does not keep a hash from its result, which poll(2) never announces", () => {
  using s = bound("hash", "sha256");
  s.settimeout(5);
  const started = performance.now();
  operation(s, op => {
    op.settimeout(5);
    op.sendall("abc");
    equal(op.recv(32), sha256(Buffer.from("abc")));
  });
  using random = bound("rng", "stdrng", s => s.setsockopt(SOL_ALG, ALG_SET_KEY, ""));
  operation(random, op => {
    op.settimeout(5);
    is(op.recv(16).length, 16);
  });
  ok(performance.now() - started < 4000);
});

test("AF_ALG: a cipher without input times out, and non-blocking is EAGAIN", () => {
  using s = bound("skcipher", "cbc(aes)", s => s.setsockopt(SOL_ALG, ALG_SET_KEY, KEY));
  operation(s, op => {
    op.settimeout(0.05);
    throws(() => op.recv(16), TimeoutError, "timed out");
    op.settimeout(0);
    fails("EAGAIN", () => op.recv(16));
  });
});

test("AF_ALG: promises", async () => {
  using s = new promises.Socket(AF_ALG, SOCK_SEQPACKET);
  await rejects(() => s.bind(["hash", "nonesuch"]), FileNotFoundError, "bind ENOENT hash,nonesuch");
  await s.bind(["hash", "sha256"]);
  const [op, address] = await s.accept();
  {
    using used = op;
    is(address, null);
    await used.sendall(TEXT);
    equal(await used.recv(32), sha256(TEXT));
    const one = [counted(300_000), counted(7)] as const;
    for (const data of one) {
      await used.sendall(data);
      equal(await used.recv(32), sha256(data));
    }
  }
  using cipher = new promises.Socket(AF_ALG, SOCK_SEQPACKET);
  await cipher.bind(["skcipher", "cbc(aes)"]);
  cipher.setsockopt(SOL_ALG, ALG_SET_KEY, KEY);
  const [enciphering] = await cipher.accept();
  using e = enciphering;
  const wanted = createCipheriv("aes-128-cbc", KEY, IV).setAutoPadding(false).update(TEXT);
  const early = e.recv(TEXT.length);
  await e.sendmsgAfalg([TEXT], { op: ALG_OP_ENCRYPT, iv: IV });
  equal(await early, wanted, "a recv() that had to wait");
  await rejects(() => e.recv(16, 0, { signal: AbortSignal.timeout(50) }), DOMException, /timeout/);
});
