//! The grammar's rules in the language's words.

use super::grammar::Rule;
use crate::diagnostics::list_of;
use crate::diagnostics::suggest::nearest;
use crate::flow::{Kind, Verb};

/// The context of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineContext {
    /// A declaration of a file.
    File,
    /// A statement of a node's block.
    Block,
    /// A rule of a policy.
    Policy,
}

/// What is known of a word that begins a declaration.
#[derive(Debug)]
pub struct DeclarationFacts {
    /// The word.
    pub word: &'static str,
    /// Its rule in the grammar.
    pub rule: Rule,
    /// How the declaration is written. Of two ways the first ends with a backtick and the second begins with one.
    pub form: &'static str,
    /// The same for editors, with places to fill in.
    pub snippet: &'static str,
    /// What it is for.
    pub about: &'static str,
    /// What it stands next to.
    pub paragraph: Paragraph,
}

/// The kind of paragraph that a declaration belongs to. The formatter puts a blank line between different kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Paragraph {
    /// What the flow is called, and where it begins.
    Head,
    /// Other files.
    Include,
    /// Names for values.
    Value,
    /// Nodes and transitions.
    Graph,
    /// Kinds of nodes.
    Kind,
    /// Policies, and what they decide by.
    Policy,
    /// Tests.
    Test,
}

/// Makes the table, and the list of its words.
macro_rules! declarations {
    ($($word:literal $rule:ident { form: $form:literal, snippet: $snippet:literal, about: $about:literal, paragraph: $paragraph:ident })*) => {
        /// The words that begin a declaration, except for kinds of nodes.
        pub const DECLARATIONS: &[&str] = &[$($word),*];

        /// The same with what is known of each.
        pub const DECLARATION_FACTS: &[DeclarationFacts] = &[$(DeclarationFacts {
            word: $word,
            rule: Rule::$rule,
            form: $form,
            snippet: $snippet,
            about: $about,
            paragraph: Paragraph::$paragraph,
        }),*];
    };
}

