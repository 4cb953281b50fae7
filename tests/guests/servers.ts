// The servers that the programs use: those of peers.py, and Redis and PostgreSQL where they are installed.
import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { connect, createServer, type AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const POSTGRES = "/usr/lib/postgresql";
const START_SECONDS = 60;

/** Servers that are packages of Debian's. */
type Optional = "redis" | "postgres";
/** Servers that run: the ports, by their names, and those that are not installed. */
export interface Servers {
  readonly ports: Readonly<Record<string, number | string>>;
  readonly missing: readonly Optional[];
  end(): Promise<void>;
}

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const { port } = probe.address() as AddressInfo;
  probe.close();
  return port;
}

/** Waits until the server answers what is said to it. */
async function answers(port: number, question: Uint8Array, server: ChildProcess): Promise<void> {
  const deadline = Date.now() + START_SECONDS * 1000;
  while (Date.now() < deadline && server.exitCode === null) {
    const socket = connect(port, "127.0.0.1");
    try {
      await once(socket, "connect");
      socket.write(question);
      if ((await once(socket, "data")).length > 0) return;
    } catch {
      // It does not listen yet.
    } finally {
      socket.destroy();
    }
    await new Promise(done => setTimeout(done, 50));
  }
  throw new Error(`${server.spawnfile} does not answer`);
}

const options: { stdio: ("ignore" | "inherit")[] } = { stdio: ["ignore", "ignore", "inherit"] };

async function startRedis(folder: string): Promise<[ChildProcess, number]> {
  const port = await freePort();
  const path = join(folder, "redis");
  const server = spawn(
    "redis-server",
    ["--bind", "127.0.0.1", "--port", `${port}`, "--unixsocket", path, "--dir", folder, "--save", ""],
    options,
  );
  await answers(port, Buffer.from("PING\r\n"), server);
  return [server, port];
}

async function startPostgres(folder: string): Promise<[ChildProcess, number]> {
  const port = await freePort();
  const bin = join(POSTGRES, readdirSync(POSTGRES).sort().at(-1)!, "bin");
  // The server refuses to run as root.
  const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
  const as = process.getuid!() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
  const home = join(folder, "postgres");
  mkdirSync(home);
  const password = join(home, "password");
  writeFileSync(password, "secret\n");
  if (as.uid !== undefined) for (const path of [home, password]) chownSync(path, as.uid, as.gid!);
  const made = spawnSync(
    join(bin, "initdb"),
    [
      ...["-D", join(home, "data"), "-U", "tester", "-E", "UTF8", "--no-locale", "--no-sync"],
      ...["-A", "scram-sha-256", "--pwfile", password],
    ],
    { ...as, cwd: home, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const server = spawn(
    join(bin, "postgres"),
    [
      "-D",
      join(home, "data"),
      "-h",
      "127.0.0.1",
      "-p",
      `${port}`,
      "-k",
      home,
      "-F",
      "-c",
      "log_min_messages=panic",
    ],
    { ...as, ...options, cwd: home },
  );
  // An SSLRequest, which it answers with a letter once it takes clients.
  await answers(port, Uint8Array.of(0, 0, 0, 8, 4, 210, 22, 47), server);
  return [server, port];
}

async function startPeers(): Promise<[ChildProcess, Record<string, number>]> {
  const path = fileURLToPath(new URL("../../../tests/guests/peers.py", import.meta.url));
  const peers = spawn("python3", [path], { stdio: ["pipe", "pipe", "inherit"] });
  const [line] = (await once(createInterface({ input: peers.stdout! }), "line")) as [string];
  return [peers, JSON.parse(line) as Record<string, number>];
}

/** Starts all that there are. */
export async function startServers(): Promise<Servers> {
  const folder = mkdtempSync(join(tmpdir(), "guests-"));
  // PostgreSQL's own user goes through it.
  spawnSync("chmod", ["755", folder]);
  const missing: Optional[] = [];
  const [peers, ports] = await startPeers();
  const all = [peers];
  const start = async (
    name: Optional,
    there: boolean,
    how: (folder: string) => Promise<[ChildProcess, number]>,
  ) => {
    if (!there) {
      missing.push(name);
      return;
    }
    const [server, port] = await how(folder);
    all.push(server);
    ports[name] = port;
  };
  await start("redis", spawnSync("redis-server", ["--version"]).status === 0, startRedis);
  await start("postgres", existsSync(POSTGRES), startPostgres);
  return {
    ports: { ...ports, folder },
    missing,
    async end() {
      for (const server of all) {
        server.kill("SIGTERM");
        if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
      }
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
