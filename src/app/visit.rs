//! The banner over an organization that a link has led into.

use leptos::{prelude::*, task::spawn_local};

use crate::{
    routes,
    store::{session::Organization, use_store},
    ui::{Banner, Button, ButtonLink, format::sentence, load::Failure},
};

/// Offers the switch. The page is the address's all the same: a link shows what it names, and changes nothing that lasts.
pub fn banner(usual: &Organization) -> AnyView {
    let session = use_store().session;
    let here = session.active().get_untracked().map(|active| active.name).unwrap_or_default();
    let usual = usual.name.clone();
    let busy = RwSignal::new(false);
    let failure = RwSignal::new(None::<Failure>);
    let text = {
        let usual = usual.clone();
        Signal::derive(move || {
            let failed = failure.with(|failure| failure.as_ref().map(|failure| sentence(&failure.message)));
            Some(match failed {
                Some(why) => format!("The platform has not switched: {why} You still work in {usual}."),
                None => format!("A link led here, and you work in {usual}. A new tab begins there, unless you switch."),
            })
        })
    };
    let switch = move |()| {
        busy.set(true);
        spawn_local(async move {
            // Once it is done, there is nothing to offer any more.
            let outcome = session.settle().await;
            let _ = busy.try_set(false);
            let _ = failure.try_set(outcome.err());
        });
    };
    view! {
        <div class="page__notice">
            <Banner icon="building-2" title=format!("This is {here}.") text=text>
                <Button label=format!("Switch to {here}") small=true busy=busy on_press=switch/>
                <ButtonLink label=format!("Back to {usual}") href=routes::home(&usual).href() small=true/>
            </Banner>
        </div>
    }
    .into_any()
}