declarations! {
    "flow" flow {
        form: "flow \"NAME\"",
        snippet: "flow \"${1:NAME}\"",
        about: "Names the flow. A flow's own file has one.",
        paragraph: Head
    }
    "description" description {
        form: "description \"TEXT\"",
        snippet: "description \"${1:TEXT}\"",
        about: "Says what the flow is for.",
        paragraph: Head
    }
    "entry" entry {
        form: "entry NODE",
        snippet: "entry ${1:NODE}",
        about: "The node where the call begins.",
        paragraph: Head
    }
    "exit" exit {
        form: "exit NAME",
        snippet: "exit ${1:name}",
        about: "Where a library leaves. Who includes it binds the name to a node, as in `with verified -> menu`.",
        paragraph: Head
    }
    "let" let_ {
        form: "let NAME = \"TEXT\"` or `let NAME = 3",
        snippet: "let ${1:name} = \"${2:TEXT}\"",
        about: "A constant, inserted into texts as `${name}`.",
        paragraph: Value
    }
    "param" param {
        form: "param NAME` or `param NAME = \"DEFAULT\"",
        snippet: "param ${1:name} = \"${2:DEFAULT}\"",
        about: "A value that the build sets, by `--set` or its environment.",
        paragraph: Value
    }
    "contact" contact {
        form: "contact NAME lasts 2s @tag",
        snippet: "contact ${1:name} lasts ${2:2s}",
        about: "A field of the dialled contact's record.",
        paragraph: Value
    }
    "var" var {
        form: "var NAME lasts 2s @tag",
        snippet: "var ${1:name} lasts ${2:2s}",
        about: "A value of this call. `set` gives it, and a `decide` compares it.",
        paragraph: Value
    }
    "hours" hours {
        form: "hours NAME in \"America/New_York\" { mon..fri 9:00..17:00; closed 2026-12-25 }",
        snippet: "hours ${1:name} in \"${2:America/New_York}\" {\n  ${3:mon..fri 9:00..17:00}\n}",
        about: "When something is open. A `decide` asks for it, as in `when open NAME -> NODE`.",
        paragraph: Value
    }
    "language" speaker {
        form: "language \"es-US\"` or `language \"es-US\" voice \"NAME\"",
        snippet: "language \"${1:en-US}\"",
        about: "The language of the texts of this file's nodes; in a flow's own file, that of the flow.",
        paragraph: Head
    }
    "voice" speaker {
        form: "voice \"NAME\"",
        snippet: "voice \"${1:NAME}\"",
        about: "The voice that speaks the texts of this file's nodes; in a flow's own file, those of the flow.",
        paragraph: Head
    }
    "dispositions" dispositions {
        form: "dispositions NAME` or `dispositions NAME, NAME",
        snippet: "dispositions ${1:PROMISE}, ${2:REFUSED}",
        about: "The words by which calls are reported. A node or a transition gives one, as in `disposition REFUSED`.",
        paragraph: Value
    }
    "include" include {
        form: "include \"PATH\"` or `include \"PATH\" as PREFIX with NAME = \"VALUE\", EXIT -> NODE",
        snippet: "include \"${1:PATH}\"",
        about: "Adds the declarations of another file. With `as PREFIX` it adds an instance; a file can have many.",
        paragraph: Include
    }
    "every" every {
        form: "every KIND except @tag on timeout | invalid -> NODE",
        snippet: "every ${1:collect} on ${2:timeout | invalid} -> ${3:NODE}",
        about: "Adds the branch to every node of a kind that does not have its own.",
        paragraph: Graph
    }
    "node" generic {
        form: "node NAME type \"TYPE\"",
        snippet: "node ${1:name} type \"${2:TYPE}\"",
        about: "A node of any type that the platform knows.",
        paragraph: Graph
    }
    "test" test {
        form: "test \"NAME\" -> NODE -> LAST` or `test \"NAME\" with balance = 120 on 1, timeout -> NODE -> LAST",
        snippet: "test \"${1:NAME}\" on ${2:1} -> ${3:NODE}",
        about: "The events of a call, the nodes that it passes, and the node where it ends.",
        paragraph: Test
    }
    "fact" fact {
        form: "fact NAME = 20s",
        snippet: "fact ${1:name} = ${2:VALUE}",
        about: "What is true of the campaign but cannot be seen in the graph. `because`, `by` and `until` behind the value say who vouches for it.",
        paragraph: Policy
    }
    "policy" policy {
        form: "policy NAME \"TITLE\" {",
        snippet: "policy ${1:name} \"${2:TITLE}\" {\n  ${3:name}: require disclosure before agent\n}",
        about: "Rules that every path must keep.",
        paragraph: Policy
    }
    "kind" kind_declaration {
        form: "kind NAME type \"TYPE\" {",
        snippet: "kind ${1:name} type \"${2:TYPE}\" {\n  with ${3:field}: ${4:text}\n  outcome ${5:done}\n}",
        about: "Declares a kind of node that the platform knows: its fields and its outcomes.",
        paragraph: Kind
    }
    "apply" apply {
        form: "apply POLICY",
        snippet: "apply ${1:POLICY}",
        about: "Applies a policy of this file, of an included file or of the compiler to the flow.",
        paragraph: Policy
    }
    "waive" waive {
        form: "waive POLICY/RULE at NODE because \"WHY\" by \"NAME\" until 2027-03-31",
        snippet: "waive ${1:POLICY}/${2:RULE} because \"${3:WHY}\" by \"${4:NAME}\" until ${5:DATE}",
        about: "Allows a violation until a day, and says who is responsible.",
        paragraph: Policy
    }
    "attest" attest {
        form: "attest POLICY/RULE because \"PROOF\" by \"NAME\" until 2027-03-31",
        snippet: "attest ${1:POLICY}/${2:RULE} because \"${3:PROOF}\" by \"${4:NAME}\" until ${5:DATE}",
        about: "Says who answers for an obligation, by what proof, and until when.",
        paragraph: Policy
    }
}

/// The words that begin a statement of a block.
pub const STATEMENTS: &[&str] = &[
    "on",
    "when",
    "else",
    "play",
    "say",
    "collect",
    "retry",
    "silence",
    "script",
    "route",
    "schedule",
    "record",
    "disconnect",
    "action",
    "set",
];

/// The words that begin a rule of a policy.
pub const FORMS: &[&str] = &["require", "forbid", "limit", "oblige", "warn"];

/// The word that begins an expectation of a policy.
pub const EXPECTS: &str = "expects";

/// The words that may follow a selector.
pub const CLAUSES: &[&str] =
    &["before", "after", "since", "reachable", "within", "on", "when", "exempt", "from", "until", "to"];

/// The help for how an entry of several digits is written.
pub const SEVERAL: &str = "write `0..9` for any one digit; for entries of several digits write each of them, a range such as `000..999`, or in quotes a condition that the platform knows";

/// The help for how rules are written.
pub fn rule_forms() -> String {
    "a rule is `require …`, `forbid …`, `limit …` or `oblige \"TEXT\"`, with `warn` and `NAME:` before it if you like".to_owned()
}

