import socket, urllib.error, urllib.request
holder = socket.socket()
holder.bind(("127.0.0.1", 0))
for host in ("127.0.0.1:%d" % holder.getsockname()[1], "nowhere.invalid"):
    try:
        urllib.request.urlopen(f"http://{host}/", timeout=10)
    except urllib.error.URLError as error:
        print(type(error.reason).__name__, isinstance(error.reason, OSError))
