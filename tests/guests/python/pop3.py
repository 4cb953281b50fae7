import poplib
from elsewhere import HOST, ports
box = poplib.POP3(HOST, ports["pop3"], timeout=10)
print(box.getwelcome(), box.user("user"))
try:
    box.pass_("wrong")
except poplib.error_proto as error:
    print(error)
print(box.pass_("secret"), box.stat(), box.list())
for line in box.retr(1)[1]:
    print(line)
_, lines, size = box.retr(2)
print(len(lines), size, box.top(2, 2)[1][-1], box.uidl(3))
print(box.dele(1), box.stat(), box.rset(), box.stat())
print(box.quit())
