//! How log lines look: the forms that a console meets in the wild, and those that break one.

use astro_api::applications::{ApplicationDeployRequest, SourceType};
use serde::{Deserialize, Serialize};

use super::{Micros, clock::Civil};
use crate::core::{apps::record::Exit, ids::Random};

/// The form of an application's logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Style {
    /// JSON, one object a line, with a level word (zap, zerolog).
    Json,
    /// JSON with a level number (pino, bunyan).
    Pino,
    /// `level=info msg="..."` (logfmt).
    Logfmt,
    /// Words.
    Plain,
    /// `[INFO] [component] words`
    Bracketed,
    /// Coloured by escape sequences (Rust's tracing).
    Ansi,
    /// The combined form of web servers.
    Access,
    /// Spring Boot, with Java stack traces.
    Spring,
    /// Python's logging, with tracebacks.
    Python,
    /// Rust with panics.
    Rust,
    /// Go with panics.
    Go,
    /// Kubernetes' own.
    Klog,
    /// Whatever a console may stumble over.
    Zoo,
}

impl Style {
    /// All of them.
    #[cfg(test)]
    pub const ALL: &'static [Self] = &[
        Self::Json,
        Self::Pino,
        Self::Logfmt,
        Self::Plain,
        Self::Bracketed,
        Self::Ansi,
        Self::Access,
        Self::Spring,
        Self::Python,
        Self::Rust,
        Self::Go,
        Self::Klog,
        Self::Zoo,
    ];

    /// The form that an application of this name and source is likely to have.
    pub fn of(request: &ApplicationDeployRequest) -> Self {
        let chart = request.source.helm.as_ref().map_or("", |helm| helm.repo.chart_name.as_str());
        let about = |words: &[&str]| words.iter().any(|word| chart.contains(word) || request.name.contains(word));
        if about(&["nginx", "gateway", "proxy"]) {
            return Self::Access;
        }
        if about(&["cert-manager", "ingress-controller", "controller", "metrics", "autoscaler"]) {
            return Self::Klog;
        }
        if about(&["kafka", "strimzi", "keycloak", "elasticsearch"]) {
            return Self::Bracketed;
        }
        if request.source.kind == SourceType::Helm {
            return Self::Logfmt;
        }
        let usual =
            [Self::Json, Self::Pino, Self::Logfmt, Self::Plain, Self::Ansi, Self::Spring, Self::Python, Self::Go];
        *Random::new(0).derive(&request.name).pick(&usual)
    }

    /// Microseconds between two lines of a container.
    pub const fn period(self) -> i64 {
        match self {
            Self::Access => 220_000,
            Self::Json | Self::Pino | Self::Ansi => 350_000,
            Self::Spring | Self::Python | Self::Go | Self::Zoo => 600_000,
            Self::Rust | Self::Logfmt | Self::Bracketed => 900_000,
            Self::Plain | Self::Klog => 1_700_000,
        }
    }

    /// The form of a second container beside one of this form.
    pub const fn beside(self) -> Self {
        match self {
            Self::Spring => Self::Access,
            _ => Self::Plain,
        }
    }
}

const METHODS: &[&str] = &["GET", "GET", "GET", "GET", "POST", "POST", "PUT", "DELETE"];
const PATHS: &[&str] = &[
    "/",
    "/healthz",
    "/api/v2/orders",
    "/api/v2/orders/4821",
    "/api/v2/cart/items",
    "/api/v2/catalog/search?q=running+shoes&page=2",
    "/api/v2/payments/intents",
    "/api/v2/customers/me",
    "/api/v2/inventory/reservations",
    "/static/app-5f2c91.js",
];
const AGENTS: &[&str] = &[
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/605.1.15",
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
    "kube-probe/1.33",
    "Go-http-client/2.0",
    "AcmeShop/7.14 (iPhone; iOS 19.1)",
];
const EVENTS: &[&str] = &[
    "request completed",
    "order created",
    "cart updated",
    "payment authorized",
    "inventory reserved",
    "cache refreshed",
    "message published",
    "session renewed",
    "price list loaded",
    "search index queried",
];
const WORRIES: &[&str] = &[
    "slow query",
    "retrying after timeout",
    "cache miss storm, falling back to database",
    "connection pool is 90 % used",
    "rate limit of upstream is close",
    "deprecated header X-Client-Id used",
];
const FAILURES: &[&str] = &[
    "upstream request failed: connection reset by peer",
    "could not reserve inventory: deadline exceeded",
    "payment provider answered 502 Bad Gateway",
    "failed to publish message: broker not available",
    "duplicate key value violates unique constraint \"orders_pkey\"",
];
const PARTS: &[&str] = &["http", "orders", "payments", "cache", "db", "events", "scheduler"];