/// The options of nodes and actions.
pub const OPTIONS: &[&str] = &[
    "media",
    "text",
    "retries",
    "lasts",
    "wait",
    "between",
    "digits",
    "end",
    "into",
    "disposition",
    "language",
    "voice",
    "prompt",
    "ssml",
];

/// The kind that a word is a typo of.
pub fn nearest_kind(word: &str) -> Option<&'static str> {
    nearest(word, Kind::ALL.iter().map(|kind| kind.word()))
}

/// The rule that a keyword begins, if the grammar expected the keyword.
pub fn whole(rule: Rule) -> Rule {
    match rule {
        Rule::kw_media => Rule::media,
        Rule::kw_text => Rule::text,
        Rule::kw_retries => Rule::retries,
        Rule::kw_lasts => Rule::lasts,
        Rule::kw_wait => Rule::wait,
        Rule::kw_between => Rule::between,
        Rule::kw_digits => Rule::digits,
        Rule::kw_end => Rule::end_key,
        Rule::kw_into => Rule::into,
        Rule::kw_language => Rule::language,
        Rule::kw_voice => Rule::voice,
        Rule::kw_prompt => Rule::prompt,
        Rule::kw_ssml => Rule::ssml,
        Rule::kw_disposition => Rule::disposition,
        Rule::EOI => Rule::end,
        other => other,
    }
}

/// The help for how an option is written.
pub fn option_form(word: &str) -> Option<String> {
    let form = match word {
        "media" => "media \"https://…\"",
        "text" => "text \"TEXT\"",
        "retries" => "retries 2",
        "lasts" => "lasts 1.5s",
        "wait" => "wait 5s",
        "between" => "between 3s",
        "digits" => "digits 4` or `digits 6..10",
        "end" => "end \"#\"",
        "into" => "into NAME",
        "language" => "language \"es-US\"",
        "voice" => "voice \"NAME\"",
        "prompt" => "prompt \"ID\"",
        "ssml" => "ssml \"<speak>TEXT</speak>\"",
        "disposition" => "disposition NAME",
        _ => return None,
    };
    Some(format!("write `{form}`"))
}

/// The help for how a transition is written.
pub fn arrow_form(place: LineContext) -> &'static str {
    match place {
        LineContext::File => "write `A -> B` or `A -> B on 1`",
        LineContext::Block => "write `-> NODE` or `on 1 -> NODE`",
        LineContext::Policy => "in a rule write a node as `=NODE`, and a transition as `=NODE on 1`",
    }
}

