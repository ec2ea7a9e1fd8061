"""The machine of tests/cross/uart-vm with ports that are looked at from within: wires, modes, locks, the log."""

import sys

from far_end import Machine, expect

# The USB line, its two ends and what connects them; the order matters.
USB_LINE = [word for name in ["dummy_hcd", "usb_f_acm", "g_serial", "cdc-acm"] for word in ("-M", name)]

LOG = "/var/log/messages"

# The first lines of a boot. A trace has each change of RTS and DTR of a 16550, the wanted wires with it.
RC_LOCAL = """\
#!/bin/sh
syslogd
mount -t tracefs tracefs /sys/kernel/tracing
echo 'p:wires serial8250_set_mctrl mctrl=%si:x32' > /sys/kernel/tracing/kprobe_events
echo 1 > /sys/kernel/tracing/events/kprobes/wires/enable
"""
DTR, RTS = 2, 4  # in that trace

PROGRAMS = {
    # What init keeps on ttyACM0: whatever /run/line says. How each life ended is in /run/ended.
    "sbin/usb_line": """\
#!/bin/sh
line=$(cat /run/line)
$line
echo "$? $line" >> /run/ended
""",
    # Carries ttyGS0, the other end of ttyACM0, to ttyS3. Its being open is the carrier.
    "sbin/far_end": """\
#!/bin/sh
exec 4<>/dev/ttyGS0 5<>/dev/ttyS3
stty raw -echo <&4
stty raw -echo clocal <&5
cat <&4 >&5 & a=$!
cat <&5 >&4 &
echo $$ $a $! > /run/far_end
wait
""",
    # holds PROGRAM LINE: the process of that name that has the line open.
    "sbin/holds": """\
#!/bin/sh
for pid in $(pidof $1); do ls -l /proc/$pid/fd | grep -q "/dev/$2\\$" && echo $pid && exit; done
exit 1
""",
    # wires NUMBER: what is up of RTS and DTR of that 16550.
    "sbin/wires": """\
#!/bin/sh
sed -n "s/^$1: .* //p" /proc/tty/driver/serial | tr '|' '\\n' | grep -E '^(RTS|DTR)$' | xargs
""",
}


def modes(where, said, *wanted):
    """What `stty -a` has said, in words that end where they end: -parenb is not parenb."""
    for word in wanted:
        expect(f"modes of {where}", f" {word} ", f" {' '.join(said.replace(';', ' ').split())} ")


class Ports(Machine):
    """The machine with the programs above."""

    def log(self, what, pattern, times=1, file=LOG):
        """Waits until the log has so many lines like this."""
        self.until(what, f"[ $(grep -c '{pattern}' {file}) -ge {times} ]", f"tail {file}")

    def modes(self, line, *wanted):
        modes(line, self.run(f"stty -a -F /dev/{line}"), *wanted)

    def wires(self, where, number, wanted):
        said = self.run(f"wires {number}").strip()
        if said != wanted:
            sys.exit(f"{where}: expected {wanted or 'none'!r} of RTS and DTR up, the machine says {said!r}")

    def changes(self, process):
        """When this process has set RTS and DTR of a 16550, in seconds, and to what, by the kernel's own trace."""
        trace = self.run(f"grep -- '-{process} .*serial8250_set_mctrl' /sys/kernel/tracing/trace || true")
        rows = [row.split() for row in trace.splitlines()]
        times = [next(word for word in row if word[0].isdigit() and word.endswith(":")) for row in rows]
        return [(float(time[:-1]), int(row[-1].removeprefix("mctrl="), 16)) for time, row in zip(times, rows)]

    def moves(self, process):
        """How often."""
        return len(self.changes(process))

    def moved(self, where, process, wanted):
        if (found := self.moves(process)) != wanted:
            trace = self.run(f"grep -- '-{process} ' /sys/kernel/tracing/trace || true")
            sys.exit(f"{where}: expected {wanted} changes of RTS and DTR until now, found {found}\n{trace}")

    def carrier(self, up):
        if up:
            self.run("far_end >/dev/null 2>&1 & ")
            self.until("far end", "[ -e /run/far_end ]")
        else:
            self.run("kill $(cat /run/far_end); rm /run/far_end")

    def ended(self, what, life, status):
        """Waits for the end of this life of ttyACM0's line, counted from 1."""
        self.until(what, f"[ $(wc -l < /run/ended) -ge {life} ]", f"cat /run/ended; tail {LOG}")
        found = self.run(f"sed -n {life}p /run/ended").split(" ")[0]
        if found != status:
            sys.exit(f"{what}: expected status {status}, found {found}\n{self.run(f'tail {LOG}')}")

    def usb_line(self, program, command):
        """Init's next life of ttyACM0 runs this; the one that `program` has is ended."""
        self.run(f"echo '{command}' > /run/line; kill $(holds {program} ttyACM0)")