const JAVA: &[&[&str]] = &[
    &[
        "java.util.concurrent.TimeoutException: Did not observe any item or terminal signal within 2000ms in 'flatMap' (and no fallback has been configured)",
        "\tat reactor.core.publisher.FluxTimeout$TimeoutMainSubscriber.handleTimeout(FluxTimeout.java:296)",
        "\tat reactor.core.scheduler.SchedulerTask.call(SchedulerTask.java:68)",
        "\tat java.base/java.util.concurrent.FutureTask.run(FutureTask.java:317)",
        "\tat java.base/java.util.concurrent.ThreadPoolExecutor.runWorker(ThreadPoolExecutor.java:1144)",
        "\tat java.base/java.lang.Thread.run(Thread.java:1583)",
    ],
    &[
        "org.springframework.dao.DataIntegrityViolationException: could not execute statement [ERROR: duplicate key value violates unique constraint \"ledger_entry_idempotency_key\"]",
        "\tat org.springframework.orm.jpa.vendor.HibernateJpaDialect.convertHibernateAccessException(HibernateJpaDialect.java:290)",
        "\tat com.acme.payments.ledger.LedgerRepository.append(LedgerRepository.java:118)",
        "\tat com.acme.payments.ledger.PostingService.post(PostingService.java:64)",
        "\tat com.acme.payments.api.IntentController.capture(IntentController.java:142)",
        "\tat java.base/jdk.internal.reflect.DirectMethodHandleAccessor.invoke(DirectMethodHandleAccessor.java:103)",
        "\t... 87 common frames omitted",
        "Caused by: org.postgresql.util.PSQLException: ERROR: duplicate key value violates unique constraint \"ledger_entry_idempotency_key\"",
        "  Detail: Key (idempotency_key)=(pi_3QK9cE2eZvKYlo2C) already exists.",
        "\tat org.postgresql.core.v3.QueryExecutorImpl.receiveErrorResponse(QueryExecutorImpl.java:2734)",
        "\t... 104 common frames omitted",
    ],
];
const PYTHON: &[&[&str]] = &[
    &[
        "Traceback (most recent call last):",
        "  File \"/app/worker/tasks.py\", line 88, in render",
        "    html = template.render(**context)",
        "           ^^^^^^^^^^^^^^^^^^^^^^^^^^",
        "  File \"/usr/local/lib/python3.13/site-packages/jinja2/environment.py\", line 1295, in render",
        "    self.environment.handle_exception()",
        "  File \"/app/templates/receipt.html\", line 41, in top-level template code",
        "    {{ order.customer.address.city }}",
        "jinja2.exceptions.UndefinedError: 'None' has no attribute 'city'",
    ],
    &[
        "Traceback (most recent call last):",
        "  File \"/app/recommend/features.py\", line 212, in fetch",
        "    return await self._pool.fetch(QUERY, ids)",
        "  File \"/usr/local/lib/python3.13/site-packages/asyncpg/pool.py\", line 592, in fetch",
        "    async with self.acquire() as con:",
        "TimeoutError",
        "",
        "During handling of the above exception, another exception occurred:",
        "",
        "Traceback (most recent call last):",
        "  File \"/app/recommend/service.py\", line 57, in recommend",
        "    features = await self.features.fetch(ids)",
        "recommend.errors.FeatureStoreUnavailable: no features for 128 items",
    ],
];
const RUST: &[&[&str]] = &[&[
    "thread 'tokio-runtime-worker' panicked at src/index/segment.rs:214:37:",
    "called `Result::unwrap()` on an `Err` value: Corrupt { segment: 48, offset: 917504 }",
    "stack backtrace:",
    "   0: rust_begin_unwind",
    "             at /rustc/4d91de4e48198da2e33413efdcd9cd2cc0c46688/library/std/src/panicking.rs:692:5",
    "   1: core::panicking::panic_fmt",
    "             at /rustc/4d91de4e48198da2e33413efdcd9cd2cc0c46688/library/core/src/panicking.rs:75:14",
    "   2: core::result::unwrap_failed",
    "   3: catalog_search::index::segment::Segment::open",
    "             at ./src/index/segment.rs:214:37",
    "   4: catalog_search::index::Reader::refresh::{{closure}}",
    "   5: tokio::runtime::task::core::Core<T,S>::poll",
    "note: Some details are omitted, run with `RUST_BACKTRACE=full` for a verbose backtrace.",
]];
const GO: &[&[&str]] = &[
    &[
        "panic: runtime error: invalid memory address or nil pointer dereference [recovered]",
        "\tpanic: runtime error: invalid memory address or nil pointer dereference",
        "[signal SIGSEGV: segmentation violation code=0x1 addr=0x18 pc=0x9c1f2a]",
        "",
        "goroutine 1 [running]:",
        "github.com/acme-inc/payments/internal/intent.(*Service).Capture(0x0, {0x1a2b3c0, 0xc000412000}, 0xc0003fe1c0)",
        "\t/src/internal/intent/service.go:147 +0x6a",
        "github.com/acme-inc/payments/internal/http.(*Handler).capture(0xc000130000, {0x1a30b68, 0xc0004ea000}, 0xc0004d8000)",
        "\t/src/internal/http/intent.go:88 +0x1d4",
        "net/http.HandlerFunc.ServeHTTP(0xc0001c4000?, {0x1a30b68?, 0xc0004ea000?}, 0x0?)",
        "\t/usr/local/go/src/net/http/server.go:2294 +0x29",
        "created by net/http.(*Server).Serve in goroutine 1",
        "\t/usr/local/go/src/net/http/server.go:3493 +0x485",
    ],
    &["goroutine 1 [chan receive, 12 minutes]:", "main.main()", "\t/src/cmd/payments/main.go:61 +0x4f5"],
];

