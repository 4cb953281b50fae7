import requests
from elsewhere import HOST, ports
base = f"http://{HOST}:{ports['http']}"
with requests.Session() as session:
    session.headers["X-Mine"] = "mine"
    answer = session.get(f"{base}/bytes/800", timeout=10)
    print(answer.status_code, len(answer.content), answer.headers["Content-Length"])
    print(session.get(f"{base}/header/X-Mine", timeout=10).text)
    print(session.post(f"{base}/json", json={"a": [1, 2]}, timeout=10).json())
    print(session.put(f"{base}/form", data={"k": "v"}, timeout=10).json())
    answer = session.get(f"{base}/redirect/status/201", timeout=10)
    print(answer.status_code, [old.status_code for old in answer.history])
    session.get(f"{base}/cookie/flavour=oat", timeout=10)
    print(session.cookies.get_dict(), session.get(f"{base}/header/Cookie", timeout=10).text)
    print(session.get(f"{base}/auth", auth=("user", "secret"), timeout=10).text)
    print(len(session.get(f"{base}/gzip", timeout=10).text))
    print(session.head(f"{base}/bytes/8", timeout=10).headers["Content-Length"])
