//! No backtraces in released programs: they are stripped, so that a backtrace names no function, and what would look
//! the names up in debug information is a sixth of the program.
//!
//! The standard library walks the stack by this one call. Where it is known to do nothing, the optimiser drops all
//! that would be done with frames. What a panic says, and where it happened, is told as ever; a program that is built
//! for debugging has its backtraces.

use std::ffi::{c_int, c_void};

/// Finds no frame: the end of the stack (`_URC_END_OF_STACK`), at once.
// SAFETY: the name and the signature are those of the Itanium C++ ABI, by which unwinders are called. The module is left
// out where the whole C library is linked statically, which might bring another.
#[unsafe(no_mangle)]
extern "C" fn _Unwind_Backtrace(
    _frame: extern "C" fn(*mut c_void, *mut c_void) -> c_int,
    _argument: *mut c_void,
) -> c_int {
    5
}

// It is ours alone: libraries that are loaded into us (PAM, NSS) have the C library's.
core::arch::global_asm!(".hidden _Unwind_Backtrace");