/// A list of what was expected, for a message. After a keyword, it omits the arrow that would make a transition of it.
pub fn expected(rules: &[Rule], place: LineContext, after_keyword: bool) -> String {
    let rules: Vec<Rule> = rules
        .iter()
        .copied()
        .filter(|&rule| !(after_keyword && rule == Rule::arrow && rules.len() > 1))
        .collect();
    let rules = rules.as_slice();
    let is_option = |rule: &Rule| {
        matches!(
            rule,
            Rule::media
                | Rule::text
                | Rule::retries
                | Rule::lasts
                | Rule::wait
                | Rule::between
                | Rule::digits
                | Rule::end_key
                | Rule::into
                | Rule::language
                | Rule::voice
                | Rule::prompt
                | Rule::ssml
                | Rule::disposition
                | Rule::tag
        )
    };
    let all_options = rules.iter().filter(|rule| is_option(rule)).count() >= 15;
    let mut words: Vec<(u8, &str)> = Vec::new();
    if all_options {
        words.push((
            3,
            "an option (`media`, `text`, `prompt`, `ssml`, `language`, `voice`, `retries`, `lasts`, `wait`, `between`, `digits`, `end`, `into`, `disposition`, `@tag`)",
        ));
    }
    for rule in rules.iter().filter(|rule| !(all_options && is_option(rule))) {
        let word = word(*rule);
        if !word.1.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    words.sort_unstable();
    let words: Vec<&str> = words.into_iter().map(|(_, word)| word).collect();
    match place {
        _ if !words.is_empty() => list_of(&words, "or"),
        LineContext::File => "a declaration".to_owned(),
        LineContext::Block => "an action or a branch".to_owned(),
        LineContext::Policy => "a rule".to_owned(),
    }
}

/// The first expected element, for a label.
pub fn shortest(expected: &str) -> &str {
    let ends = [", ", " or ", " ("].iter().filter_map(|end| expected.find(end));
    expected.get(..ends.min().unwrap_or(expected.len())).unwrap_or_default()
}

/// A rule's name in messages, and its rank in lists.
fn word(rule: Rule) -> (u8, &'static str) {
    match rule {
        Rule::node | Rule::generic | Rule::kind => (0, "a kind of node"),
        Rule::transition => (1, "a transition"),
        _ if DECLARATION_FACTS.iter().any(|one| one.rule == rule) => (2, "a declaration"),
        Rule::string => (0, "a string in quotes"),
        Rule::integer | Rule::not_integer => (1, "a number"),
        Rule::name | Rule::quoted_name => (2, "a name"),
        Rule::duration => (0, "a duration such as `2s`"),
        Rule::value => (0, "a value"),
        Rule::condition | Rule::alternative => (0, "a condition"),
        Rule::key | Rule::range => (0, "a key"),
        Rule::outcome => (1, "an outcome such as `timeout`"),
        Rule::arrow => (1, "`->`"),
        Rule::bar => (2, "`|`"),
        Rule::equals => (1, "`=`"),
        Rule::comma => (2, "`,`"),
        Rule::dots => (2, "`..`"),
        Rule::tag => (2, "a tag"),
        Rule::media => (2, "`media`"),
        Rule::text => (2, "`text`"),
        Rule::retries => (2, "`retries`"),
        Rule::lasts => (2, "`lasts`"),
        Rule::wait => (2, "`wait`"),
        Rule::between => (2, "`between`"),
        Rule::digits => (2, "`digits`"),
        Rule::end_key => (2, "`end`"),
        Rule::into => (2, "`into`"),
        Rule::language => (2, "`language`"),
        Rule::voice => (2, "`voice`"),
        Rule::prompt => (2, "`prompt`"),
        Rule::ssml => (2, "`ssml`"),
        Rule::disposition => (3, "`disposition`"),
        Rule::picked_set | Rule::picked_field | Rule::picked_disposition | Rule::picked_kind => {
            (0, "a selector")
        }
        Rule::reported => (3, "`=`"),
        Rule::action | Rule::generic_action => (0, "an action"),
        Rule::set => (0, "an action"),
        Rule::branch | Rule::arm | Rule::otherwise => (0, "a branch"),
        Rule::number => (1, "a number"),
        Rule::copy => (2, "a name"),
        Rule::comparison => (2, "a name"),
        Rule::asked_hours => (3, "`open` or `closed`"),
        Rule::kw_open => (3, "`open`"),
        Rule::kw_closed => (3, "`closed`"),
        Rule::kw_in => (1, "`in`"),
        Rule::hours_block => (4, "`{`"),
        Rule::weekly | Rule::weekdays | Rule::weekday => (0, "a day such as `mon`"),
        Rule::open_day => (2, "`open`"),
        Rule::closed_day => (2, "`closed`"),
        Rule::open_yearly | Rule::closed_yearly => (0, "days of each year"),
        Rule::each_year => (2, "`every`"),
        Rule::yearly | Rule::month_day => (1, "a day of the year such as `12-25`"),
        Rule::windows | Rule::window | Rule::clock => (1, "a time such as `9:00`"),
        Rule::moment => (0, "a time such as `2026-12-24T18:00`"),
        Rule::comparator => (0, "a comparison such as `=` or `>`"),
        Rule::plus | Rule::minus => (3, "`+` or `-`"),
        Rule::known => (0, "`NAME = VALUE`"),
        Rule::block | Rule::open => (4, "`{`"),
        Rule::close => (4, "`}`"),
        Rule::end => (5, "the end of the line"),
        Rule::kw_on => (2, "`on`"),
        Rule::kw_again => (3, "`again`"),
        Rule::kw_else => (0, "`else`"),
        Rule::kw_as => (2, "`as`"),
        Rule::kw_with => (2, "`with`"),
        Rule::kw_type => (1, "`type`"),
        Rule::kw_except => (2, "`except`"),
        Rule::ends => (2, "`ends`"),
        Rule::literal => (0, "a value"),
        Rule::date | Rule::dates => (1, "a date such as `2026-01-31`"),
        Rule::policy_block => (4, "`{`"),
        Rule::slash => (1, "`/`"),
        Rule::kw_at => (1, "`at`"),
        Rule::kw_because => (1, "`because`"),
        Rule::kw_by => (1, "`by`"),
        Rule::kw_until | Rule::until => (4, "`until`"),
        Rule::policy_rule
        | Rule::rule_line
        | Rule::require
        | Rule::require_fact
        | Rule::forbid
        | Rule::limit
        | Rule::oblige => (0, "`require`, `forbid`, `limit` or `oblige`"),
        Rule::expects => (1, "`expects`"),
        Rule::meaning => (3, "what it means, in quotes"),
        Rule::fact_values => (1, "`=`"),
        Rule::kw_fact => (1, "`fact`"),
        Rule::selector => (0, "a selector"),
        Rule::operator => (0, "a comparison"),
        Rule::and => (2, "`&`"),
        Rule::kw_exempt | Rule::exempt => (5, "`exempt`"),
        Rule::calling_times | Rule::called_days | Rule::kw_holidays => {
            (3, "days and times such as `mon..fri 9:00..20:00`")
        }
        Rule::days => (0, "days such as `30d`"),
        Rule::kw_covers | Rule::covers => (5, "`covers`"),
        Rule::kw_reviewed | Rule::reviewed => (5, "`reviewed`"),
        Rule::kw_version | Rule::policy_version => (5, "`version`"),
        Rule::kw_conflicts | Rule::conflicts => (5, "`conflicts`"),
        Rule::kw_of => (0, "`of`"),
        Rule::kw_occur => (0, "`occur`"),
        Rule::kw_and => (3, "`and`"),
        Rule::kw_or => (3, "`or`"),
        Rule::fact_condition => (0, "a comparison such as `purpose = \"sales\"`"),
        Rule::kw_before | Rule::before => (3, "`before`"),
        Rule::kw_after | Rule::after => (3, "`after`"),
        Rule::kw_reachable | Rule::reachable => (3, "`reachable from`"),
        Rule::every_path | Rule::kw_every => (3, "`on every path`"),
        Rule::kw_path => (0, "`path`"),
        Rule::since | Rule::kw_since => (3, "`since`"),
        Rule::within | Rule::kw_within => (3, "`within`"),
        Rule::kw_keys => (0, "`keys`"),
        Rule::when | Rule::kw_when => (4, "`when`"),
        Rule::from | Rule::kw_from | Rule::since_step => (4, "`from`"),
        Rule::kw_to | Rule::to_step => (3, "`to`"),
        Rule::of_type => (1, "`:`"),
        Rule::field => (0, "`NAME = VALUE`"),
        Rule::list | Rule::open_list => (3, "a list in brackets"),
        Rule::close_list => (3, "`]`"),
        Rule::field_type => (0, "a type"),
        Rule::kind_field => (0, "`with NAME: TYPE`"),
        Rule::kind_outcomes => (1, "`outcome NAME`"),
        Rule::kind_sets => (1, "`sets NAME`"),
        Rule::sets_on => (2, "`on`"),
        Rule::binding => (0, "`NAME = VALUE`"),
        Rule::bound_exit => (1, "`EXIT -> NODE`"),
        Rule::exception => (0, "`=NODE` or `@tag`"),
        _ => (9, ""),
    }
}

/// The help for how a statement that begins with a word is written.
pub fn form(first: Option<&str>, place: LineContext) -> Option<String> {
    let word = first?;
    let form = match (place, word) {
        (LineContext::Policy, "expects") => {
            "expects @tag \"MEANING\"` or `expects fact NAME = \"A\" | \"B\" \"MEANING\""
        }
        (LineContext::Policy, "require") => "require @tag before agent",
        (LineContext::Policy, "forbid") => "forbid collect after @tag",
        (LineContext::Policy, "limit") => "limit retries 3`, `limit 1 @tag` or `limit 2s from @tag to agent",
        (LineContext::Policy, "oblige") => "oblige \"TEXT\"",
        (LineContext::Policy, _) => return None,
        (_, "on") => "on 1 -> NODE",
        (LineContext::Block, "when") => "when NAME = VALUE -> NODE",
        (LineContext::Block, "else") => "else -> NODE",
        (LineContext::Block, "set") => "set NAME = \"TEXT\"` or `set NAME = NAME + 1",
        (LineContext::File, _) => match DECLARATION_FACTS.iter().find(|one| one.word == word) {
            Some(declaration) => declaration.form,
            None => Kind::from_word(word)?.facts().form,
        },
        (LineContext::Block, _) => Verb::from_word(word)?.facts().form,
    };
    Some(format!("write `{form}`"))
}

/// Whether a word begins something of the language, so that no kind can be declared with it.
pub fn is_of_language(word: &str) -> bool {
    crate::flow::Kind::from_word(word).is_some()
        || [DECLARATIONS, STATEMENTS, FORMS].iter().any(|words| words.contains(&word))
        || matches!(word, EXPECTS | "with" | "outcome" | "sets" | "any" | "key" | "keys")
}
