import redis
from elsewhere import HOST, ports
client = redis.Redis(HOST, ports["redis"], socket_timeout=10)
subscriber = client.pubsub()
subscriber.subscribe("news")
subscriber.psubscribe("other.*")
for _ in range(2):
    print(subscriber.get_message(timeout=5))
print(client.publish("news", b"first"), client.publish("other.x", b"second"))
print(subscriber.get_message(timeout=5), subscriber.get_message(timeout=5), subscriber.get_message(timeout=0.05))
print(client.blpop("empty list", timeout=1))
with client.lock("a lock", timeout=5):
    print(client.lock("a lock", blocking=False).acquire())
