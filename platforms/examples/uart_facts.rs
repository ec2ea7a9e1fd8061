//! What this crate finds on a real port, a fact a line; `tests/root/uarts` runs it on emulated ones and compares.
//!
//!     uart_facts port LINE        wires, modes, speeds and the claim of a port with a modem's wires
//!     uart_facts hear LINE        the bytes that come, one by one until `q`: under PARMRK, under IGNBRK, under neither
//!     uart_facts carrier LINE     what is heard while the far end comes and goes, twice
//!     uart_facts claim LINE       whether the line can be claimed: what `port` asks of another process
#![forbid(unsafe_code)]
#![allow(clippy::disallowed_methods)]

use std::error::Error;
use std::os::fd::AsFd;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use polygetty_platforms::line::{Got, OpenLine, Queue};
use polygetty_platforms::modes::{Attrs, read_back};
use polygetty_platforms::wait::{Heard, Signals, Watch};
use polygetty_platforms::{Signal, clock};

type Outcome = Result<(), Box<dyn Error>>;

/// A fact that does not come for so long does not come.
const PATIENCE: Duration = Duration::from_secs(30);

fn main() -> Outcome {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["port", line] => port(Path::new(line)),
        ["hear", line] => hear(Path::new(line)),
        ["carrier", line] => carrier(Path::new(line)),
        ["claim", line] => {
            println!("{}", OpenLine::open(Path::new(line))?.claim(true)?);
            Ok(())
        }
        _ => Err("uart_facts port|hear|carrier|claim LINE".into()),
    }
}

fn port(path: &Path) -> Outcome {
    let line = OpenLine::open(path)?;
    println!("opened: {}", wires(&line));
    println!("DTR dropped: {:?}, {}", line.set_dtr(false)?, wires(&line));
    println!("DTR raised: {:?}, {}", line.set_dtr(true)?, wires(&line));
    println!("BREAK begun: {:?}", line.set_break(true)?);
    println!("BREAK ended: {:?}", line.set_break(false)?);

    let base = at_speed(&line.attrs()?.raw(), 9600);
    for frame in [["CS7", "PARENB", "-PARODD"], ["CS7", "PARENB", "PARODD"], ["CS8", "-PARENB", "-PARODD"]] {
        let mut attrs = base;
        for flag in frame {
            let name = flag.trim_start_matches('-');
            let _ = attrs.set_flag(name, name == flag); // a flag that is missing shows in the read-back
        }
        println!("{}: {}", frame.join(" "), kept(&line, &attrs)?);
    }
    for speed in [115_200, 31_250, 230_400] {
        kept(&line, &base)?;
        println!("speed {speed}: {}", kept(&line, &at_speed(&base, speed))?);
    }
    println!("speed 9600: {}", kept(&line, &base)?);
    println!("speed 0: {}, {}", kept(&line, &at_speed(&base, 0))?, wires(&line));
    println!("speed 9600 after 0: {}, {}", kept(&line, &base)?, wires(&line));

    let other = |path: &Path| -> Result<String, Box<dyn Error>> {
        let told = Command::new(std::env::current_exe()?).arg("claim").arg(path).output()?;
        Ok(String::from_utf8(told.stdout)?.trim().to_owned())
    };
    println!("claimed: {}, by another: {}", line.claim(true)?, other(path)?);
    println!("given back: {}, by another: {}", line.claim(false)?, other(path)?);
    Ok(())
}

fn hear(path: &Path) -> Outcome {
    let line = OpenLine::open(path)?;
    let signals = Signals::install(&[Signal::SIGHUP])?;
    for flag in ["PARMRK", "IGNBRK", "neither"] {
        let mut attrs = at_speed(&line.attrs()?.raw(), 9600);
        let _ = attrs.set_flag(flag, true); // the two are POSIX's: never missing
        let told = kept(&line, &attrs)?;
        line.discard(Queue::Both)?;
        println!("{flag}: {told}");
        let mut byte = [0];
        while byte != *b"q" {
            let watch = Watch { line: Some(line.as_fd()), readable: true, ..Watch::default() };
            match signals.wait(&watch, Some(clock::now() + PATIENCE)) {
                Heard::Readable => {}
                other => return Err(format!("no byte but {other:?}").into()),
            }
            if line.read(&mut byte)? == Got::Bytes(1) {
                println!("{:02x}", byte[0]);
            }
        }
    }
    Ok(())
}

fn carrier(path: &Path) -> Outcome {
    let signals = Signals::install(&[Signal::SIGHUP])?;
    for local in [true, false] {
        let line = OpenLine::open(path)?;
        let mut attrs = at_speed(&line.attrs()?.raw(), 9600);
        let _ = attrs.set_flag("CLOCAL", local); // POSIX: never missing
        println!("CLOCAL {local}: {}", kept(&line, &attrs)?);
        println!("carrier {:?}", line.modem().map(|wires| wires.carrier));
        let wait = |carrier, patience| {
            let watch = Watch { line: Some(line.as_fd()), carrier, ..Watch::default() };
            signals.wait(&watch, Some(clock::now() + patience))
        };
        println!("waits: {:?}", wait(Some(true), PATIENCE));
        println!("carrier {:?}", line.modem().map(|wires| wires.carrier));
        println!("waits again: {:?}", wait(if local { Some(false) } else { None }, PATIENCE));
        let modem = line.modem().map(|wires| wires.carrier);
        println!("then: {:?}, carrier {modem:?}", line.read(&mut [0]));
    }
    Ok(())
}

fn at_speed(attrs: &Attrs, speed: u32) -> Attrs {
    let mut attrs = *attrs;
    let _ = attrs.set_speeds(0, speed); // what the system cannot run shows in the read-back
    attrs
}

/// Sets the modes and says what the port did with them.
fn kept(line: &OpenLine, attrs: &Attrs) -> Result<String, Box<dyn Error>> {
    line.set_attrs(attrs)?;
    let differences: Vec<String> = read_back(attrs, &line.attrs()?).iter().map(ToString::to_string).collect();
    Ok(if differences.is_empty() { "kept".to_owned() } else { differences.join("; ") })
}

/// The wires that are up.
fn wires(line: &OpenLine) -> String {
    let Some(bits) = line.modem() else { return "no wires".to_owned() };
    let named = [
        ("DTR", bits.dtr),
        ("RTS", bits.rts),
        ("CTS", bits.cts),
        ("DSR", bits.dsr),
        ("DCD", bits.carrier),
        ("RI", bits.ring),
    ];
    named.iter().filter(|(_, up)| *up).map(|(name, _)| *name).collect::<Vec<_>>().join(" ")
}
