//! Machine types to choose from.

use std::sync::Arc;

use astro_api::{
    ApiError, ErrorKind,
    catalog::{Architecture, MachineCategory, MachineType},
};
use leptos::prelude::*;

use super::Sample;
use crate::{
    components::MachineTypePicker,
    store::failure::failure,
    ui::load::{Any, Load, Loaded, Loads},
};

/// The samples of this group.
pub fn samples() -> Vec<Sample> {
    vec![
        Sample::new("Machine types", || drawn(ready(some()), "system")),
        Sample::new("Machine types: 800 of them, with long names", || drawn(ready(many()), "workers-general")),
        Sample::new("Machine types: none are offered", || drawn(ready(Vec::new()), "empty")),
        Sample::new("Machine types: being loaded", || drawn(Load::Loading, "loading")),
        Sample::new("Machine types: they could not be read", || {
            let error = ApiError {
                status: Some(500),
                trace_id: Some("trace-5e6f7g8h9i".to_owned()),
                ..ApiError::new(ErrorKind::Server, "listMachineTypes", "The provider does not answer.")
            };
            drawn(Load::Failed(failure(&error)), "failed")
        }),
    ]
}

fn ready(list: Vec<MachineType>) -> Load<Any> {
    let value: Arc<Any> = Arc::new(list);
    Load::Ready(Loaded { value, at: 0, refreshing: false, failed: None })
}

fn drawn(load: Load<Any>, of: &'static str) -> AnyView {
    let chosen = RwSignal::new(vec!["m7g.xlarge".to_owned()]);
    view! {
        <MachineTypePicker
            load=Loads::new(Signal::stored(load))
            chosen=chosen
            of=of
            retry=Callback::new(|()| {})
        />
    }
    .into_any()
}

fn machine(name: impl Into<String>, cpu: &str, memory: &str, gpu: i64, price: f64) -> MachineType {
    let name = name.into();
    MachineType {
        id: name.clone(),
        category: Some(if gpu > 0 { MachineCategory::Gpu } else { MachineCategory::GeneralPurpose }),
        architecture: Some(if name.starts_with("m7g") { Architecture::Arm64 } else { Architecture::X86_64 }),
        name,
        cpu: cpu.to_owned(),
        memory: memory.to_owned(),
        gpu: Some(gpu),
        zones: None,
        price_per_hour: Some(price),
    }
}

fn some() -> Vec<MachineType> {
    vec![
        machine("t3.medium", "2", "4Gi", 0, 0.0441),
        machine("m7i.xlarge", "4", "16Gi", 0, 0.2137),
        machine("m7g.xlarge", "4", "16Gi", 0, 0.173),
        machine("g5.xlarge", "4", "16Gi", 1, 1.0664),
        machine("p5.48xlarge", "192", "2048Gi", 8, 58.3424),
    ]
}

fn many() -> Vec<MachineType> {
    (0..800)
        .map(|at| machine(format!("Standard_ND96isr_H100_v5_generation_{at:03}"), "96", "1900Gi", 8, 98.32))
        .collect()
}
