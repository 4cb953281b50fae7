import smtplib
from elsewhere import HOST, ports
with smtplib.SMTP(HOST, ports["smtp"], local_hostname="here", timeout=10) as smtp:
    for attempt in (
        lambda: smtp.login("user", "wrong"),
        lambda: smtp.sendmail("me@here", ["nobody@here"], "x"),
        lambda: smtp.sendmail("me@here", ["you@here"], "x" * 200_000),
    ):
        try:
            attempt()
        except smtplib.SMTPException as error:
            print(type(error).__name__)
    print(smtp.noop())
try:
    smtplib.SMTP(HOST, ports["mute"], timeout=0.2)
except OSError as error:
    print(type(error).__name__)
