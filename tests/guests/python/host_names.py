import os, socket
name = socket.gethostname()
print(name == open("/proc/sys/kernel/hostname").read().strip() if os.path.exists("/proc/sys/kernel/hostname") else name != "")
print(socket.gethostbyname_ex("localhost")[2], socket.gethostbyname_ex("127.0.0.1")[::2])
print(socket.gethostbyaddr("127.0.0.1")[2])
print(socket.getfqdn("127.0.0.1") == socket.gethostbyaddr("127.0.0.1")[0])
