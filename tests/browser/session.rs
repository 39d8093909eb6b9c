//! Signing in and out, with a scripted platform and issuer.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use astro_api::{ErrorKind, Secret, api_keys, clusters};
use astro_console::{
    client::{Client, Limits, Priority, browser},
    store::{
        Preferences, Session,
        session::{Entry, Method, Oidc, Phase, Settings},
    },
    ui::load::FailureKind,
};
use js_sys::Uint8Array;
use leptos::prelude::*;
use serde_json::{Value, json};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{BroadcastChannel, Url};

use crate::support::{Answer, Seen, Wire, data, error, plain, settings, settle, unique, until};

const ISSUER: &str = "https://id.example";

/// A tab: a session that writes down where it would have gone.
struct Tab {
    owner: Owner,
    client: Client,
    session: Session,
    left_for: Rc<RefCell<Vec<String>>>,
}

impl Tab {
    fn new() -> Self {
        forget_tab();
        Self::again(false)
    }

    /// The tab after a reload.
    fn again(in_memory: bool) -> Self {
        Self::limited(in_memory, settings().limits)
    }

    /// The same, which sends no more than the limit.
    fn limited(in_memory: bool, limits: Limits) -> Self {
        let owner = Owner::new();
        let left_for: Rc<RefCell<Vec<String>>> = Rc::default();
        let (client, session) = owner.with(|| {
            let client = Client::new(astro_console::client::Settings { limits, ..settings() });
            let oidc = Oidc {
                issuer: ISSUER.to_owned(),
                issuer_is_path: false,
                client_id: "console".to_owned(),
                scopes: vec!["openid".to_owned(), "offline_access".to_owned()],
                audience: Some("https://api.example".to_owned()),
            };
            let left_for = Rc::clone(&left_for);
            let session =
                Session::with(&Settings { oidc: Some(oidc), in_memory }, &client, Preferences::new(), move |url| {
                    left_for.borrow_mut().push(url.to_owned());
                });
            (client, session)
        });
        Self { owner, client, session, left_for }
    }

    fn phase(&self) -> Phase {
        self.owner.with(|| self.session.phase().get_untracked())
    }

    fn method(&self) -> Option<Method> {
        self.owner.with(|| self.session.method().get_untracked())
    }

    fn active(&self) -> Option<String> {
        self.owner.with(|| self.session.active().get_untracked().map(|active| active.name))
    }

    fn open_organizations(&self) -> Vec<(String, bool)> {
        let list = self.owner.with(|| self.session.organizations().get_untracked());
        list.into_iter().map(|one| (one.name, one.open)).collect()
    }

    /// The address of the issuer's page that the session has left for.
    async fn sign_in_page(&self, return_to: &str) -> Url {
        self.session.sign_in_with_oidc(return_to).await.unwrap();
        Url::new(self.left_for.borrow().last().unwrap()).unwrap()
    }

    /// Signs in by OpenID Connect.
    async fn sign_in(&self, issuer: &Issuer) {
        let page = self.sign_in_page("/o/acme/clusters?sort=name").await;
        let query = page.search_params();
        *issuer.nonce.borrow_mut() = query.get("nonce").unwrap();
        let back = format!("?code=c-1&state={}", query.get("state").unwrap());
        let path = self.session.complete_sign_in_with(&back).await.unwrap();
        assert_eq!(path, "/o/acme/clusters?sort=name");
    }
}

fn stored() -> Option<String> {
    browser::session_storage().unwrap().get_item("astro.session").unwrap()
}

fn forget_tab() {
    browser::session_storage().unwrap().clear().unwrap();
    browser::local_storage().unwrap().remove_item("astro.organization").unwrap();
}

/// Where the tabs meet.
fn hall() -> BroadcastChannel {
    BroadcastChannel::new(&format!("astro.session {}", browser::resolve("./").unwrap())).unwrap()
}

/// The issuer and the platform behind the wire.
#[derive(Clone)]
struct Issuer {
    nonce: Rc<RefCell<String>>,
    /// How long the next token lives, seconds.
    lifetime: Rc<Cell<i64>>,
    has_profile: Rc<Cell<bool>>,
    /// The platform cannot tell who it is.
    fails: Rc<Cell<bool>>,
    refreshes: Rc<Cell<u32>>,
    refuses_refresh: Rc<Cell<bool>>,
    refuses_switch: Rc<Cell<bool>>,
    /// When the next ID token ends, seconds from now.
    id_ends_in: Rc<Cell<f64>>,
    keys: Rc<Cell<u32>>,
    /// The keys that the platform lists.
    listed: Rc<RefCell<Value>>,
    /// Keys that the platform does not accept.
    refused: Rc<RefCell<Vec<String>>>,
    run: String,
}

