# /etc/gettydefs for sco_getty: label # while the name is read # for the session # prompt # next label, after a BREAK #
# AUTO and a program in login's place. In a prompt @ is the node name. SANE has no HUPCL: without it a modem is not hung
# up when the session ends, and no -ISTRIP: without that a session has seven bits.

# A modem; first, so it is the entry of a line that names none.
m# B19200 CTSFLOW RTSFLOW HUPCL # B19200 SANE -ISTRIP TAB3 ECHOE CTSFLOW RTSFLOW HUPCL #\r\n@!login: #n

n# B2400 HUPCL # B2400 SANE -ISTRIP TAB3 ECHOE HUPCL #\r\n@!login: #m

# A terminal or another machine on a cable, without modem signals.
9600# B9600 CLOCAL # B9600 SANE -ISTRIP TAB3 ECHOE CLOCAL #\r\n@!login: #9600

# The console.
console# B38400 CLOCAL # B38400 SANE -ISTRIP TAB3 ECHOE CLOCAL #\r\n@!login: #console
