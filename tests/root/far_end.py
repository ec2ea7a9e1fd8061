"""Shared by the tests on emulated UARTs: the machine of tests/cross/uart-vm, and what is connected to its ports."""

import os
import re
import socket
import subprocess
import sys
import time
from pathlib import Path

TOP = Path(__file__).resolve().parents[2]
UART_VM = TOP / "tests/cross/uart-vm"
BREAK = b"\xff\xf3"  # in telnet's words, which the far end of a UART speaks
SOON = 40.0  # seconds; the longest silence on the way is a hang-up of 2


class FarEnd:
    """What is connected to a UART: ttyS1, 2, 3, and from ttyS5 on. The machine has ttyS0 and ttyS4 for itself."""

    def __init__(self, name):
        self.name = name
        number = int(name.removeprefix("ttyS"))
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.connect(f"{os.environ['UART_VM_DIR']}/uart{number if number < 4 else number - 1}")
        self.heard = b""

    def send(self, text):
        self.socket.sendall(text)

    def hears(self, wanted, within):
        """Whether `wanted` comes within so many seconds."""
        until = time.monotonic() + within
        while wanted not in self.heard:
            self.socket.settimeout(max(0.01, until - time.monotonic()))
            try:
                more = self.socket.recv(4096)
            except socket.timeout:
                more = b""
            if not more:
                return False
            self.heard = re.sub(rb"\xff[\xfb-\xfe].", b"", self.heard + more)  # telnet's own
        return True

    def find(self, wanted):
        """Waits for `wanted`; what came before it, and itself."""
        if not self.hears(wanted, SOON):
            sys.exit(f"{self.name}: no {wanted!r}, only {self.heard!r}")
        end = self.heard.index(wanted) + len(wanted)
        found, self.heard = self.heard[:end], self.heard[end:]
        return found

    def ask(self, command):
        """What a shell answers. The quotes keep its echo from being taken for the answer."""
        self.send(command + b'; echo DO""NE\r')
        return self.find(b"DONE\r\n")


def expect(where, wanted, said):
    if wanted not in said:
        sys.exit(f"{where}: no {wanted!r} in {said!r}")


class Machine:
    """The machine from within: commands run there by root."""

    def try_run(self, command):
        done = subprocess.run([UART_VM, "sh", command], stdout=subprocess.PIPE, text=True, check=False,
                              env={**os.environ, "UART_VM_WAIT": str(2 * SOON)})
        return done.returncode, done.stdout

    def run(self, command):
        status, said = self.try_run(command)
        if status:
            sys.exit(f"in the machine: status {status} of: {command}\n{said}")
        return said

    def until(self, what, condition, look="true"):
        """Waits until the shell there finds `condition` true. If it stays false, shows what `look` shows."""
        status, _ = self.try_run(f"""
            end=$(($(date +%s) + {SOON:.0f}))
            until {condition}; do [ "$(date +%s)" -lt $end ] || exit 1; usleep 100000; done""")
        if status:
            sys.exit(f"{what}: not so within {SOON:.0f} s: {condition}\n{self.try_run(look)[1]}")


def lay_out(tree, files):
    """Writes files, programs among them, below `tree`."""
    for name, text in files.items():
        file = Path(tree, name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        file.chmod(0o755 if text.startswith("#!") else 0o644)


def boot(tree, script, *options):
    """Boots a machine with `tree` laid over its root, runs `script --inside` beside it, and ends it."""
    machine = [UART_VM, "run", "-t", tree, *options, "--", sys.executable, script, "--inside"]
    return subprocess.run(machine, check=False).returncode
