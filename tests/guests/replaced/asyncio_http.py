import asyncio
from elsewhere import HOST, ports
async def get(path):
    reader, writer = await asyncio.open_connection(HOST, ports["http"])
    writer.write(f"GET {path} HTTP/1.1\r\nHost: {HOST}\r\nConnection: close\r\n\r\n".encode())
    head = await reader.readuntil(b"\r\n\r\n")
    body = await reader.read()
    writer.close()
    await writer.wait_closed()
    return head.split(b"\r\n")[0], len(body)
async def main():
    print(await asyncio.gather(*(get(f"/bytes/{800 * i}") for i in range(1, 11))))
    try:
        async with asyncio.timeout(0.2):
            await get("/slow/5")
    except TimeoutError:
        print("late")
    try:
        await asyncio.open_connection("nowhere.invalid", 80)
    except OSError as error:
        print(type(error).__name__)
asyncio.run(main())
