import ftplib, io
from elsewhere import HOST, ports
with ftplib.FTP() as ftp:
    ftp.connect(HOST, ports["ftp"], timeout=10)
    ftp.login("user", "secret")
    ftp.set_pasv(False)
    ftp.retrlines("RETR read.txt", print)
    print(ftp.storlines("STOR lines.txt", io.BytesIO(b"a\nb\nc\n")), ftp.size("lines.txt"))
    print(ftp.nlst())
