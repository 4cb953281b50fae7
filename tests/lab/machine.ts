// A throw-away virtual machine: Debian's kernel under qemu's software emulation (never KVM: a
// half-working /dev/kvm is worse than none), the host's files under an overlay. It runs one command
// after another; a hang ends it. Protocol: init.sh. node dist/tests/lab/machine.js COMMAND
// ARGUMENT…: runs one command; 124 is a hang, 125 a machine that failed.
import { spawn, type ChildProcess } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Duplex } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";

const project = fileURLToPath(new URL("../../../", import.meta.url));
const directory = join(project, ".cache/lab");
const tools = join(directory, "tools/usr");
const snapshot = join(directory, "snapshot");
/**
 * What booting may take, and what the machine may take to answer after it has ended a command
 * itself.
 */
const BOOT_SECONDS = 120;
const GRACE_SECONDS = 20;

/** Kernel parameters that make the boot quick under emulation, and a panic the end. */
const parameters =
  "console=ttyS0 panic=-1 quiet mitigations=off nokaslr no5lvl cryptomgr.notests init_on_alloc=0 tsc=reliable no_timer_check " +
  "nowatchdog audit=0 apparmor=0 selinux=0 rcupdate.rcu_expedited=1 8250.nr_uarts=1";

/**
 * One CPU: with two, emulated in parallel, about one boot in 140 died in the kernel's patching of
 * its own code.
 */
const hardware = [
  "-M",
  "q35",
  "-accel",
  "tcg",
  "-cpu",
  "max",
  "-smp",
  "1",
  "-m",
  "2G",
  "-nodefaults",
  "-no-user-config",
  "-display",
  "none",
  "-no-reboot",
  "-rtc",
  "base=utc",
  "-kernel",
  join(directory, "vmlinux"),
  "-initrd",
  join(directory, "initrd"),
  "-append",
  parameters,
  "-fsdev",
  "local,id=host,path=/,security_model=none,readonly=on,multidevs=remap",
  "-device",
  "virtio-9p-pci,fsdev=host,mount_tag=host",
  "-device",
  "virtio-serial-pci",
];

/**
 * Emulation computes some 30 times slower, but most tests wait. Debian's python3 has AF_BLUETOOTH,
 * others seldom do.
 */
const environment = () => ({
  TEST_SLOW: "6",
  ...(existsSync("/usr/bin/python3") && { PYTHON: "/usr/bin/python3" }),
  ...process.env,
  PATH: `${process.env.PATH}:/run/lab/bin`,
});

/** Streams of the machine, by the descriptor that qemu has them under. */
const streams = ["console", "ctl", "out", "err", "monitor"] as const;
const FIRST = 3;

export interface Result {
  /** The exit status; a signal is 128 more, a hang 124, a machine that failed 125. */
  status: number;
  stdout: string;
  stderr: string;
  /** Why the machine is of no more use, with the end of its console. */
  failure?: string;
}

/** Text that a shell takes for one word. */
function quoted(word: string): string {
  return `'${word.replaceAll("'", "'\\''")}'`;
}

/** Whether the snapshot was made of this image by this program. */
function current(): boolean {
  return (
    existsSync(snapshot) &&
    [join(directory, "initrd"), project + "tests/lab/machine.ts"].every(
      file => statSync(file).mtimeMs < statSync(snapshot).mtimeMs,
    )
  );
}

export class Machine {
  readonly #qemu: ChildProcess;
  readonly #stream: Record<(typeof streams)[number], Duplex>;
  readonly #died: Promise<string>;
  readonly #written = `${snapshot}.${process.pid}`;
  #console = "";
  #complaints = "";

