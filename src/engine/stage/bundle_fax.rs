//! Makes one file of the pages of a call (mgetty, 13.4). Each of them is on the disk before and stays there until the
//! file is: whatever goes wrong here, no page is lost.

use crate::engine::run::Run;
use crate::engine::world::{FileError, Host, Page, PageFile, WallTime};
use polygetty_compat::plan::stage::{Level, ReceiveFax};
use polygetty_compat::source::FilePath;

/// Makes it, named like this page, and then removes the pages.
pub(super) fn bundle<H: Host>(run: &mut Run<'_, H>, fax: &ReceiveFax, mut file: PageFile, at: WallTime) {
    file.suffix = "tif".into();
    let path = match written(run, &file, at) {
        Ok(path) => path,
        Err(why) => {
            let origin = run.plan.origin(&fax.tiff.origin);
            let text = format!("no TIFF file in {}: {why}; each page stays a file ({origin})", file.dir);
            run.log(Level::Error, &text);
            return;
        }
    };
    run.log(Level::Info, &format!("all pages: {path}"));
    run.received.bundle = Some(path);
    for at in 0..run.received.pages.len() {
        if let Some(page) = run.received.pages.get(at)
            && let Err(why) = run.host.remove_page(&page.path)
        {
            let text = format!("{} stays beside the TIFF file: {why}", page.path);
            run.log(Level::Warning, &text);
        }
    }
}

fn written<H: Host>(run: &mut Run<'_, H>, file: &PageFile, at: WallTime) -> Result<FilePath, FileError> {
    let bytes = run.host.bundle(&run.received.pages, &run.received.sender, at)?;
    // What its owner and mode cannot be was said of the first page.
    let (mut page, _) = run.host.page(file)?;
    if let Err(why) = page.write(&bytes) {
        page.discard();
        return Err(why);
    }
    page.finish()
}
