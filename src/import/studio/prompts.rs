//! Prompts for keys: the actions that take keys, and those around them that count attempts and lead on.

use rustc_hash::FxHashSet;

use super::model::{Action, Script};
use crate::emit::studio::actions;
use crate::emit::studio::keys::{ATTEMPTS, ENTRY, FAILURE, SILENT, WRONG};

/// One attempt: the action that a call comes to, and the one that takes the keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Attempt {
    pub first: usize,
    pub takes: usize,
}

/// A prompt for keys, with its further attempts.
#[derive(Debug)]
pub struct Prompt {
    pub attempt: Attempt,
    /// The action that a call comes to: the one that sets the counter back, or the first of the attempt.
    pub entry: usize,
    /// All its actions.
    pub members: Vec<usize>,
    pub retries: u32,
    /// What is heard after a wrong key, and after none.
    pub retry: Option<Attempt>,
    pub silence: Option<Attempt>,
    /// Where a call goes after the last attempt without a key, and with a wrong one.
    pub silent: Option<usize>,
    pub wrong: Option<usize>,
    /// Where an entry leads, and the variable that it becomes.
    pub entered: Option<usize>,
    pub into: Option<String>,
}

/// The prompts of a script, of all actions that are not `kept`.
pub fn find(script: &Script, kept: &[bool]) -> Vec<Prompt> {
    let finder = Finder { script, attempts: attempts(script, kept), kept };
    let mut taken: FxHashSet<usize> = FxHashSet::default();
    let mut prompts: Vec<Prompt> = Vec::new();
    for counts in 0..script.actions.len() {
        if let Some(prompt) = finder.counted(counts) {
            taken.extend(&prompt.members);
            prompts.push(prompt);
        }
    }
    for attempt in finder.attempts.iter().flatten().filter(|attempt| !taken.contains(&attempt.takes)) {
        prompts.push(finder.single(*attempt));
    }
    prompts.iter_mut().for_each(|prompt| finder.add_entry(prompt));
    prompts
}

/// The attempt of each action that takes keys.
fn attempts(script: &Script, kept: &[bool]) -> Vec<Option<Attempt>> {
    let is_kept = |index: usize| kept.get(index).copied().unwrap_or(true);
    let attempt = |(takes, action): (usize, &Action)| {
        if is_kept(takes) || !action.is(&actions::MENU) && !action.is(&actions::CAPTURE) {
            return None;
        }
        let plays = action.from.first().copied().filter(|&first| {
            let Some(play) = script.actions.get(first).filter(|_| action.is(&actions::CAPTURE)) else {
                return false;
            };
            play.is(&actions::PLAY)
                && !is_kept(first)
                && action.from.iter().all(|&one| one == first)
                && play.branches.len() == 2
                && play.default_to() == Some(takes)
                && play.named_to("Digit") == Some(takes)
        });
        Some(Attempt { first: plays.unwrap_or(takes), takes })
    };
    script.actions.iter().enumerate().map(attempt).collect()
}

/// What counts the attempts at a prompt.
struct Counting {
    decides: usize,
    more: usize,
    over: usize,
    retries: u32,
    counter: Option<String>,
}

struct Finder<'s> {
    script: &'s Script,
    /// By the action that takes the keys.
    attempts: Vec<Option<Attempt>>,
    kept: &'s [bool],
}

