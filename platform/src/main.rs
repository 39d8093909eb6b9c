//! `astro-platform`: the local platform as a program. `--help` lists its flags.

use std::process::ExitCode;

use astro_platform::server::{Options, Running, greeting};
use clap::Parser as _;

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(options).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("astro-platform: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn run(options: Options) -> anyhow::Result<()> {
    let running = Running::start(options).await?;
    greeting::print(&running)?;
    stopped().await?;
    running.stop().await
}

/// Waits for what a terminal or a supervisor sends to stop a program.
async fn stopped() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};

        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            interrupted = tokio::signal::ctrl_c() => interrupted,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
