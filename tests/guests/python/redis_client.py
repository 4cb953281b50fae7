import redis
from elsewhere import HOST, ports
client = redis.Redis(HOST, ports["redis"], decode_responses=True, socket_timeout=10)
client.flushall()
print(client.ping(), client.set("key", "value"), client.get("key"), client.get("none"))
print(client.rpush("list", *range(5)), client.lrange("list", 0, -1), client.hset("hash", mapping={"a": 1, "b": 2}))
print(client.hgetall("hash"), client.incrby("n", 5), client.expire("n", 100), client.ttl("n") > 90)
large = "x" * 1_000_000
client.set("large", large)
print(client.get("large") == large)
pipeline = client.pipeline()
for i in range(200):
    pipeline.incr("counted")
print(pipeline.execute()[-1])
try:
    client.lpush("key", 1)
except redis.ResponseError as error:
    print(error)
print(client.eval("return {KEYS[1], ARGV[1]}", 1, "k", "a"), sorted(client.scan_iter("l*")))
