import socket
import requests
from elsewhere import HOST, ports
base = f"http://{HOST}:{ports['http']}"
answer = requests.get(f"{base}/missing", timeout=10)
try:
    answer.raise_for_status()
except requests.HTTPError as error:
    print(error.response.status_code)
holder = socket.socket()
holder.bind((HOST, 0))
for url in (f"{base}/slow/5", f"http://{HOST}:{holder.getsockname()[1]}/", f"http://{HOST}:{ports['reset']}/",
            "http://nowhere.invalid/"):
    try:
        requests.get(url, timeout=0.3 if "slow" in url else 10)
    except requests.RequestException as error:
        print(type(error).__name__)
