//! The end of a getty: the process turns into the login program.

use std::ffi::CString;
use std::mem::MaybeUninit;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;

use nix::libc;

use crate::Errno;

/// Signals are numbered up to this on all three systems (illumos 74, FreeBSD 128, Linux 64).
const SIGNALS: libc::c_int = 128;

/// Replaces this process by a program: every signal at its default (ignored ones too, PIPE too), none
/// blocked, no descriptor but 0, 1 and 2, the given environment and nothing else.
///
/// Returns only if that failed, with the reason; signals and descriptors are then as before. ENOEXEC
/// (a script without `#!`) is for the caller, who knows which shell the dialect means.
pub fn become_program(path: &Path, argv: &[Vec<u8>], env: &[(Vec<u8>, Vec<u8>)]) -> Errno {
    let strings =
        |all: &mut dyn Iterator<Item = Vec<u8>>| all.map(CString::new).collect::<Result<Vec<_>, _>>();
    let path = CString::new(path.as_os_str().as_bytes());
    let argv = strings(&mut argv.iter().cloned());
    let env = strings(&mut env.iter().map(|(name, value)| {
        let mut pair = name.clone();
        pair.push(b'=');
        pair.extend_from_slice(value);
        pair
    }));
    let (Ok(path), Ok(argv), Ok(env)) = (path, argv, env) else {
        return Errno::EINVAL; // a NUL somewhere
    };
    let pointers = |strings: &[CString]| {
        strings.iter().map(|s| s.as_ptr()).chain([std::ptr::null()]).collect::<Vec<_>>()
    };
    let (argv_pointers, env_pointers) = (pointers(&argv), pointers(&env));

    let before = Dispositions::reset();
    super::close_on_exec_above_2();
    // SAFETY: path, both arrays (ended by null) and the strings they point to live until after the call.
    unsafe { libc::execve(path.as_ptr(), argv_pointers.as_ptr(), env_pointers.as_ptr()) };
    let errno = Errno::last();
    before.restore();
    errno
}

/// What every signal did, and which were blocked.
pub(super) struct Dispositions {
    actions: Vec<(libc::c_int, libc::sigaction)>,
    mask: libc::sigset_t,
}

impl Dispositions {
    /// Sets all to default and blocks none.
    pub(super) fn reset() -> Self {
        let mut default = MaybeUninit::<libc::sigaction>::zeroed();
        // SAFETY: all bits zero is a value of the structure: no flags, no handler (SIG_DFL is 0).
        let default = unsafe {
            let action = default.assume_init_mut();
            action.sa_sigaction = libc::SIG_DFL;
            libc::sigemptyset(&mut action.sa_mask);
            *action
        };
        let mut actions = Vec::with_capacity(SIGNALS as usize);
        for signal in 1..=SIGNALS {
            let mut before = MaybeUninit::<libc::sigaction>::zeroed();
            // SAFETY: both structures outlive the call. Numbers that are no signals, KILL and STOP answer
            // EINVAL and change nothing.
            if unsafe { libc::sigaction(signal, &default, before.as_mut_ptr()) } == 0 {
                // SAFETY: the call filled it in.
                actions.push((signal, unsafe { before.assume_init() }));
            }
        }
        let mut mask = MaybeUninit::<libc::sigset_t>::zeroed();
        let mut none = MaybeUninit::<libc::sigset_t>::zeroed();
        // SAFETY: both sets outlive the calls; sigemptyset makes `none` a set, sigprocmask fills `mask`.
        let mask = unsafe {
            libc::sigemptyset(none.as_mut_ptr());
            libc::sigemptyset(mask.as_mut_ptr());
            libc::sigprocmask(libc::SIG_SETMASK, none.as_ptr(), mask.as_mut_ptr());
            mask.assume_init()
        };
        Self { actions, mask }
    }

    fn restore(&self) {
        // SAFETY: the set and the actions are those that were in force before.
        unsafe { libc::sigprocmask(libc::SIG_SETMASK, &self.mask, std::ptr::null_mut()) };
        for (signal, action) in &self.actions {
            // SAFETY: as above.
            unsafe { libc::sigaction(*signal, action, std::ptr::null_mut()) };
        }
    }
}
