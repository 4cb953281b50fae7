// createConnection in its forms: a bound on the time, a source address, every error.
// create-connection [HOST [PORT]]
import { OSError, createConnection } from "berkeley-sockets";

const HOST = process.argv[2] ?? "localhost";
const PORT = Number(process.argv[3] ?? 8080);
const SECONDS = 5;

try {
  using s = createConnection([HOST, PORT], SECONDS, null, { allErrors: true });
  s.sendall("Hello, world");
  const data = s.recv(1024);
  console.log("Received", JSON.stringify(data.toString()), "from", JSON.stringify(s.getpeername()));
} catch (error) {
  if (error instanceof AggregateError)
    for (const each of error.errors) console.log(`${each.name}: ${each.message}`);
  else if (error instanceof OSError) console.log(`${error.name}: ${error.message}`);
  else throw error;
  process.exitCode = 1;
}
