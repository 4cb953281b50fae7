import os
import redis
from elsewhere import ports
client = redis.Redis(unix_socket_path=os.path.join(ports["folder"], "redis"), socket_timeout=10)
print(client.ping(), client.set("path", "x" * 100_000), len(client.get("path")))
print(client.connection_pool.get_connection("_")._sock.family.name)
