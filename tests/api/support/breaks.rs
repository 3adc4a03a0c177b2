//! What of one version of the spec breaks a client that was written for another.
//!
//! Names of schemas say nothing to a server, so references are followed and what they lead to is compared.

use serde_json::{Map, Value};
use std::collections::BTreeSet;

const UPPER: [&str; 4] = ["maxLength", "maxItems", "maximum", "maxProperties"];
const LOWER: [&str; 4] = ["minLength", "minItems", "minimum", "minProperties"];

/// Which way a value goes: what is sent may be read more widely, what is answered may be said more narrowly.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    Sent,
    Answered,
}

struct Comparison<'d> {
    old: &'d Value,
    new: &'d Value,
    seen: BTreeSet<(String, String, Way)>,
    found: Vec<String>,
}

/// Every difference that breaks, with where it is.
pub fn breaks(old: &Value, new: &Value) -> Vec<String> {
    let mut comparison = Comparison {
        old,
        new,
        seen: BTreeSet::new(),
        found: Vec::new(),
    };
    for (path, item) in members(&old["paths"]) {
        for (method, operation) in members(item).filter(|(_, one)| one["operationId"].is_string()) {
            let at = format!("{method} {path}");
            let now = &new["paths"][path][method];
            comparison.hold(now.is_object(), &at, "the operation is gone");
            if now.is_object() {
                comparison.operation(operation, now, &at);
            }
        }
    }
    comparison.found
}

fn members(value: &Value) -> impl Iterator<Item = (&String, &Value)> {
    value.as_object().into_iter().flatten()
}

fn listed(value: &Value) -> impl Iterator<Item = &Value> {
    value.as_array().into_iter().flatten()
}

impl Comparison<'_> {
    fn hold(&mut self, holds: bool, at: &str, what: &str) {
        if !holds {
            self.found.push(format!("{at}: {what}"));
        }
    }

    fn operation(&mut self, old: &Value, new: &Value, at: &str) {
        self.hold(
            listed(&old["security"]).count() > 0 || listed(&new["security"]).count() == 0,
            at,
            "it asks for a key",
        );
        for parameter in listed(&new["parameters"]) {
            let before = same_parameter(&old["parameters"], parameter);
            let was_asked = before.is_some_and(|before| before["required"] == true);
            let name = parameter["name"].as_str().unwrap_or_default();
            self.hold(parameter["required"] != true || was_asked, at, &format!("{name} must be given"));
            if let Some(before) = before {
                self.schema(&before["schema"], &parameter["schema"], Way::Sent, &format!("{at} ?{name}"));
            }
        }
        for parameter in listed(&old["parameters"]) {
            let is_there = same_parameter(&new["parameters"], parameter).is_some();
            self.hold(is_there, at, &format!("parameter {} is gone", parameter["name"]));
        }
        let (before, now) = (&old["requestBody"], &new["requestBody"]);
        self.hold(now["required"] != true || before["required"] == true, at, "a body must be given");
        self.content(before, now, Way::Sent, &format!("{at} body"));
        for (status, before) in members(&old["responses"]) {
            let (before, now) = (follow(self.old, before), follow(self.new, &new["responses"][status]));
            let at = format!("{at} {status}");
            self.hold(now.is_object(), &at, "the status is gone");
            if now.is_object() {
                let gone = members(&before["headers"]).find(|(name, _)| now["headers"].get(*name).is_none());
                self.hold(gone.is_none(), &at, "a header is gone");
                self.content(before, now, Way::Answered, &at);
            }
        }
    }

    fn content(&mut self, old: &Value, new: &Value, way: Way, at: &str) {
        for (media, before) in members(&old["content"]) {
            let at = format!("{at} {media}");
            match new["content"].get(media) {
                Some(now) => self.schema(&before["schema"], &now["schema"], way, &at),
                None => self.hold(false, &at, "the media type is gone"),
            }
        }
    }

    fn schema(&mut self, old: &Value, new: &Value, way: Way, at: &str) {
        let key = (old.to_string(), new.to_string(), way);
        if !self.seen.insert(key) {
            return;
        }
        let (old, new) = (plain(self.old, old), plain(self.new, new));
        let (may, must) = match way {
            Way::Sent => (&old, &new),
            Way::Answered => (&new, &old),
        };
        // Every value that fits `may` has to fit `must`.
        self.hold(may["nullable"] != true || must["nullable"] == true, at, "null");
        self.hold(old["type"] == new["type"], at, "the type is another");
        // A closed set is as narrow as can be: each of its words is held to the limits instead of limits to limits.
        if let Some(words) = may["enum"].as_array().filter(|_| must["enum"].is_null()) {
            for word in words {
                self.hold(fits(must, word), at, &format!("{word} is too long"));
            }
        } else {
            self.limits(&old, &new, way, at);
        }
        self.values(&old, &new, way, at);
        self.fields(&old, &new, way, at);
        for part in ["items", "additionalProperties"] {
            if old[part].is_object() && new[part].is_object() {
                self.schema(&old[part], &new[part], way, &format!("{at}/*"));
            }
        }
        for (before, now) in listed(&old["oneOf"]).zip(listed(&new["oneOf"])) {
            self.schema(before, now, way, at);
        }
        self.hold(listed(&old["oneOf"]).count() <= listed(&new["oneOf"]).count(), at, "a form is gone");
    }

    /// Forms and limits: those of what may come have to be within those of what must be.
    fn limits(&mut self, old: &Value, new: &Value, way: Way, at: &str) {
        let (may, must) = match way {
            Way::Sent => (old, new),
            Way::Answered => (new, old),
        };
        for word in ["format", "pattern"] {
            self.hold(
                must[word].is_null() || must[word] == may[word],
                at,
                &format!("the {word} is another"),
            );
        }
        for limit in UPPER {
            let fits = must[limit]
                .as_f64()
                .is_none_or(|most| may[limit].as_f64().is_some_and(|one| one <= most));
            self.hold(fits, at, &format!("{limit} {} → {}", old[limit], new[limit]));
        }
        for limit in LOWER {
            let fits = must[limit]
                .as_f64()
                .is_none_or(|least| may[limit].as_f64().is_some_and(|one| one >= least));
            self.hold(fits, at, &format!("{limit} {} → {}", old[limit], new[limit]));
        }
    }

    /// A closed set may grow in answers, which is promised to clients; what is asked with may not shrink.
    fn values(&mut self, old: &Value, new: &Value, way: Way, at: &str) {
        let was_closed = old["enum"].is_array();
        match way {
            Way::Sent if new["enum"].is_array() => {
                self.hold(was_closed, at, "only some values are taken");
                for value in listed(&old["enum"]) {
                    self.hold(
                        listed(&new["enum"]).any(|one| one == value),
                        at,
                        &format!("{value} is not taken any more"),
                    );
                }
            }
            Way::Answered => self.hold(!was_closed || new["enum"].is_array(), at, "the set is not closed any more"),
            Way::Sent => {}
        }
    }

    fn fields(&mut self, old: &Value, new: &Value, way: Way, at: &str) {
        let requires = |schema: &Value, name: &String| listed(&schema["required"]).any(|one| one == name);
        for (name, before) in members(&old["properties"]) {
            let at = format!("{at}/{name}");
            let Some(now) = new["properties"].get(name) else {
                self.hold(false, &at, "the field is gone");
                continue;
            };
            if way == Way::Answered {
                self.hold(!requires(old, name) || requires(new, name), &at, "the field may be left out");
            }
            self.schema(before, now, way, &at);
        }
        if way == Way::Sent {
            for (name, _) in members(&new["properties"]) {
                self.hold(
                    requires(old, name) || !requires(new, name),
                    &format!("{at}/{name}"),
                    "the field must be given",
                );
            }
        }
    }
}

