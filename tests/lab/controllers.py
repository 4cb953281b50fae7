#!/usr/bin/env python3
"""Two virtual Bluetooth controllers on /dev/vhci (hci_vhci) that find each other (Bluetooth Core
Specification 3.0, volume 2, part E).

Basic rate: inquiry, names, connections (ACL, so L2CAP and RFCOMM), synchronous ones (SCO); no LE, no
pairing: links count as authenticated. Scanning is on from the start. Prints `ready ID ADDRESS ID
ADDRESS` when both are up; ends when its input does.
"""
import fcntl, os, select, socket, struct, sys, threading

COMMAND, ACL, SCO, EVENT, VENDOR = 1, 2, 3, 4, 0xff
AF_BLUETOOTH, BTPROTO_HCI, HCIDEVUP = 31, 1, 0x400448c9

OK, UNKNOWN_CONNECTION, PAGE_TIMEOUT, CONNECTION_TIMEOUT, ENDED_HERE = 0, 0x02, 0x04, 0x08, 0x16
SYNC_LINK, ACL_LINK, ESCO_LINK = 0, 1, 2
FEATURES = bytes([0x07, 0x38, 0, 0x80, 0x03, 0, 0, 0])  # long packets, encryption, HV2, HV3, EV3, EV4, EV5
INQUIRY_SCAN, PAGE_SCAN = 1, 2

# Commands: opcodes are group << 10 | number.
INQUIRY, CREATE, DISCONNECT, ACCEPT, REJECT = 0x0401, 0x0405, 0x0406, 0x0409, 0x040a
AUTHENTICATE, ENCRYPT, REMOTE_NAME, REMOTE_FEATURES, REMOTE_VERSION = 0x0411, 0x0413, 0x0419, 0x041b, 0x041d
CHANGE_PACKETS, SETUP_SYNC, ACCEPT_SYNC, REJECT_SYNC, SETUP_SYNC_2, ACCEPT_SYNC_2 = 0x040f, 0x0428, 0x0429, 0x042a, 0x043d, 0x043e
RESET, WRITE_NAME, READ_NAME, READ_SCAN, WRITE_SCAN = 0x0c03, 0x0c13, 0x0c14, 0x0c19, 0x0c1a
POLICY = range(0x0800, 0x0c00)

# What Command Complete carries after the status, where that never changes.
ANSWERS = {
    0x1001: struct.pack('<BHBHH', 5, 0, 5, 0xffff, 0),  # Read Local Version: 3.0, no manufacturer
    0x1002: bytes(9) + b'\x04' + bytes(54),             # Read Local Supported Commands: Read Voice Setting, without which Linux has no SCO
    0x1003: FEATURES,                                   # Read Local Supported Features
    0x1005: struct.pack('<HBHH', 1021, 64, 8, 8),       # Read Buffer Size: ACL, SCO
    0x0c15: b'\x00\x7d', 0x0c1b: b'\x00\x08\x12\x00',   # connection accept timeout, page scan activity
    0x0c23: bytes(3), 0x0c25: b'\x60\x00',              # class of device, voice setting
    0x0c38: b'\x01', 0x0c39: b'\x01\x33\x8b\x9e',       # access codes for inquiry
    0x0c46: b'\x00',                                    # page scan type
}

links = {}  # handle: the two controllers


