import datetime, decimal
import pg8000.native
from elsewhere import HOST, ports
for user, password in (("tester", "secret"), ("tester", "wrong")):
    try:
        database = pg8000.native.Connection(user, HOST, "postgres", ports["postgres"], password, timeout=10)
        print(database.run("SELECT 40 + 2, current_user::text"))
    except pg8000.native.DatabaseError as error:
        print(error.args[0]["C"])
database = pg8000.native.Connection("tester", HOST, "postgres", ports["postgres"], "secret", timeout=10)
database.run("CREATE TEMPORARY TABLE t (n int, text text, amount numeric, day date, bytes bytea)")
for n in range(3):
    database.run("INSERT INTO t VALUES (:n, :text, :amount, :day, :bytes)", n=n, text=f"row € {n}",
                 amount=decimal.Decimal("1.50") * n, day=datetime.date(2020, 1, n + 1), bytes=bytes([n, 255]))
print(database.run("SELECT * FROM t ORDER BY n"), [column["name"] for column in database.columns])
print(len(database.run("SELECT repeat('x', 1000000)")[0][0]), len(database.run("SELECT generate_series(1, 5000)")))
database.run("START TRANSACTION")
try:
    database.run("SELECT 1 / 0")
except pg8000.native.DatabaseError as error:
    print(error.args[0]["C"], error.args[0]["M"])
database.run("ROLLBACK")
print(database.run("SELECT count(*) FROM t"))
database.close()
