// The Python page's last example: a port that a closed connection still holds (TIME_WAIT), and
// SO_REUSEADDR.
import {
  AF_INET,
  OSError,
  SOCK_STREAM,
  SOL_SOCKET,
  SO_REUSEADDR,
  Socket,
  type InetAddress,
} from "berkeley-sockets";

function listen(address: InetAddress, reuse: boolean): Socket<InetAddress> {
  const s = new Socket(AF_INET, SOCK_STREAM);
  try {
    if (reuse) s.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1);
    s.bind(address);
    s.listen(1);
    return s;
  } catch (error) {
    s.close();
    throw error;
  }
}

// The side that closes first keeps the port for a while. On Linux the flag counts only if the
// earlier socket had it too.
const first = listen(["127.0.0.1", 0], true);
const address = first.getsockname();
{
  using client = new Socket(AF_INET, SOCK_STREAM);
  client.connect(address);
  const [connection] = first.accept();
  connection.close();
  client.recv(1);
}
first.close();

try {
  listen(address, false).close();
} catch (error) {
  if (!(error instanceof OSError)) throw error;
  console.log(`Without SO_REUSEADDR: ${error.name}: ${error.message.replace(String(address[1]), "PORT")}`);
}
listen(address, true).close();
console.log("With SO_REUSEADDR: the port is listened on again");
