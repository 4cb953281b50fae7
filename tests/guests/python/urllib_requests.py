import json, urllib.error, urllib.parse, urllib.request
from elsewhere import HOST, ports
base = f"http://{HOST}:{ports['http']}"
with urllib.request.urlopen(f"{base}/redirect/bytes/16", timeout=10) as response:
    print(response.status, response.url.removeprefix(base), response.read())
form = urllib.parse.urlencode({"name": "value & more", "n": 7}).encode()
print(json.load(urllib.request.urlopen(f"{base}/form", form, timeout=10)))
request = urllib.request.Request(f"{base}/any", b"{}", {"Content-Type": "application/json"}, method="PATCH")
print(json.load(urllib.request.urlopen(request, timeout=10)))
try:
    urllib.request.urlopen(f"{base}/missing", timeout=10)
except urllib.error.HTTPError as error:
    print(error.code, error.read())
passwords = urllib.request.HTTPPasswordMgrWithDefaultRealm()
passwords.add_password(None, base, "user", "secret")
opener = urllib.request.build_opener(
    urllib.request.HTTPBasicAuthHandler(passwords), urllib.request.HTTPCookieProcessor())
print(opener.open(f"{base}/auth", timeout=10).read())
opener.open(f"{base}/cookie/flavour=oat", timeout=10)
print(opener.open(f"{base}/header/Cookie", timeout=10).read())
try:
    urllib.request.urlopen(f"{base}/slow/5", timeout=0.2)
except OSError as error:
    print(type(error).__name__, error)
