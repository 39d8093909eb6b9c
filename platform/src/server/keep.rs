//! The state's file: read once at the start, replaced as a whole after changes.

use std::{
    fs::{self, File},
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, bail};
use serde::{Deserialize, Serialize};

use super::oidc;
use crate::core::{State, time::Millis};

/// Tells the file from others.
const FORMAT: &str = "astro-platform";
/// Changes when older files can no longer be read.
const VERSION: u32 = 1;

/// What is kept. It holds the keys and tokens of the demo data, so only its owner may read the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    /// How far the platform's clock was ahead of the machine's.
    pub clock_ahead: Millis,
    /// Who is signed in.
    pub issuer: oidc::Kept,
    /// Everything else.
    pub platform: State,
}

#[derive(Serialize)]
struct Written<'a> {
    format: &'a str,
    version: u32,
    #[serde(flatten)]
    kept: &'a Kept,
}

#[derive(Deserialize)]
struct Head {
    format: String,
    version: u32,
}

/// Reads the file; a missing one is no error.
pub fn read(file: &Path) -> anyhow::Result<Option<Kept>> {
    let bytes = match fs::read(file) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).with_context(|| format!("{} can't be read", file.display())),
    };
    parse(&bytes).map(Some).with_context(|| {
        format!(
            "{} is not the state of a platform; it was left as it is. Move it away, or choose another --data file",
            file.display()
        )
    })
}

fn parse(bytes: &[u8]) -> anyhow::Result<Kept> {
    let head: Head = serde_json::from_slice(bytes)?;
    if head.format != FORMAT {
        bail!("its format is {:?}", head.format);
    }
    if head.version != VERSION {
        bail!("it is of version {}, and this platform reads version {VERSION}", head.version);
    }
    let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
    Ok(serde_path_to_error::deserialize(deserializer)?)
}

/// Replaces the file: what was there stays whole until the new one is complete on the disk.
pub fn write(file: &Path, kept: &Kept) -> anyhow::Result<()> {
    let bytes = serde_json::to_vec(&Written { format: FORMAT, version: VERSION, kept })?;
    replace(file, &bytes).with_context(|| format!("{} can't be written", file.display()))
}

fn replace(file: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut name = file.file_name().unwrap_or_default().to_owned();
    name.push(format!(".{}.tmp", std::process::id()));
    let temporary = file.with_file_name(name);
    let written = write_out(&temporary, bytes).and_then(|()| fs::rename(&temporary, file));
    if written.is_err() {
        // What is left of it would only puzzle.
        let _ = fs::remove_file(&temporary);
    }
    written?;
    sync_folder(file)
}

fn write_out(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    let mut out = options.open(path)?;
    out.write_all(bytes)?;
    out.sync_all()
}

/// A rename is durable when the folder is.
fn sync_folder(file: &Path) -> std::io::Result<()> {
    if cfg!(unix) {
        let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty());
        File::open(folder.map_or_else(|| PathBuf::from("."), Path::to_path_buf))?.sync_all()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::core::{Platform, Settings};

    fn kept() -> Kept {
        Kept {
            clock_ahead: 5,
            issuer: oidc::Issuer::new().unwrap().keep(),
            platform: Platform::new(Settings::default(), 0).state,
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        assert!(read(&file).unwrap().is_none());
        let kept = kept();
        write(&file, &kept).unwrap();
        write(&file, &kept).unwrap();
        let again = read(&file).unwrap().unwrap();
        assert_eq!(serde_json::to_value(&again).unwrap(), serde_json::to_value(&kept).unwrap());
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1, "nothing temporary is left");
    }

    #[cfg(unix)]
    #[test]
    fn only_its_owner_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;

        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        write(&file, &kept()).unwrap();
        assert_eq!(fs::metadata(&file).unwrap().permissions().mode() & 0o077, 0);
    }

    #[test]
    fn a_file_of_another_kind_is_refused_with_its_reason() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("state.json");
        for (text, words) in [
            ("", "EOF"),
            ("{\"format\": \"astro-platform\", \"version\": 1", "EOF"),
            (r#"{"format": "other", "version": 1}"#, "its format is"),
            (r#"{"format": "astro-platform", "version": 99}"#, "version 99"),
            (r#"{"format": "astro-platform", "version": 1, "clockAhead": "x"}"#, "clockAhead"),
        ] {
            fs::write(&file, text).unwrap();
            let error = format!("{:#}", read(&file).err().unwrap());
            assert!(error.contains(words) && error.contains("left as it is"), "{text}: {error}");
            assert_eq!(fs::read_to_string(&file).unwrap(), text);
        }
    }
}
