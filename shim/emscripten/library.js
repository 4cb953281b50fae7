// Linked into a program that Emscripten makes: emcc PROGRAM.c sockets.c --js-library library.js. It keeps
// the names of the imports that berkeley-sockets/emscripten answers, which a build at -O3 minifies, and
// names those of sockets.c. Without a door each import stays Emscripten's own.
(() => {
  const ANSWERED = [
    ..."socket connect bind listen accept4 getsockname getpeername recvfrom sendto sendmsg recvmsg getsockopt"
      .split(" ")
      .map(name => `__syscall_${name}`),
    ..."poll _newselect ioctl fcntl64 dup dup3 fstat64".split(" ").map(name => `__syscall_${name}`),
    ..."fd_close fd_read fd_write fd_pread fd_pwrite fd_seek fd_fdstat_get".split(" "),
    ..."getaddrinfo getnameinfo getprotobyname gethostbyname gethostbyname_r gethostbyaddr".split(" "),
    "_emscripten_lookup_name",
  ];
  const OF_SOCKETS_C = ["layout", "setsockopt", "shutdown", "socketpair", "gethostname"];

  // Both are of the program that links.
  const [library, merge] = [LibraryManager.library, mergeInto];
  const added = {
    $BERKELEY_SOCKETS: { env: {} },
    $BERKELEY_SOCKETS__postset: "Module['berkeleySockets'] = BERKELEY_SOCKETS;",
  };

  /** Puts a call of the table under a name, and what was there into the table. */
  function keep(name, attributes) {
    const own = `$berkeley_sockets_own_${name}`;
    for (const [attribute, value] of Object.entries(attributes)) added[`${own}${attribute}`] = value;
    // The linker writes a function down as its text.
    added[name] = new Function(`return BERKELEY_SOCKETS.env["${name}"].apply(null, arguments);`);
    added[`${name}__deps`] = ["$BERKELEY_SOCKETS", own];
    added[`${name}__postset`] = `BERKELEY_SOCKETS.env["${name}"] = ${own.slice(1)};`;
    for (const attribute of ["__sig", "__proxy"])
      if (attributes[attribute] !== undefined) added[`${name}${attribute}`] = attributes[attribute];
  }

  for (const name of ANSWERED) {
    // What this Emscripten has not, none of its programs imports.
    if (library[name] === undefined) continue;
    const attributes = { "": library[name] };
    for (const key of Object.keys(library)) {
      const attribute = key.startsWith(name) ? key.slice(name.length) : "";
      if (/^__[a-z0-9]+$/.test(attribute)) attributes[attribute] = library[key];
    }
    keep(name, attributes);
  }
  // 52 is ENOSYS in every Emscripten.
  for (const name of OF_SOCKETS_C) keep(`berkeley_sockets_${name}`, { "": new Function("return -52;") });

  // Emscripten's own functions call these two, which not every program that has those has exported.
  for (const name of ["htons", "ntohs"])
    if (library[name] === undefined)
      added[name] = new Function("value", "return ((value & 255) << 8) | ((value >> 8) & 255);");

  merge(library, added);
})();
