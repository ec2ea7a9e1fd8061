//! What the modem does with faxes that come in, in class 2 or 2.0. It takes every command that sets it up, passes page
//! after page on as it is asked for them, and says what came of each.

use super::{Modem, Says, State, THINKS, TRAINING};
use crate::engine::world::Moment;
use crate::fax::Coding;
use crate::fax::chart::Chart;
use std::time::Duration;

const ETX: u8 = 0x03;
const DLE: u8 = 0x10;
const DC2: u8 = 0x12;
const CAN: u8 = 0x18;
const SUB: u8 = 0x1a;

/// How much of a page comes at once, and how often: 14400 bit/s.
const PIECE: usize = 90;
const PIECE_EVERY: Duration = Duration::from_millis(50);

/// Another machine that sends a fax.
#[derive(Clone, Debug, Default)]
pub struct FaxCall {
    /// What it says of itself.
    pub station: String,
    /// What it sends.
    pub pages: Vec<FaxPage>,
    /// What becomes of it on the way.
    pub noise: Noise,
    /// It hangs up before it has sent all.
    pub hangs_up: Option<HangsUp>,
}

/// A page as it is sent.
#[derive(Clone, Debug)]
pub struct FaxPage {
    /// Its data, by T.4.
    pub data: Vec<u8>,
    /// How many lines it has.
    pub lines: u16,
    /// How many of them the modem calls bad when they come for the first time.
    pub bad: u16,
    /// The codes of its resolution (1 is fine), its width (0 is 1728 dots) and its coding.
    pub codes: [u8; 3],
}

impl FaxPage {
    /// A page in fine resolution, from this chart.
    pub fn of(chart: &Chart, coding: Coding) -> Self {
        let lines = chart.dots.len() / usize::from(chart.width / 8).max(1);
        let code = match coding {
            Coding::OneDimensional => 0,
            Coding::TwoDimensional => 1,
            Coding::T6 => 3,
        };
        let width = match chart.width {
            2048 => 1,
            2432 => 2,
            _ => 0,
        };
        Self { data: chart.sent(coding, true), lines: lines as u16, bad: 0, codes: [1, width, code] }
    }
}

/// What a bad telephone line does.
#[derive(Clone, Debug, Default)]
pub struct Noise {
    /// Bytes before each page; a page begins with the first 00 or 10.
    pub before: Vec<u8>,
    /// How many bytes of each page come as others.
    pub spoilt: u16,
    /// Which ones; the same again for the same number.
    pub seed: u32,
}

impl Noise {
    /// What comes of the data of a page, counted from 0, when it is sent for the first time.
    pub fn spoil(&self, page: usize, data: &mut [u8]) {
        let mut random = self.seed ^ (page as u32) << 16 | 1;
        for _ in 0..self.spoilt {
            random = random.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            let place = (random >> 8) as usize % data.len().max(1);
            // The first byte stays: noise there is not this page's.
            if let Some(byte) = data.get_mut(place.max(1)) {
                *byte ^= 1 << (random >> 29);
            }
        }
    }
}

/// How a sender hangs up early.
#[derive(Clone, Copy, Debug)]
pub struct HangsUp {
    /// After that many bytes of data, counted over all pages.
    pub after: usize,
    /// What the modem says of it in its language of faxes, behind the end of the data. None: it says `NO CARRIER` in
    /// their midst.
    pub code: Option<u8>,
}

/// What it knows of faxes.
#[derive(Clone, Debug, Default)]
pub(super) struct Fax {
    pub(super) is_capable: bool,
    is_class_2_0: bool,
    pub(super) call: Option<FaxCall>,
    /// The page that is asked for next.
    page: usize,
    /// It comes once more.
    again: bool,
    /// What is still to be sent of it, and that the sender is gone then.
    data: Vec<u8>,
    cut: bool,
}

impl Modem {
    /// The same that can receive faxes, too.
    pub fn with_fax(mut self) -> Self {
        self.fax.is_capable = true;
        self
    }

    /// A fax machine calls.
    pub fn fax_call(&mut self, now: Moment, call: FaxCall) {
        if !self.ringing && self.state == State::Command {
            (self.fax.page, self.fax.again) = (0, false);
            self.fax.call = Some(call);
            self.call(now);
        }
    }

    /// Whether a fax machine calls, or is connected.
    pub fn has_fax(&self) -> bool {
        self.fax.call.is_some()
    }

    /// What the computer says while data come, or are to come.
    pub(super) fn hear_ready(&mut self, byte: u8, now: Moment) {
        if byte == DC2 && self.state == State::Ready {
            self.state = State::Sending;
            self.begin_page(now);
        } else if byte == CAN {
            self.due.clear();
            self.push(now, Says::Bytes(vec![DLE, ETX]));
            self.fax_ends(now, 2);
        }
    }

    /// A fax call is answered.
    pub(super) fn begin_fax(&mut self, now: Moment) {
        self.state = State::Fax;
        // No ring comes any more.
        self.due.retain(|(_, says)| *says != Says::Bytes(Vec::new()));
        let Some(call) = &self.fax.call else { return };
        let station = format!("{}:\"{}\"", self.word("+FTSI", "+FTI"), call.station);
        let done = now.after(TRAINING);
        self.line_of_text(done, self.word("+FCON", "+FCO"));
        self.line_of_text(done, &station);
        self.agreed(done);
        self.result(done, 0, "OK");
    }

