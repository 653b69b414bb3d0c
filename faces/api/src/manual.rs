//! The description of the API: for programs as a document, for people as a page made from it.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use directory::Directories;
use serde_json::Value;
use utoipa::openapi::OpenApi;
use web::{Access, Failure, Page, Routes, Visitor, get, html};

use crate::promise::TOKEN;

/// Where the document is.
const DOCUMENT: &str = "/api/v1/openapi.json";

/// The description, and where its examples come from.
#[derive(Clone)]
struct Described {
    document: Arc<Value>,
    directories: Directories,
}

type Examples = BTreeMap<&'static str, String>;

pub(crate) fn routes(document: OpenApi, directories: Directories) -> Routes {
    let document = Arc::new(serde_json::to_value(document).unwrap_or_default());
    let state = Described { document, directories };
    let table = vec![get(DOCUMENT, Access::Public, description), get("/api", Access::Public, manual)];
    Routes::open(table, state)
}

async fn description(State(described): State<Described>) -> Response {
    Json(described.document.as_ref()).into_response()
}

async fn manual(State(described): State<Described>, visitor: Visitor) -> Result<Response, Failure> {
    let page = visitor.page(visitor.words.text("api-title"));
    let examples = crate::directory::examples(&described.directories).await?;
    let operations = operations(&described.document, &examples);
    let shapes = shapes(&described.document);
    html(&Manual { page, address: DOCUMENT, operations, shapes })
}

#[derive(Template)]
#[template(path = "manual.html")]
struct Manual {
    page: Page,
    address: &'static str,
    operations: Vec<Operation>,
    shapes: Vec<Shape>,
}

/// A method and path, what it is for, and what it takes.
struct Operation {
    id: String,
    method: String,
    path: String,
    summary: String,
    parameters: Vec<Parameter>,
    /// A question that can be tried as it stands, for those that only read.
    example: String,
    /// Whether the example can be tried by a click: it only reads, and is for everybody.
    can_be_tried: bool,
    /// The scope that a token needs.
    scope: Option<String>,
    /// The shape of what is sent.
    takes: Option<Kind>,
    answers: Vec<Answer>,
}

struct Parameter {
    name: String,
    in_path: bool,
    required: bool,
    description: String,
    example: String,
}

struct Answer {
    status: String,
    description: String,
    shape: Option<Kind>,
}

/// A named shape and its fields.
struct Shape {
    name: String,
    description: String,
    fields: Vec<Field>,
    values: Vec<String>,
}

struct Field {
    name: String,
    kind: Kind,
    required: bool,
    description: String,
}

/// What a field holds: a plain type, or a shape that the page also shows.
struct Kind {
    text: String,
    shape: Option<String>,
}

fn text(value: &Value, name: &str) -> String {
    value.get(name).and_then(Value::as_str).unwrap_or_default().to_owned()
}

fn entries<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = (&'v String, &'v Value)> {
    value.get(name).and_then(Value::as_object).into_iter().flatten()
}

fn list<'v>(value: &'v Value, name: &str) -> impl Iterator<Item = &'v Value> {
    value.get(name).and_then(Value::as_array).into_iter().flatten()
}

fn operations(document: &Value, examples: &Examples) -> Vec<Operation> {
    let paths = entries(document, "paths");
    let methods = paths.flat_map(|(path, methods)| {
        methods.as_object().into_iter().flatten().map(move |(method, operation)| (path, method, operation))
    });
    methods
        .map(|(path, method, operation)| {
            let parameters: Vec<Parameter> =
                list(operation, "parameters").map(|one| parameter(one, examples)).collect();
            let scope = operation.pointer(&format!("/security/0/{TOKEN}/0")).and_then(Value::as_str);
            let sent = operation.pointer("/requestBody/content/application~1json/schema");
            Operation {
                id: text(operation, "operationId"),
                method: method.to_uppercase(),
                summary: text(operation, "summary"),
                example: example(path, &parameters),
                can_be_tried: method == "get" && scope.is_none(),
                scope: scope.map(str::to_owned),
                takes: sent.map(kind),
                answers: entries(operation, "responses").map(answer).collect(),
                path: path.clone(),
                parameters,
            }
        })
        .collect()
}

fn parameter(value: &Value, examples: &Examples) -> Parameter {
    let name = text(value, "name");
    let example = examples.get(name.as_str()).cloned().unwrap_or_else(|| text(value, "example"));
    Parameter {
        in_path: text(value, "in") == "path",
        required: value.get("required").and_then(Value::as_bool).unwrap_or(false),
        description: text(value, "description"),
        name,
        example,
    }
}

/// The address with what it needs filled in; of questions that need one of two things, with words.
fn example(path: &str, parameters: &[Parameter]) -> String {
    let encoded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let mut address = path.to_owned();
    let mut query = Vec::new();
    for parameter in parameters {
        if parameter.in_path {
            address = address.replace(&format!("{{{}}}", parameter.name), &encoded(&parameter.example));
        } else if parameter.required || parameter.name == "q" {
            query.push(format!("{}={}", parameter.name, encoded(&parameter.example)));
        }
    }
    if query.is_empty() { address } else { format!("{address}?{}", query.join("&")) }
}

fn answer((status, value): (&String, &Value)) -> Answer {
    let schema = value.pointer("/content/application~1json/schema");
    Answer { status: status.clone(), description: text(value, "description"), shape: schema.map(kind) }
}

fn shapes(document: &Value) -> Vec<Shape> {
    let schemas = document.get("components").map(|components| entries(components, "schemas"));
    let shapes = schemas.into_iter().flatten().map(|(name, schema)| {
        let required: Vec<&str> = list(schema, "required").filter_map(Value::as_str).collect();
        let fields = entries(schema, "properties").map(|(name, field)| Field {
            name: name.clone(),
            kind: kind(field),
            required: required.contains(&name.as_str()),
            description: text(field, "description"),
        });
        let one_of = list(schema, "oneOf").flat_map(|one| list(one, "enum"));
        let values = list(schema, "enum").chain(one_of).filter_map(Value::as_str).map(str::to_owned);
        Shape {
            name: name.clone(),
            description: text(schema, "description"),
            fields: fields.collect(),
            values: values.collect(),
        }
    });
    shapes.collect()
}

/// How a schema is told: `integer`, `string (date-time)`, `list of Contact`.
fn kind(schema: &Value) -> Kind {
    if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
        let name = reference.rsplit('/').next().unwrap_or_default().to_owned();
        return Kind { text: name.clone(), shape: Some(name) };
    }
    if let Some(items) = schema.get("items") {
        let inner = kind(items);
        return Kind { text: format!("[{}]", inner.text), shape: inner.shape };
    }
    if let Some(one) = list(schema, "oneOf").find(|one| text(one, "type") != "null") {
        return kind(one);
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(name)) => vec![name],
        Some(Value::Array(names)) => {
            names.iter().filter_map(Value::as_str).filter(|name| *name != "null").collect()
        }
        _ => Vec::new(),
    };
    let format = schema.get("format").and_then(Value::as_str);
    let plain = types.join(" | ");
    Kind { text: format.map_or(plain.clone(), |format| format!("{plain} ({format})")), shape: None }
}
