"""A real pppd that calls on ttyS6 of the machine: its first frame, and a link to the one that answers on ttyS5."""

import sys
import threading
from pathlib import Path

from far_end import expect

PPPD = Path("/usr/sbin/pppd")
# What the machine's kernel needs for it; without these it says that it lacks support.
PPP = [word for name in ["ppp_generic", "ppp_async"] for word in ("-M", name)]
# Each says in a file of its own how it came to terms.
OPTIONS = {
    "etc/ppp/options": "noauth\n",
    "etc/ppp/options.ttyS5": "debug logfile /run/answers\n10.0.0.2:10.0.0.1\n",
    "etc/ppp/options.ttyS6": "debug logfile /run/calls\n10.0.0.1:10.0.0.2\n",
}


class Wire(threading.Thread):
    """Carries what comes at one far end to another, from the first frame on."""

    def __init__(self, source, target, first=b""):
        super().__init__(daemon=True)
        self.source, self.target, self.first = source, target, first

    def run(self):
        data = self.first
        while data:
            self.target.socket.sendall(data.replace(b"\xff", b"\xff\xff"))  # in telnet's words
            self.source.socket.settimeout(None)
            try:
                data = self.source.socket.recv(4096)
            except OSError:
                return


def telnet_s_own(far):
    """Takes what the emulation says before the line does; after that each byte is the line's."""
    while not far.heard.startswith(b"~"):
        far.socket.settimeout(40)
        far.heard += far.socket.recv(4096)
        while far.heard[:1] == b"\xff" and len(far.heard) > 2 and far.heard[1] != 0xFF:
            far.heard = far.heard[3:]
        if far.heard and far.heard[:1] not in b"\xff~":
            sys.exit(f"{far.name}: this is no pppd: {far.heard!r}")


def first_frame(ports, caller):
    """Starts the caller, and takes its first frame."""
    ports.run("pppd /dev/ttyS6 9600 nodetach local nocrtscts >/dev/null 2>&1 &")
    telnet_s_own(caller)
    while caller.heard.count(b"~") < 2:
        caller.heard += caller.socket.recv(4096)
    frame = caller.heard[:caller.heard.index(b"~", 1) + 1]
    print(f"pppd's first frame: {frame.hex(' ')}")
    expect("pppd's first frame", b"\x7e\xff\x7d\x23", frame)


def come_to_terms(ports, said):
    """Waits until both have the link and their addresses. `said`: the command that shows what they said."""
    for file in ["/run/calls", "/run/answers"]:
        ports.log("they agree on the link", "rcvd .LCP ConfAck", 1, file)
    for file, address in [("/run/calls", "10.0.0.1"), ("/run/answers", "10.0.0.2")]:
        ports.until("they agree on addresses", f"grep -q 'local  IP address {address}' {file}", said)
