import asyncio
import redis.asyncio
from elsewhere import HOST, ports
async def main():
    client = redis.asyncio.Redis(host=HOST, port=ports["redis"], decode_responses=True)
    await client.flushall()
    print(await client.ping(), await client.set("k", "v"), await client.get("k"))
    print(sorted(await asyncio.gather(*(client.incr("n") for _ in range(20)))))
    async with client.pubsub() as subscriber:
        await subscriber.subscribe("news")
        print(await subscriber.get_message(timeout=5))
        await client.publish("news", "hello")
        print(await subscriber.get_message(timeout=5))
    await client.aclose()
asyncio.run(main())
