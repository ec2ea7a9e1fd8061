//! Why a line could not be opened or used.

use crate::Errno;

/// Why a call on a line failed, in the terms of a log reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    /// another program has the line, or the driver is still closing it
    #[error("the line is busy")]
    Busy,
    /// there is no such device, or no hardware behind it
    #[error("no such device: {}", .0.desc())]
    Gone(Errno),
    /// the line was up and is no more
    #[error("the line hung up")]
    HungUp,
    /// we may not
    #[error("not permitted: {}", .0.desc())]
    Refused(Errno),
    /// anything else
    #[error("{}", .0.desc())]
    Failed(Errno),
}

impl LineError {
    pub(crate) fn opening(errno: Errno) -> Self {
        match errno {
            // EAGAIN: Linux drivers answer it to a non-blocking open while the last close drains.
            Errno::EBUSY | Errno::EAGAIN => Self::Busy,
            Errno::ENXIO | Errno::ENODEV | Errno::ENOENT | Errno::ENOTDIR => Self::Gone(errno),
            Errno::EACCES | Errno::EPERM => Self::Refused(errno),
            errno => Self::Failed(errno),
        }
    }

    /// Of a read or write: the systems say EIO or ENXIO of a line whose other end is gone.
    pub(crate) fn moving(errno: Errno) -> Self {
        match errno {
            Errno::EIO | Errno::ENXIO => Self::HungUp,
            errno => Self::opening(errno),
        }
    }

    /// Of modes and other requests: on FreeBSD a revoked line is no terminal any more (ENOTTY).
    pub(crate) fn controlling(errno: Errno) -> Self {
        match errno {
            Errno::ENOTTY => Self::HungUp,
            errno => Self::moving(errno),
        }
    }

    /// Of making it the controlling terminal.
    pub(crate) fn taking(errno: Errno) -> Self {
        match errno {
            Errno::EPERM => Self::Refused(errno),
            errno => Self::controlling(errno),
        }
    }
}
