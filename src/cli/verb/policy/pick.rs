//! `cxflowc policy pick`

use std::sync::Arc;

use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;

use super::file::{ExpectedName, File, FilePolicy};
use super::show::status_of;
use crate::Options;
use crate::bundled::lock::PolicyLock;
use crate::cli::args::{MessageArgs, PolicyPickArgs, ResultFormat};
use crate::cli::compilation::report::Reporter;
use crate::cli::config::policy_lock;
use crate::cli::console::terminal::Terminal;
use crate::cli::{ExitStatus, Failure, VerbResult};
use crate::compile::NoFiles;
use crate::diagnostics::suggest::did_you_mean;
use crate::diagnostics::{counted, list_of};
use crate::flow::policy::Demand;
use crate::policy::{RuleVerdict, Vacuous};
use crate::source::Source;
use crate::spelling::display_string;

/// The name of a flow that is compiled to see what policies ask of it.
const NAME: &str = "pick.cxflow";

/// Other words for places, and their codes.
const PLACES: &[(&str, &str)] = &[("uk", "gb"), ("usa", "us"), ("england", "gb"), ("europe", "eu")];

/// Other words for what calls are for, and that of the policies.
const PURPOSES: &[(&str, &str)] = &[
    ("sales", "telemarketing"),
    ("marketing", "telemarketing"),
    ("advertising", "telemarketing"),
    ("collections", "debt"),
    ("collection", "debt"),
    ("health", "healthcare"),
    ("poll", "survey"),
];

/// Other words for who speaks.
const VOICES: &[(&str, &str)] = &[
    ("synthetic", "tts"),
    ("artificial", "tts"),
    ("recorded", "prerecorded"),
    ("agent", "live"),
    ("human", "live"),
];