impl Issuer {
    fn new() -> Self {
        Self {
            nonce: Rc::default(),
            lifetime: Rc::new(Cell::new(3_600)),
            has_profile: Rc::new(Cell::new(true)),
            fails: Rc::default(),
            refreshes: Rc::default(),
            refuses_refresh: Rc::default(),
            refuses_switch: Rc::default(),
            id_ends_in: Rc::new(Cell::new(60.0)),
            keys: Rc::default(),
            listed: Rc::new(RefCell::new(json!([]))),
            refused: Rc::default(),
            run: unique("run"),
        }
    }

    fn wire(&self) -> Wire {
        let issuer = self.clone();
        Wire::new(move |seen| issuer.answer(seen))
    }

    fn key(&self, number: u32) -> String {
        format!("key-{number}-{}", self.run)
    }

    fn id_token(&self) -> String {
        #[allow(clippy::cast_precision_loss)]
        let now = browser::now() as f64 / 1_000.0;
        let claims = json!({"iss": format!("{ISSUER}/"), "sub": "u-1", "aud": "console", "exp": now + self.id_ends_in.get(), "iat": now,
            "nonce": *self.nonce.borrow()});
        format!("e30.{}.c2ln", browser::base64url(claims.to_string()))
    }

    fn tokens(&self, number: u32) -> Answer {
        plain(
            200,
            json!({"access_token": format!("access-{number}-{}", self.run), "token_type": "Bearer",
                "expires_in": self.lifetime.get(), "refresh_token": format!("refresh-{number}"),
                "id_token": self.id_token()}),
        )
    }

    fn answer(&self, seen: &Seen) -> Answer {
        if let Some(path) = seen.url.strip_prefix(ISSUER) {
            return match (path, seen.form("grant_type").as_deref()) {
                ("/.well-known/openid-configuration", _) => plain(
                    200,
                    json!({"issuer": format!("{ISSUER}/"), "authorization_endpoint": format!("{ISSUER}/authorize?tenant=1"),
                        "token_endpoint": format!("{ISSUER}/token"), "end_session_endpoint": format!("{ISSUER}/logout"),
                        "revocation_endpoint": format!("{ISSUER}/revoke")}),
                ),
                ("/token", Some("authorization_code")) => self.tokens(0),
                ("/token", Some("refresh_token")) if self.refuses_refresh.get() => {
                    plain(400, json!({"error": "invalid_grant"}))
                }
                ("/token", Some("refresh_token")) => {
                    self.refreshes.set(self.refreshes.get() + 1);
                    self.lifetime.set(3_600);
                    self.tokens(self.refreshes.get())
                }
                ("/revoke", _) => plain(200, json!({})),
                _ => error(404),
            };
        }
        let profile = json!({"id": "u-1", "name": "Ada", "email": "ada@example.com", "currentOrgId": "o-2",
            "organizations": [{"orgId": "o-1", "name": "acme", "role": "owner"}, {"orgId": "o-2", "name": "beta", "role": "viewer"}]});
        match (seen.method.as_str(), seen.target().split('?').next().unwrap_or_default()) {
            ("GET", "/users/profile") if self.fails.get() => error(500),
            ("GET", "/users/profile") if !self.has_profile.get() => error(404),
            ("POST", "/users/profile") => {
                self.has_profile.set(true);
                data(profile)
            }
            ("PUT", "/users/current-organization") if self.refuses_switch.get() => error(409),
            ("GET", "/users/profile") | ("PUT", "/users/current-organization") => data(profile),
            ("POST", "/apikeys") => {
                self.keys.set(self.keys.get() + 1);
                let number = self.keys.get();
                data(json!({"id": format!("id-{number}"), "key": self.key(number), "status": "ACTIVE",
                    "orgId": seen.json()["orgId"]}))
            }
            ("GET", "/apikeys") => data(self.listed.borrow().clone()),
            ("POST", path) if path.starts_with("/apikeys/") => data(json!(true)),
            _ if self.refused.borrow().iter().any(|key| key == seen.key()) => error(401),
            ("GET", "/organizations") => data(json!([
                {"id": "o-1", "name": "acme", "title": "Acme", "userRole": "admin"},
                {"id": "o-2", "name": "beta", "title": "Beta"},
            ])),
            ("GET", "/clusters") => data(json!([])),
            _ => error(404),
        }
    }
}

