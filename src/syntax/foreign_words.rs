//! A table of words that other tools use, with what each means in the language.
//!
//! A word has at most one row for each place, so the order of the rows does not matter; a test makes sure of
//! that. The messages about a word are in the near miss, not here.

/// The place of a word in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// First on a line outside any block.
    Declaration,
    /// First on a line of a node's block.
    Statement,
    /// In a selector of a policy's rule.
    Selector,
    /// Between a condition and the node that it leads to.
    Arrow,
}

/// What a word of another tool means in the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meaning {
    /// The language has its own word or sign for it.
    Own(&'static str),
    /// A call to a number outside the contact centre, which only a directive of the platform makes.
    OutsideCall,
    /// Something that only a directive of the platform does.
    Service,
    /// A node that only branches. In the language, any node can branch.
    Branching,
    /// A control statement of a programming language.
    Control,
}

use Meaning::{Branching, Control, OutsideCall, Own, Service};
use Place::{Arrow, Declaration, Selector, Statement};

/// The table: places, the meaning of the words there, and the words in lower case, separated by blanks.
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
    (&[Declaration], Own("disconnect"), "hangup hang_up hang-up end stop terminate finish close quit"),
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
        "if elif elseif switch case unless match while for foreach loop repeat \
         otherwise default",
    ),
    // Other declarations.
    (&[Declaration], Own("let"), "const define constant val"),
    (&[Declaration], Own("var"), "variable global local declare"),
    (&[Declaration], Own("hours"), "opening_hours business_hours office_hours calendar opening"),
    (&[Declaration], Own("kind"), "type node_type nodetype"),
    (&[Declaration], Own("param"), "parameter argument arg env"),
    (&[Declaration], Own("include"), "import use load"),
    (&[Declaration], Own("entry"), "start begin root initial init main"),
    (&[Declaration], Own("flow"), "campaign script title name"),
    (&[Declaration], Own("dispositions"), "outcomes results statuses enum wrapups wrap_ups"),
    (&[Declaration], Own("description"), "desc summary about"),
    (&[Declaration], Own("contact"), "field customer attribute"),
    (&[Declaration], Own("test"), "spec scenario"),
    // Actions and branches. A word that is a kind here (`agent`, `voicemail`) is an action elsewhere.
    (&[Statement], Own("collect"), "menu gather prompt input ask dtmf"),
    (&[Statement], Own("route"), "queue transfer enqueue agent"),
    (&[Statement], Own("say"), "speak tts announce message talk text print echo"),
    (&[Statement], Own("play"), "audio media playback sound url"),
    (&[Statement], Own("record"), "voicemail mailbox mail"),
    (&[Statement], Own("schedule"), "callback call_back"),
    (&[Statement], Own("action"), "directive do"),
    (&[Statement], Own("on"), "if case key press"),
    (&[Statement], Control, "switch match while for foreach loop repeat"),
    // Words in selectors.
    (&[Selector], Own("any"), "all everything anything every each always"),
    (&[Selector], Own("heard"), "heared spoken said played audible utterance"),
    (&[Selector], Own("key"), "keys keypress press pressed dtmf button"),
    (&[Selector], Own("not …` or `forbid …"), "no none never without"),
    (&[Selector], Own("any` or `=NAME"), "nodes node"),
    (&[Selector], Own("disconnect"), "hangup end hang_up"),
    (&[Selector], Own("collect` for the kind, or for a node `=menu"), "menu gather prompt input"),
    // Words in place of an arrow.
    (&[Arrow], Own("->"), "goto go then to jump jumps leads goes call do next"),
];

/// What a word of another tool means at a place, regardless of case.
pub fn meaning(word: &str, place: Place) -> Option<Meaning> {
    let word = word.to_ascii_lowercase();
    let row = FOREIGN_WORDS.iter().find(|(places, _, words)| {
        places.contains(&place) && words.split(' ').any(|foreign| foreign == word)
    })?;
    Some(row.1)
}

/// The language's own word for a word of another tool.
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
    fn has_one_meaning_per_word_and_place() {
        let mut seen = Vec::new();
        for (places, _, words) in FOREIGN_WORDS {
            for pair in places.iter().flat_map(|place| words.split(' ').map(move |word| (*place, word))) {
                assert!(!seen.contains(&pair), "{pair:?} is in the table twice");
                seen.push(pair);
            }
        }
    }

    #[test]
    fn has_words_in_lower_case() {
        FOREIGN_WORDS.iter().for_each(|(_, _, words)| assert_eq!(words.to_lowercase(), *words));
    }
}
