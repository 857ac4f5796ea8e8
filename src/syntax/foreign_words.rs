//! One table of the words that other tools use, and what each means here.
//!
//! A word stands at most once for each place, so the order of the rows decides nothing: a test holds
//! that. What a near miss says about a word stands in the near miss, not here.

/// Where in a line the word stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// First on a line outside any block.
    Declaration,
    /// First on a line of a node's block.
    Statement,
    /// Where a policy's rule names nodes.
    Selector,
    /// Between a condition and the node that it leads to.
    Arrow,
}

/// What a word of another tool means here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The language has its own word, or its own sign, for the same.
    Own(&'static str),
    /// A call to a number outside the contact centre: only a directive of the platform does that.
    OutsideCall,
    /// Something that only a directive of the platform does.
    Service,
    /// A node that does nothing but branch: here every node branches by itself.
    Branching,
    /// A control statement of a programming language.
    Control,
}

use Meaning::{Branching, Control, OutsideCall, Own, Service};
use Place::{Arrow, Declaration, Selector, Statement};

/// The table: the places, what the words mean there, and the words in lower case, with a
/// blank between two.
pub const FOREIGN_WORDS: &[(&[Place], Meaning, &str)] = &[
    // Kinds of nodes. A word that is an action here (`say`, `record`) is a kind elsewhere.
    (
        &[Declaration],
        Own("collect"),
        "menu gather prompt input ivr dtmf question ask choice getdigits get_digits get_input",
    ),
    (
        &[Declaration],
        Own("agent"),
        "queue transfer route enqueue acd operator representative specialist live_agent human \
         handoff escalate",
    ),
    (&[Declaration], Own("disconnect"), "hangup hang_up hang-up end exit stop terminate finish close quit"),
    (
        &[Declaration],
        Own("play"),
        "say announce announcement message audio speak tts playback sound greeting talk",
    ),
    (&[Declaration], Own("disclosure"), "disclaimer notice disclose legal"),
    (&[Declaration], Own("voicemail"), "record mailbox vm mail leave_message"),
    (&[Declaration], Own("callback"), "schedule call_back callme"),
    (&[Declaration], Own("answer"), "amd detect pickup"),
    (
        &[Declaration, Statement],
        OutsideCall,
        "external dial bridge forward conference phone sip xfer external_transfer \
         blind_transfer warm_transfer call",
    ),
    (
        &[Declaration, Statement],
        Service,
        "webhook api http sms email lambda function wait pause delay sleep log script_action \
         lookup request fetch hold survey whisper",
    ),
    (&[Declaration], Branching, "condition branch decision split router choose"),
    (
        &[Declaration],
        Control,
        "if else elif elseif switch case when unless match while for foreach loop repeat \
         otherwise default",
    ),
    // Other declarations.
    (&[Declaration], Own("let"), "const var set define constant val"),
    (&[Declaration], Own("param"), "parameter variable argument arg env"),
    (&[Declaration], Own("include"), "import use load"),
    (&[Declaration], Own("entry"), "start begin root initial init main"),
    (&[Declaration], Own("flow"), "campaign script title"),
    (&[Declaration], Own("description"), "desc summary about"),
    (&[Declaration], Own("contact"), "field customer attribute"),
    (&[Declaration], Own("test"), "spec scenario"),
    // Actions and branches. A word that is a kind here (`agent`, `voicemail`) is an action elsewhere.
    (&[Statement], Own("collect"), "menu gather prompt input ask dtmf"),
    (&[Statement], Own("route"), "queue transfer enqueue agent"),
    (&[Statement], Own("say"), "speak tts announce message talk text"),
    (&[Statement], Own("play"), "audio media playback sound url"),
    (&[Statement], Own("record"), "voicemail mailbox mail"),
    (&[Statement], Own("schedule"), "callback call_back"),
    (&[Statement], Own("action"), "directive do"),
    (&[Statement], Own("on"), "when if case key press"),
    (&[Statement], Control, "switch match while for foreach loop repeat"),
    // What rules name.
    (&[Selector], Own("any"), "all everything anything every each always"),
    (&[Selector], Own("not …` or `forbid …"), "no none never without"),
    (&[Selector], Own("any` or `=NAME"), "nodes node"),
    (&[Selector], Own("disconnect"), "hangup end hang_up"),
    (&[Selector], Own("collect` for the kind, or for a node `=menu"), "menu gather prompt input"),
    // Where a branch leads.
    (&[Arrow], Own("->"), "goto go then to jump jumps leads goes call do next"),
];

/// What a word of another tool means at a place. Case does not count.
pub fn meaning(word: &str, place: Place) -> Option<Meaning> {
    let word = word.to_ascii_lowercase();
    let row = FOREIGN_WORDS
        .iter()
        .find(|(places, _, words)| places.contains(&place) && words.split(' ').any(|one| one == word))?;
    Some(row.1)
}

/// The language's own word for what other tools call so.
pub fn own_word(word: &str, place: Place) -> Option<&'static str> {
    match meaning(word, place)? {
        Own(own) => Some(own),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_word_means_one_thing_at_a_place() {
        let mut seen = Vec::new();
        for (places, _, words) in FOREIGN_WORDS {
            for pair in places.iter().flat_map(|place| words.split(' ').map(move |word| (*place, word))) {
                assert!(!seen.contains(&pair), "{pair:?} stands twice");
                seen.push(pair);
            }
        }
    }

    #[test]
    fn words_are_in_lower_case() {
        FOREIGN_WORDS.iter().for_each(|(_, _, words)| assert_eq!(words.to_lowercase(), *words));
    }
}
