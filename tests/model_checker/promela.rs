//! A flow and claims about its calls in Promela, the language of SPIN.

use std::fmt::Write;

use crate::flows::{Branch, Flow};
use crate::rules::{Claim, Prop};
use crate::selectors::{Selector, is_key, steps_of};

/// How many props one variable holds.
const BITS: usize = 30;

/// The three states of a point: something begins, ends, is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Begins,
    Ends,
    Over,
}

/// Where a call is.
#[derive(Clone, Copy)]
enum Point {
    /// At a step of a node, which it will leave by `failed` or not.
    Step(usize, usize, bool),
    /// On the way from a node, by a branch, for an event.
    Way {
        from: usize,
        event: Option<&'static str>,
        is_arrow: bool,
    },
    Ended,
    /// Nothing leads on from a node that does not end the call.
    Stopped,
}

pub struct Program<'f> {
    flow: &'f Flow,
    selectors: &'f [Selector],
    /// The props of each variable. All of a claim's are in one, since variables change one after the other.
    variables: Vec<Vec<Prop>>,
    claims: Vec<String>,
}

impl<'f> Program<'f> {
    pub fn new(flow: &'f Flow, selectors: &'f [Selector]) -> Self {
        Self { flow, selectors, variables: vec![Vec::new()], claims: Vec::new() }
    }

    /// Adds a claim, and says its number.
    pub fn claim(&mut self, claim: &Claim) -> usize {
        let mut props = claim.props.clone();
        props.dedup();
        let number = self.variables.iter().position(|variable| {
            let new = props.iter().filter(|prop| !variable.contains(prop)).count();
            variable.len() + new <= BITS
        });
        let number = number.unwrap_or_else(|| {
            self.variables.push(Vec::new());
            self.variables.len() - 1
        });
        let variable = &mut self.variables[number];
        let mut formula = claim.formula.clone();
        for (at, prop) in claim.props.iter().enumerate() {
            let bit = variable.iter().position(|one| one == prop).unwrap_or_else(|| {
                variable.push(*prop);
                variable.len() - 1
            });
            formula = formula.replace(&format!("{{{at}}}"), &format!("q{number}_{bit}"));
        }
        self.claims.push(formula);
        self.claims.len() - 1
    }

