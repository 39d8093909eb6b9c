//! The flags of `astro-platform`.

use std::{net::SocketAddr, path::PathBuf, str::FromStr};

use clap::{Parser, ValueEnum};
use serde::{Deserialize, Serialize};

use crate::core::{Scale, Settings};

/// The Astro Platform API on this machine: the whole contract with state, demo data and people to sign in as.
#[derive(Clone, Debug, Parser)]
#[command(name = "astro-platform", version)]
pub struct Options {
    /// Address to listen on; port 0 takes a free one, and the first line of the output tells which
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,

    /// Folder of a built console to serve as well
    #[arg(long, value_name = "DIR")]
    pub console: Option<PathBuf>,

    /// Response headers of the console, as `cargo xtask dist` writes them: a JSON array of objects with `match` (a path,
    /// in which * stands for any letters) and `headers` (values by name); later entries override earlier ones
    #[arg(long, value_name = "FILE")]
    pub headers: Option<PathBuf>,

    /// Path below which the console was built to live
    #[arg(long, value_name = "PATH", default_value = "/")]
    pub base: Base,

    /// Reproduces everything random: the same number gives the same platform
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,

    /// Lifecycles take their time divided by this
    #[arg(long, value_name = "X", default_value = "1", value_parser = speed)]
    pub speed: f64,

    /// How much demo data: a small company, or 10,000 applications, 500 clusters with 10,000 operations, and 100,000 audit events
    #[arg(long, value_enum, default_value_t = DataScale::Demo)]
    pub scale: DataScale,

    /// Log lines a second of every running application, instead of a natural pace
    #[arg(long, value_name = "N")]
    pub log_rate: Option<u32>,

    /// Milliseconds that every request to the API waits first
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u64).range(..=600_000))]
    pub latency: u64,

    /// Share of requests to the API that fail, in varied ways; sockets drop
    #[arg(long, value_name = "PERCENT", default_value_t = 0, value_parser = clap::value_parser!(u8).range(..=100))]
    pub chaos: u8,

    /// File that keeps the state over restarts; made when it is missing
    #[arg(long, value_name = "FILE")]
    pub data: Option<PathBuf>,

    /// Refuse more than 10 reads or 5 writes a second of one credential with 429
    #[arg(long, value_enum, default_value_t = Switch::On, value_name = "on|off")]
    pub rate_limit: Switch,

    /// Ways in which a WebSocket may carry its key
    #[arg(long, value_enum, value_delimiter = ',', default_value = "header,subprotocol,query", value_name = "WAYS")]
    pub ws_auth: Vec<SocketAuth>,

    /// Origins whose pages may call the API: one origin, * for all, or off; unset, every origin on loopback
    #[arg(long, value_name = "ORIGIN|*|off", default_value = "loopback")]
    pub cors: Cors,

    /// Seconds that the tokens of the development issuer live
    #[arg(long, value_name = "SECONDS", default_value_t = 3600, value_parser = clap::value_parser!(u32).range(1..))]
    pub token_lifetime: u32,

    /// Another OpenID Connect issuer whose people are let in as well, by the name in its tokens. Its access tokens must be
    /// JWTs (RS256) for astro-platform, and should tell name and email
    #[arg(long, value_name = "URL", requires = "issuer_keys")]
    pub issuer: Option<String>,

    /// The public keys of that issuer, a JSON Web Key Set
    #[arg(long, value_name = "FILE", requires = "issuer")]
    pub issuer_keys: Option<PathBuf>,
}

impl Default for Options {
    /// What no flag at all gives.
    fn default() -> Self {
        Self::parse_from(["astro-platform"])
    }
}

impl Options {
    /// The part that the core knows.
    pub fn settings(&self) -> Settings {
        Settings {
            seed: self.seed,
            speed: self.speed,
            scale: self.scale.into(),
            rate_limit: self.rate_limit == Switch::On,
            log_rate: self.log_rate,
        }
    }
}

fn speed(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(speed) if speed.is_finite() && speed > 0.0 => Ok(speed),
        _ => Err("a number above 0 is expected, such as 60".to_owned()),
    }
}

/// How much demo data there is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DataScale {
    /// A small company.
    Demo,
    /// What a large customer has.
    Large,
}

impl From<DataScale> for Scale {
    fn from(scale: DataScale) -> Self {
        match scale {
            DataScale::Demo => Self::Demo,
            DataScale::Large => Self::Large,
        }
    }
}

impl From<Scale> for DataScale {
    fn from(scale: Scale) -> Self {
        match scale {
            Scale::Demo => Self::Demo,
            Scale::Large => Self::Large,
        }
    }
}

/// `on` or `off`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Switch {
    /// On.
    On,
    /// Off.
    Off,
}

/// A way in which a WebSocket carries its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum SocketAuth {
    /// `X-Astro-API-Key`, which browsers cannot set.
    Header,
    /// `astro.key.<base64url without padding>` beside the protocol `astro.v1`.
    Subprotocol,
    /// `?api_key=`, which ends up in the logs of proxies.
    Query,
}

/// Whose pages may call the API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cors {
    /// Every origin on this machine.
    Loopback,
    /// Everybody's.
    Any,
    /// One origin's.
    Origin(String),
    /// Only those of the same origin.
    Off,
}

impl FromStr for Cors {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "loopback" => Ok(Self::Loopback),
            "*" => Ok(Self::Any),
            "off" => Ok(Self::Off),
            origin => match origin.split_once("://") {
                Some((_, host))
                    if !host.is_empty() && !host.contains('/') && host.bytes().all(|byte| byte.is_ascii_graphic()) =>
                {
                    Ok(Self::Origin(origin.to_owned()))
                }
                _ => Err("an origin such as http://localhost:3000 is expected, * or off".to_owned()),
            },
        }
    }
}

/// A path with a slash at both ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Base(String);

impl Base {
    /// As it is written in an address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Base {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let inner = text.trim_matches('/');
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
        if !inner.bytes().all(allowed) || inner.split('/').any(|part| part == "." || part == "..") {
            return Err("a path such as /console/ is expected".to_owned());
        }
        Ok(Self(if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") }))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_defaults_are_a_platform_for_one_person_on_this_machine() {
        let options = Options::default();
        assert_eq!(options.listen.to_string(), "127.0.0.1:8080");
        assert_eq!(options.ws_auth, [SocketAuth::Header, SocketAuth::Subprotocol, SocketAuth::Query]);
        assert_eq!(options.cors, Cors::Loopback);
        assert!(options.settings().rate_limit);
        assert_eq!(options.token_lifetime, 3600);
    }

    #[test]
    fn ways_of_sockets_are_chosen_one_by_one() {
        let options = Options::parse_from(["astro-platform", "--ws-auth", "header,query"]);
        assert_eq!(options.ws_auth, [SocketAuth::Header, SocketAuth::Query]);
    }

    #[test]
    fn nonsense_is_refused() {
        for flags in [
            ["--speed", "0"],
            ["--speed", "fast"],
            ["--chaos", "101"],
            ["--cors", "localhost"],
            ["--cors", "http://a/b"],
            ["--base", "/a b/"],
            ["--base", "/../"],
            ["--ws-auth", "cookie"],
            ["--token-lifetime", "0"],
        ] {
            assert!(Options::try_parse_from(["astro-platform", flags[0], flags[1]]).is_err(), "{flags:?}");
        }
    }

    #[test]
    fn a_base_gets_its_slashes() {
        for (text, base) in [("/", "/"), ("", "/"), ("/a/b", "/a/b/"), ("console/", "/console/")] {
            assert_eq!(text.parse::<Base>().unwrap().as_str(), base);
        }
    }
}