async fn read(tab: &Tab) -> Result<(), ErrorKind> {
    let answer = tab.client.send(&clusters::list(None), Priority::Foreground).await;
    answer.map(drop).map_err(|error| error.kind)
}

#[wasm_bindgen_test]
async fn the_issuer_is_asked_with_pkce_and_answers_to_this_sign_in_alone() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    until("nobody to have a session", || tab.phase() == Phase::SignedOut).await;
    let page = tab.sign_in_page("//evil.example").await;
    let query = page.search_params();
    assert!(page.href().starts_with("https://id.example/authorize?tenant=1&response_type=code&"), "{}", page.href());
    assert_eq!(query.get("client_id").as_deref(), Some("console"));
    assert_eq!(query.get("redirect_uri"), browser::resolve("auth/callback"));
    assert_eq!(query.get("audience").as_deref(), Some("https://api.example"));
    assert_eq!(query.get("code_challenge_method").as_deref(), Some("S256"));

    let state = query.get("state").unwrap();
    *issuer.nonce.borrow_mut() = query.get("nonce").unwrap();
    let path = tab.session.complete_sign_in_with(&format!("?code=c-1&state={state}")).await.unwrap();
    assert_eq!(path, "/");
    let exchange = wire.seen().into_iter().find(|seen| seen.url.ends_with("/token")).unwrap();
    assert_eq!(exchange.form("code").as_deref(), Some("c-1"));
    assert_eq!(exchange.form("redirect_uri"), browser::resolve("auth/callback"));
    // The verifier is the challenge's secret, and the page did not carry it.
    let verifier = exchange.form("code_verifier").unwrap();
    assert_eq!(query.get("code_challenge").unwrap(), sha256(&verifier).await);
    assert!(!page.href().contains(&verifier));

    // The same answer again is nobody's.
    let again = tab.session.complete_sign_in_with(&format!("?code=c-1&state={state}")).await.unwrap_err();
    assert!(again.message.contains("no sign-in of this tab"), "{}", again.message);
}

async fn sha256(text: &str) -> String {
    let subtle = window().crypto().unwrap().subtle();
    let digest = subtle.digest_with_str_and_u8_array("SHA-256", text.as_bytes()).unwrap();
    let digest = wasm_bindgen_futures::JsFuture::from(digest).await.unwrap();
    browser::base64url(Uint8Array::new(&digest).to_vec())
}

#[wasm_bindgen_test]
async fn a_sign_in_that_is_not_this_ones_fails_in_words() {
    let issuer = Issuer::new();
    let _wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in_page("/").await;
    let forged = tab.session.complete_sign_in_with("?code=c-1&state=forged").await.unwrap_err();
    assert!(forged.message.contains("no sign-in of this tab"), "{}", forged.message);

    let page = tab.sign_in_page("/").await;
    let state = page.search_params().get("state").unwrap();
    issuer.nonce.replace("another".to_owned());
    let replayed = tab.session.complete_sign_in_with(&format!("?code=c-1&state={state}")).await.unwrap_err();
    assert!(replayed.message.contains("another sign-in"), "{}", replayed.message);

    let page = tab.sign_in_page("/").await;
    let state = page.search_params().get("state").unwrap();
    let query = format!("?error=access_denied&error_description=blocked&state={state}");
    let denied = tab.session.complete_sign_in_with(&query).await.unwrap_err();
    assert_eq!((denied.kind, denied.code.as_str()), (FailureKind::Forbidden, "access_denied"));
    assert!(denied.message.contains("blocked"), "{}", denied.message);
    assert_eq!((tab.phase(), stored()), (Phase::SignedOut, None));
}

