//! The log as a file: exactly what the filter lets through, newest first.

use astro_api::audit::AuditEvent;
use serde_json::{Value, json};

use super::{
    super::{
        Cx,
        call::{Call, Reply},
        fault::Fault,
        time::date,
    },
    filter::Filter,
    read,
};

/// The columns of the CSV file; the contract's example names the first seven.
const COLUMNS: [&str; 14] = [
    "timestamp",
    "eventType",
    "action",
    "userId",
    "resourceId",
    "status",
    "ipAddress",
    "id",
    "userName",
    "userEmail",
    "resourceType",
    "resourceName",
    "userAgent",
    "metadata",
];

pub(super) fn export(cx: &mut Cx<'_>, call: &Call<'_>, organization: &str) -> Result<Reply, Fault> {
    let filter = Filter::read(call)?;
    let format = call.query("format").unwrap_or("json");
    let events = cx.state.audit.matching(organization, &filter).map(|event| event.model(cx, organization));
    let (content_type, body) = match format {
        "json" => ("application/json", serde_json::to_string(&events.collect::<Vec<_>>()).unwrap_or_default()),
        "csv" => ("text/csv; charset=utf-8", csv(events)),
        _ => return Err(Fault::invalid("format", "must be json or csv")),
    };
    let name = format!("audit-events-{}.{format}", date(cx.now));
    let mut metadata = filter.describe();
    metadata.insert("format".to_owned(), json!(format));
    read(cx, organization, ("audit_log", "export", "Audit export"), metadata);
    Ok(Reply::File { content_type, name, body })
}

fn csv(events: impl Iterator<Item = AuditEvent>) -> String {
    let mut text = COLUMNS.join(",");
    text.push_str("\r\n");
    for event in events {
        let user = event.user.unwrap_or_default();
        let status = event.status.as_ref().map_or("", |status| status.as_str());
        let metadata = event.metadata.map(|metadata| Value::Object(metadata).to_string()).unwrap_or_default();
        let optional = |text: Option<String>| text.unwrap_or_default();
        let cells = [
            event.timestamp.as_str().to_owned(),
            event.event_type.as_str().to_owned(),
            event.action.as_str().to_owned(),
            event.user_id,
            optional(event.resource_id),
            status.to_owned(),
            optional(event.ip_address),
            event.id,
            optional(user.name),
            optional(user.email),
            optional(event.resource_type),
            optional(event.resource_name),
            optional(event.user_agent),
            metadata,
        ];
        for (index, cell) in cells.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            push_cell(&mut text, cell);
        }
        text.push_str("\r\n");
    }
    text
}

/// RFC 4180's quoting. A cell that a spreadsheet would run as a formula is led by an apostrophe: names in the log are
/// other people's words.
fn push_cell(text: &mut String, cell: &str) {
    let formula = cell.starts_with(['=', '+', '-', '@', '\t', '\r']);
    if !formula && !cell.contains([',', '"', '\n', '\r']) {
        text.push_str(cell);
        return;
    }
    text.push('"');
    if formula {
        text.push('\'');
    }
    text.push_str(&cell.replace('"', "\"\""));
    text.push('"');
}

#[cfg(test)]
mod tests {
    use super::push_cell;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        for (cell, expected) in [
            ("prod-eu", "prod-eu"),
            ("", ""),
            ("a,b", "\"a,b\""),
            ("say \"hi\"", "\"say \"\"hi\"\"\""),
            ("two\nlines", "\"two\nlines\""),
            ("=1+1", "\"'=1+1\""),
            ("-2", "\"'-2\""),
        ] {
            let mut text = String::new();
            push_cell(&mut text, cell);
            assert_eq!(text, expected);
        }
    }
}
