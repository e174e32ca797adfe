//! Adds to each operation what every route does (`console::rest`, the guard, bounded bodies), so that no handler repeats it.

use utoipa::openapi::{
    ContentBuilder, Header, ObjectBuilder, OpenApi, Ref, RefOr, Response, ResponseBuilder, Type,
    header::HeaderBuilder,
    path::{Operation, Parameter, ParameterBuilder, ParameterIn},
};

use crate::console::{api, rest::read_at, routes::Route};

/// See above.
pub(super) struct Promises;

impl utoipa::Modify for Promises {
    fn modify(&self, openapi: &mut OpenApi) {
        let routes: Vec<Route> = api::routes().table().collect();
        for (path, item) in &mut openapi.paths.paths {
            for (method, operation) in [
                ("GET", &mut item.get),
                ("PUT", &mut item.put),
                ("POST", &mut item.post),
                ("PATCH", &mut item.patch),
                ("DELETE", &mut item.delete),
            ] {
                let Some(operation) = operation else { continue };
                named(operation);
                let mut served = routes.iter();
                let route = served.find(|route| route.path == path && route.method == method);
                if let Some(route) = route {
                    guarded(operation);
                    if path.contains('{') {
                        refuses(operation, 404, "There is no such thing, or not for whoever asks.");
                    }
                    match method {
                        "GET" => reads(operation),
                        _ => changes(operation, method, read_at(&routes, *route)),
                    }
                }
            }
        }
    }
}

/// An operation's id is its own in the whole document; handlers of different things have the same name.
fn named(operation: &mut Operation) {
    let tag = operation.tags.iter().flatten().next();
    if let (Some(tag), Some(id)) = (tag, &operation.operation_id) {
        operation.operation_id = Some(format!("{tag}_{id}"));
    }
}

/// Every route wants a token, and a token may have a narrow role.
fn guarded(operation: &mut Operation) {
    // What is open to everybody says so itself.
    if operation.security.is_none() {
        refuses(operation, 401, "There is no token, or not one that is known.");
        refuses(operation, 403, "The token's role does not allow it.");
    }
}

fn reads(operation: &mut Operation) {
    let is_list = parameters(operation).any(|parameter| parameter.name == "limit");
    let Some(RefOr::T(answer)) = operation.responses.responses.get_mut("200") else {
        return;
    };
    answer.headers.insert(
        "ETag".to_owned(),
        header("Changes with the answer; send it as If-None-Match or If-Match.").into(),
    );
    if is_list {
        let next = "The next page, as `<…>; rel=\"next\"`; missing on the last.";
        answer.headers.insert("Link".to_owned(), header(next).into());
        refuses(operation, 400, "The query is not understood.");
        refuses(operation, 422, "The cursor is not one of this list.");
    }
    let unchanged = Response::new("It is still as If-None-Match says.");
    answers(operation, 304, unchanged);
    takes(
        operation,
        "If-None-Match",
        "ETags of what the caller has already.",
        None,
    );
}

fn changes(operation: &mut Operation, method: &str, read_at: Option<&str>) {
    if let Some(path) = read_at {
        let seen = format!("ETag of `GET {path}`: carry it out only if that is still so.");
        takes(operation, "If-Match", &seen, None);
        refuses(
            operation,
            412,
            "It is no longer as If-Match says, or is not there.",
        );
    }
    if method == "POST" {
        let once = "Names this request: sent again within 24 hours with the same body, it is answered as the first time \
                    (then with `Idempotent-Replayed`) and changes nothing more.";
        takes(operation, "Idempotency-Key", once, Some(200));
        refuses(
            operation,
            409,
            "Another request with this Idempotency-Key is underway, or its answer was lost.",
        );
        refuses(
            operation,
            422,
            "The Idempotency-Key was used for another request.",
        );
        refuses(operation, 400, "The Idempotency-Key is none.");
    }
    if operation.request_body.is_some() {
        refuses(operation, 400, "The body cannot be read.");
        refuses(operation, 408, "The body took too long.");
        refuses(operation, 413, "The body is too large.");
    }
}

fn parameters(operation: &Operation) -> impl Iterator<Item = &Parameter> {
    let all = operation.parameters.iter().flatten();
    all.filter_map(|parameter| match parameter {
        RefOr::T(parameter) => Some(parameter),
        RefOr::Ref(_) => None,
    })
}

/// What the operation says itself is more exact.
fn answers(operation: &mut Operation, status: u16, response: Response) {
    let responses = &mut operation.responses.responses;
    responses
        .entry(status.to_string())
        .or_insert_with(|| response.into());
}

fn refuses(operation: &mut Operation, status: u16, when: &str) {
    let content = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name("ProblemDetails")))
        .build();
    let refusal = ResponseBuilder::new()
        .description(when)
        .content("application/problem+json", content)
        .build();
    answers(operation, status, refusal);
}

/// Where there is a limit, the header may not be empty either.
fn takes(operation: &mut Operation, name: &str, description: &str, most: Option<usize>) {
    let text = ObjectBuilder::new()
        .schema_type(Type::String)
        .min_length(most.map(|_| 1))
        .max_length(most)
        .build();
    let parameter = ParameterBuilder::new()
        .name(name)
        .parameter_in(ParameterIn::Header)
        .description(Some(description))
        .schema(Some(text))
        .build();
    operation
        .parameters
        .get_or_insert_default()
        .push(parameter.into());
}

fn header(description: &str) -> Header {
    HeaderBuilder::new().description(Some(description)).build()
}