#[wasm_bindgen_test]
async fn a_person_gets_a_key_for_each_organization_that_is_entered() {
    let issuer = Issuer::new();
    issuer.has_profile.set(false);
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    assert_eq!((tab.phase(), tab.method()), (Phase::SignedIn, Some(Method::Oidc)));
    assert_eq!(wire.sent("POST", "/users/profile").len(), 1);
    // The platform's own current organization, since nothing else was chosen before.
    assert_eq!(tab.active().as_deref(), Some("beta"));

    assert_eq!(tab.session.enter("acme").await, Entry::Entered);
    assert_eq!(tab.active().as_deref(), Some("acme"));
    read(&tab).await.unwrap();
    let made = wire.sent("POST", "/apikeys");
    let body = made.iter().map(Seen::json).find(|body| body["orgId"] == "o-1").unwrap();
    assert_eq!((&body["source"], &body["duration"]), (&json!("ui"), &json!(86_400_000_000_000_i64)));
    assert!(body["name"].as_str().unwrap().starts_with("console session 2"), "{body}");
    assert_eq!(made[0].header("authorization"), Some(format!("Bearer access-0-{}", issuer.run).as_str()));
    // Everything that needs the key shares it.
    assert_eq!(made.iter().filter(|seen| seen.json()["orgId"] == "o-1").count(), 1);
    assert_eq!(tab.session.enter("elsewhere").await, Entry::Forbidden);
    until("the platform to be told", || !wire.sent("PUT", "/users/current-organization").is_empty()).await;
    until("titles", || {
        tab.owner.with(|| tab.session.active().get_untracked()).is_some_and(|active| active.title == "Acme")
    })
    .await;
}

#[wasm_bindgen_test]
async fn a_reload_takes_the_session_up() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    read(&tab).await.unwrap();
    until("the key of the other organization, for titles", || issuer.keys.get() == 2).await;
    let again = Tab::again(false);
    assert_eq!((again.phase(), again.active().as_deref()), (Phase::SignedIn, Some("acme")));
    read(&again).await.unwrap();
    assert_eq!(wire.sent("POST", "/apikeys").len(), 2);
    // By another setting it does not.
    assert_eq!(Tab::again(true).phase(), Phase::SignedOut);
    assert_eq!(stored(), None);
}

#[wasm_bindgen_test]
async fn a_key_whose_answer_got_lost_is_revoked_by_the_next_page() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    drop(tab);
    let kept: Value = serde_json::from_str(&stored().unwrap()).unwrap();
    let own = kept["keys"]["o-1"]["id"].as_str().unwrap();
    let key = |id: &str, organization: &str, name: &str| json!({"id": id, "orgId": organization, "name": name, "status": "ACTIVE", "lastUsedAt": ""});
    issuer.listed.replace(json!([
        key("elsewhere", "o-2", "cut off"),
        key("lost", "o-1", "cut off"),
        key("another", "o-1", "of somebody's own"),
        key(own, "o-1", "in use"),
    ]));
    let now = browser::now();
    // The platform may still be making it.
    let open = format!("{now} o-2 not there yet");
    let notes = format!("{now} o-1 cut off\n{now} o-1 in use\n1 o-1 never made\n{open}");
    let storage = browser::session_storage().unwrap();
    storage.set_item("astro.making", &notes).unwrap();
    let again = Tab::again(false);
    until("what is settled to be struck", || {
        storage.get_item("astro.making").unwrap().as_deref() == Some(open.as_str())
    })
    .await;
    let revoked = |organization: &str| {
        let sent = wire.sent("POST", &format!("/apikeys/{organization}/revoke"));
        sent.iter().map(|seen| seen.json()["keyId"].clone()).collect::<Vec<Value>>()
    };
    assert_eq!((revoked("o-1"), revoked("o-2")), (vec![json!("lost")], vec![]));
    assert_eq!(again.phase(), Phase::SignedIn);
}

#[wasm_bindgen_test]
async fn half_a_session_is_not_gone_on_with() {
    let issuer = Issuer::new();
    let _wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    let mut kept: Value = serde_json::from_str(&stored().unwrap()).unwrap();
    (kept["person"], kept["organizations"]) = (json!(null), json!([]));
    drop(tab);
    browser::session_storage().unwrap().set_item("astro.session", &kept.to_string()).unwrap();
    issuer.fails.set(true);
    let again = Tab::again(false);
    until("the sign-in page", || again.phase() == Phase::SignedOut).await;
    assert_eq!(stored(), None);
}

#[wasm_bindgen_test]
async fn a_refused_key_is_made_anew_once() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    let used = || wire.sent("GET", "/clusters").last().unwrap().key().to_owned();
    let made = || wire.sent("POST", "/apikeys").iter().filter(|seen| seen.json()["orgId"] == "o-1").count();
    read(&tab).await.unwrap();
    let first = used();
    issuer.refused.borrow_mut().push(first.clone());
    read(&tab).await.unwrap();
    assert_eq!((tab.phase(), made()), (Phase::SignedIn, 2));
    assert_ne!(used(), first);
    // One that is refused right after it was made is not the key's fault.
    for number in 1..10 {
        issuer.refused.borrow_mut().push(issuer.key(number));
    }
    assert_eq!(read(&tab).await, Err(ErrorKind::Unauthorized));
    assert_eq!((tab.phase(), made()), (Phase::Expired, 2));
    // From now on nothing is sent in vain.
    let sent = wire.seen().len();
    assert_eq!(read(&tab).await, Err(ErrorKind::Unauthorized));
    assert_eq!(wire.seen().len(), sent);
}

