import imaplib
from elsewhere import HOST, ports
with imaplib.IMAP4(HOST, ports["imap"], timeout=10) as box:
    try:
        box.login("user", "wrong")
    except imaplib.IMAP4.error as error:
        print(error)
    print(box.login("user", "secret"), box.select(), box.list())
    print(box.search(None, "SUBJECT", '"second"'), box.uid("SEARCH", "ALL"))
    kind, data = box.fetch("2", "(RFC822)")
    print(kind, data[0][0], len(data[0][1]), data[1])
    print(box.append("INBOX", None, None, b"Subject: new\r\n\r\ntext\r\n"))
