//! Recognisers: fed one byte at a time, they own no line and no clock.

pub mod answer_name;
pub mod caller;
pub mod fax_line;
pub mod fax_model;
pub mod fax_page;
pub mod lcp;
pub mod mailer;
pub mod name;
pub mod ring;
pub mod signature;
pub mod word;
pub mod words;
