//! Conditions about facts against every way to state the facts that are missing.

use proptest::prelude::*;

/// A condition, with values `x`, `y` and `z` of the facts `a`, `b`, `c` and `d`.
#[derive(Debug, Clone)]
pub enum Condition {
    Is(usize, usize),
    IsNot(usize, usize),
    Among(usize, Vec<usize>, bool),
    Not(Box<Condition>),
    And(Box<Condition>, Box<Condition>),
    Or(Box<Condition>, Box<Condition>),
}

pub const FACTS: [&str; 4] = ["a", "b", "c", "d"];
pub const VALUES: [&str; 3] = ["x", "y", "z"];

impl Condition {
    /// As the language writes it, with the parentheses that it needs and sometimes more.
    pub fn text(&self, groups: bool) -> String {
        let inner = |of: &Self| match of {
            Self::Is(..) | Self::IsNot(..) | Self::Among(..) if !groups => of.text(groups),
            _ => format!("({})", of.text(groups)),
        };
        match self {
            Self::Is(fact, value) => format!("{} = \"{}\"", FACTS[*fact], VALUES[*value]),
            Self::IsNot(fact, value) => format!("{} != \"{}\"", FACTS[*fact], VALUES[*value]),
            Self::Among(fact, values, is_in) => {
                let values: Vec<String> =
                    values.iter().map(|value| format!("\"{}\"", VALUES[*value])).collect();
                let word = if *is_in { "in" } else { "not in" };
                format!("{} {word} ({})", FACTS[*fact], values.join(", "))
            }
            Self::Not(of) => format!("not {}", inner(of)),
            // `and` binds more tightly than `or`, so that it needs no parentheses in one.
            Self::And(left, right) => format!("{} and {}", inner(left), inner(right)),
            Self::Or(left, right) => match (&**left, &**right) {
                (Self::And(..), _) if !groups => format!("{} or {}", left.text(groups), inner(right)),
                _ => format!("{} or {}", inner(left), inner(right)),
            },
        }
    }

    fn is_met(&self, stated: &[usize; 4]) -> bool {
        match self {
            Self::Is(fact, value) => stated[*fact] == *value,
            Self::IsNot(fact, value) => stated[*fact] != *value,
            Self::Among(fact, values, is_in) => values.contains(&stated[*fact]) == *is_in,
            Self::Not(of) => !of.is_met(stated),
            Self::And(left, right) => left.is_met(stated) && right.is_met(stated),
            Self::Or(left, right) => left.is_met(stated) || right.is_met(stated),
        }
    }

    /// How often each fact is asked for.
    fn count(&self, times: &mut [usize; 4]) {
        match self {
            Self::Is(fact, _) | Self::IsNot(fact, _) | Self::Among(fact, ..) => times[*fact] += 1,
            Self::Not(of) => of.count(times),
            Self::And(left, right) | Self::Or(left, right) => {
                left.count(times);
                right.count(times);
            }
        }
    }
}

pub fn conditions() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        (0..4_usize, 0..3_usize).prop_map(|(fact, value)| Condition::Is(fact, value)),
        (0..4_usize, 0..3_usize).prop_map(|(fact, value)| Condition::IsNot(fact, value)),
        (0..4_usize, prop::sample::subsequence(vec![0, 1, 2], 1..3), any::<bool>())
            .prop_map(|(fact, values, is_in)| Condition::Among(fact, values, is_in)),
    ];
    leaf.prop_recursive(4, 12, 2, |inner| {
        prop_oneof![
            inner.clone().prop_map(|of| Condition::Not(Box::new(of))),
            (inner.clone(), inner.clone())
                .prop_map(|(left, right)| Condition::And(Box::new(left), Box::new(right))),
            (inner.clone(), inner).prop_map(|(left, right)| Condition::Or(Box::new(left), Box::new(right))),
        ]
    })
}