class Controller:
    def __init__(self, number):
        self.address = bytes([number, 0, 0, 0x01, 0xaa, 0])
        self.name = f'controller {number}'.encode()
        self.scan = INQUIRY_SCAN | PAGE_SCAN
        self.id = None
        self.fd = os.open('/dev/vhci', os.O_RDWR)
        os.write(self.fd, bytes([VENDOR, 0]))

    def event(self, code, body):
        os.write(self.fd, struct.pack('BBB', EVENT, code, len(body)) + body)

    def complete(self, opcode, body=b'', status=OK):
        self.event(0x0e, struct.pack('<BHB', 1, opcode, status) + body)

    def started(self, opcode, status=OK):
        self.event(0x0f, struct.pack('<BBH', status, 1, opcode))

    def connected(self, peer, status, handle=0):
        self.event(0x03, struct.pack('<BH6sBB', status, handle, peer, ACL_LINK, 0))

    def connected_sync(self, peer, status, handle=0):
        self.event(0x2c, struct.pack('<BH6sBBBHHB', status, handle, peer, ESCO_LINK, 12, 6, 60, 60, 2))

    def request(self, peer, kind):
        self.event(0x04, peer + bytes(3) + bytes([kind]))

    def packet(self, packet):
        if packet[0] == VENDOR:
            self.id, = struct.unpack_from('<H', packet, 2)
        elif packet[0] == COMMAND:
            self.command(struct.unpack_from('<H', packet, 1)[0], packet[4:])
        elif packet[0] in (ACL, SCO):
            self.data(packet)

    def data(self, packet):
        field, = struct.unpack_from('<H', packet, 1)
        handle, flags = field & 0xfff, field >> 12
        if handle not in links:
            return
        if packet[0] == ACL:
            self.event(0x13, struct.pack('<BHH', 1, handle, 1))  # Number Of Completed Packets
            if flags & 3 == 0:
                flags |= 2  # the first fragment: 0 on its way down, 2 on its way up
        os.write(other(handle, self).fd, struct.pack('<BH', packet[0], handle | flags << 12) + packet[3:])

    def command(self, opcode, body):
        if opcode in ANSWERS:
            self.complete(opcode, ANSWERS[opcode])
        elif opcode == 0x1009:  # Read BD_ADDR
            self.complete(opcode, self.address)
        elif opcode == READ_NAME:
            self.complete(opcode, self.name.ljust(248, b'\0'))
        elif opcode == READ_SCAN:
            self.complete(opcode, bytes([self.scan]))
        elif opcode >> 10 == INQUIRY >> 10:
            self.link_command(opcode, body)
        elif opcode in POLICY:
            self.complete(opcode, body[:2])
        else:
            if opcode == WRITE_NAME:
                self.name = body.split(b'\0')[0]
            elif opcode == WRITE_SCAN:
                self.scan = body[0]
            elif opcode == RESET:
                for handle in [handle for handle, ends in links.items() if self in ends]:
                    end(handle, self, CONNECTION_TIMEOUT)
            self.complete(opcode)

    def link_command(self, opcode, body):
        address, handle = body[:6], int.from_bytes(body[:2], 'little')
        by_handle = opcode in (DISCONNECT, AUTHENTICATE, ENCRYPT, REMOTE_FEATURES, REMOTE_VERSION, CHANGE_PACKETS, SETUP_SYNC, SETUP_SYNC_2)
        if by_handle and handle not in links:
            return self.started(opcode, UNKNOWN_CONNECTION)
        peer = other(handle, self) if by_handle else find(address, self)
        if opcode in (CREATE, INQUIRY, DISCONNECT, ACCEPT, REJECT, REMOTE_NAME, ACCEPT_SYNC, ACCEPT_SYNC_2, REJECT_SYNC) or by_handle:
            self.started(opcode)
        else:
            return self.complete(opcode, address)
        if opcode == CREATE:
            if peer and peer.scan & PAGE_SCAN:
                peer.request(self.address, ACL_LINK)
            else:
                self.connected(address, PAGE_TIMEOUT)
        elif opcode in (SETUP_SYNC, SETUP_SYNC_2):
            peer.request(self.address, ESCO_LINK)
        elif opcode == ACCEPT:
            handle = link(peer, self)
            self.connected(peer.address, OK, handle)
            peer.connected(self.address, OK, handle)
        elif opcode in (ACCEPT_SYNC, ACCEPT_SYNC_2):
            handle = link(peer, self)
            self.connected_sync(peer.address, OK, handle)
            peer.connected_sync(self.address, OK, handle)
        elif opcode == REJECT:
            peer.connected(self.address, body[6])
        elif opcode == REJECT_SYNC:
            peer.connected_sync(self.address, body[6])
        elif opcode == DISCONNECT:
            end(handle, self, body[2])
            self.event(0x05, struct.pack('<BHB', OK, handle, ENDED_HERE))
        elif opcode == AUTHENTICATE:
            self.event(0x06, bytes([OK]) + body[:2])
        elif opcode == ENCRYPT:
            for side in links[handle]:
                side.event(0x08, bytes([OK]) + body[:3])
        elif opcode == REMOTE_NAME:
            self.event(0x07, bytes([OK if peer else PAGE_TIMEOUT]) + address + (peer.name if peer else b'').ljust(248, b'\0'))
        elif opcode == REMOTE_FEATURES:
            self.event(0x0b, bytes([OK]) + body[:2] + FEATURES)
        elif opcode == REMOTE_VERSION:
            self.event(0x0c, bytes([OK]) + body[:2] + struct.pack('<BHH', 5, 0xffff, 0))
        elif opcode == CHANGE_PACKETS:
            self.event(0x1d, bytes([OK]) + body[:4])
        elif opcode == INQUIRY:
            for found in controllers:
                if found is not self and found.scan & INQUIRY_SCAN:
                    self.event(0x02, bytes([1]) + found.address + bytes([1, 0, 0]) + bytes(3) + bytes(2))
            self.event(0x01, bytes([OK]))


def find(address, but):
    return next((c for c in controllers if c.address == address and c is not but), None)


def other(handle, one):
    first, second = links[handle]
    return second if one is first else first


def link(caller, called):
    handle = next(n for n in range(1, 0xf00) if n not in links)
    links[handle] = caller, called
    return handle


def end(handle, one, reason):
    """Takes a link away; the other side hears of it."""
    peer = other(handle, one)
    del links[handle]
    peer.event(0x05, struct.pack('<BHB', OK, handle, reason))


def bring_up():
    """ioctl(HCIDEVUP); Linux has begun by itself (EALREADY), but would switch them off again after two seconds."""
    with socket.socket(AF_BLUETOOTH, socket.SOCK_RAW, BTPROTO_HCI) as s:
        for c in controllers:
            try:
                fcntl.ioctl(s, HCIDEVUP, c.id)
            except OSError as error:
                if error.errno != 114:  # EALREADY
                    raise
    print('ready', *(f'{c.id} {":".join("%02X" % byte for byte in reversed(c.address))}' for c in controllers), flush=True)


controllers = [Controller(0), Controller(1)]
waiting = select.poll()
for fd in [sys.stdin.fileno(), *(c.fd for c in controllers)]:
    waiting.register(fd, select.POLLIN)
registered = False
while True:
    for fd, _ in waiting.poll():
        if fd == sys.stdin.fileno():
            sys.exit()
        next(c for c in controllers if c.fd == fd).packet(os.read(fd, 4096))
    if not registered and all(c.id is not None for c in controllers):
        registered = True
        threading.Thread(target=bring_up, daemon=True).start()