  private constructor(incoming: boolean) {
    const ports = streams.flatMap((name, i) => ["-chardev", `socket,id=${name},fd=${FIRST + i}`]);
    for (const name of ["ctl", "out", "err"])
      ports.push("-device", `virtserialport,chardev=${name},name=${name}`);
    ports.push("-serial", "chardev:console", "-mon", "chardev=monitor,mode=control");
    if (incoming) ports.push("-incoming", 'exec:cat "$LAB_SNAPSHOT"');
    const libraries = ["usr/lib", "lib"]
      .map(lib => join(directory, "tools", lib, "x86_64-linux-gnu"))
      .join(":");
    this.#qemu = spawn(
      "setpriv",
      [
        "--pdeathsig",
        "KILL",
        "qemu-system-x86_64",
        "-L",
        join(tools, "share/qemu"),
        "-L",
        join(tools, "share/seabios"),
        ...hardware,
        ...ports,
      ],
      {
        stdio: ["ignore", "ignore", "pipe", ...streams.map(() => "pipe" as const)],
        env: {
          ...process.env,
          PATH: `${join(tools, "bin")}:${process.env.PATH}`,
          LD_LIBRARY_PATH: libraries,
          QEMU_MODULE_DIR: join(tools, "lib/x86_64-linux-gnu/qemu"),
          LAB_SNAPSHOT: incoming ? snapshot : this.#written,
        },
      },
    );
    this.#stream = Object.fromEntries(
      streams.map((name, i) => [name, this.#qemu.stdio[FIRST + i] as Duplex]),
    ) as Record<(typeof streams)[number], Duplex>;
    // An error means that qemu has gone: #died tells.
    for (const stream of Object.values(this.#stream)) stream.on("error", () => this.end());
    this.#stream.console.on("data", (chunk: Buffer) => {
      this.#console = (this.#console + chunk).slice(-20_000);
    });
    this.#qemu.stderr!.on("data", chunk => {
      this.#complaints += chunk;
    });
    this.#died = new Promise(done => {
      this.#qemu.on("error", error => done(`qemu can't be started: ${error.message}`));
      this.#qemu.on("close", (code, signal) =>
        done(`the machine ended by itself (qemu: ${signal ?? `status ${code}`})`),
      );
    });
  }

  static #last: Promise<unknown> = Promise.resolve();

  /**
   * A machine that is ready for commands: from the snapshot, which the first one leaves; so one
   * after another.
   */
  static start(): Promise<Machine> {
    const made = Machine.#last.then(() => Machine.#boot());
    Machine.#last = made.catch(() => {});
    return made;
  }

  static async #boot(): Promise<Machine> {
    const resumed = current();
    const made = new Machine(resumed);
    const failure = await made.#within(BOOT_SECONDS, resumed ? "resume" : "boot", async () => {
      if (!resumed) {
        await made.#read("out", "ready", []);
        await made.#save();
      }
      made.#stream.ctl.write(`${Math.ceil(Date.now() / 1000)}\n`);
    });
    if (!failure) return made;
    rmSync(made.#written, { force: true });
    throw new Error(failure);
  }

  /**
   * Runs a command in this process's directory and environment, within `seconds`. `show`: what it
   * prints appears at once.
   */
  async run(argv: readonly string[], seconds: number, show = false): Promise<Result> {
    const variables = Object.entries(environment()).filter(([name]) => /^[A-Za-z_]\w*$/.test(name));
    const script = [
      `cd ${quoted(process.cwd())} || exit`,
      ...variables.map(([name, value]) => `export ${name}=${quoted(value!)}`),
      `exec ${argv.map(quoted).join(" ")}`,
      "",
    ];
    const mark = randomBytes(8).toString("hex");
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const start = performance.now();
    let status = 125;
    const failure = await this.#within(seconds + GRACE_SECONDS, argv.join(" "), async () => {
      this.#stream.ctl.write(`${mark} ${seconds} ${Buffer.from(script.join("\n")).toString("base64")}\n`);
      const ends = await Promise.all([
        this.#read("out", mark, stdout, show ? process.stdout : undefined),
        this.#read("err", mark, stderr, show ? process.stderr : undefined),
      ]);
      status = Number(ends[0]);
    });
    const late = performance.now() - start >= seconds * 1000 && status !== 0;
    return {
      status: late ? 124 : status,
      stdout: Buffer.concat(stdout).toString(),
      stderr: Buffer.concat(stderr).toString(),
      ...(failure && { failure }),
    };
  }

  /** Ends it at once. */
  end(): void {
    this.#qemu.kill("SIGKILL");
  }

  /** Does something while qemu lives and time is left, else ends it and returns the reason. */
  async #within(seconds: number, what: string, body: () => Promise<void>): Promise<string | undefined> {
    let timer: NodeJS.Timeout | undefined;
    const limit = new Promise<string>(done => {
      timer = setTimeout(done, seconds * 1000, `${what}: the machine didn't answer within ${seconds} s`);
    });
    const failure = await Promise.race([
      body().then(
        () => undefined,
        (error: Error) => error.message,
      ),
      limit,
      this.#died,
    ]);
    clearTimeout(timer);
    if (!failure) return undefined;
    this.end();
    await this.#died;
    const lines = this.#console
      .trimEnd()
      .split("\n")
      .map(line => `  ${line.trimEnd()}`);
    const LINES = 30;
    const reason = lines.findIndex(line => /Kernel panic|BUG:|Oops:/.test(line)); // what follows is the trace
    const told = reason < 0 ? lines.slice(-LINES) : lines.slice(Math.max(0, reason - 2), reason + LINES);
    return [failure, this.#complaints.trimEnd(), "its console:", ...told].filter(Boolean).join("\n");
  }

  /** Reads a stream up to `mark`, into `taken`; returns the rest of the mark's line. */
  #read(name: "out" | "err", mark: string, taken: Buffer[], show?: NodeJS.WritableStream): Promise<string> {
    const stream = this.#stream[name];
    const LINE = 64;
    let held: Buffer = Buffer.alloc(0); // the mark may come in two pieces
    return new Promise(done => {
      const pass = (bytes: Buffer) => {
        taken.push(bytes);
        show?.write(bytes);
      };
      const take = (chunk: Buffer) => {
        held = Buffer.concat([held, chunk]);
        const at = held.indexOf(mark);
        const end = at < 0 ? -1 : held.indexOf("\n", at);
        if (end < 0) {
          if (at < 0 && held.length > LINE) {
            pass(held.subarray(0, -LINE));
            held = held.subarray(-LINE);
          }
          return;
        }
        stream.off("data", take);
        pass(held.subarray(0, at));
        const rest = held.toString("latin1", at + mark.length, end).trim();
        held = Buffer.alloc(0);
        done(rest);
      };
      stream.on("data", take);
      void this.#died.then(() => pass(held));
    });
  }

  /** Writes the snapshot by qemu's monitor (docs/interop/qmp-spec) and goes on. */
  async #save(): Promise<void> {
    const { monitor } = this.#stream;
    const replies = createInterface(monitor)[Symbol.asyncIterator]();
    const ask = async (execute: string, args: object = {}): Promise<any> => {
      monitor.write(JSON.stringify({ execute, arguments: args }));
      for (;;) {
        const { value, done } = await replies.next();
        if (done) return this.#died;
        const reply = JSON.parse(value);
        if (reply.error) throw new Error(`qemu: ${execute}: ${reply.error.desc}`);
        if (reply.return) return reply.return;
      }
    };
    await ask("qmp_capabilities");
    await ask("migrate-set-parameters", { "max-bandwidth": 1e10 });
    await ask("migrate", { uri: 'exec:cat > "$LAB_SNAPSHOT"' });
    for (let state = ""; state !== "completed"; await sleep(50)) {
      state = (await ask("query-migrate")).status;
      if (state === "failed") throw new Error("qemu couldn't write its snapshot");
    }
    renameSync(this.#written, snapshot);
    await ask("cont");
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const argv = process.argv.slice(2);
  if (argv.length === 0) throw new Error("usage: node dist/tests/lab/machine.js COMMAND ARGUMENT…");
  const machine = await Machine.start();
  const { status, failure } = await machine.run(argv, Number(process.env.LAB_SECONDS ?? 300), true);
  machine.end();
  if (failure) console.error(`lab: ${failure}`);
  else if (status === 124) console.error("lab: the time limit (LAB_SECONDS) is over");
  process.exitCode = status;
}