#[wasm_bindgen_test]
async fn a_token_is_renewed_before_it_ends_and_by_one_call() {
    let issuer = Issuer::new();
    issuer.lifetime.set(20);
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    let before = issuer.refreshes.get();
    assert!(before >= 1, "the token of 20 seconds is too old for the profile already");
    let calls = [(); 3].map(|()| tab.client.send(&api_keys::list(), Priority::Foreground));
    for answer in futures_util::future::join_all(calls).await {
        answer.ok().unwrap();
    }
    assert_eq!(issuer.refreshes.get(), before);
    // The successor is kept, not the one that was spent.
    assert!(stored().unwrap().contains(&format!("refresh-{before}")));
    assert!(!stored().unwrap().contains("refresh-0"));
    let bearer = wire.sent("GET", "/apikeys").last().unwrap().header("authorization").unwrap().to_owned();
    assert_eq!(bearer, format!("Bearer access-{before}-{}", issuer.run));
}

/// The tab with a token that has just ended, as another page of the same session has it.
fn with_ended_token() -> Tab {
    let mut kept: Value = serde_json::from_str(&stored().unwrap()).unwrap();
    kept["tokens"]["expires_at"] = json!(1);
    browser::session_storage().unwrap().set_item("astro.session", &kept.to_string()).unwrap();
    Tab::again(false)
}

fn spent(wire: &Wire) -> Vec<String> {
    wire.seen().iter().filter_map(|seen| seen.form("refresh_token")).collect()
}

#[wasm_bindgen_test]
async fn the_tabs_of_a_session_spend_a_refresh_token_once() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    let (one, other) = (with_ended_token(), with_ended_token());
    let calls = [&one, &other].map(|tab| tab.client.send(&api_keys::list(), Priority::Foreground));
    for answer in futures_util::future::join_all(calls).await {
        answer.ok().unwrap();
    }
    assert_eq!(spent(&wire), ["refresh-0"]);
    // The first heard of it too, and goes on from there when its own token ends.
    let later = with_ended_token();
    later.client.send(&api_keys::list(), Priority::Foreground).await.ok().unwrap();
    assert_eq!(spent(&wire), ["refresh-0", "refresh-1"]);
    assert_eq!((tab.phase(), later.phase()), (Phase::SignedIn, Phase::SignedIn));
}

#[wasm_bindgen_test]
async fn a_new_tab_takes_over_the_session_of_another() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    read(&tab).await.unwrap();
    let made = wire.sent("POST", "/apikeys").len();
    // What lies in the tab's storage lies in the new one's no more.
    browser::session_storage().unwrap().clear().unwrap();
    let new = Tab::again(false);
    assert_eq!(new.phase(), Phase::Starting, "nobody is asked to sign in before the others are");
    until("the session", || new.phase() == Phase::SignedIn).await;
    assert_eq!((new.active().as_deref(), new.method()), (Some("acme"), Some(Method::Oidc)));
    read(&new).await.unwrap();
    assert_eq!(wire.sent("POST", "/apikeys").len(), made, "it has the keys as well");
    assert!(stored().is_some());
    // A tab that keeps its session in memory alone neither asks nor answers.
    browser::session_storage().unwrap().clear().unwrap();
    assert_eq!(Tab::again(true).phase(), Phase::SignedOut);
    drop((tab, new));
    let nobody = Tab::again(false);
    until("nobody to answer", || nobody.phase() == Phase::SignedOut).await;
}

