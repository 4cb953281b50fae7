import os
import pg8000.native
from elsewhere import ports
path = os.path.join(ports["folder"], "postgres", f".s.PGSQL.{ports['postgres']}")
database = pg8000.native.Connection("tester", database="postgres", password="secret", unix_sock=path, timeout=10)
print(database.run("SELECT :n::int + 1, inet_client_addr() IS NULL", n=41))
print(len(database.run("SELECT generate_series(1, 2000)")))
database.close()
