//! What a schema of the description says of a value, and that its own examples are as it says.

use super::{Description, METHODS};
use serde_json::{Map, Value};

/// Whether `value` is as `schema` says. Knows as much of JSON Schema as the description uses, and refuses the
/// rest, so that nothing is promised that is not checked.
pub(super) fn conforms(document: &Value, schema: &Value, value: &Value) -> Result<(), String> {
    let schema = schema.as_object().ok_or("no schema")?;
    for (keyword, wanted) in schema {
        let holds = match keyword.as_str() {
            "description" | "format" => true,
            "$ref" => {
                let pointer = wanted.as_str().and_then(|name| name.strip_prefix('#'));
                let target = pointer.and_then(|pointer| document.pointer(pointer));
                conforms(
                    document,
                    target.ok_or_else(|| format!("{wanted} leads nowhere"))?,
                    value,
                )?;
                true
            }
            "type" => match wanted {
                Value::Array(types) => types.iter().any(|name| is_of_type(name, value)),
                name => is_of_type(name, value),
            },
            "const" => wanted == value,
            "enum" => wanted.as_array().is_some_and(|all| all.contains(value)),
            "minimum" => value
                .as_f64()
                .is_none_or(|number| Some(number) >= wanted.as_f64()),
            "minLength" => length(value).is_none_or(|length| Some(length) >= wanted.as_u64()),
            "maxLength" => length(value).is_none_or(|length| Some(length) <= wanted.as_u64()),
            "required" => {
                let names = wanted.as_array().ok_or("required is no list")?;
                let missing = names
                    .iter()
                    .find(|name| value.get(name.as_str().unwrap_or_default()).is_none());
                if let Some(name) = missing {
                    return Err(format!("{name} is missing"));
                }
                true
            }
            "properties" => {
                each_property(document, wanted, value)?;
                true
            }
            "additionalProperties" => {
                let known = schema.get("properties").and_then(Value::as_object);
                let stranger = strangers(known, value).next();
                if let Some(name) = stranger.filter(|_| *wanted == Value::Bool(false)) {
                    return Err(format!("{name:?} is not described"));
                }
                true
            }
            "items" => {
                for (index, item) in value.as_array().into_iter().flatten().enumerate() {
                    conforms(document, wanted, item).map_err(|problem| format!("[{index}]: {problem}"))?;
                }
                true
            }
            other => return Err(format!("this test does not know {other:?}")),
        };
        if !holds {
            return Err(format!("{value} is not {keyword} {wanted}"));
        }
    }
    Ok(())
}

fn each_property(document: &Value, properties: &Value, value: &Value) -> Result<(), String> {
    for (name, schema) in properties.as_object().into_iter().flatten() {
        if let Some(value) = value.get(name) {
            conforms(document, schema, value).map_err(|problem| format!("{name}: {problem}"))?;
        }
    }
    Ok(())
}

fn strangers<'v>(
    known: Option<&'v Map<String, Value>>,
    value: &'v Value,
) -> impl Iterator<Item = &'v String> {
    let names = value.as_object().into_iter().flat_map(Map::keys);
    names.filter(move |name| known.is_none_or(|known| !known.contains_key(*name)))
}

fn length(value: &Value) -> Option<u64> {
    value.as_str().map(|text| text.chars().count() as u64)
}

fn is_of_type(name: &Value, value: &Value) -> bool {
    match name.as_str().unwrap_or_default() {
        "null" => value.is_null(),
        "boolean" => value.is_boolean(),
        "integer" => value.is_u64() || value.is_i64(),
        "number" => value.is_number(),
        "string" => value.is_string(),
        "array" => value.is_array(),
        "object" => value.is_object(),
        _ => false,
    }
}

#[test]
fn examples_are_as_their_schemas() {
    let Description { document, .. } = Description::read();
    let mut checked = 0;
    for item in document["paths"].as_object().unwrap().values() {
        for method in METHODS.into_iter().filter_map(|method| item.get(method)) {
            let bodies = method["responses"].as_object().unwrap().values();
            for body in bodies.chain(method.get("requestBody")) {
                let contents = body.get("content").and_then(Value::as_object);
                for content in contents.into_iter().flat_map(Map::values) {
                    for (name, example) in content["examples"].as_object().into_iter().flatten() {
                        conforms(&document, &content["schema"], &example["value"])
                            .unwrap_or_else(|problem| panic!("{name}: {problem}"));
                        let code = &example["value"]["error"]["code"];
                        assert!(code.is_null() || code == name, "{name} is the example of {code}");
                        checked += 1;
                    }
                }
            }
        }
    }
    assert!(checked >= 40, "{checked}");
}

#[test]
fn what_is_not_as_described_is_found() {
    let Description { document, .. } = Description::read();
    let schema = serde_json::json!({"$ref": "#/components/schemas/FilmList"});
    let good = serde_json::json!({"has_library": true, "films": [
        {"id": "0".repeat(32), "title": "The General", "file_name": "The General.mp4", "folder": null, "size_bytes": 7, "poster": null},
    ]});
    assert_eq!(conforms(&document, &schema, &good), Ok(()));
    for (pointer, wrong, problem) in [
        ("/has_library", Value::from("yes"), "has_library"),
        ("/films", Value::from("none"), "films"),
        ("/films/0/size_bytes", Value::from(-1), "minimum"),
        ("/films/0/size_bytes", Value::from(0.5), "integer"),
        ("/films/0/folder", Value::from(1), "folder"),
        ("/films/0/id", Value::from("short"), "minLength"),
        ("/films/0", serde_json::json!({"id": "0".repeat(32)}), "missing"),
        (
            "",
            serde_json::json!({"has_library": true, "films": [], "more": 1}),
            "more",
        ),
    ] {
        let mut bad = good.clone();
        *bad.pointer_mut(pointer).unwrap() = wrong;
        let found = conforms(&document, &schema, &bad).expect_err(pointer);
        assert!(found.contains(problem), "{pointer}: {found}");
    }
    let odd = serde_json::json!({"oneOf": []});
    assert!(conforms(&document, &odd, &good).is_err(), "an unknown keyword");
}
