// Database drivers over toDuplex(): ioredis and pg, each against its real server, over TCP and
// AF_UNIX. Run by ./build.sh interop, which installs the servers and the drivers; node
// dist/tests/interop/drivers.js FOLDER-OF-DRIVERS. libraries.ts has what is no database.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, chownSync } from "node:fs";
import { join } from "node:path";
import { AF_INET, AF_UNIX } from "../../ts/promises/index.js";
import { equal, is, test } from "../suite.js";
import "./libraries.js";
import { driver, later, serving, stream } from "./serving.js";

test(
  "ioredis: commands, pipelines, a large value and a subscription, over TCP and AF_UNIX",
  () =>
    serving(
      (folder, port) =>
        spawn(
          "redis-server",
          [
            "--bind",
            "127.0.0.1",
            "--port",
            String(port),
            "--unixsocket",
            join(folder, "redis"),
            "--dir",
            folder,
            "--save",
            "",
          ],
          { stdio: ["ignore", "pipe", "pipe"] },
        ),
      async (folder, port) => {
        const { Redis } = driver("ioredis");
        const AbstractConnector = driver("ioredis/built/connectors/AbstractConnector").default;
        for (const [family, address] of [
          [AF_INET, ["127.0.0.1", port]],
          [AF_UNIX, join(folder, "redis")],
        ] as const) {
          const connect = () =>
            new Redis({
              lazyConnect: true,
              maxRetriesPerRequest: 0,
              Connector: class extends AbstractConnector {
                async connect() {
                  this.stream = await stream(family, address);
                  return this.stream;
                }
              },
            });
          const redis = connect();
          const subscriber = connect();
          await Promise.all([redis.connect(), subscriber.connect()]);
          is(await redis.set("key", "value"), "OK");
          is(await redis.get("key"), "value");
          const large = "x".repeat(4 << 20);
          await redis.set("large", large);
          is((await redis.get("large")).length, large.length);
          const results = await redis
            .pipeline(Array.from({ length: 1000 }, () => ["incr", `n${family}`]))
            .exec();
          equal(results.at(-1), [null, 1000]);
          await subscriber.subscribe("news");
          const message = once(subscriber, "message");
          await redis.publish("news", "hello");
          equal(await message, ["news", "hello"]);
          await Promise.all(
            [redis, subscriber].map(async each => {
              const end = once(each, "end");
              each.disconnect();
              await end;
            }),
          );
        }
      },
    ),
  { seconds: 60, leaks: true },
);

test(
  "pg and postgres: queries, a large result, an error and a cursor of rows, over TCP and AF_UNIX",
  () =>
    serving(
      (folder, port) => {
        const bin = join("/usr/lib/postgresql", readdirSync("/usr/lib/postgresql").sort().at(-1)!, "bin");
        // The server refuses to run as root.
        const id = (flag: string) => Number(spawnSync("id", [flag, "postgres"], { encoding: "utf8" }).stdout);
        const as = process.getuid!() === 0 ? { uid: id("-u"), gid: id("-g") } : {};
        if (as.uid !== undefined) chownSync(folder, as.uid, as.gid!);
        const data = join(folder, "data");
        const made = spawnSync(
          join(bin, "initdb"),
          ["-D", data, "-U", "tester", "-A", "trust", "-E", "UTF8", "--no-sync"],
          { ...as, cwd: folder, encoding: "utf8" },
        );
        if (made.status !== 0 || !existsSync(data)) throw new Error(`initdb: ${made.stderr}`);
        return spawn(
          join(bin, "postgres"),
          ["-D", data, "-h", "127.0.0.1", "-p", String(port), "-k", folder, "-F"],
          { ...as, cwd: folder, stdio: ["ignore", "pipe", "pipe"] },
        );
      },
      async (folder, port) => {
        const { Client } = driver("pg");
        for (const [family, address] of [
          [AF_INET, ["127.0.0.1", port]],
          [AF_UNIX, join(folder, `.s.PGSQL.${port}`)],
        ] as const) {
          let client: any;
          for (let tries = 0; ; tries++) {
            // it listens before it takes clients
            const duplex = await stream(family, address);
            client = new Client({ user: "tester", database: "postgres", stream: () => duplex });
            client.on("error", () => {});
            try {
              await client.connect();
              break;
            } catch (error) {
              if (tries === 100) throw error;
              await later(100);
            }
          }
          const one = await client.query("SELECT $1::int + 1 AS sum, $2::text AS text", [
            41,
            "gr\u00fc\u00dfe",
          ]);
          equal(one.rows, [{ sum: 42, text: "gr\u00fc\u00dfe" }]);
          const many = await client.query(
            "SELECT i, repeat('x', 1000) AS filler FROM generate_series(1, 5000) AS i",
          );
          is(many.rows.length, 5000);
          is(many.rows[4999].filler.length, 1000);
          let code = "";
          await client
            .query("SELECT nothing FROM nowhere")
            .catch((error: { code: string }) => (code = error.code));
          is(code, "42P01");
          await client.end();
          const sql = driver("postgres")({
            user: "tester",
            database: "postgres",
            max: 3,
            socket: () => stream(family, address),
          });
          equal(
            [...(await sql`SELECT ${41}::int + 1 AS sum, ${"gr\u00fc\u00dfe"}::text AS text`)],
            [{ sum: 42, text: "gr\u00fc\u00dfe" }],
          );
          const lengths = await Promise.all(
            Array.from({ length: 6 }, (_, i) => sql`SELECT repeat('x', ${(i + 1) * 200_000}::int) AS filler`),
          );
          equal(
            lengths.map(rows => rows[0].filler.length),
            [1, 2, 3, 4, 5, 6].map(i => i * 200_000),
          );
          await sql`SELECT nothing FROM nowhere`.catch(
            (error: { code: string }) => (code = `postgres ${error.code}`),
          );
          is(code, "postgres 42P01");
          await sql.end();
        }
      },
    ),
  { seconds: 120, leaks: true },
);