#[wasm_bindgen_test]
async fn a_session_that_another_tab_hands_over_late_is_not_put_over_a_key_that_is_tried() {
    let wire = Wire::new(|_| Answer::Hang);
    forget_tab();
    let base = browser::resolve("./").unwrap();
    let _signed_in = browser::Presence::new(&format!("astro.signed-in {base}"));
    let nonce: Rc<RefCell<Option<String>>> = Rc::default();
    let asked = Rc::clone(&nonce);
    let hall = hall();
    let _asked = browser::Listener::new(&hall, "message", move |event| {
        let text = event.unchecked_into::<web_sys::MessageEvent>().data().as_string().unwrap_or_default();
        if let Some(nonce) = text.strip_prefix("ask ") {
            *asked.borrow_mut() = Some(nonce.trim().to_owned());
        }
    });
    let tab = Tab::again(false);
    until("the sign-in page", || tab.phase() == Phase::SignedOut && nonce.borrow().is_some()).await;
    let trying = std::pin::pin!(tab.session.sign_in_with_key(Secret::from("pasted")));
    let answering = std::pin::pin!(async {
        until("the key to be tried", || !wire.seen().is_empty()).await;
        let name = format!("astro.{} {base}", nonce.borrow().as_deref().unwrap());
        let told = Rc::new(Cell::new(false));
        let hears = Rc::clone(&told);
        // It hears after the session does, whose channel is older.
        let echo = BroadcastChannel::new(&name).unwrap();
        let _listener = browser::Listener::new(&echo, "message", move |_| hears.set(true));
        let kept = json!({"method": "Key", "id": "another-session", "subject": "", "tokens": null, "person": null,
            "keys": {"o-1": {"id": null, "secret": "key", "expires_at": null}}, "active": "o-1",
            "organizations": [{"id": "o-1", "name": "acme", "title": "Acme", "role": null, "open": true}]});
        BroadcastChannel::new(&name).unwrap().post_message(&kept.to_string().into()).unwrap();
        until("the answer", || told.get()).await;
        settle().await;
    });
    drop(futures_util::future::select(trying, answering).await);
    assert_eq!((tab.phase(), stored()), (Phase::SignedOut, None));
}

#[wasm_bindgen_test]
async fn a_link_into_another_organization_switches_nothing_by_itself() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("beta").await;
    let usual = |tab: &Tab| tab.owner.with(|| tab.session.usual().get_untracked().map(|usual| usual.name));
    assert_eq!(tab.session.visit("beta").await, Entry::Entered);
    assert_eq!(usual(&tab), None, "it is where the person works");
    assert_eq!(tab.session.visit("acme").await, Entry::Entered);
    assert_eq!((tab.active().as_deref(), usual(&tab).as_deref()), (Some("acme"), Some("beta")));
    let last = || browser::local_storage().unwrap().get_item("astro.organization").unwrap();
    assert_eq!(last().as_deref(), Some("beta"));
    // A reload is no decision either.
    let again = Tab::again(false);
    assert_eq!(again.session.visit("acme").await, Entry::Entered);
    assert_eq!(usual(&again).as_deref(), Some("beta"));
    assert!(wire.sent("PUT", "/users/current-organization").is_empty());
    issuer.refuses_switch.set(true);
    assert_eq!(again.session.settle().await.unwrap_err().kind, FailureKind::Conflict);
    assert_eq!((usual(&again).as_deref(), last().as_deref()), (Some("beta"), Some("beta")), "nothing is switched");
    issuer.refuses_switch.set(false);
    again.session.settle().await.unwrap();
    assert_eq!((usual(&again), last().as_deref()), (None, Some("acme")));
    assert_eq!(wire.sent("PUT", "/users/current-organization").len(), 2, "what was refused is told again");
}

#[wasm_bindgen_test]
async fn a_session_that_cannot_be_renewed_has_expired_and_stays_on_screen() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    let mut kept: Value = serde_json::from_str(&stored().unwrap()).unwrap();
    kept["tokens"]["expires_at"] = json!(1);
    browser::session_storage().unwrap().set_item("astro.session", &kept.to_string()).unwrap();
    issuer.refuses_refresh.set(true);
    let again = Tab::again(false);
    until("the end of the session", || again.phase() == Phase::Expired).await;
    assert_eq!(again.active().as_deref(), Some("acme"));
    // The same person signs in again: the keys are still good.
    issuer.refuses_refresh.set(false);
    again.sign_in(&issuer).await;
    assert_eq!(again.phase(), Phase::SignedIn);
    assert_eq!(again.session.enter("acme").await, Entry::Entered);
    let made = wire.sent("POST", "/apikeys");
    assert_eq!(made.iter().filter(|seen| seen.json()["orgId"] == "o-1").count(), 1);
}

