import socket
from elsewhere import HOST, ports
news = socket.create_connection((HOST, ports["nntp"]), timeout=10).makefile("rw", newline="\r\n", encoding="latin1")
def ask(line):
    news.write(line + "\r\n")
    news.flush()
    return news.readline().rstrip()
def text():
    while (line := news.readline().rstrip("\r\n")) != ".":
        yield line[1:] if line.startswith(".") else line
print(news.readline().rstrip(), ask("GROUP a.b.c"))
print(ask("OVER 1-3"), list(text()))
print(ask("ARTICLE 1"), list(text()), ask("ARTICLE 9"))
print(ask("POST"))
for line in ("Subject: x", "", "text", "..dotted", "."):
    news.write(line + "\r\n")
news.flush()
print(news.readline().rstrip(), ask("QUIT"), repr(news.readline()))