/// Stack traces that may follow an error line of a form.
pub const fn traces(style: Style) -> &'static [&'static [&'static str]] {
    match style {
        Style::Spring | Style::Bracketed => JAVA,
        Style::Python => PYTHON,
        Style::Rust | Style::Ansi => RUST,
        Style::Go => GO,
        _ => &[],
    }
}

/// What a process says when it starts. Each line gets the form's date.
pub const fn banner(style: Style) -> &'static [&'static str] {
    match style {
        Style::Spring => &[
            "  .   ____          _            __ _ _",
            " /\\\\ / ___'_ __ _ _(_)_ __  __ _ \\ \\ \\ \\",
            "( ( )\\___ | '_ | '_| | '_ \\/ _` | \\ \\ \\ \\",
            " \\\\/  ___)| |_)| | | | | || (_| |  ) ) ) )",
            "  '  |____| .__|_| |_|_| |_\\__, | / / / /",
            " =========|_|==============|___/=/_/_/_/",
            " :: Spring Boot ::                (v3.5.3)",
            "",
            "Starting application using Java 21.0.7 with PID 1",
            "Tomcat initialized with port 8080 (http)",
            "Started application in 4.812 seconds (process running for 5.377)",
        ],
        Style::Python => &[
            "Loading configuration from /etc/app/config.yaml",
            "Connecting to postgres",
            "Application startup complete.",
        ],
        Style::Access => &[],
        Style::Klog => &["Starting controller", "Waiting for caches to sync", "Caches are synced"],
        Style::Zoo => &["Hello, world. ¡Hola! 你好 👋"],
        _ => &["starting", "configuration loaded", "connected to database", "listening on :8080"],
    }
}