/// What a campaign needs.
#[derive(Debug, Default)]
struct Picked {
    /// The facts that the command states, with their values as written.
    stated: Vec<(&'static str, String)>,
    /// The policies to apply.
    apply: Vec<Applied>,
    /// The policies of these places none of whose rules is for such calls.
    not_needed: Vec<String>,
    /// The facts that they ask for.
    asked: Vec<ExpectedName>,
    /// How many duties no flow shows.
    duties: usize,
    /// The places of which no policy covers all, with what covers a part.
    not_covered: Vec<(String, Vec<String>)>,
    /// The places of which a part has policies of its own, with the codes of these parts, none of which is named.
    parts: Vec<(String, Vec<String>)>,
}

/// A policy to apply.
#[derive(Debug)]
struct Applied {
    name: String,
    title: String,
    /// The places for which it is.
    places: Vec<String>,
}

pub fn run(args: &PolicyPickArgs, terminal: &mut Terminal) -> VerbResult {
    let here = policy_lock::here()?;
    let mut reporter = Reporter::new(&MessageArgs::default(), terminal, true, false);
    reporter.report_all(&here.sources, here.diagnostics.iter());
    reporter.finish()?;
    let files: Vec<File> = File::all(here.lock.as_ref());
    let lock = here.lock.as_ref().map(|lock| Arc::new(lock.clone()));
    let policies: Vec<FilePolicy<'_>> = files.iter().flat_map(File::policies).collect();
    let places: Vec<String> = args.jurisdiction.iter().map(|place| meant(place, PLACES)).collect();
    let known: Vec<String> = policies.iter().flat_map(FilePolicy::covers).map(|(place, _)| place).collect();
    for place in &places {
        check_place(place, &known)?;
    }
    let mut picked = Picked::default();
    for (fact, given, words) in [("purpose", &args.purpose, PURPOSES), ("voice", &args.voice, VOICES)] {
        if let Some(given) = given {
            let value = value_of(fact, given, words, &policies)?;
            picked.stated.push((fact, display_string(&value)));
        }
    }
    let stated = FxHashSet::from_iter(picked.stated.iter().map(|(fact, _)| *fact));
    let mut seen: FxHashSet<String> = FxHashSet::default();
    // The values that the policies give as examples of a fact that may have any.
    let mut examples: FxHashMap<String, Vec<String>> = FxHashMap::default();
    let mut used: FxHashSet<String> = FxHashSet::default();
    for policy in &policies {
        let lines: Vec<(String, Option<&str>)> = policy.covers();
        let of_places: Vec<&(String, Option<&str>)> =
            lines.iter().filter(|(own, _)| places.iter().any(|place| is_part(place, own))).collect();
        if of_places.is_empty() {
            continue;
        }
        let is_for = of_places.iter().any(|(_, when)| when.is_none_or(|when| may_be(when, &picked.stated)));
        let needs = if is_for { needs(&policy.name(), &picked.stated, lock.as_ref()) } else { None };
        let Some((facts, duties)) = needs else {
            picked.not_needed.push(policy.name());
            continue;
        };
        picked.duties += duties;
        for expected in policy.expected_facts() {
            used.insert(expected.name.clone());
            if facts.contains(&expected.name) {
                examples.entry(expected.name.clone()).or_default().extend(expected.example.clone());
            }
            let is_asked = facts.contains(&expected.name) && !stated.contains(&*expected.name);
            if is_asked && seen.insert(expected.name.clone()) {
                picked.asked.push(expected);
            }
        }
        let written = places.iter().zip(&args.jurisdiction);
        let own = written.filter(|(place, _)| covers(policy, place)).map(|(_, written)| written.clone());
        picked.apply.push(Applied {
            name: policy.name(),
            title: policy.title().unwrap_or_default(),
            places: own.collect(),
        });
    }
    let all_stated = picked.stated.clone();
    // A fact that no policy here knows would only be in the way.
    picked.stated.retain(|(fact, _)| picked.apply.is_empty() || used.contains(*fact));
    for fact in picked.asked.iter_mut().filter(|fact| fact.example.is_some()) {
        let examples = examples.get(&fact.name).map(Vec::as_slice).unwrap_or_default();
        let names: Vec<&str> = picked.apply.iter().map(|applied| &*applied.name).collect();
        let keeps = |example: &&String| keeps_all(&names, &all_stated, &fact.name, example, lock.as_ref());
        fact.example = examples.iter().find(keeps).cloned();
    }
    for (place, written) in places.iter().zip(&args.jurisdiction) {
        if !known.contains(place) {
            let of_place = picked.apply.iter().filter(|applied| applied.places.contains(written));
            let part: Vec<String> = of_place.map(|applied| applied.name.clone()).collect();
            picked.not_covered.push((written.clone(), part));
        }
        let mut parts: Vec<String> = known.iter().filter(|own| is_part(own, place)).cloned().collect();
        parts.retain(|part| part != place);
        parts.sort();
        parts.dedup();
        let is_named = |part: &String| places.contains(part);
        if !parts.is_empty() && !parts.iter().any(is_named) {
            picked.parts.push((written.clone(), parts));
        }
    }
    print(&picked, args.format, terminal);
    Ok(if picked.not_covered.is_empty() { status_of(&here.diagnostics) } else { ExitStatus::Wanting })
}

/// A word in small letters, or what it stands for.
fn meant(word: &str, words: &[(&str, &str)]) -> String {
    let lower = word.trim().to_lowercase().replace('_', "-");
    words.iter().find(|(other, _)| *other == lower).map_or(lower, |(_, own)| (*own).to_owned())
}

/// Whether a policy is for calls to a place: for this one, or for what it is a part of.
fn covers(policy: &FilePolicy<'_>, place: &str) -> bool {
    policy.covers().iter().any(|(own, _)| is_part(place, own))
}

fn is_part(place: &str, of: &str) -> bool {
    place.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'))
}

/// Refuses what is no code of a place, which would look as if nothing covered it.
fn check_place(place: &str, known: &[String]) -> Result<(), Failure> {
    let is_word = |part: &str, lengths: &[usize]| {
        lengths.contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric())
    };
    let is_code = match place.split_once('-') {
        None => is_word(place, &[2]),
        Some((country, region)) => is_word(country, &[2]) && is_word(region, &[1, 2, 3]),
    };
    if is_code {
        return Ok(());
    }
    let failure = Failure::new(format!("`{place}` is no code of a country or of a part of one"));
    Err(match did_you_mean(place, known.iter().map(String::as_str)) {
        Some(suggestion) => failure.help(suggestion),
        None => failure.help("write codes as in ISO 3166: us, us-ca, gb, de"),
    })
}