    /// The program's text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        for (number, variable) in self.variables.iter().enumerate() {
            writeln!(text, "int p{number};").unwrap();
            for bit in 0..variable.len() {
                writeln!(text, "#define q{number}_{bit} ((p{number} >> {bit}) & 1)").unwrap();
            }
        }
        for number in 0..self.flow.most.len() {
            writeln!(text, "byte c{number};").unwrap();
        }
        text.push_str("active proctype call() {\n  if");
        self.options(&mut text, &self.entries(0));
        for (at, node) in self.flow.nodes.iter().enumerate() {
            for fails in [false, true] {
                if fails && !self.fails(at) {
                    continue;
                }
                write!(text, "S{at}_{}: ", u8::from(fails)).unwrap();
                for step in 0..steps_of(node) {
                    self.point(&mut text, Point::Step(at, step, fails));
                }
                text.push_str("if");
                self.options(&mut text, &self.exits(at, fails));
            }
            self.ways(&mut text, at);
        }
        for (label, point) in [("ENDED", Point::Ended), ("STOPPED", Point::Stopped)] {
            write!(text, "{label}: ").unwrap();
            self.point(&mut text, point);
            text.push_str("do :: p0 = p0 od;\n");
        }
        text.push_str("}\n");
        for (number, claim) in self.claims.iter().enumerate() {
            writeln!(text, "ltl r{number} {{ {claim} }}").unwrap();
        }
        text
    }

    fn options(&self, text: &mut String, options: &[String]) {
        let stopped = ["goto STOPPED".to_owned()];
        let options = if options.is_empty() { &stopped[..] } else { options };
        options.iter().for_each(|option| write!(text, " :: {option}").unwrap());
        text.push_str(" fi;\n");
    }

    /// Whether a call can leave a node because it failed.
    fn fails(&self, at: usize) -> bool {
        self.flow.nodes[at].branches.iter().any(|branch| branch.ways().contains(&Some("failed")))
    }

    /// What leads into a node, decided beforehand: whether it will fail.
    fn entries(&self, at: usize) -> Vec<String> {
        let failing = self.fails(at).then(|| format!("goto S{at}_1"));
        [Some(format!("goto S{at}_0")), failing].into_iter().flatten().collect()
    }

    /// What leads out of a node.
    fn exits(&self, at: usize, fails: bool) -> Vec<String> {
        let node = &self.flow.nodes[at];
        let mut exits = Vec::new();
        if !fails && node.kind.ends() {
            exits.push("goto ENDED".to_owned());
        }
        for (number, branch) in node.branches.iter().enumerate() {
            for (way, event) in branch.ways().iter().enumerate() {
                if (*event == Some("failed")) != fails {
                    continue;
                }
                let Some((bound, _)) = branch.again else {
                    exits.push(format!("goto W{at}_{number}_{way}_0"));
                    continue;
                };
                let most = self.flow.most[bound];
                exits.push(format!("c{bound} < {most} -> c{bound}++; goto W{at}_{number}_{way}_0"));
                exits.push(format!("c{bound} >= {most} -> goto W{at}_{number}_{way}_1"));
            }
        }
        exits
    }

    /// The ways out of a node, and where they lead.
    fn ways(&self, text: &mut String, at: usize) {
        for (number, branch) in self.flow.nodes[at].branches.iter().enumerate() {
            let otherwise = branch.again.map(|(_, otherwise)| otherwise);
            let Branch { words, to, .. } = branch;
            for (way, event) in branch.ways().into_iter().enumerate() {
                for (arm, to) in [Some(*to), otherwise].into_iter().flatten().enumerate() {
                    write!(text, "W{at}_{number}_{way}_{arm}: ").unwrap();
                    self.point(text, Point::Way { from: at, event, is_arrow: words.is_empty() });
                    text.push_str("if");
                    self.options(text, &self.entries(to));
                }
            }
        }
    }

    /// Sets the variables to what is so at a point.
    fn point(&self, text: &mut String, point: Point) {
        let mut before: Option<Vec<u32>> = None;
        for phase in [Phase::Begins, Phase::Ends, Phase::Over] {
            let bits = |variable: &Vec<Prop>| {
                let set = |(bit, prop): (usize, &Prop)| u32::from(self.is_so(*prop, point, phase)) << bit;
                variable.iter().enumerate().map(set).sum::<u32>()
            };
            let values: Vec<u32> = self.variables.iter().map(bits).collect();
            for (number, value) in values.iter().enumerate() {
                if before.as_ref().is_none_or(|before| before[number] != *value) {
                    write!(text, "p{number} = {value}; ").unwrap();
                }
            }
            before = Some(values);
        }
    }

    fn is_so(&self, prop: Prop, point: Point, phase: Phase) -> bool {
        let (begins, ends) = (phase == Phase::Begins, phase == Phase::Ends);
        match (prop, point) {
            (Prop::Ended, _) => matches!(point, Point::Ended),
            (Prop::Going, _) => matches!(point, Point::Way { .. }),
            (Prop::ByKey, Point::Way { event, is_arrow, .. }) => {
                begins && !is_arrow && event.is_some_and(is_key)
            }
            (Prop::ByOther, Point::Way { event, is_arrow, .. }) => !is_arrow && !event.is_some_and(is_key),
            (Prop::At(node, step), Point::Step(at, here, _)) => begins && (node, step) == (at, here),
            (Prop::Begins(of, actions), Point::Step(at, step, _)) => {
                begins && self.any(of, at, actions, |(first, _)| first == step)
            }
            (Prop::Ends(of, actions), Point::Step(at, step, _)) => {
                ends && self.any(of, at, actions, |(_, last)| last == step)
            }
            (Prop::EndsWell(of), Point::Step(at, step, fails)) => {
                ends && !fails && self.any(of, at, false, |(_, last)| last == step)
            }
            (Prop::StepEnds(of), Point::Step(at, step, _)) => {
                ends && self.any(of, at, false, |one| one == (step, step))
            }
            (Prop::StepEndsWell(of), Point::Step(at, step, fails)) => {
                ends && !fails && self.any(of, at, false, |one| one == (step, step))
            }
            (Prop::Over(of), Point::Step(at, step, _)) => {
                phase == Phase::Over && self.any(of, at, false, |(_, last)| last == step)
            }
            (Prop::Alone { of, beside, with }, Point::Step(at, step, _)) => {
                begins
                    && self.any(of, at, false, |(first, _)| first == step)
                    && !(with && self.any(beside, at, false, |(_, last)| last >= step))
            }
            (Prop::Due { of, first, with }, Point::Step(at, step, _)) => {
                self.is_so(Prop::Alone { of, beside: first, with }, point, phase)
                    && !self.any(first, at, false, |(_, last)| last < step)
            }
            (Prop::Begins(of, _), Point::Way { from, event, .. }) => begins && self.takes(of, from, event),
            (Prop::Ends(of, _) | Prop::EndsWell(of), Point::Way { from, event, .. }) => {
                ends && self.takes(of, from, event)
            }
            (Prop::Over(of), Point::Way { from, event, .. }) => {
                phase == Phase::Over && self.takes(of, from, event)
            }
            (
                Prop::Alone { of, beside: first, with } | Prop::Due { of, first, with },
                Point::Way { from, event, .. },
            ) => begins && self.takes(of, from, event) && !(with && self.takes(first, from, event)),
            _ => false,
        }
    }

    fn any(&self, selector: usize, at: usize, actions: bool, is: impl Fn((usize, usize)) -> bool) -> bool {
        self.selectors[selector].at_node(self.flow, at, actions).into_iter().any(is)
    }

    fn takes(&self, selector: usize, from: usize, event: Option<&str>) -> bool {
        self.selectors[selector].takes(from, event)
    }
}