/// A line of the banner.
pub fn banner_line(style: Style, place: usize, at: Micros) -> (bool, String) {
    let text = banner(style).get(place).copied().unwrap_or_default();
    if style == Style::Spring && place < 8 {
        return (false, text.to_owned());
    }
    (false, write(style, Level::Info, text, at, &mut Random::new(place as u64)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Level {
    Debug,
    Info,
    Warn,
    Error,
}

impl Level {
    const fn lower(self) -> &'static str {
        match self {
            Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }

    const fn upper(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
            Self::Warn => "WARN",
            Self::Error => "ERROR",
        }
    }
}

/// A line by itself.
pub fn single(style: Style, at: Micros, random: &mut Random) -> (bool, String) {
    match style {
        Style::Access => return (false, access(at, random)),
        Style::Zoo => return (random.below(5) == 0, zoo(at, random)),
        _ => {}
    }
    let (level, words) = match random.below(100) {
        0..=2 => (Level::Error, *random.pick(FAILURES)),
        3..=9 => (Level::Warn, *random.pick(WORRIES)),
        10..=24 => (Level::Debug, *random.pick(EVENTS)),
        _ => (Level::Info, *random.pick(EVENTS)),
    };
    (level == Level::Error && style != Style::Json, write(style, level, words, at, random))
}

/// An error with the stack trace that follows it.
pub fn trace(style: Style, which: usize, at: Micros, random: &mut Random) -> Vec<(bool, String)> {
    let lines = traces(style).get(which).copied().unwrap_or_default();
    let words = *random.pick(FAILURES);
    let head = write(style, Level::Error, words, at, random);
    std::iter::once(head).chain(lines.iter().map(|line| (*line).to_owned())).map(|line| (true, line)).collect()
}

/// What a process says when it ends.
pub fn last_words(style: Style, exit: Exit) -> &'static [&'static str] {
    match (exit, style) {
        (Exit::Completed, _) => &["shutting down gracefully", "bye"],
        // The kernel asks nobody.
        (Exit::OutOfMemory, _) => &[],
        (Exit::Error, Style::Python) => PYTHON[0],
        (Exit::Error, Style::Spring | Style::Bracketed) => JAVA[0],
        (Exit::Error, Style::Rust | Style::Ansi) => RUST[0],
        (Exit::Error, Style::Go) => GO[0],
        (Exit::Error, _) => {
            &["fatal: could not read configuration: MAIL_PROVIDER_URL is not set", "exiting with code 1"]
        }
    }
}

/// Last words with the form's date, where they aren't part of a stack trace.
pub fn dated(style: Style, text: &str, at: Micros) -> String {
    let of_trace = traces(style).iter().any(|trace| trace.contains(&text));
    if of_trace { text.to_owned() } else { write(style, Level::Info, text, at, &mut Random::new(0)) }
}

fn write(style: Style, level: Level, words: &str, at: Micros, random: &mut Random) -> String {
    let time = Civil::of(at);
    let part = *random.pick(PARTS);
    let millis = 1 + random.below(400) * random.below(12);
    match style {
        Style::Json => format!(
            "{{\"level\":\"{}\",\"ts\":\"{}\",\"logger\":\"{part}\",\"msg\":{},\"duration_ms\":{millis},\"trace_id\":\"{:016x}\"}}",
            level.lower(),
            time.millis(),
            quoted(words),
            random.bits(),
        ),
        Style::Pino => format!(
            "{{\"level\":{},\"time\":{},\"pid\":1,\"hostname\":\"app\",\"reqId\":\"req-{:x}\",\"msg\":{},\"responseTime\":{millis}}}",
            match level {
                Level::Debug => 20,
                Level::Info => 30,
                Level::Warn => 40,
                Level::Error => 50,
            },
            at / 1000,
            random.below(1 << 24),
            quoted(words),
        ),
        Style::Logfmt => format!(
            "ts={} level={} component={part} msg={} duration={millis}ms",
            time.millis(),
            level.lower(),
            quoted(words),
        ),
        Style::Plain => format!("{part}: {words} ({millis} ms)"),
        Style::Bracketed => format!("{} [{}] [{part}-{}] {words}", time.comma(), level.upper(), random.below(8)),
        Style::Ansi => {
            let colour = match level {
                Level::Debug => "\u{1b}[34mDEBUG",
                Level::Info => "\u{1b}[32m INFO",
                Level::Warn => "\u{1b}[33m WARN",
                Level::Error => "\u{1b}[31mERROR",
            };
            let emphasis = match random.below(12) {
                0 => "\u{1b}[1;4m",
                1 => "\u{1b}[38;5;208m",
                2 => "\u{1b}[38;2;120;200;255m",
                3 => "\u{1b}[7m",
                _ => "",
            };
            let reset = if emphasis.is_empty() { "" } else { "\u{1b}[0m" };
            format!(
                "\u{1b}[2m{}\u{1b}[0m {colour}\u{1b}[0m \u{1b}[2mcatalog_search::{part}\u{1b}[0m\u{1b}[2m:\u{1b}[0m {emphasis}{words}{reset} \u{1b}[3mtook_ms\u{1b}[0m\u{1b}[2m=\u{1b}[0m{millis}",
                time.full(),
            )
        }
        Style::Spring => format!(
            "{} {:>5} 1 --- [nio-8080-exec-{}] c.a.p.{part:<30} : {words} ({millis} ms)",
            time.millis(),
            level.upper(),
            1 + random.below(10),
        ),
        Style::Python => {
            let level = if level == Level::Warn { "WARNING" } else { level.upper() };
            format!("{} {level} [worker.{part}] {words} in {}.{:03}s", time.comma(), millis / 1000, millis % 1000)
        }
        Style::Rust => format!("[{} {} catalog_search::{part}] {words} took={millis}ms", time.millis(), level.upper()),
        Style::Go => format!(
            "time={} level={} msg={} component={part} duration={millis}ms",
            time.millis(),
            level.upper(),
            quoted(words),
        ),
        Style::Klog => {
            let letter = match level {
                Level::Debug | Level::Info => 'I',
                Level::Warn => 'W',
                Level::Error => 'E',
            };
            format!(
                "{letter}{}       1 {part}.go:{}] {} key=\"default/{part}-{}\"",
                time.klog(),
                40 + random.below(900),
                quoted(words),
                random.below(40),
            )
        }
        Style::Access => access(at, random),
        Style::Zoo => words.to_owned(),
    }
}

fn quoted(words: &str) -> String {
    serde_json::to_string(words).unwrap_or_default()
}

fn access(at: Micros, random: &mut Random) -> String {
    let status = match random.below(100) {
        0 => 502,
        1 => 500,
        2..=3 => 404,
        4 => 401,
        5..=6 => 304,
        7..=9 => 201,
        _ => 200,
    };
    let (octet, host, method, path) =
        (random.below(256), random.below(254), *random.pick(METHODS), *random.pick(PATHS));
    let (bytes, micros, agent) = (random.below(90_000), random.below(900_000), *random.pick(AGENTS));
    format!(
        "10.42.{octet}.{host} - - [{}] \"{method} {path} HTTP/2.0\" {status} {bytes} \"-\" \"{agent}\" {}.{:03}",
        Civil::of(at).access(),
        micros / 1_000_000,
        micros / 1000 % 1000,
    )
}

/// Lines that a console must neither interpret nor choke on.
fn zoo(at: Micros, random: &mut Random) -> String {
    let number = random.below(10_000);
    match random.below(24) {
        0 => format!("订单已创建 #{number} · 注文が作成されました · заказ создан · παραγγελία · 주문 🚚✅"),
        1 => format!("تم إنشاء الطلب رقم {number} للعميل (VIP) بنجاح"),
        2 => format!("הזמנה {number} נוצרה עבור customer-{}", number % 97),
        3 => format!("file \u{202e}gpj.exe\u{202c} uploaded by user {number}"),
        4 => format!("<script>alert({number})</script><img src=x onerror=alert(1)> is what the customer wrote"),
        5 => "</pre></div><b>not bold</b> &lt;already escaped&gt; &amp; {{ template }} ${injection} `code`".to_owned(),
        6 => format!("\u{7}bell \u{8}backspace \u{0}nul \u{c}form feed \u{7f}del {number}"),
        7 => format!("downloading model  {}%\rdownloading model  {}%\rdownloading model 100%", number % 30, 40 + number % 50),
        8 => "\u{1b}[2J\u{1b}[H\u{1b}[31mcleared the screen\u{1b}[0m".to_owned(),
        9 => "\u{1b}]8;;https://runbooks.acme.example/42\u{1b}\\runbook\u{1b}]8;;\u{1b}\\ for this alert".to_owned(),
        10 => "an escape that never ends: \u{1b}[38;5".to_owned(),
        11 => "family 👨‍👩‍👧‍👦 flag 🏳️‍🌈 skin 👋🏽 combining e\u{301} Z\u{351}\u{36b}\u{343}a\u{363}\u{326}l\u{34f}\u{311}g\u{321}o\u{35c}".to_owned(),
        12 => String::new(),
        13 => "\t\tindented\twith\ttabs   and   spaces   ".to_owned(),
        14 => "invalid bytes were here: \u{fffd}\u{fffd}\u{fffd}".to_owned(),
        15 if random.below(6) == 0 => {
            // One line of ten thousand characters without a space, as serialized sessions are.
            let mut line = format!("{{\"level\":\"debug\",\"msg\":\"session dump\",\"n\":{number},\"payload\":\"");
            for _ in 0..160 {
                line.push_str(&random.hex(64));
            }
            line.push_str("\"}");
            line
        }
        16 => format!("{{\"level\":\"info\",\"nested\":{{\"a\":[1,2,{{\"b\":null}}]}},\"msg\":\"JSON inside JSON: {{\\\"x\\\":{number}}}\"}}"),
        17 => format!("{{\"level\":\"error\",\"msg\":\"JSON cut short by the runtime at {number}"),
        18 => "line\u{2028}separator and paragraph\u{2029}separator, \u{feff}byte order mark, zero\u{200b}width".to_owned(),
        19 => format!("{} WARN  see https://status.acme.example/incidents/{number}?from=logs&x=1#top, or mail ops@acme.example", Civil::of(at).comma()),
        20 => format!("[{}] [info] customer \"Zoë O'Brien-Łukasiewicz\" logged in from 2001:db8::{:x}", Civil::of(at).millis(), number),
        21 => "¯\\_(ツ)_/¯ ｆｕｌｌｗｉｄｔｈ ﷽ ꧅".to_owned(),
        _ => format!("support chat message {number} delivered"),
    }
}
