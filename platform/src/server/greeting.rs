//! What the program prints when it is ready: one line for programs, the rest for people.

use std::{
    fmt::Write as _,
    io::{self, Write as _},
};

use super::{Running, page};
use crate::core::demo::PEOPLE;

/// Prints the address as the first line of the output, and then where things are and who one may be.
///
/// # Errors
/// When the output is closed.
pub fn print(running: &Running) -> io::Result<()> {
    let mut out = io::stdout().lock();
    let address = running.address();
    writeln!(out, "listening on http://{address}")?;
    // Whoever waits for the line, waits for it alone.
    out.flush()?;
    out.write_all(text(running).as_bytes())?;
    out.flush()
}

fn text(running: &Running) -> String {
    let options = running.options();
    let address = running.address();
    let at = |path: &str| format!("http://{address}{path}");
    let mut places = Vec::new();
    if options.console.is_some() {
        places.push(("Console", at(options.base.as_str())));
    }
    places.extend([("API", at("/api/v1")), ("Issuer", at("/oidc")), ("Behind the scenes", at("/_platform"))]);
    if let Some(file) = &options.data {
        places.push(("State", file.display().to_string()));
    }

    let mut text = String::from("\n");
    for (name, place) in places {
        let _ = writeln!(text, "  {name:<19}{place}");
    }
    if !page::is_loopback_authority(&address.to_string()) {
        text.push_str(
            "\n  Other machines can reach this address, and nobody needs a password here. \
             Keep it off networks that you don't trust.\n",
        );
    }
    text.push_str("\n  Sign in as one of these, or with the key:\n\n");
    let widths =
        |column: fn(&crate::core::demo::Person) -> &str| PEOPLE.iter().map(|person| column(person).len()).max();
    let (name, key) =
        (widths(|person| person.name).unwrap_or(0), widths(|person| person.key.unwrap_or("")).unwrap_or(0));
    for person in PEOPLE {
        let line = format!("  {:<name$}  {:<key$}  {}", person.name, person.key.unwrap_or(""), person.about);
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text
}
