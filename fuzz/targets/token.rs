//! Answers of the token endpoint: a token that an answer may hold is told nowhere, and the client's
//! secret neither.
#![no_main]

use cxflowc::cxone::next_step::{NextStep, judge};
use cxflowc::cxone::request::{self, Authorization};
use cxflowc::cxone::response::Response;
use cxflowc::cxone::{Credentials, answer};
use cxflowc::settings::TokenAuth;
use cxflowc_fuzz::{SECRET, hidden, tells_no_secret, tenant};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some(raw) = cxflowc_fuzz::answer(bytes) else { return };
    let tenant = tenant();
    let request = request::token(&tenant);
    let credentials = Credentials { id: "client".to_owned(), secret: SECRET.to_owned().into() };
    let client = Authorization::Client(credentials, TokenAuth::Basic);
    let read =
        |response: &Response| answer::token(&response.body).map_err(|_| "no token".to_owned().into());
    // The token endpoint's 2xx is told of by no word, so that the secret may stand there as it came.
    let is_success = (200..300).contains(&raw.status);
    let response = if is_success { raw } else { hidden(raw) };
    let verdict = judge(&request, &client, Ok(response), read, true);
    tells_no_secret(&verdict);
    if let NextStep::Done(granted) = verdict {
        assert!(!format!("{granted:?}").contains(SECRET));
    }
});