/// All ways to state the facts that are not stated.
fn completions(stated: &[Option<usize>; 4]) -> Vec<[usize; 4]> {
    let mut all = vec![[0; 4]];
    for (fact, value) in stated.iter().enumerate() {
        let values = value.map_or(vec![0, 1, 2], |value| vec![value]);
        let with = |one: &[usize; 4], value: usize| {
            let mut one = *one;
            one[fact] = value;
            one
        };
        all = all.iter().flat_map(|one| values.iter().map(move |&value| with(one, value))).collect();
    }
    all
}

/// The verdicts on a rule that depends on a condition, on one that requires it, on a broken one and a kept one that it
/// exempts from, and on one that depends on it with its policy.
fn verdicts(condition: &str, stated: &[Option<usize>; 4]) -> Vec<&'static str> {
    let facts: String = (0..4)
        .filter_map(|fact| Some(format!("fact {} = \"{}\"\n", FACTS[fact], VALUES[stated[fact]?])))
        .collect();
    let text = format!(
        "flow \"Any\"\nentry notice\ndisclosure notice {{ say \"This is Lakeside.\"; -> ask }}\nagent ask \"q\"\n{facts}\
         policy own \"Own\" {{\n  depends: forbid agent when {condition}\n  requires: require fact {condition}\n\
         \u{20} exempts: forbid agent exempt when {condition} because \"it is so\"\n\
         \u{20} kept: forbid callback exempt when {condition} because \"it is so\"\n}}\n\
         policy whole \"Whole\" when {condition} {{ depends: forbid agent }}\napply own\napply whole\n"
    );
    let compiled = cxflowc::compile("any.cxflow", text.as_str());
    let broken: Vec<&str> =
        compiled.diagnostics.iter().filter(|one| one.code.id == "CX001").map(|one| &*one.message).collect();
    assert!(broken.is_empty(), "{condition}: {broken:?}");
    let own = |judged: &&cxflowc::policy::JudgedRule| {
        ["own", "whole"].contains(&&*compiled.flow.policies[judged.policy].name)
    };
    compiled.judged.iter().filter(own).map(|judged| judged.verdict.word()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, failure_persistence: None, ..ProptestConfig::default() })]

    /// What is decided is so however the missing facts are stated, and it is decided where each fact is asked for once
    /// and the others decide it.
    #[test]
    fn conditions_are_met_as_every_statement_of_the_missing_facts_meets_them(
        condition in conditions(),
        stated in prop::array::uniform4(prop::option::of(0..3_usize)),
        groups in any::<bool>(),
    ) {
        let text = condition.text(groups);
        let met: Vec<bool> = completions(&stated).iter().map(|all| condition.is_met(all)).collect();
        let (all, none) = (met.iter().all(|met| *met), met.iter().all(|met| !met));
        let found = verdicts(&text, &stated);
        let [depends, requires, exempts, kept, whole] = found[..] else { panic!("{found:?}") };
        prop_assert_eq!(depends, whole, "{}", text);
        match depends {
            "violated" => prop_assert!(all, "{}", text),
            "vacuous" => prop_assert!(none, "{}", text),
            "unknown" => prop_assert!(stated.contains(&None), "{}", text),
            other => prop_assert!(false, "{}: {}", text, other),
        }
        prop_assert_eq!(requires, if depends == "violated" { "holds" } else { "violated" }, "{}", text);
        // What is exempt is what would depend on it, turned round; what is kept is so whatever is stated.
        let exempt = match depends {
            "violated" => "vacuous",
            "vacuous" => "violated",
            _ => "unknown",
        };
        prop_assert_eq!(exempts, exempt, "{}", text);
        prop_assert_eq!(kept, if depends == "violated" { "vacuous" } else { "holds" }, "{}", text);
        let mut times = [0; 4];
        condition.count(&mut times);
        if times.iter().all(|times| *times <= 1) {
            prop_assert_eq!(depends == "unknown", !all && !none, "{}", text);
        }
    }
}
