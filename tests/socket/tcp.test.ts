// A stream from connect to close.
import { blockingModule, equal, fails, is, test } from "../suite.js";

const { AF_INET, SOCK_STREAM, Socket } = await blockingModule();

test("connect: a listener accepts and both ends name each other", () => {
  using server = new Socket(AF_INET, SOCK_STREAM);
  server.bind(["127.0.0.1", 0]);
  server.listen();
  using client = new Socket(AF_INET, SOCK_STREAM);
  client.connect(server.getsockname());
  const [connection, address] = server.accept();
  using _ = connection;
  equal(address, client.getsockname());
  equal(connection.getsockname(), client.getpeername());
  client.sendall("hello");
  is(connection.recv(100).toString(), "hello");
  client.shutdown(1);
  is(connection.recv(100).length, 0);
});

test("connect: nobody listens is ECONNREFUSED", () => {
  using client = new Socket(AF_INET, SOCK_STREAM);
  fails("ECONNREFUSED", () => client.connect(["127.0.0.1", 1]));
});

test("recv: a closed socket is EBADF", () => {
  const s = new Socket(AF_INET, SOCK_STREAM);
  s.close();
  fails("EBADF", () => s.recv(1));
});