/// The value of a fact that a word means. Refuses one that no policy lists.
fn value_of(
    fact: &str,
    given: &str,
    words: &[(&str, &str)],
    policies: &[FilePolicy<'_>],
) -> Result<String, Failure> {
    let mut values: Vec<String> = Vec::new();
    for expected in policies.iter().flat_map(FilePolicy::expected_facts).filter(|one| one.name == fact) {
        for value in expected.values {
            let value = value.trim_matches('"').to_owned();
            if !values.contains(&value) {
                values.push(value);
            }
        }
    }
    let lower = given.trim().to_lowercase();
    let wanted = if values.contains(&lower) { lower } else { meant(given, words) };
    if values.contains(&wanted) {
        return Ok(wanted);
    }
    let failure = Failure::new(format!("no policy knows the {fact} `{given}`"));
    Err(match did_you_mean(&wanted, values.iter().map(String::as_str)) {
        Some(suggestion) => failure.help(suggestion),
        None => failure.help(format!("they know {}", list_of(&values, "and"))),
    })
}

/// Whether a condition, as written, may be met with these facts.
fn may_be(condition: &str, stated: &[(&str, String)]) -> bool {
    let facts: String = stated.iter().map(|(fact, value)| format!("fact {fact} = {value}\n")).collect();
    let text = format!(
        "flow \"A\"\nentry a\ndisconnect a\napply picked\n{facts}policy picked {{ for: forbid agent when {condition} }}\n"
    );
    let compiled = crate::compile(NAME, text);
    let of_picked = |judged: &&crate::JudgedRule| {
        compiled.flow.policies.get(judged.policy).is_some_and(|policy| &*policy.name == "picked")
    };
    let verdict = compiled.judged.iter().find(of_picked).map(|judged| &judged.verdict);
    !matches!(verdict, Some(RuleVerdict::Vacuous(Vacuous::Facts(_))))
}

/// The facts that the rules of a policy ask for which are for such calls, and how many of these are duties. `None` if
/// none of them is.
fn needs(
    policy: &str,
    stated: &[(&str, String)],
    lock: Option<&Arc<PolicyLock>>,
) -> Option<(FxHashSet<String>, usize)> {
    let facts: String = stated.iter().map(|(fact, value)| format!("fact {fact} = {value}\n")).collect();
    let text = format!("flow \"A\"\nentry a\ndisconnect a\napply {policy}\n{facts}");
    let mut options = Options::default();
    options.settings.lock = lock.cloned();
    let compiled = crate::compile_with(Source::new(NAME, NAME, text.into()), &NoFiles, &options);
    let mut asked = FxHashSet::default();
    let (mut is_needed, mut duties) = (false, 0);
    for judged in &compiled.judged {
        let Some(own) = compiled.flow.policies.get(judged.policy).filter(|own| *own.name == *policy) else {
            continue;
        };
        let Some(rule) = own.rules.get(judged.rule) else { continue };
        if matches!(judged.verdict, RuleVerdict::Vacuous(Vacuous::Facts(_))) {
            continue;
        }
        is_needed = true;
        duties += usize::from(matches!(rule.demand, Demand::Oblige(_)));
        asked.extend(rule.facts().map(str::to_owned));
    }
    is_needed.then_some((asked, duties))
}

/// Whether a value of a fact breaks no rule of policies that asks for that fact.
fn keeps_all(
    policies: &[&str],
    stated: &[(&str, String)],
    fact: &str,
    value: &str,
    lock: Option<&Arc<PolicyLock>>,
) -> bool {
    let apply: String = policies.iter().map(|policy| format!("apply {policy}\n")).collect();
    let facts: String = stated.iter().map(|(fact, value)| format!("fact {fact} = {value}\n")).collect();
    let text = format!("flow \"A\"\nentry a\ndisconnect a\n{apply}{facts}fact {fact} = {value}\n");
    let mut options = Options::default();
    options.settings.lock = lock.cloned();
    let compiled = crate::compile_with(Source::new(NAME, NAME, text.into()), &NoFiles, &options);
    let breaks = |judged: &&crate::JudgedRule| {
        let rule = compiled.flow.policies.get(judged.policy).and_then(|own| own.rules.get(judged.rule));
        let asks = rule.is_some_and(|rule| match &rule.demand {
            Demand::Fact(condition) => condition.comparisons().any(|one| &*one.fact == fact),
            Demand::Paths(_) | Demand::Oblige(_) => false,
        });
        asks && matches!(judged.verdict, RuleVerdict::Violated(_))
    };
    !compiled.judged.iter().any(|judged| breaks(&judged))
}

fn print(picked: &Picked, format: ResultFormat, terminal: &mut Terminal) {
    match format {
        ResultFormat::Json => {
            let apply = picked.apply.iter().map(|applied| {
                let Applied { name, title, places } = applied;
                json!({ "policy": name, "title": title, "places": places })
            });
            let asked = picked.asked.iter().map(|fact| {
                json!({ "name": fact.name, "meaning": fact.meaning, "values": fact.values, "example": fact.example })
            });
            let stated = picked.stated.iter().map(|(fact, value)| json!({ "name": fact, "value": value }));
            let not_covered = picked
                .not_covered
                .iter()
                .map(|(place, part)| json!({ "place": place, "covered_in_part_by": part }));
            let parts = picked.parts.iter().map(|(place, parts)| json!({ "place": place, "parts": parts }));
            let value = json!({
                "apply": apply.collect::<Vec<_>>(),
                "facts": stated.collect::<Vec<_>>(),
                "missing_facts": asked.collect::<Vec<_>>(),
                "not_needed": picked.not_needed,
                "not_covered": not_covered.collect::<Vec<_>>(),
                "parts_not_named": parts.collect::<Vec<_>>(),
                "obligations": picked.duties,
            });
            terminal.result(&format!("{value}\n"));
        }
        ResultFormat::Text => terminal.result(&lines(picked)),
    }
    if !picked.not_needed.is_empty() {
        terminal.closing(&format!("not needed for such calls: {}", list_of(&picked.not_needed, "and")));
    }
    for (place, part) in &picked.not_covered {
        let part = if part.is_empty() {
            String::new()
        } else {
            format!(", only {} for the country as a whole", list_of(part, "and"))
        };
        terminal.closing(&format!("no policy covers {place}{part}"));
    }
    for (place, parts) in &picked.parts {
        terminal.closing(&format!(
            "nothing is proposed for the parts of {place}; name those that are called, of which {} have policies of their own, and others have law that no policy has",
            list_of(parts, "and")
        ));
    }
    if picked.duties > 0 {
        terminal.closing(&format!(
            "no flow shows {}: `cxflowc policy check` lists them once the policies apply",
            counted(picked.duties, "obligation")
        ));
    }
    terminal.closing("this is no legal advice: counsel says which law a campaign falls under");
}

/// The lines for a flow.
fn lines(picked: &Picked) -> String {
    let mut out = String::new();
    let names = super::look::widest(picked.apply.iter().map(|applied| &*applied.name));
    for Applied { name, title, places } in &picked.apply {
        out.push_str(&format!("apply {name:<names$} // {}: {title}\n", places.join(", ")));
    }
    let has_facts = !picked.stated.is_empty() || !picked.asked.is_empty();
    if !picked.apply.is_empty() && has_facts {
        out.push('\n');
    }
    for (fact, value) in &picked.stated {
        out.push_str(&format!("fact {fact} = {value}\n"));
    }
    if !picked.stated.is_empty() {
        out.push_str(
            "// who vouches for a fact stands behind its value: because \"PROOF\" by \"WHO\" until DATE\n",
        );
    }
    for fact in &picked.asked {
        let value = match (fact.values.is_empty(), &fact.example) {
            (false, _) => fact.values.join(" | "),
            (true, Some(example)) => format!("{example} or another"),
            (true, None) => "…".to_owned(),
        };
        let meaning = if fact.meaning.is_empty() { String::new() } else { format!(": {}", fact.meaning) };
        out.push_str(&format!("// fact {} = {value}{meaning}\n", fact.name));
    }
    out
}
