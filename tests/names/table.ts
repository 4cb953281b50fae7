// Python's names and ours: what COMPATIBILITY.md and the table of docs/from-python.md are made of,
// and what names.test.ts holds the package against.
import { elsewhere, pythonConstants } from "./constants.js";

export interface Name {
  readonly python: string;
  /** Ours, null where there is none. */
  readonly ours: string | null;
  /** Why there is none, or what differs. */
  readonly note?: string;
}

/** Names that are still to come, as ours. The test fails for one that has come. */
export const pending: readonly string[] = [];

/** `python [ours] [: note]` a line; `-` for ours is none. */
function table(text: string): readonly Name[] {
  return text
    .trim()
    .split("\n")
    .map(line => {
      const [, python, ours = python, note] = /^\s*(\w+)(?: ([\w.[\]-]+))?(?:: (.*))?$/.exec(line) ?? [];
      if (!python) throw new Error(`table of names: ${line}`);
      return { python, ours: ours === "-" ? null : ours!, ...(note === undefined ? {} : { note }) };
    });
}

/** Module attributes that are no constants. */
export const functions = table(`
  close
  create_connection createConnection: \`source_address\` is the third parameter, \`all_errors\` the option \`allErrors\`, which throws an AggregateError
  create_server createServer: the options are \`{ family, backlog, reusePort, dualstackIPv6 }\`
  has_dualstack_ipv6 hasDualstackIPv6
  socketpair
  fromfd
  fromshare: Windows only, elsewhere it throws ENOSYS
  dup
  getaddrinfo
  getfqdn
  gethostbyname
  gethostbyname_ex gethostbynameEx
  gethostname
  gethostbyaddr
  getnameinfo
  getprotobyname
  getservbyname
  getservbyport
  ntohl
  ntohs
  htonl
  htons
  inet_aton
  inet_ntoa
  inet_pton
  inet_ntop: a wrong length is a RangeError
  CMSG_LEN
  CMSG_SPACE
  getdefaulttimeout
  setdefaulttimeout
  sethostname
  if_nameindex
  if_nametoindex
  if_indextoname
  send_fds sendFds
  recv_fds recvFds
`);

export const classes = table(`
  socket Socket
  SocketType: the same class as Socket
  SocketIO: what makefile() gives for binary modes without buffering
  AddressFamily: an object of names and numbers, both ways
  SocketKind: the same
  MsgFlag: the same, and \`MsgFlag.text(flags)\` writes flags by name
  AddressInfo: the same
  error: another name of OSError
  herror HError
  gaierror GaiError
  timeout: another name of TimeoutError
  has_ipv6 hasIPv6
  EAGAIN: as every other errno's name, which Python has in its module errno
  EBADF
  EWOULDBLOCK
  CAPI -: for extensions written in C
  errorTab -: Python's own texts for Windows' error numbers; the messages here have the error's name
`);

export const methods = table(`
  accept
  bind
  close
  connect
  connect_ex connectEx
  detach
  dup
  fileno
  get_inheritable getInheritable
  getpeername
  getsockname
  getsockopt
  getblocking
  gettimeout
  ioctl: on every system that has it, ioctl(2) too
  listen
  makefile: \`encoding\`, \`errors\` and \`newline\` are options; buffering 1 flushes each line of text, the default encoding is UTF-8; where a non-blocking socket has nothing, text files and readline() of unbuffered files and pairs throw BlockingIOError, and lose nothing
  recv
  recvfrom
  recvmsg
  recvmsg_into recvmsgInto
  recvfrom_into recvfromInto
  recv_into recvInto
  send
  sendall
  sendto
  sendmsg
  sendmsg_afalg sendmsgAfalg: \`op\`, \`iv\`, \`assoclen\` and \`flags\` are options
  sendfile: takes a descriptor, a FileHandle or an object with \`read(size)\`
  set_inheritable setInheritable
  setblocking
  settimeout
  setsockopt
  shutdown
  share: Windows only, elsewhere it throws ENOSYS
  family
  type
  proto
  timeout
  __enter__ [Symbol.dispose]: \`using\` is \`with\`
  __exit__ [Symbol.dispose]
  __repr__ toString: what console.log shows, too
`);

export interface Constant extends Name {
  /** The Python that has it first, "3.13" or before. */
  readonly since: string;
  /** The systems that have it, where Linux is none of them. */
  readonly systems?: string;
}

const systemsOf = new Map(
  Object.entries(elsewhere).flatMap(([systems, names]) => names.map(name => [name, systems] as const)),
);

export const constants: readonly Constant[] = Object.entries(pythonConstants).flatMap(([since, names]) =>
  names.map(name => {
    const systems = systemsOf.get(name);
    return { python: name, ours: name, since, ...(systems === undefined ? {} : { systems }) };
  }),
);

/** In dir(socket), but not of the module: what it imports. */
export const imported: readonly string[] = [
  "IntEnum",
  "IntFlag",
  "array",
  "errno",
  "io",
  "os",
  "selectors",
  "sys",
];
