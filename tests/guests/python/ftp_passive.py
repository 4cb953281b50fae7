import ftplib, io
from elsewhere import HOST, ports
with ftplib.FTP() as ftp:
    print(ftp.connect(HOST, ports["ftp"], timeout=10))
    print(ftp.login("user", "secret"), ftp.pwd())
    print(ftp.nlst())
    lines = []
    ftp.retrlines("LIST", lines.append)
    print(lines)
    ftp.retrlines("RETR read.txt", print)
    large = io.BytesIO()
    ftp.retrbinary("RETR large.bin", large.write)
    print(large.getvalue() == bytes(range(256)) * 1000, ftp.size("large.bin"))
    rest = io.BytesIO()
    ftp.retrbinary("RETR large.bin", rest.write, rest=255_990)
    print(rest.getvalue())
    print(ftp.storbinary("STOR new.bin", io.BytesIO(b"n" * 70_000)), ftp.size("new.bin"))
    try:
        ftp.retrbinary("RETR missing", print)
    except ftplib.error_perm as error:
        print(error)
