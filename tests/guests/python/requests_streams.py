import io
import requests
from elsewhere import HOST, ports
base = f"http://{HOST}:{ports['http']}"
with requests.get(f"{base}/bytes/80000", stream=True, timeout=10) as answer:
    print(sum(len(chunk) for chunk in answer.iter_content(1000)))
with requests.get(f"{base}/chunked/4", stream=True, timeout=10) as answer:
    print(b"".join(answer.iter_content(None)))
print(requests.post(base, data=(b"chunk %d " % i for i in range(3)), timeout=10).json())
answer = requests.post(base, files={"file": ("name.txt", io.BytesIO(b"content"))}, timeout=10).json()
print(answer["type"], answer["length"] > 100)
