import socket
print(socket.if_nametoindex("lo"), socket.if_indextoname(1), (1, "lo") in socket.if_nameindex())
try:
    socket.if_nametoindex("nothing0")
except OSError:
    print("OSError")