    /// A command that begins with `+`.
    pub(super) fn fax_command(&mut self, command: &[u8], now: Moment) {
        let call = self.fax.call.as_ref().filter(|_| self.state == State::Fax);
        let left = call.map(|call| call.pages.len() - self.fax.page.min(call.pages.len()));
        match command {
            _ if !self.fax.is_capable => return self.result(now, 4, "ERROR"),
            b"FCLASS=?" => self.line_of_text(now, "0,1,2,2.0"),
            b"FCLASS=2" => self.fax.is_class_2_0 = false,
            b"FCLASS=2.0" => self.fax.is_class_2_0 = true,
            b"FPS=2" | b"FPTS=2" if self.fax.page > 0 => {
                self.fax.page -= 1;
                self.fax.again = true;
            }
            b"FDR" => match left {
                None => return self.result(now, 4, "ERROR"),
                Some(0) => return self.fax_ends(now, 0),
                Some(_) => {
                    self.line_of_text(now, "+FCFR");
                    self.agreed(now);
                    self.state = State::Ready;
                    return self.result(now, 1, "CONNECT");
                }
            },
            _ => {}
        }
        self.result(now, 0, "OK");
    }

    /// The word of class 2, or the one of class 2.0.
    fn word(&self, two: &'static str, two_zero: &'static str) -> &'static str {
        if self.fax.is_class_2_0 { two_zero } else { two }
    }

    fn line_of_text(&mut self, at: Moment, text: &str) {
        self.push(at, Says::Bytes(format!("\r\n{text}\r\n").into_bytes()));
    }

    /// What the two have agreed on for the next page.
    fn agreed(&mut self, at: Moment) {
        let page = self.fax.call.as_ref().and_then(|call| call.pages.get(self.fax.page));
        let [vr, wd, df] = page.map_or([1, 0, 0], |page| page.codes);
        let text = format!("{}:{vr},5,{wd},2,{df},0,0,0", self.word("+FDCS", "+FCS"));
        self.line_of_text(at, &text);
    }

    fn fax_ends(&mut self, at: Moment, code: u8) {
        self.state = State::Command;
        self.fax.call = None;
        let text = if self.fax.is_class_2_0 { format!("+FHS:{code:02}") } else { format!("+FHNG:{code:03}") };
        self.line_of_text(at, &text);
        self.result(at, 0, "OK");
    }

    fn begin_page(&mut self, now: Moment) {
        let Fax { is_class_2_0, call, page: number, again, data: out, cut, .. } = &mut self.fax;
        let Some(call) = call else { return };
        let Some(page) = call.pages.get(*number) else { return };
        let mut data = page.data.clone();
        out.clear();
        if !*again {
            call.noise.spoil(*number, &mut data);
            out.extend_from_slice(&call.noise.before);
        }
        *cut = false;
        if let Some(how) = call.hangs_up {
            let before: usize = call.pages.iter().take(*number).map(|page| page.data.len()).sum();
            let left = how.after.saturating_sub(before);
            *cut = left < data.len();
            data.truncate(left);
        }
        shield(&data, *is_class_2_0, out);
        self.send_piece(now.after(THINKS));
    }

    /// The next piece of the page's data, or its end.
    pub(super) fn send_piece(&mut self, now: Moment) {
        if self.fax.data.is_empty() {
            return self.end_page(now);
        }
        let piece = self.fax.data.drain(..PIECE.min(self.fax.data.len())).collect();
        self.push(now, Says::Bytes(piece));
        self.push(now.after(PIECE_EVERY), Says::Bytes(Vec::new()));
    }

    fn end_page(&mut self, now: Moment) {
        let Some(call) = &self.fax.call else { return };
        let code = call.hangs_up.filter(|_| self.fax.cut).map(|how| how.code);
        if code == Some(None) {
            return self.caller_hangs_up(now);
        }
        let page = call.pages.get(self.fax.page);
        let (lines, bad) =
            page.map_or((0, 0), |page| (page.lines, if self.fax.again { 0 } else { page.bad }));
        let more = if self.fax.page + 1 < call.pages.len() { 0 } else { 2 };
        self.push(now, Says::Bytes(vec![DLE, ETX]));
        if let Some(Some(code)) = code {
            return self.fax_ends(now, code);
        }
        let text = if self.fax.is_class_2_0 {
            format!("+FPS:1,{lines:X},{bad:X},0")
        } else {
            format!("+FPTS:1,{lines},{bad},0")
        };
        self.line_of_text(now, &text);
        self.line_of_text(now, if more == 0 { "+FET:0" } else { "+FET:2" });
        self.result(now, 0, "OK");
        self.state = State::Fax;
        self.fax.page += 1;
        self.fax.again = false;
    }
}

/// Data as the modem passes them on: a DLE stands twice, and in class 2.0 two of them are DLE SUB.
fn shield(data: &[u8], is_class_2_0: bool, out: &mut Vec<u8>) {
    let mut rest = data.iter().peekable();
    while let Some(byte) = rest.next() {
        out.push(*byte);
        if *byte == DLE {
            let two = is_class_2_0 && rest.next_if_eq(&&DLE).is_some();
            out.push(if two { SUB } else { DLE });
        }
    }
}

#[cfg(test)]
mod tests;
