//! The compiler's tree in lines.

use cxflowc::flow::Verb;
use cxflowc::flow::policy::Form;
use cxflowc::source::{Sources, Span};
use cxflowc::syntax::ast::{
    About, Again, Alternative, Arm, Ast, Binding, BoundExit, CallingPart, Comparison, Condition, DaySpan,
    Days, Decision, Declaration, Demand, Disposition, EveryKind, Evidence, Expected, Expects, FactCondition,
    FactOp, Field, FieldDeclaration, FieldTypeName, FieldValue, HoursLine, Literal, Name, Node, NodeKind,
    Number, Opt, OptionKind, Pick, Rule, Scalar, Selector, SelectorOp, SetValue, Start, Statement, Subject,
    Text, Value, When, Window,
};

use super::support::Outline;

pub fn outline(sources: &Sources, ast: &Ast) -> Outline {
    let mut reader = Reader { sources, lines: Vec::new() };
    ast.items.iter().for_each(|item| reader.declaration(&item.declaration));
    let comments = ast.comments.iter().map(|span| sources.text(*span).trim_end().to_owned()).collect();
    Outline { lines: reader.lines, comments }
}

struct Reader<'a> {
    sources: &'a Sources,
    lines: Vec<String>,
}

impl Reader<'_> {
    fn at(&self, span: Span) -> String {
        self.sources.text(span).to_owned()
    }

    fn name(&self, name: Name) -> String {
        self.at(name.span)
    }

    fn text(&self, text: Text) -> String {
        self.at(text.span)
    }

    fn names(&self, names: &[Name]) -> String {
        names.iter().map(|name| format!(" -> {}", self.name(*name))).collect()
    }

    fn value(&self, value: Option<Value>) -> String {
        match value {
            Some(Value::Text(text)) => format!(" = {}", self.text(text)),
            Some(Value::Integer(span)) => format!(" = {}", self.at(span)),
            None => String::new(),
        }
    }

    fn binding(&self, binding: &Binding) -> String {
        format!(" {}{}", self.name(binding.name), self.value(binding.value))
    }

    fn declaration(&mut self, declaration: &Declaration) {
        let line = match declaration {
            Declaration::Flow(text) => format!("flow {}", self.text(text.unwrap())),
            Declaration::Description(text) => format!("description {}", self.text(text.unwrap())),
            Declaration::Entry(name) => format!("entry {}", self.name(name.unwrap())),
            Declaration::Speaker(options) => format!("speaker{}", self.options(options)),
            Declaration::Exit(name) => format!("exit {}", self.name(*name)),
            Declaration::Let(binding) => format!("let{}", self.binding(binding)),
            Declaration::Param(param) => {
                format!("param {}{}", self.name(param.name), self.value(param.default))
            }
            Declaration::Contact(contact) => {
                format!("contact {}{}", self.name(contact.name), self.options(&contact.options))
            }
            Declaration::Var(variable) => {
                format!("var {}{}", self.name(variable.name), self.options(&variable.options))
            }
            Declaration::Include(include) => {
                let prefix = include.prefix.map(|prefix| format!(" as {}", self.name(prefix)));
                let with: String = include.with.iter().map(|one| self.binding(one)).collect();
                let exit = |one: &BoundExit| {
                    let again = self.again(one.again.as_deref());
                    format!(" {} -> {}{again}", self.name(one.name), self.name(one.target))
                };
                let exits: String = include.exits.iter().map(exit).collect();
                let prefix = prefix.unwrap_or_default() + &self.options(&include.speaker);
                format!("include {}{prefix}{with}{exits}", self.text(include.path))
            }
            Declaration::Node(node) => return self.node(node),
            Declaration::Transition(transition) => {
                let condition =
                    transition.condition.as_ref().map(|one| format!(" on {}", self.condition(one)));
                format!(
                    "transition{}{}{}{}",
                    self.names(&transition.nodes),
                    condition.unwrap_or_default(),
                    self.dispositions(&transition.dispositions),
                    self.again(transition.again.as_deref())
                )
            }
            Declaration::Every(every) => {
                let except: String =
                    every.except.iter().map(|pick| format!(" except {}", self.pick(pick))).collect();
                let condition = self.condition(&every.condition);
                let again = self.dispositions(&every.dispositions) + &self.again(every.again.as_deref());
                format!(
                    "every {}{except} on {condition} -> {}{again}",
                    match every.kind {
                        EveryKind::Kind(kind) => kind.word(),
                        EveryKind::Declared(word) => self.sources.text(word),
                    },
                    self.name(every.target)
                )
            }
            Declaration::Test(test) => {
                let events: String =
                    test.events.iter().map(|one| format!(" on {}", self.alternative(*one))).collect();
                let with: String = test.with.iter().map(|one| self.binding(one)).collect();
                let with = test.at.map(|at| format!(" at {}", self.at(at))).unwrap_or_default() + &with;
                let reported = test.reported.map(|name| format!(" = {}", self.name(name)));
                let nodes = self.names(&test.nodes) + &reported.unwrap_or_default();
                format!("test {}{with}{events}{nodes}", self.text(test.name))
            }
            Declaration::Dispositions(names) => {
                let names: Vec<String> = names.iter().map(|name| self.name(*name)).collect();
                format!("dispositions {}", names.join(", "))
            }
            Declaration::Fact(fact) => {
                let evidence = fact.evidence.as_ref().map(|evidence| {
                    let Evidence { because, by, until, .. } = evidence;
                    let (because, by) = (self.text(*because), self.text(*by));
                    format!(" because {because} by {by} until {}", self.at(*until))
                });
                let value = self.literal(fact.value.as_ref().unwrap());
                format!("fact {} = {value}{}", self.name(fact.name), evidence.unwrap_or_default())
            }
            Declaration::Apply(name) => format!("apply {}", self.name(*name)),
            Declaration::Waive(waiver) => format!("waive {}", self.decision(waiver)),
            Declaration::Attest(attestation) => format!("attest {}", self.decision(attestation)),
            Declaration::Policy(policy) => {
                let title = policy.title.map(|title| format!(" {}", self.text(title)));
                self.lines.push(format!("policy {}{}", self.name(policy.name), title.unwrap_or_default()));
                // What is expected may stand among the rules.
                let expects = policy.expects.iter().map(|one| (one.span.start, self.expects(one)));
                let rules = policy.rules.iter().map(|rule| (rule.span.start, self.rule(rule)));
                let mut lines: Vec<(u32, String)> =
                    expects.chain(rules).chain(self.about(&policy.about)).collect();
                lines.sort();
                self.lines.extend(lines.into_iter().map(|(_, line)| line));
                return;
            }
            Declaration::Kind(kind) => {
                let ends = if kind.ends { " ends" } else { "" };
                let taken_for = kind.taken_for.map(|name| format!(" as {}", self.name(name)));
                let type_ = self.text(kind.type_.unwrap());
                let taken_for = taken_for.unwrap_or_default();
                self.lines.push(format!("kind {} {type_}{ends}{taken_for}", self.name(kind.name)));
                let fields = kind.fields.iter().map(|one| (one.span.start, self.field_declaration(one)));
                let outcomes = kind.outcomes.iter();
                let outcomes = outcomes.map(|one| (one.span.start, format!("  outcome {}", self.name(*one))));
                let this = &*self;
                let sets = kind.sets.iter().flat_map(|line| {
                    let on = line.outcomes.iter().map(|outcome| this.name(*outcome));
                    let on = on.collect::<Vec<_>>().join(" | ");
                    let variables = line.variables.iter();
                    variables.map(move |one| (one.span.start, format!("  sets {} on {on}", this.name(*one))))
                });
                let mut lines: Vec<(u32, String)> = fields.chain(outcomes).chain(sets).collect();
                lines.sort();
                self.lines.extend(lines.into_iter().map(|(_, line)| line));
                return;
            }
            Declaration::Hours(hours) => {
                let zone = hours.zone.map(|zone| format!(" in {}", self.text(zone)));
                self.lines.push(format!("hours {}{}", self.name(hours.name), zone.unwrap_or_default()));
                let lines: Vec<String> = hours.lines.iter().map(|line| self.hours_line(line)).collect();
                self.lines.extend(lines);
                return;
            }
            // A finding goes with each of them, and then nobody asks what else there is.
            Declaration::LostInclude(_)
            | Declaration::Ambiguous(_)
            | Declaration::Nameless(_)
            | Declaration::Broken(_) => "broken".to_owned(),
        };
        self.lines.push(line);
    }

    fn again(&self, again: Option<&Again>) -> String {
        let Some(again) = again else { return String::new() };
        let most = match again.most {
            Number::Integer(span) => self.at(span),
            Number::Name(name) => format!("name {}", self.name(name)),
            Number::Other(span) => format!("other {}", self.at(span)),
        };
        format!(" again {most} else {}{}", self.name(again.otherwise), self.dispositions(&again.dispositions))
    }

    fn dispositions(&self, dispositions: &[Disposition]) -> String {
        dispositions.iter().map(|one| format!(" disposition {}", self.name(one.name))).collect()
    }

    fn node(&mut self, node: &Node) {
        let kind = match node.kind {
            Some(NodeKind::Kind(kind)) => kind.word().to_owned(),
            Some(NodeKind::Generic { type_, ends }) => {
                format!("{}{}", self.text(type_), if ends { " ends" } else { "" })
            }
            Some(NodeKind::Declared(word)) => self.at(word),
            None => "broken".to_owned(),
        };
        let argument = self.argument(node.argument);
        let block = if node.block.is_some() { " {}" } else { "" };
        let options = self.options(&node.options) + &self.fields(&node.fields);
        self.lines.push(format!("node {kind} {}{argument}{options}{block}", self.name(node.name)));
        for statement in node.block.iter().flatten() {
            let line = match statement {
                Statement::Action(action) => {
                    let verb = match action.verb {
                        Verb::Any => "action".to_owned(),
                        _ => self.at(action.verb_span),
                    };
                    let options = self.options(&action.options) + &self.fields(&action.fields);
                    format!("  {verb}{}{options}", self.argument(action.argument))
                }
                Statement::Branch(branch) => {
                    let condition =
                        branch.condition.as_ref().map(|one| format!(" on {}", self.condition(one)));
                    let again =
                        self.dispositions(&branch.dispositions) + &self.again(branch.again.as_deref());
                    let head = match branch.arm.as_deref() {
                        Some(Arm::When(when)) => format!("arm {}", self.when(when)),
                        Some(Arm::Hours(asked)) => {
                            let word = if asked.is_open { "open" } else { "closed" };
                            format!("arm {word} hours {}", self.name(asked.name))
                        }
                        Some(Arm::Else(_)) => "otherwise".to_owned(),
                        None => "branch".to_owned(),
                    };
                    let condition = condition.unwrap_or_default();
                    format!("  {head}{condition}{}{again}", self.names(&branch.targets))
                }
                Statement::Set(set) => {
                    let value = match set.value {
                        SetValue::Constant(value) => self.value(Some(value)),
                        SetValue::Copy(name) => format!(" copy {}", self.name(name)),
                        SetValue::Sum(name, number) => {
                            format!(" copy {} + {}", self.name(name), self.at(number))
                        }
                        SetValue::Difference(name, number) => {
                            format!(" copy {} - {}", self.name(name), self.at(number))
                        }
                    };
                    format!("  set {}{value}", self.name(set.name))
                }
            };
            self.lines.push(line);
        }
    }

    fn fields(&self, fields: &[Field]) -> String {
        let one =
            |field: &Field| format!(" with {} = {}", self.name(field.name), self.field_value(&field.value));
        fields.iter().map(one).collect()
    }

    fn field_value(&self, value: &FieldValue) -> String {
        match value {
            FieldValue::Scalar(scalar) => self.scalar(*scalar),
            FieldValue::List(_, values) => {
                let values = values.iter().map(|value| self.scalar(*value));
                format!("[{}]", values.collect::<Vec<_>>().join(", "))
            }
        }
    }

    fn scalar(&self, scalar: Scalar) -> String {
        match scalar {
            Scalar::Text(text) => self.text(text),
            Scalar::Integer(span) => format!("integer {}", self.at(span)),
            Scalar::Duration(_, milliseconds) => format!("duration {milliseconds}"),
            Scalar::Name(name) => format!("name {}", self.name(name)),
        }
    }

    fn field_declaration(&self, field: &FieldDeclaration) -> String {
        let list = if field.type_.is_list { "list of " } else { "" };
        let type_ = match &field.type_.name {
            FieldTypeName::Word(name) => self.name(*name),
            FieldTypeName::Choice(texts) => {
                texts.iter().map(|text| self.text(*text)).collect::<Vec<_>>().join(" | ")
            }
        };
        let default = field.default.as_ref().map(|value| format!(" = {}", self.field_value(value)));
        format!("  with {}: {list}{type_}{}", self.name(field.name), default.unwrap_or_default())
    }

    fn hours_line(&self, line: &HoursLine) -> String {
        let (word, days) = match &line.days {
            Days::Week(days) => ("", days),
            Days::Open(days) => (" open", days),
            Days::OpenYearly(days) => (" open every", days),
            Days::ClosedYearly(days) => (" closed every", days),
            Days::Closed(days) => (" closed", days),
        };
        let day = |day: &DaySpan| {
            let last = day.last.map(|last| format!("..{}", self.at(last)));
            format!(" {}{}", self.at(day.first), last.unwrap_or_default())
        };
        let days = format!("{word}{}", days.iter().map(day).collect::<String>());
        let window = |window: &Window| format!(" {}..{}", self.at(window.from), self.at(window.to));
        format!("  {days}{}", line.windows.iter().map(window).collect::<String>())
    }

    fn when(&self, when: &When) -> String {
        let values: String = when.values.iter().map(|value| self.value(Some(*value))).collect();
        format!("{} {}{values}", self.name(when.name), when.comparator.word())
    }

    fn argument(&self, argument: Option<Text>) -> String {
        argument.map(|text| format!(" {}", self.text(text))).unwrap_or_default()
    }

    fn options(&self, options: &[Opt]) -> String {
        let one = |option: &Opt| match option.kind {
            OptionKind::Media(text) => format!(" media {}", self.text(text)),
            OptionKind::Text(text) => format!(" text {}", self.text(text)),
            OptionKind::Retries(number) => format!(" retries {}", self.number(number)),
            OptionKind::Lasts(milliseconds) => format!(" lasts {milliseconds}"),
            OptionKind::Wait(milliseconds) => format!(" wait {milliseconds}"),
            OptionKind::Between(milliseconds) => format!(" between {milliseconds}"),
            OptionKind::Digits(least, most) => {
                let most = most.map(|most| format!("..{}", self.number(most)));
                format!(" digits {}{}", self.number(least), most.unwrap_or_default())
            }
            OptionKind::End(text) => format!(" end {}", self.text(text)),
            OptionKind::Into(name) => format!(" into {}", self.name(name)),
            OptionKind::Language(text) => format!(" language {}", self.text(text)),
            OptionKind::Voice(text) => format!(" voice {}", self.text(text)),
            OptionKind::Prompt(text) => format!(" prompt {}", self.text(text)),
            OptionKind::Ssml(text) => format!(" ssml {}", self.text(text)),
            OptionKind::Disposition(name) => format!(" disposition {}", self.name(name)),
            OptionKind::Tag(span) => format!(" @{}", self.at(span)),
        };
        options.iter().map(one).collect()
    }

    fn number(&self, number: Number) -> String {
        match number {
            Number::Integer(span) => self.at(span),
            Number::Name(name) => format!("name {}", self.name(name)),
            Number::Other(span) => format!("other {}", self.at(span)),
        }
    }

    fn alternative(&self, alternative: Alternative) -> String {
        match alternative {
            Alternative::Key(span) => format!("key {}", self.at(span)),
            Alternative::Range(first, last) => format!("keys {}..{}", self.at(first), self.at(last)),
            Alternative::Outcome(span) => format!("outcome {}", self.at(span)),
            Alternative::Raw(text) => self.text(text),
        }
    }

    fn condition(&self, condition: &Condition) -> String {
        let alternatives = condition.alternatives.iter().map(|one| self.alternative(*one));
        alternatives.collect::<Vec<_>>().join(" | ")
    }

    fn pick(&self, pick: &Pick) -> String {
        match *pick {
            Pick::Node(name) => format!("={}", self.name(name)),
            Pick::Tag(span) => format!("@{}", self.at(span)),
        }
    }

    fn decision(&self, decision: &Decision) -> String {
        let node = decision.node.map(|node| format!(" at {}", self.name(node)));
        let subject = match decision.subject {
            Subject::Rule(policy, rule) => format!("{}/{}", self.name(policy), self.name(rule)),
            Subject::Finding(code) => self.at(code).to_string(),
        };
        format!(
            "{subject}{} because {} by {} until {}",
            node.unwrap_or_default(),
            self.text(decision.because),
            self.text(decision.by),
            self.at(decision.until)
        )
    }

    fn literal(&self, literal: &Literal) -> String {
        match literal {
            Literal::Text(text) => self.text(*text),
            Literal::Times(times) => {
                let parts = times.parts.iter().map(|part| self.calling_part(part));
                format!("times{}", parts.collect::<String>())
            }
            Literal::Integer(span) => format!("integer {}", self.at(*span)),
            Literal::Duration(milliseconds) => format!("duration {milliseconds}"),
            Literal::Date(span) => format!("date {}", self.at(*span)),
        }
    }

    fn calling_part(&self, part: &CallingPart) -> String {
        let Days::Week(days) = &part.line.days else { panic!("times have weekdays") };
        let day = |day: &DaySpan| {
            let last = day.last.map(|last| format!("..{}", self.at(last)));
            (day.first.start, format!(" {}{}", self.at(day.first), last.unwrap_or_default()))
        };
        let closed = if part.line.windows.is_empty() { " closed" } else { "" };
        let holidays = part.holidays.map(|span| (span.start, format!("{closed} holidays")));
        let mut days: Vec<(u32, String)> = days.iter().map(day).chain(holidays).collect();
        days.sort();
        let window = |window: &Window| format!(" {}..{}", self.at(window.from), self.at(window.to));
        let windows: String = part.line.windows.iter().map(window).collect();
        days.into_iter().map(|(_, day)| day).collect::<String>() + &windows
    }

    fn comparison(&self, comparison: &Comparison) -> String {
        let test =
            comparison.test.as_ref().map(|(sign, value)| format!(" {} {}", sign.sign(), self.literal(value)));
        format!("{}{}", self.name(comparison.fact), test.unwrap_or_default())
    }

    /// In postfix order, as the compiler has it.
    fn fact_condition(&self, condition: &FactCondition) -> String {
        let one = |op: &FactOp| match op {
            FactOp::Compare(comparison) => self.comparison(comparison),
            FactOp::Not => "not".to_owned(),
            FactOp::And => "and".to_owned(),
            FactOp::Or => "or".to_owned(),
        };
        format!("({})", condition.ops.iter().map(one).collect::<Vec<_>>().join(", "))
    }

    fn about(&self, about: &About) -> Vec<(u32, String)> {
        let versions =
            about.versions.iter().map(|one| (one.span.start, format!("  version {}", self.at(one.number))));
        let reviews = about.reviews.iter().map(|review| {
            let line = format!("  reviewed by {} on {}", self.text(review.by), self.at(review.on));
            (review.span.start, line)
        });
        let conflicts = about.conflicts.iter().map(|conflict| {
            let (with, because) = (self.name(conflict.with), self.text(conflict.because));
            (conflict.span.start, format!("  conflicts with {with} because {because}"))
        });
        let covers = about.covers.iter().map(|cover| {
            let places = cover.places.iter().map(|place| format!("covers {} ", self.text(*place)));
            let when = cover.when.as_ref().map(|when| format!("when {}", self.fact_condition(when)));
            (cover.span.start, format!("  {}{}", places.collect::<String>(), when.unwrap_or_default()))
        });
        versions.chain(covers).chain(reviews).chain(conflicts).collect()
    }

    fn expects(&self, expects: &Expects) -> String {
        let what = match &expects.expected {
            Expected::Fact(name, values) => {
                let values = values.iter().map(|value| format!(" {}", self.literal(value)));
                format!("fact {}{}", self.name(*name), values.collect::<String>())
            }
            Expected::Tag(span) => format!("@{}", self.at(*span)),
        };
        let meaning = expects.meaning.map(|meaning| format!(" means {}", self.text(meaning)));
        format!("  expects {what}{}", meaning.unwrap_or_default())
    }

    fn rule(&self, rule: &Rule) -> String {
        let warn = if rule.warn { "warn " } else { "" };
        let name = rule.name.map(|name| format!("{}: ", self.name(name))).unwrap_or_default();
        let demand = match &rule.demand {
            Demand::Fact(condition) => format!("require fact {}", self.fact_condition(condition)),
            Demand::Oblige(text) => format!("oblige {}", self.text(*text)),
            Demand::Paths(form) => self.form(form),
        };
        let when = rule.when.as_ref().map(|when| format!(" when {}", self.fact_condition(when)));
        let exempt = rule.exempt.iter().map(|exempt| {
            format!(" exempt{} because {}", self.fact_condition(&exempt.when), self.text(exempt.because))
        });
        let exempt: String = exempt.collect();
        let from = rule.from.as_ref().map(|start| match start {
            Start::Date(date) => format!(" from {}", self.at(*date)),
            // As the grammar has it, which knows no numbers.
            Start::After(fact, 0) => format!(" from after {} + ", self.name(*fact)),
            Start::After(fact, days) => format!(" from after {} + {days}", self.name(*fact)),
        });
        let until = rule.until.map(|date| format!(" until {}", self.at(date)));
        let when = when.unwrap_or_default();
        let dates: String = [from, until].into_iter().flatten().collect();
        format!("  {warn}{name}{demand}{when}{exempt}{dates}")
    }

    fn form(&self, form: &Form<Selector>) -> String {
        let one = |selector: &Selector| self.selector(selector);
        let some = |word: &str, selector: &Option<Selector>| {
            selector
                .as_ref()
                .map(|selector| format!(" {word} {}", self.selector(selector)))
                .unwrap_or_default()
        };
        match form {
            Form::Require(a) => format!("require {}", one(a)),
            Form::OnEveryPath(a) => format!("require {} on every path", one(a)),
            Form::Before { first, then, since, or_with } => {
                let or_with = if *or_with { " or with" } else { "" };
                format!("require {} before{or_with} {}{}", one(first), one(then), some("since", since))
            }
            Form::After { later, earlier } => format!("require {} after {}", one(later), one(earlier)),
            Form::Reachable { goal, from, within } => {
                let within = within.map(|keys| format!(" within {keys}")).unwrap_or_default();
                format!("require {} reachable from {}{within}", one(goal), one(from))
            }
            Form::Forbid(a) => format!("forbid {}", one(a)),
            Form::ForbidBefore { forbidden, then } => {
                format!("forbid {} before {}", one(forbidden), one(then))
            }
            Form::ForbidAfter { forbidden, earlier } => {
                format!("forbid {} after {}", one(forbidden), one(earlier))
            }
            Form::Retries(most) => format!("limit retries {most}"),
            Form::Depth(most) => format!("limit depth {most}"),
            Form::Count(most, a) => format!("limit {most} {}", one(a)),
            Form::Time { most, from, to, extent } => {
                let from_word = if extent.from_start { "from start of" } else { "from" };
                let to_word = if extent.to_end { "to end of" } else { "to" };
                let must = if extent.must_occur { " must occur" } else { "" };
                format!("limit {most}ms{}{}{must}", some(from_word, from), some(to_word, to))
            }
        }
    }

    /// In postfix order, as the compiler has it.
    fn selector(&self, selector: &Selector) -> String {
        let one = |op: &SelectorOp| match op {
            SelectorOp::Kind(kind) => kind.word().to_owned(),
            SelectorOp::Node(name) => format!("={}", self.name(*name)),
            SelectorOp::Tag(tag) => format!("@{}", self.at(*tag)),
            SelectorOp::Taken(name, condition) => {
                format!("={} on {}", self.name(*name), self.condition(condition))
            }
            SelectorOp::Language(text) => format!("language {}", self.text(*text)),
            SelectorOp::Set(name) => format!("set {}", self.name(*name)),
            SelectorOp::With(name) => format!("with {}", self.name(*name)),
            SelectorOp::Disposition(name) => format!("disposition {}", self.name(*name)),
            SelectorOp::Declared(name) => format!("kind {}", self.name(*name)),
            SelectorOp::Heard => "heard".to_owned(),
            SelectorOp::Key => "key".to_owned(),
            SelectorOp::Any => "any".to_owned(),
            SelectorOp::Not => "not".to_owned(),
            SelectorOp::And => "and".to_owned(),
            SelectorOp::Or => "or".to_owned(),
        };
        format!("[{}]", selector.ops.iter().map(one).collect::<Vec<_>>().join(", "))
    }
}
