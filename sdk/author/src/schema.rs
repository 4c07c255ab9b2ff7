//! `annex addon schema`: the JSON Schemas of the files that authors write, for editors.

use annex_check::{Failure, schema};
use serde::Serialize;
use serde_json::Value;

use crate::{
    args::{SchemaArgs, SchemaOf},
    output::Answer,
};

/// A schema: to people and files as it is written, to programs as a value.
#[derive(Debug, Serialize)]
pub(crate) struct Schema {
    schema: Value,
    #[serde(skip)]
    text: &'static str,
}

impl Answer for Schema {
    fn text(&self) -> String {
        self.text.trim_end().to_owned()
    }
}

pub(crate) fn run(args: &SchemaArgs) -> Result<Schema, Failure> {
    let text = match args.of {
        SchemaOf::Manifest => schema::MANIFEST,
        SchemaOf::Scenario => schema::SCENARIO,
    };
    Ok(Schema { schema: serde_json::from_str(text).unwrap_or_default(), text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn people_and_programs_get_the_same() {
        for of in [SchemaOf::Manifest, SchemaOf::Scenario] {
            let schema = run(&SchemaArgs { of }).unwrap();
            assert_eq!(serde_json::from_str::<Value>(&schema.text()).unwrap(), schema.schema);
            assert!(schema.schema["properties"].is_object());
        }
    }
}
