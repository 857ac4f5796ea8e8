//! The grammar's tree in the same lines.

use tree_sitter::{Node, Tree};

use super::support::Outline;

pub fn outline(text: &str, tree: &Tree) -> Outline {
    let mut reader = Reader { text, outline: Outline::default() };
    reader.comments(tree.root_node());
    for node in named(tree.root_node()) {
        reader.declaration(node);
    }
    reader.outline
}

/// The named children that are no comments.
fn named<'a>(node: Node<'a>) -> Vec<Node<'a>> {
    let mut children: Vec<Node> = node.named_children(&mut node.walk()).collect();
    children.retain(|child| !child.is_extra());
    children
}

/// The children of a field.
fn all<'a>(node: Node<'a>, field: &str) -> Vec<Node<'a>> {
    node.children_by_field_name(field, &mut node.walk()).filter(Node::is_named).collect()
}

fn has(node: Node, word: &str) -> bool {
    node.children(&mut node.walk()).any(|child| !child.is_named() && child.kind() == word)
}

struct Reader<'a> {
    text: &'a str,
    outline: Outline,
}

impl Reader<'_> {
    fn at(&self, node: Node) -> &str {
        &self.text[node.byte_range()]
    }

    fn comments(&mut self, root: Node) {
        let mut waiting = vec![root];
        while let Some(node) = waiting.pop() {
            if node.is_extra() {
                assert_eq!(node.kind() == "doc_comment", is_doc(self.at(node)));
                let comment = self.at(node).trim_end().to_owned();
                self.outline.comments.push(comment);
            }
            let mut children: Vec<Node> = node.children(&mut node.walk()).collect();
            children.reverse();
            waiting.append(&mut children);
        }
    }

    /// What a field holds, after a word.
    fn field(&self, node: Node, word: &str, field: &str) -> String {
        node.child_by_field_name(field).map(|child| format!("{word}{}", self.at(child))).unwrap_or_default()
    }

    /// A number, or what stands in its place.
    fn number(&self, node: Node, word: &str, field: &str) -> String {
        match only(node, field).kind() {
            "integer" => self.field(node, word, field),
            "name" => self.field(node, &format!("{word}name "), field),
            _ => self.field(node, &format!("{word}other "), field),
        }
    }

    fn names(&self, node: Node, field: &str) -> String {
        all(node, field).iter().map(|name| format!(" -> {}", self.at(*name))).collect()
    }

    fn declaration(&mut self, node: Node) {
        let field = |word: &str, field: &str| self.field(node, word, field);
        let line = match node.kind() {
            "flow" => format!("flow{}", field(" ", "name")),
            "description" => format!("description{}", field(" ", "text")),
            "entry" => format!("entry{}", field(" ", "node")),
            "speaker" => format!("speaker{}", self.options(node)),
            "exit" => format!("exit{}", field(" ", "name")),
            "let" => format!("let{}{}", field(" ", "name"), field(" = ", "value")),
            "param" => format!("param{}{}", field(" ", "name"), field(" = ", "default")),
            "contact" => format!("contact{}{}", field(" ", "name"), self.options(node)),
            "var" => format!("var{}{}", field(" ", "name"), self.options(node)),
            "include" => {
                let bindings = named(node).into_iter().filter(|child| child.kind() == "binding");
                let one =
                    |one| format!("{}{}", self.field(one, " ", "name"), self.field(one, " = ", "value"));
                let with: String = bindings.map(one).collect();
                let exits = named(node).into_iter().filter(|child| child.kind() == "bound_exit");
                let one = |one| {
                    let again = self.again(one);
                    format!("{}{}{again}", self.field(one, " ", "name"), self.field(one, " -> ", "node"))
                };
                let exits: String = exits.map(one).collect();
                let prefix = field(" as ", "prefix") + &self.options(node);
                format!("include{}{prefix}{with}{exits}", field(" ", "path"))
            }
            "node" | "generic_node" | "declared_node" => return self.node(node),
            "transition" => {
                format!(
                    "transition{}{}{}{}{}",
                    field(" -> ", "from"),
                    self.names(node, "to"),
                    self.on_condition(node),
                    self.dispositions(node),
                    self.again(node)
                )
            }
            "every" => {
                let except = all(node, "except").into_iter().flat_map(named);
                let except: String = except.map(|pick| format!(" except {}", self.pick(pick))).collect();
                let kind = field(" ", "kind");
                let again = self.dispositions(node) + &self.again(node);
                format!("every{kind}{except}{}{}{again}", self.on_condition(node), self.names(node, "to"))
            }
            "test" => {
                let events = all(node, "event").into_iter();
                let events: String = events.map(|event| format!(" on {}", self.alternative(event))).collect();
                let known = named(node).into_iter().filter(|child| child.kind() == "known");
                let one =
                    |one| format!("{}{}", self.field(one, " ", "name"), self.field(one, " = ", "value"));
                let with: String = known.map(one).collect();
                let at = field(" at ", "at");
                let nodes = self.names(node, "to") + &field(" = ", "reported");
                format!("test{}{at}{with}{events}{nodes}", field(" ", "name"))
            }
            "dispositions" => {
                let names: Vec<String> =
                    all(node, "name").iter().map(|name| self.at(*name).to_owned()).collect();
                format!("dispositions {}", names.join(", "))
            }
            "fact" => {
                let evidence = named(node).into_iter().find(|child| child.kind() == "evidence");
                let parts = [(" because ", "reason"), (" by ", "author"), (" until ", "until")];
                let evidence =
                    evidence.map(|one| parts.map(|(word, name)| self.field(one, word, name)).concat());
                let value = self.literal(only(node, "value"));
                format!("fact{} = {value}{}", field(" ", "name"), evidence.unwrap_or_default())
            }
            "apply" => format!("apply{}", field(" ", "policy")),
            verb @ ("waive" | "attest") => {
                let parts = [
                    (" ", "policy"),
                    ("/", "rule"),
                    (" ", "finding"),
                    (" at ", "node"),
                    (" because ", "reason"),
                    (" by ", "author"),
                    (" until ", "until"),
                ];
                format!("{verb}{}", parts.map(|(word, name)| field(word, name)).concat())
            }
            "policy" => {
                let line = format!("policy{}{}", field(" ", "name"), field(" ", "title"));
                let rules: Vec<String> =
                    named(only(node, "block")).into_iter().map(|rule| self.rule(rule)).collect();
                self.outline.lines.push(line);
                self.outline.lines.extend(rules);
                return;
            }
            "hours" => {
                let line = format!("hours{}{}", field(" ", "name"), field(" in ", "zone"));
                let lines: Vec<String> =
                    named(only(node, "block")).into_iter().map(|line| self.hours_line(line)).collect();
                self.outline.lines.push(line);
                self.outline.lines.extend(lines);
                return;
            }
            "kind_declaration" => {
                let ends = if has(node, "ends") { " ends" } else { "" };
                let line =
                    format!("kind{}{}{ends}{}", field(" ", "name"), field(" ", "type"), field(" as ", "as"));
                let block = node.child_by_field_name("block");
                let lines: Vec<String> =
                    block.into_iter().flat_map(named).flat_map(|line| self.of_kind(line)).collect();
                self.outline.lines.push(line);
                self.outline.lines.extend(lines);
                return;
            }
            other => panic!("{other} is no declaration"),
        };
        self.outline.lines.push(line);
    }

    fn again(&self, node: Node) -> String {
        let Some(again) = node.child_by_field_name("again") else { return String::new() };
        let most = match only(again, "most").kind() {
            "integer" => self.field(again, " again ", "most"),
            "name" => self.field(again, " again name ", "most"),
            _ => self.field(again, " again other ", "most"),
        };
        most + &self.field(again, " else ", "else") + &self.dispositions(again)
    }

    fn dispositions(&self, node: Node) -> String {
        let given = named(node).into_iter().filter(|child| child.kind() == "disposition");
        given.map(|one| self.field(one, " disposition ", "name")).collect()
    }

    fn node(&mut self, node: Node) {
        let kind = self.field(node, "", "kind") + &self.field(node, "", "type");
        let ends = if has(node, "ends") { " ends" } else { "" };
        let block = node.child_by_field_name("block");
        let line = format!(
            "node {kind}{ends}{}{}{}{}",
            self.field(node, " ", "name"),
            self.field(node, " ", "argument"),
            self.options(node) + &self.fields(node),
            if block.is_some() { " {}" } else { "" }
        );
        self.outline.lines.push(line);
        for statement in block.into_iter().flat_map(named) {
            let line = match statement.kind() {
                "branch" => {
                    let again = self.dispositions(statement) + &self.again(statement);
                    format!("  branch{}{}{again}", self.on_condition(statement), self.names(statement, "to"))
                }
                "arm" if statement.child_by_field_name("hours").is_some() => {
                    let word = if has(statement, "open") { "open" } else { "closed" };
                    format!(
                        "  arm {word} hours{}{}{}",
                        self.field(statement, " ", "hours"),
                        self.names(statement, "to"),
                        self.dispositions(statement) + &self.again(statement)
                    )
                }
                "arm" => {
                    let values = all(statement, "value").into_iter();
                    let values: String = values.map(|value| format!(" = {}", self.at(value))).collect();
                    format!(
                        "  arm{}{}{values}{}{}",
                        self.field(statement, " ", "name"),
                        self.field(statement, " ", "comparator"),
                        self.names(statement, "to"),
                        self.dispositions(statement) + &self.again(statement)
                    )
                }
                "otherwise" => {
                    let again = self.dispositions(statement) + &self.again(statement);
                    format!("  otherwise{}{again}", self.names(statement, "to"))
                }
                "set" => {
                    let value = only(statement, "value");
                    let value = match value.kind() {
                        "copy" => format!(
                            " copy{}{}{}",
                            self.field(value, " ", "name"),
                            self.field(value, " ", "sign"),
                            self.field(value, " ", "number")
                        ),
                        _ => self.field(statement, " = ", "value"),
                    };
                    format!("  set{}{value}", self.field(statement, " ", "name"))
                }
                "action" => {
                    let verb = self.field(statement, "", "verb") + &self.field(statement, " ", "argument");
                    format!("  {verb}{}{}", self.options(statement), self.fields(statement))
                }
                "generic_action" => {
                    let directive = self.field(statement, " ", "directive");
                    format!("  action{directive}{}{}", self.options(statement), self.fields(statement))
                }
                other => panic!("{other} is no statement"),
            };
            self.outline.lines.push(line);
        }
    }

    /// A line of opening hours.
    fn hours_line(&self, line: Node) -> String {
        let window = |window: &Node| {
            format!("{}{}", self.field(*window, " ", "from"), self.field(*window, "..", "to"))
        };
        let windows: String = all(line, "window").iter().map(window).collect();
        let day =
            |day: &Node| format!("{}{}", self.field(*day, " ", "first"), self.field(*day, "..", "last"));
        let word = match line.kind() {
            "weekly" => "",
            "open_day" => " open",
            "open_yearly" => " open every",
            "closed_yearly" => " closed every",
            _ => " closed",
        };
        let days = format!("{word}{}", all(line, "days").iter().map(day).collect::<String>());
        format!("  {days}{windows}")
    }

    /// The lines of a line in a declared kind.
    fn of_kind(&self, line: Node) -> Vec<String> {
        if line.kind() == "kind_outcomes" {
            let outcomes = all(line, "outcome").into_iter();
            return outcomes.map(|outcome| format!("  outcome {}", self.at(outcome))).collect();
        }
        if line.kind() == "kind_sets" {
            let on = all(line, "outcome").into_iter().map(|outcome| self.at(outcome));
            let on = on.collect::<Vec<_>>().join(" | ");
            let variables = all(line, "variable").into_iter();
            return variables.map(|variable| format!("  sets {} on {on}", self.at(variable))).collect();
        }
        let type_ = only(line, "type");
        // The first `list` may be the name of a type.
        let list = if has(type_, "of") { "list of " } else { "" };
        let words = named(type_).into_iter().map(|word| self.at(word)).collect::<Vec<_>>().join(" | ");
        let default = line.child_by_field_name("default").map(|value| format!(" = {}", self.value(value)));
        let name = self.field(line, "", "name");
        vec![format!("  with {name}: {list}{words}{}", default.unwrap_or_default())]
    }

    fn fields(&self, node: Node) -> String {
        let one = |field: Node| {
            let name = self.field(field, "", "name");
            format!(" with {name} = {}", self.value(only(field, "value")))
        };
        all(node, "field").into_iter().map(one).collect()
    }

    fn value(&self, value: Node) -> String {
        match value.kind() {
            "list" => {
                let values = named(value).into_iter().map(|one| self.value(one));
                format!("[{}]", values.collect::<Vec<_>>().join(", "))
            }
            "name" => format!("name {}", self.at(value)),
            _ => self.literal(value),
        }
    }

    fn options(&self, node: Node) -> String {
        let mut options = String::new();
        for option in named(node) {
            options += &match option.kind() {
                "media" => self.field(option, " media ", "url"),
                "text" => self.field(option, " text ", "text"),
                "retries" => self.number(option, " retries ", "number"),
                "lasts" => format!(" lasts {}", milliseconds(self.at(only(option, "duration")))),
                "wait" => format!(" wait {}", milliseconds(self.at(only(option, "duration")))),
                "between" => format!(" between {}", milliseconds(self.at(only(option, "duration")))),
                "digits" => {
                    let most = option.child_by_field_name("most").map(|_| self.number(option, "..", "most"));
                    self.number(option, " digits ", "least") + &most.unwrap_or_default()
                }
                "end_key" => self.field(option, " end ", "key"),
                "into" => self.field(option, " into ", "name"),
                "language" => self.field(option, " language ", "tag"),
                "voice" => self.field(option, " voice ", "name"),
                "prompt" => self.field(option, " prompt ", "id"),
                "ssml" => self.field(option, " ssml ", "text"),
                "disposition" => self.field(option, " disposition ", "name"),
                "tag" => format!(" {}", self.at(option)),
                _ => continue,
            };
        }
        options
    }

    fn on_condition(&self, node: Node) -> String {
        let condition = node.child_by_field_name("condition");
        condition.map(|condition| format!(" on {}", self.condition(condition))).unwrap_or_default()
    }

    fn condition(&self, condition: Node) -> String {
        let alternatives = named(condition).into_iter().map(|one| self.alternative(one));
        alternatives.collect::<Vec<_>>().join(" | ")
    }

    fn alternative(&self, node: Node) -> String {
        match node.kind() {
            "range" => format!("keys {}..{}", self.field(node, "", "first"), self.field(node, "", "last")),
            "string" | "long_string" => self.at(node).to_owned(),
            kind => format!("{kind} {}", self.at(node)),
        }
    }

    fn pick(&self, node: Node) -> String {
        match node.kind() {
            "tag" => self.at(node).to_owned(),
            _ => self.field(node, "=", "node"),
        }
    }

    fn literal(&self, node: Node) -> String {
        match node.kind() {
            "string" | "long_string" => self.at(node).to_owned(),
            "duration" => format!("duration {}", milliseconds(self.at(node))),
            "calling_times" => {
                let parts = named(node).into_iter().map(|part| match part.kind() {
                    "no_holidays" => " closed holidays".to_owned(),
                    _ => format!(" {}", self.at(part).split_whitespace().collect::<String>()),
                });
                format!("times{}", parts.collect::<String>())
            }
            kind => format!("{kind} {}", self.at(node)),
        }
    }

    /// In postfix order: a condition, or a fact that has to be stated.
    fn fact_condition(&self, of: Node) -> String {
        let mut ops = Vec::new();
        match named(of).into_iter().find(|child| child.kind() != "name") {
            Some(condition) => self.fact_postfix(condition, &mut ops),
            None => ops.push(self.field(of, "", "fact")),
        }
        format!("({})", ops.join(", "))
    }

    fn fact_postfix(&self, condition: Node, ops: &mut Vec<String>) {
        let joined = match condition.kind() {
            "either" => "or",
            "both" => "and",
            "not" => "not",
            "group" => "",
            "fact_comparison" | "fact_among" | "fact_within" => return self.compared(condition, ops),
            other => panic!("{other} is no condition"),
        };
        named(condition).into_iter().for_each(|inner| self.fact_postfix(inner, ops));
        if !joined.is_empty() {
            ops.push(joined.to_owned());
        }
    }

    /// One comparison for each value.
    fn compared(&self, condition: Node, ops: &mut Vec<String>) {
        let sign = match condition.kind() {
            "fact_among" => " =".to_owned(),
            "fact_within" => " within".to_owned(),
            _ => self.field(condition, " ", "operator"),
        };
        let mut cursor = condition.walk();
        let values: Vec<Node> = condition.children_by_field_name("value", &mut cursor).collect();
        for (number, value) in values.into_iter().enumerate() {
            ops.push(format!("{}{sign} {}", self.field(condition, "", "fact"), self.literal(value)));
            if number > 0 {
                ops.push("or".to_owned());
            }
        }
        if condition.kind() != "fact_comparison" && has(condition, "not") {
            ops.push("not".to_owned());
        }
    }

    fn expects(&self, expects: Node) -> String {
        let mut cursor = expects.walk();
        let values = expects.children_by_field_name("value", &mut cursor);
        let values: String = values.map(|value| format!(" {}", self.literal(value))).collect();
        let what = self.field(expects, "fact ", "fact") + &values + &self.field(expects, "", "tag");
        format!("  expects {what}{}", self.field(expects, " means ", "meaning"))
    }

    fn rule(&self, rule: Node) -> String {
        if rule.kind() == "expects" {
            return self.expects(rule);
        }
        let about = match rule.kind() {
            "covers" => Some({
                let places =
                    all(rule, "place").into_iter().map(|place| format!("covers {} ", self.at(place)));
                let when = named(rule).into_iter().find(|child| child.kind() == "when");
                let when = when.map(|when| format!("when {}", self.fact_condition(when)));
                places.collect::<String>() + &when.unwrap_or_default()
            }),
            "version" => Some(self.field(rule, "version ", "number")),
            "reviewed" => Some(self.field(rule, "reviewed by ", "by") + &self.field(rule, " on ", "on")),
            "conflicts" => {
                Some(self.field(rule, "conflicts with ", "policy") + &self.field(rule, " because ", "reason"))
            }
            _ => None,
        };
        if let Some(about) = about {
            return format!("  {about}");
        }
        let warn = if has(rule, "warn") { "warn " } else { "" };
        let name = rule.child_by_field_name("name").map(|name| format!("{}: ", self.at(name)));
        let when = named(rule).into_iter().find(|child| child.kind() == "when");
        let when = when.map(|when| format!(" when {}", self.fact_condition(when)));
        let of_kind =
            |kind: &str| named(rule).into_iter().filter(|child| child.kind() == kind).collect::<Vec<_>>();
        let exempt = of_kind("exempt").into_iter().map(|exempt| {
            let when = named(exempt).into_iter().find(|child| child.kind() == "when").unwrap();
            format!(" exempt{}{}", self.fact_condition(when), self.field(exempt, " because ", "reason"))
        });
        let exempt: String = exempt.collect();
        let after = of_kind("from_after").into_iter().map(|after| {
            let days =
                after.child_by_field_name("days").map_or("0", |days| self.at(days).trim_end_matches('d'));
            format!("{} + {}", self.field(after, " from after ", "fact"), days.trim_start_matches('0'))
        });
        let after: String = after.collect();
        let dates =
            exempt + &after + &self.field(rule, " from ", "from") + &self.field(rule, " until ", "until");
        let demand = self.demand(only(rule, "demand"));
        format!("  {warn}{}{demand}{}{dates}", name.unwrap_or_default(), when.unwrap_or_default())
    }

    fn demand(&self, demand: Node) -> String {
        let selector = |word: &str, field: &str| {
            let selector = demand.child_by_field_name(field);
            selector.map(|selector| format!("{word}{}", self.selector(selector))).unwrap_or_default()
        };
        let kind = demand.kind();
        match kind {
            "require_fact" => format!("require fact {}", self.fact_condition(demand)),
            "oblige" => format!("oblige{}", self.field(demand, " ", "text")),
            "limit" => {
                let most = only(demand, "most");
                let number = self.at(most);
                // More than can be counted is the most that can be.
                let count = number.parse().unwrap_or(u64::MAX);
                let most = match most.kind() {
                    "duration" => format!(" {}ms", milliseconds(number)),
                    _ if has(demand, "retries") => format!(" retries {count}"),
                    _ if has(demand, "depth") => format!(" depth {count}"),
                    _ => format!(" {count}"),
                };
                let is_there = |kind: &str| named(demand).iter().any(|child| child.kind() == kind);
                let from = if is_there("start_of") { " from start of " } else { " from " };
                let to = if is_there("end_of") { " to end of " } else { " to " };
                let must = if is_there("must_occur") { " must occur" } else { "" };
                let ends = selector(from, "from") + &selector(to, "to") + must;
                format!("limit{most}{}{ends}", selector(" ", "selector"))
            }
            _ => {
                let every_path = if has(demand, "path") { " on every path" } else { "" };
                let keys = demand.child_by_field_name("within");
                let keys = keys.map(|keys| self.at(keys).parse().unwrap_or(u32::MAX));
                [
                    kind.to_owned(),
                    selector(" ", "selector"),
                    every_path.to_owned(),
                    match named(demand).iter().any(|child| child.kind() == "or_with") {
                        true => selector(" before or with ", "before"),
                        false => selector(" before ", "before"),
                    },
                    selector(" since ", "since"),
                    selector(" after ", "after"),
                    selector(" reachable from ", "from"),
                    keys.map(|keys| format!(" within {keys}")).unwrap_or_default(),
                ]
                .concat()
            }
        }
    }

    /// In postfix order.
    fn selector(&self, selector: Node) -> String {
        let mut ops = Vec::new();
        self.postfix(selector, &mut ops);
        format!("[{}]", ops.join(", "))
    }

    fn postfix(&self, selector: Node, ops: &mut Vec<String>) {
        let joined = match selector.kind() {
            "either" => "or",
            "both" => "and",
            "not" => "not",
            "group" => "",
            "picked" => {
                let node = self.field(selector, "=", "node");
                return ops.push(node + &self.on_condition(selector));
            }
            "heard_in" => return ops.push(self.field(selector, "language ", "tag")),
            "heard" if selector.child_by_field_name("language").is_some() => {
                return ops.push(self.field(selector, "language ", "language"));
            }
            "heard" => return ops.push("heard".to_owned()),
            "pressed" => return ops.push("key".to_owned()),
            "picked_set" => return ops.push(self.field(selector, "set ", "name")),
            "picked_field" => return ops.push(self.field(selector, "with ", "name")),
            "picked_disposition" => return ops.push(self.field(selector, "disposition ", "name")),
            "picked_kind" => return ops.push(self.field(selector, "kind ", "kind")),
            "kind" | "any" | "tag" => return ops.push(self.at(selector).to_owned()),
            other => panic!("{other} is no selector"),
        };
        named(selector).into_iter().for_each(|inner| self.postfix(inner, ops));
        if !joined.is_empty() {
            ops.push(joined.to_owned());
        }
    }
}

fn only<'a>(node: Node<'a>, field: &str) -> Node<'a> {
    node.child_by_field_name(field).unwrap()
}

fn is_doc(comment: &str) -> bool {
    comment.starts_with("///") && !comment.starts_with("////")
}

fn milliseconds(written: &str) -> u64 {
    let (number, unit) = written.split_at(written.find(|c: char| c.is_ascii_alphabetic()).unwrap());
    let factor = match unit {
        "ms" => 1.0,
        "s" => 1000.0,
        "min" => 60_000.0,
        _ => panic!("{written}"),
    };
    (number.parse::<f64>().unwrap() * factor).round() as u64
}
