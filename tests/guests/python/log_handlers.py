import logging, logging.handlers, socket
from elsewhere import HOST, ports
log = logging.getLogger("program")
log.setLevel(logging.DEBUG)
log.propagate = False
def sent(handler, *messages):
    log.addHandler(handler)
    for level, message in messages:
        log.log(level, message, "an argument")
    with socket.create_connection((HOST, ports["collected"]), timeout=10) as sock:
        stream = sock.makefile("rw")
        print(len(messages), file=stream, flush=True)
        for _ in messages:
            print(stream.readline(), end="")
    log.removeHandler(handler)
    handler.close()
sent(logging.handlers.SocketHandler(HOST, ports["log_stream"]), (logging.INFO, "one %s"), (logging.ERROR, "two %s"))
sent(logging.handlers.DatagramHandler(HOST, ports["log_datagram"]), (logging.WARNING, "three %s"))
sent(logging.handlers.SysLogHandler((HOST, ports["log_datagram"])), (logging.CRITICAL, "four %s"))
