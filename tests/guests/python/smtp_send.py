import smtplib
from email.message import EmailMessage
from elsewhere import HOST, ports
message = EmailMessage()
message["From"], message["To"], message["Subject"] = "me@here", "you@here", "Grüße"
message.set_content("Hello,\n.a line with a dot\n" + "text " * 20 + "\n")
with smtplib.SMTP(HOST, ports["smtp"], local_hostname="here", timeout=10) as smtp:
    print(smtp.ehlo()[0], sorted(smtp.esmtp_features))
    print(smtp.login("user", "secret"))
    print(smtp.send_message(message))
    print(smtp.docmd("LAST"))
    print(smtp.sendmail("me@here", ["you@here", "nobody@here"], "Subject: second\r\n\r\nshort\r\n"))
    print(smtp.docmd("LAST"))