#[wasm_bindgen_test]
async fn a_refused_id_token_does_not_lose_the_next_refresh_token() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    let mut kept: Value = serde_json::from_str(&stored().unwrap()).unwrap();
    kept["tokens"]["expires_at"] = json!(1);
    browser::session_storage().unwrap().set_item("astro.session", &kept.to_string()).unwrap();
    // The clock of this computer is wrong, so the token looks old.
    issuer.id_ends_in.set(-3_600.0);
    let again = Tab::again(false);
    until("the successor to be kept", || stored().unwrap().contains("refresh-1")).await;
    assert!(!stored().unwrap().contains("refresh-0"), "it is spent");
    assert_eq!(again.phase(), Phase::SignedIn, "nobody is thrown out for it");
    // The clock is put right.
    issuer.id_ends_in.set(60.0);
    again.client.send(&api_keys::list(), Priority::Foreground).await.ok().unwrap();
    let spent = wire.seen().into_iter().rfind(|seen| seen.url.ends_with("/token")).unwrap();
    assert_eq!(spent.form("refresh_token").as_deref(), Some("refresh-1"));
}

#[wasm_bindgen_test]
async fn signing_out_gives_everything_back() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    assert!(stored().is_some());
    let told = Rc::new(Cell::new(false));
    let channel = hall();
    let hears = Rc::clone(&told);
    let _listener = browser::Listener::new(&channel, "message", move |event| {
        let text = event.unchecked_into::<web_sys::MessageEvent>().data().as_string().unwrap_or_default();
        hears.set(text.starts_with("out ") && text.ends_with(" person u-1"));
    });
    tab.session.sign_out();
    until("the issuer's page", || tab.left_for.borrow().len() == 2).await;
    let page = Url::new(&tab.left_for.borrow()[1]).unwrap();
    assert!(page.href().starts_with("https://id.example/logout?"), "{}", page.href());
    let query = page.search_params();
    assert_eq!(query.get("post_logout_redirect_uri"), browser::resolve("sign-in"));
    assert!(query.get("id_token_hint").is_some());
    assert_eq!((tab.phase(), tab.active(), stored()), (Phase::SignedOut, None, None));
    until("the revocations", || {
        let revoked = wire.sent("POST", "/apikeys/o-1/revoke");
        let bearer = format!("Bearer access-0-{}", issuer.run);
        revoked.iter().any(|seen| {
            seen.keepalive && seen.json()["keyId"].is_string() && seen.header("authorization") == Some(&bearer)
        }) && wire.seen().iter().any(|seen| seen.url == "https://id.example/revoke" && seen.keepalive)
    })
    .await;
    until("other tabs", || told.get()).await;
    assert_eq!(read(&tab).await, Err(ErrorKind::Unauthorized));
}

#[wasm_bindgen_test]
async fn signing_out_of_many_organizations_keeps_the_limit_and_leaves_no_key_behind() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let first = Tab::new();
    first.sign_in(&issuer).await;
    let mut kept: Value = serde_json::from_str(&stored().unwrap()).unwrap();
    for number in 1..=8 {
        kept["keys"][format!("o-{number}")] =
            json!({"id": format!("own-{number}"), "secret": issuer.key(number), "expires_at": null});
    }
    browser::session_storage().unwrap().set_item("astro.session", &kept.to_string()).unwrap();
    let tab = Tab::limited(false, Limits { reads: 1_000, writes: 2 });
    tab.session.sign_out();
    until("the issuer's page", || !tab.left_for.borrow().is_empty()).await;
    let is_revocation = |seen: &Seen| seen.target().starts_with("/apikeys/") && seen.target().ends_with("/revoke");
    let revoked = || wire.seen().into_iter().filter(is_revocation).collect::<Vec<Seen>>();
    // Those that had no turn in three seconds went at the end; a key that the first tab was making goes as it comes.
    let own = || {
        let ids = revoked().iter().map(|seen| seen.json()["keyId"].as_str().unwrap().to_owned()).collect::<Vec<_>>();
        ids.into_iter().filter(|id| id.starts_with("own-")).collect::<Vec<_>>()
    };
    until("the revocations", || own().len() >= 8).await;
    let mut ids = own();
    ids.sort_unstable();
    assert_eq!(ids, (1..=8).map(|number| format!("own-{number}")).collect::<Vec<_>>());
    let times: Vec<u64> = revoked().iter().map(|seen| seen.at).collect();
    assert!(times[2] - times[0] >= 1_000, "{times:?}");
}