/// Whether a word of a closed set is as long as a text may be. Which letters it has is the business of our own lists.
fn fits(text: &Value, word: &Value) -> bool {
    let length = word.as_str().map_or(0, |word| word.chars().count());
    let within = |limit: &str, holds: fn(usize, usize) -> bool| {
        let limit = text[limit].as_u64().and_then(|limit| usize::try_from(limit).ok());
        limit.is_none_or(|limit| holds(length, limit))
    };
    within("maxLength", |length, most| length <= most) && within("minLength", |length, least| length >= least)
}

fn same_parameter<'v>(list: &'v Value, parameter: &Value) -> Option<&'v Value> {
    listed(list).find(|one| one["name"] == parameter["name"] && one["in"] == parameter["in"])
}

fn follow<'v>(document: &'v Value, value: &'v Value) -> &'v Value {
    match value["$ref"]
        .as_str()
        .and_then(|reference| document.pointer(reference.trim_start_matches('#')))
    {
        Some(target) => follow(document, target),
        None => value,
    }
}

/// A schema with what it refers to and what it joins taken in.
fn plain(document: &Value, schema: &Value) -> Value {
    let schema = follow(document, schema);
    let mut joined: Map<String, Value> = schema.as_object().cloned().unwrap_or_default();
    for part in listed(&schema["allOf"]) {
        for (name, value) in members(&plain(document, part)) {
            match (joined.get_mut(name), value) {
                (Some(Value::Object(mine)), Value::Object(other)) => mine.extend(other.clone()),
                (Some(Value::Array(mine)), Value::Array(other)) => mine.extend(other.iter().cloned()),
                (Some(_), _) => {}
                (None, value) => {
                    joined.insert(name.clone(), value.clone());
                }
            }
        }
    }
    Value::Object(joined)
}
