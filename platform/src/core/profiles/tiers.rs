//! The availability tiers, as published.

use astro_api::{
    profiles::MinMax,
    tiers::{
        AvailabilityTier, ContainerCount, HorizontalAutoScaling, PlacementPreference, PriorityLevel, TierName,
        TierResources, VerticalAutoScaling,
    },
};

/// What the tiers differ in.
struct Level {
    name: TierName,
    replicas: (i64, i64),
    scales: bool,
    multi_zone: bool,
    placement: PlacementPreference,
    priority: PriorityLevel,
    cpu: (&'static str, &'static str),
    memory: (&'static str, &'static str),
}

impl Level {
    fn model(self) -> AvailabilityTier {
        let (least, most) = self.replicas;
        let range = |(minimum, maximum): (&str, &str)| MinMax {
            minimum: Some(minimum.to_owned()),
            maximum: Some(maximum.to_owned()),
        };
        AvailabilityTier {
            name: self.name.as_str().to_owned(),
            container: Some(ContainerCount { min_size: Some(least), max_size: Some(most) }),
            horizontal_auto_scaling: Some(HorizontalAutoScaling {
                enabled: Some(self.scales),
                min_replicas: Some(least),
                max_replicas: Some(most),
                cpu_utilization_percentage: Some(80),
                memory_utilization_percentage: Some(80),
            }),
            vertical_auto_scaling: Some(VerticalAutoScaling { enabled: Some(false) }),
            multi_zone_deployment: Some(self.multi_zone),
            placement_preference: Some(self.placement),
            priority_level: Some(self.priority),
            resources: Some(TierResources { cpu: Some(range(self.cpu)), memory: Some(range(self.memory)) }),
        }
    }
}

/// Every tier, the least first.
pub(super) fn all() -> Vec<AvailabilityTier> {
    let levels = [
        Level {
            name: TierName::Basic,
            replicas: (1, 3),
            scales: false,
            multi_zone: false,
            placement: PlacementPreference::Soft,
            priority: PriorityLevel::Low,
            cpu: ("100m", "200m"),
            memory: ("128Mi", "256Mi"),
        },
        Level {
            name: TierName::Standard,
            replicas: (3, 3),
            scales: false,
            multi_zone: false,
            placement: PlacementPreference::Soft,
            priority: PriorityLevel::High,
            cpu: ("100m", "200m"),
            memory: ("1Gi", "4Gi"),
        },
        Level {
            name: TierName::Premium,
            replicas: (3, 9),
            scales: true,
            multi_zone: true,
            placement: PlacementPreference::Hard,
            priority: PriorityLevel::Critical,
            cpu: ("1", "4"),
            memory: ("4Gi", "8Gi"),
        },
    ];
    levels.into_iter().map(Level::model).collect()
}