impl Finder<'_> {
    fn action(&self, index: usize) -> Option<&Action> {
        let is_kept = self.kept.get(index).copied().unwrap_or(true);
        self.script.actions.get(index).filter(|_| !is_kept)
    }

    fn attempt(&self, takes: usize) -> Option<Attempt> {
        self.attempts.get(takes).copied().flatten()
    }

    /// A prompt of which there is one attempt.
    fn single(&self, attempt: Attempt) -> Prompt {
        let takes = self.script.actions.get(attempt.takes);
        Prompt {
            attempt,
            entry: attempt.first,
            members: members_of(attempt),
            retries: 0,
            retry: None,
            silence: None,
            silent: takes.and_then(|takes| takes.named_to("Timeout")),
            wrong: takes.and_then(Action::default_to),
            entered: None,
            into: None,
        }
    }

    /// How an action counts attempts, if it may.
    fn counting(&self, counts: usize) -> Option<Counting> {
        let action = self.action(counts)?;
        if action.is(&actions::LOOP) {
            // The label of an `again` that leads back to the same prompt is another one.
            if action.label.ends_with(" again") {
                return None;
            }
            let (more, over) = (action.named_to("Repeat")?, action.named_to("Finished")?);
            let retries = action.property("Repeat").parse().ok()?;
            return Some(Counting { decides: counts, more, over, retries, counter: None });
        }
        if !action.is(&actions::SNIPPET) {
            return None;
        }
        let (counter, sum) = action.property("Data").strip_prefix("ASSIGN ")?.split_once(" = ")?;
        let decides = action.leads_on()?;
        let question = self.action(decides).filter(|one| one.is(&actions::IF))?;
        let retries =
            question.property("Expression").strip_prefix(counter)?.strip_prefix('>')?.parse().ok()?;
        let is_counter = counter.starts_with(ATTEMPTS) && sum.strip_prefix(counter)? == " + 1";
        let (more, over) = (question.named_to("False")?, question.named_to("True")?);
        is_counter.then(|| Counting { decides, more, over, retries, counter: Some(counter.to_owned()) })
    }

    /// The prompt whose attempts an action counts.
    fn counted(&self, counts: usize) -> Option<Prompt> {
        let Counting { decides, more, over, retries, counter } = self.counting(counts)?;
        let mut members = vec![counts, decides];
        // Which failure happened last may be noted on the way to the count.
        let (mut silent_from, mut wrong_from) = (counts, counts);
        let mut takes: Vec<usize> = Vec::new();
        for &from in &self.action(counts)?.from {
            let before = self.action(from)?;
            if !before.is(&actions::ASSIGN) {
                takes.push(from);
                continue;
            }
            let noted = (before.property("Variable") == FAILURE).then(|| before.property("Value"))?;
            match noted {
                SILENT if silent_from == counts => silent_from = from,
                WRONG if wrong_from == counts => wrong_from = from,
                _ => return None,
            }
            members.push(from);
            takes.extend(&before.from);
        }
        takes.sort_unstable();
        takes.dedup();
        let mut attempts = Vec::new();
        for takes in takes {
            let attempt = self.attempt(takes)?;
            let action = self.action(takes)?;
            if action.named_to("Timeout") != Some(silent_from) || action.default_to() != Some(wrong_from) {
                return None;
            }
            attempts.push(attempt);
        }
        let of = |first: usize| attempts.iter().copied().find(|attempt| attempt.first == first);
        let others = |used: &[Attempt]| attempts.iter().copied().find(|attempt| !used.contains(attempt));
        let by_failure = |index: usize| self.by_failure(index, decides);
        let (attempt, retry, silence) = match by_failure(more) {
            Some((silent, wrong)) => {
                members.push(more);
                let (silence, wrong) = (of(silent)?, of(wrong)?);
                match attempts.len() {
                    2 => (wrong, None, Some(silence)),
                    3 => (others(&[silence, wrong])?, Some(wrong), Some(silence)),
                    _ => return None,
                }
            }
            None => match attempts.len() {
                1 => (of(more)?, None, None),
                2 => (others(&[of(more)?])?, Some(of(more)?), None),
                _ => return None,
            },
        };
        let has_notes = silent_from != counts;
        let (silent, wrong) = match by_failure(over).filter(|_| has_notes) {
            Some(both) => {
                members.push(over);
                both
            }
            None => (over, over),
        };
        members.extend([Some(attempt), retry, silence].into_iter().flatten().flat_map(members_of));
        let mut entry = attempt.first;
        if let Some(counter) = &counter {
            let is_reset = |index: &usize| {
                self.action(*index).is_some_and(|one| {
                    one.is(&actions::ASSIGN)
                        && one.property("Variable") == counter
                        && one.property("Value") == "0"
                        && one.leads_on() == Some(attempt.first)
                })
            };
            entry = self.action(attempt.first)?.from.iter().copied().find(is_reset)?;
            members.push(entry);
        }
        members.sort_unstable();
        members.dedup();
        // Nothing else leads into the middle of it.
        let is_closed = |index: &usize| {
            *index == entry
                || self
                    .action(*index)
                    .is_some_and(|one| one.from.iter().all(|from| members.binary_search(from).is_ok()))
        };
        members.iter().all(is_closed).then_some(Prompt {
            attempt,
            entry,
            members,
            retries,
            retry,
            silence,
            silent: Some(silent),
            wrong: Some(wrong),
            entered: None,
            into: None,
        })
    }

    /// Where an action leads by which failure happened last.
    fn by_failure(&self, index: usize, before: usize) -> Option<(usize, usize)> {
        let action = self.action(index).filter(|one| one.is(&actions::IF))?;
        let asks = format!("{FAILURE}=\"{SILENT}\"");
        let is_own = action.property("Expression") == asks && action.from.iter().all(|&from| from == before);
        Some((action.named_to("True")?, action.named_to("False")?)).filter(|_| is_own)
    }

    /// Finds where an entry leads, and what keeps it.
    fn add_entry(&self, prompt: &mut Prompt) {
        let takes = self.action(prompt.attempt.takes).filter(|one| one.is(&actions::CAPTURE));
        let Some(to) = takes.and_then(|takes| takes.named_to("MaxDigits")) else { return };
        prompt.entered = Some(to);
        let Some(keeps) = self.action(to).filter(|one| one.is(&actions::ASSIGN)) else { return };
        let is_of = |from: &usize| prompt.members.contains(from);
        if keeps.property("Value") == format!("{{{ENTRY}}}") && keeps.from.iter().all(is_of) {
            prompt.into = Some(keeps.property("Variable").to_owned());
            prompt.entered = keeps.leads_on();
            prompt.members.push(to);
        }
    }
}

fn members_of(attempt: Attempt) -> Vec<usize> {
    let mut members = vec![attempt.first, attempt.takes];
    members.dedup();
    members
}
