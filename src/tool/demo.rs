//! being written
use std::{ffi::OsStr, path::Path};
#[derive(clap::Args)]
pub(super) struct Options {}
pub(super) fn demo(_: &Options) -> u8 {
    69
}
pub(super) fn login(_: &Path, _: &OsStr) -> u8 {
    69
}