#[wasm_bindgen_test]
async fn signing_out_elsewhere_signs_out_here() {
    let issuer = Issuer::new();
    let wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    hall().post_message(&"out another-session person u-2".into()).unwrap();
    assert!(read(&tab).await.is_ok(), "somebody else's sign-out is not this person's");
    hall().post_message(&"out another-session person u-1".into()).unwrap();
    until("the end of the session", || tab.phase() == Phase::SignedOut).await;
    assert_eq!(stored(), None);
    until("the revocation", || !wire.sent("POST", "/apikeys/o-1/revoke").is_empty()).await;
    // It does not take this tab away to the issuer.
    assert_eq!(tab.left_for.borrow().len(), 1);
}

/// A platform on which a key opens one organization and lists two.
fn keyed(good: &str) -> Wire {
    let good = good.to_owned();
    Wire::new(move |seen| match seen.target() {
        _ if seen.key() != good => error(401),
        "/organizations?pageSize=100" => data(json!([
            {"id": "o-1", "name": "acme", "userRole": "editor"}, {"id": "o-2", "name": "beta", "owner": true},
        ])),
        "/organizations/o-2" => data(json!({"id": "o-2", "name": "beta"})),
        "/clusters" => data(json!([])),
        _ => error(403),
    })
}

#[wasm_bindgen_test]
async fn a_pasted_key_works_in_its_own_organization() {
    let key = unique("astro");
    let _wire = keyed(&key);
    let tab = Tab::new();
    tab.session.sign_in_with_key(Secret::from(format!("  {key}\n"))).await.unwrap();
    assert_eq!(
        (tab.phase(), tab.method(), tab.active().as_deref()),
        (Phase::SignedIn, Some(Method::Key), Some("beta"))
    );
    assert_eq!(tab.open_organizations(), [("acme".to_owned(), false), ("beta".to_owned(), true)]);
    assert_eq!(tab.session.enter("acme").await, Entry::NeedsKey);
    assert_eq!(tab.session.enter("beta").await, Entry::Entered);
    assert_eq!(tab.session.enter("elsewhere").await, Entry::Forbidden);
    read(&tab).await.unwrap();
    let bearer = tab.client.send(&api_keys::list(), Priority::Foreground).await.err().unwrap();
    assert_eq!(bearer.kind, ErrorKind::NoCredential);
    assert!(bearer.message.contains("your own sign-in"), "{}", bearer.message);
}

#[wasm_bindgen_test]
async fn a_key_that_is_not_accepted_signs_nobody_in() {
    let key = unique("astro");
    let _wire = keyed(&key);
    let tab = Tab::new();
    let failed = tab.session.sign_in_with_key(Secret::from("wrong")).await.unwrap_err();
    assert_eq!((failed.title, failed.kind), ("Key not accepted", FailureKind::SignedOut));
    assert_eq!((tab.phase(), stored()), (Phase::SignedOut, None));
    // Nor does it end the session that there is.
    tab.session.sign_in_with_key(Secret::from(key.as_str())).await.unwrap();
    assert!(tab.session.sign_in_with_key(Secret::from("wrong")).await.is_err());
    assert_eq!(tab.phase(), Phase::SignedIn);
    read(&tab).await.unwrap();
}

#[wasm_bindgen_test]
async fn a_pasted_key_that_ends_cannot_be_renewed() {
    let key = unique("astro");
    let wire = keyed(&key);
    let tab = Tab::new();
    tab.session.sign_in_with_key(Secret::from(key.as_str())).await.unwrap();
    drop(wire);
    let _wire = keyed("another");
    assert_eq!(read(&tab).await, Err(ErrorKind::Unauthorized));
    assert_eq!((tab.phase(), tab.active().as_deref()), (Phase::Expired, Some("beta")));
    assert_eq!(tab.session.ended_by(), "refused with 401", "the platform's reason is kept");
}

#[wasm_bindgen_test]
async fn nothing_secret_lies_where_it_outlives_the_tab() {
    let issuer = Issuer::new();
    let _wire = issuer.wire();
    let tab = Tab::new();
    tab.sign_in(&issuer).await;
    tab.session.enter("acme").await;
    read(&tab).await.unwrap();
    let storage = browser::local_storage().unwrap();
    for index in 0..storage.length().unwrap() {
        let name = storage.key(index).unwrap().unwrap();
        let text = storage.get_item(&name).unwrap().unwrap();
        assert!(!text.contains(&issuer.run) && !name.contains(&issuer.run), "{name}: {text}");
    }
    assert!(!format!("{:?}", tab.client.records().all()).contains(&issuer.run));
}
