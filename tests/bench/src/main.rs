//! How a waiting getty compares with others in one run: exec to the first prompt byte, memory of its own while it
//! waits, system calls in two seconds of waiting. Then a call to our mgetty and to Debian's. It prints, and judges
//! nothing.

mod calls;

use polygetty_platforms::pty::Pty;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const ROUNDS: usize = 20;

/// Debian's mgetty.
const DEBIANS: &str = "/sbin/mgetty";

struct Getty {
    name: &'static str,
    command: fn(&str) -> Option<Command>,
}

fn which(name: &str) -> Option<String> {
    ["/sbin", "/usr/sbin", "/bin", "/usr/bin"]
        .iter()
        .map(|dir| format!("{dir}/{name}"))
        .find(|path| std::path::Path::new(path).exists())
}

fn polygetty(line: &str) -> Option<Command> {
    let binary = std::env::args().nth(1)?;
    let mut command = Command::new(binary);
    command.args(["--root", "/tmp/polygetty-bench", "as", "getty_ps", "-h", line, "9600", "vt100"]);
    Some(command)
}

fn agetty(line: &str) -> Option<Command> {
    let mut command = Command::new(which("agetty")?);
    command.args(["-L", "--noclear", "--nohints", "9600", line, "vt100"]);
    Some(command)
}

fn mgetty(line: &str) -> Option<Command> {
    let mut command = Command::new(which("mgetty")?);
    command.args(["-r", "-s", "9600", "-x", "0", line]);
    Some(command)
}

fn busybox(line: &str) -> Option<Command> {
    let mut command = Command::new(which("busybox")?);
    command.args(["getty", "-L", "9600", line, "vt100"]);
    Some(command)
}

/// The line's name below `/dev`.
fn line_of(pty: &Pty) -> String {
    pty.slave_path().display().to_string().trim_start_matches("/dev/").to_owned()
}

/// Starts one and waits for what it types first; mgetty says nothing before a byte, and gets a CR.
fn start(getty: &Getty) -> Option<(Child, Pty, Duration)> {
    let pty = Pty::open().ok()?;
    let line = line_of(&pty);
    let began = Instant::now();
    let child =
        (getty.command)(&line)?.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().ok()?;
    let mut child = child;
    let mut heard = Vec::new();
    let mut buffer = [0u8; 256];
    let mut asked = false;
    while began.elapsed() < Duration::from_secs(10) {
        if let Ok(count) = pty.read(&mut buffer) {
            heard.extend_from_slice(&buffer[..count]);
        }
        if heard.windows(6).any(|window| window == b"login:" || window == b"ogin: ") {
            return Some((child, pty, began.elapsed()));
        }
        if getty.name == "mgetty" && !asked && began.elapsed() > Duration::from_millis(1500) {
            asked = true;
            let _ = pty.write(b"\r");
        }
        std::thread::sleep(Duration::from_micros(200));
    }
    end(&mut child, &line);
    None
}

/// Ends one and removes what it leaves then: mgetty takes a lock and writes its number, whatever line it is given.
fn end(child: &mut Child, line: &str) {
    let _ = child.kill();
    let _ = child.wait();
    let number = child.id().to_string();
    let (lock, pid_file) = (line.replace('/', "_"), line.replace('/', "-"));
    for left in [format!("/var/lock/LCK..{lock}"), format!("/run/mgetty.pid.{pid_file}")] {
        if std::fs::read_to_string(&left).is_ok_and(|text| text.trim() == number) {
            let _ = std::fs::remove_file(&left);
        }
    }
}

fn anonymous(pid: u32) -> Option<u64> {
    let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).ok()?;
    let line = rollup.lines().find(|line| line.starts_with("Anonymous:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn calls_in_two_seconds(pid: u32) -> Option<usize> {
    let output = Command::new("timeout")
        .args(["2", "strace", "-q", "-f", "-p", &pid.to_string()])
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    if text.contains("not permitted") {
        return None;
    }
    // The call that was under way when strace came is a wait, and not one of these.
    Some(text.lines().filter(|line| line.contains('(') && !line.contains("<unfinished") && !line.contains("detached")).count().saturating_sub(1))
}

fn main() {
    let _ = std::fs::create_dir_all("/tmp/polygetty-bench/etc");
    let gettys = [
        Getty { name: "polygetty", command: polygetty },
        Getty { name: "agetty", command: agetty },
        Getty { name: "mgetty", command: mgetty },
        Getty { name: "busybox", command: busybox },
    ];
    println!("{:<10} {:>14} {:>8} {:>12} {:>8} {:>10}", "", "prompt, ms", "ratio", "anon, KiB", "ratio", "calls/2 s");
    let mut first: Option<(f64, f64)> = None;
    for getty in gettys {
        let rounds = if getty.name == "mgetty" { 3 } else { ROUNDS };
        let mut times = Vec::new();
        let mut memory = None;
        let mut calls = None;
        for round in 0..rounds {
            let Some((mut child, pty, time)) = start(&getty) else { break };
            times.push(time.as_secs_f64() * 1000.0);
            if round + 1 == rounds {
                memory = anonymous(child.id());
                calls = calls_in_two_seconds(child.id());
            }
            end(&mut child, &line_of(&pty));
        }
        times.sort_by(f64::total_cmp);
        let Some(median) = times.get(times.len() / 2).copied() else {
            println!("{:<10} not here, or no prompt", getty.name);
            continue;
        };
        let kib = memory.unwrap_or(0) as f64;
        let (t, m) = *first.get_or_insert((median, kib));
        let calls = calls.map_or("-".into(), |calls| calls.to_string());
        println!("{:<10} {median:>14.1} {:>8.2} {kib:>12} {:>8.2} {calls:>10}", getty.name, median / t, kib / m.max(1.0));
    }
    let _ = std::fs::remove_dir_all("/tmp/polygetty-bench");
    if let Some(binary) = std::env::args_os().nth(1) {
        calls::compare(binary.as_ref());
    }
}
