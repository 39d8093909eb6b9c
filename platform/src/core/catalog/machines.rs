//! What the providers rent, with their published vCPU, memory, accelerators and on-demand prices of Linux in the
//! provider's first region.

use astro_api::catalog::{Architecture, MachineCategory};

use super::regions::Place;

/// A machine type.
pub struct Machine {
    /// The provider's name, `m7i.large`.
    pub name: &'static str,
    kind: Kind,
    arm: bool,
    /// Virtual processors.
    pub cpu: u32,
    /// Memory in MiB.
    pub mebibytes: u32,
    /// Accelerators.
    pub gpu: u32,
    /// US dollars an hour.
    pub price: f64,
    scarce: bool,
}

#[derive(Clone, Copy)]
enum Kind {
    General,
    Compute,
    Memory,
    Accelerator,
    Gpu,
}

impl Machine {
    /// What it is made for.
    pub const fn category(&self) -> MachineCategory {
        match self.kind {
            Kind::General => MachineCategory::GeneralPurpose,
            Kind::Compute => MachineCategory::ComputeOptimized,
            Kind::Memory => MachineCategory::MemoryOptimized,
            Kind::Accelerator => MachineCategory::AcceleratorOptimized,
            Kind::Gpu => MachineCategory::Gpu,
        }
    }

    /// Its processor.
    pub const fn architecture(&self) -> Architecture {
        if self.arm { Architecture::Arm64 } else { Architecture::X86_64 }
    }

    /// Whether a region has it.
    pub const fn is_offered(&self, place: &Place) -> bool {
        place.large || !self.scarce
    }

    /// The zones of a region that have it: what is scarce comes to the first two only.
    pub fn zones(&self, provider: &str, place: &Place) -> Vec<String> {
        if !self.is_offered(place) {
            return Vec::new();
        }
        let mut zones = place.zones(provider);
        if self.scarce {
            zones.truncate(2);
        }
        zones
    }
}

/// The machine types of a provider; none for a word that is no provider.
pub fn of(provider: &str) -> &'static [Machine] {
    match provider {
        "aws" => AWS,
        "gcp" => GCP,
        "azure" => AZURE,
        _ => &[],
    }
}

const fn machine(name: &'static str, kind: Kind, cpu: u32, gib: u32, price: f64) -> Machine {
    Machine { name, kind, arm: false, cpu, mebibytes: gib * 1024, gpu: 0, price, scarce: false }
}

impl Machine {
    const fn arm(mut self) -> Self {
        self.arm = true;
        self
    }

    const fn scarce(mut self) -> Self {
        self.scarce = true;
        self
    }

    const fn gpus(mut self, count: u32) -> Self {
        self.gpu = count;
        self.scarce()
    }

    const fn mebibytes(mut self, mebibytes: u32) -> Self {
        self.mebibytes = mebibytes;
        self
    }
}

use Kind::{Accelerator, Compute, General, Gpu, Memory};

#[rustfmt::skip]
static AWS: &[Machine] = &[
    machine("t3.small", General, 2, 2, 0.0208),
    machine("t3.medium", General, 2, 4, 0.0416),
    machine("t3.large", General, 2, 8, 0.0832),
    machine("t3.xlarge", General, 4, 16, 0.1664),
    machine("t3.2xlarge", General, 8, 32, 0.3328),
    machine("t3a.medium", General, 2, 4, 0.0376),
    machine("t3a.large", General, 2, 8, 0.0752),
    machine("t4g.medium", General, 2, 4, 0.0336).arm(),
    machine("t4g.large", General, 2, 8, 0.0672).arm(),
    machine("m5.large", General, 2, 8, 0.096),
    machine("m5.xlarge", General, 4, 16, 0.192),
    machine("m5.2xlarge", General, 8, 32, 0.384),
    machine("m6i.large", General, 2, 8, 0.096),
    machine("m6i.xlarge", General, 4, 16, 0.192),
    machine("m6i.2xlarge", General, 8, 32, 0.384),
    machine("m6i.4xlarge", General, 16, 64, 0.768),
    machine("m7i.large", General, 2, 8, 0.1008),
    machine("m7i.xlarge", General, 4, 16, 0.2016),
    machine("m7i.2xlarge", General, 8, 32, 0.4032),
    machine("m7i.4xlarge", General, 16, 64, 0.8064),
    machine("m7i.8xlarge", General, 32, 128, 1.6128),
    machine("m7g.large", General, 2, 8, 0.0816).arm(),
    machine("m7g.xlarge", General, 4, 16, 0.1632).arm(),
    machine("m7g.2xlarge", General, 8, 32, 0.3264).arm(),
    machine("m8g.xlarge", General, 4, 16, 0.1795).arm().scarce(),
    machine("m8g.2xlarge", General, 8, 32, 0.3590).arm().scarce(),
    machine("c6i.large", Compute, 2, 4, 0.085),
    machine("c6i.xlarge", Compute, 4, 8, 0.17),
    machine("c6i.2xlarge", Compute, 8, 16, 0.34),
    machine("c7i.large", Compute, 2, 4, 0.0893),
    machine("c7i.xlarge", Compute, 4, 8, 0.1785),
    machine("c7i.2xlarge", Compute, 8, 16, 0.357),
    machine("c7i.4xlarge", Compute, 16, 32, 0.714),
    machine("c7g.xlarge", Compute, 4, 8, 0.145).arm(),
    machine("c7g.2xlarge", Compute, 8, 16, 0.29).arm(),
    machine("r6i.large", Memory, 2, 16, 0.126),
    machine("r6i.xlarge", Memory, 4, 32, 0.252),
    machine("r7i.large", Memory, 2, 16, 0.1323),
    machine("r7i.xlarge", Memory, 4, 32, 0.2646),
    machine("r7i.2xlarge", Memory, 8, 64, 0.5292),
    machine("r7i.4xlarge", Memory, 16, 128, 1.0584),
    machine("r7g.xlarge", Memory, 4, 32, 0.2142).arm(),
    machine("x2gd.xlarge", Memory, 4, 64, 0.334).arm().scarce(),
    machine("inf2.xlarge", Accelerator, 4, 16, 0.7582).scarce(),
    machine("inf2.8xlarge", Accelerator, 32, 128, 1.9679).scarce(),
    machine("trn1.2xlarge", Accelerator, 8, 32, 1.3438).scarce(),
    machine("g4dn.xlarge", Gpu, 4, 16, 0.526).gpus(1),
    machine("g4dn.12xlarge", Gpu, 48, 192, 3.912).gpus(4),
    machine("g5.xlarge", Gpu, 4, 16, 1.006).gpus(1),
    machine("g5.2xlarge", Gpu, 8, 32, 1.212).gpus(1),
    machine("g6.xlarge", Gpu, 4, 16, 0.8048).gpus(1),
    machine("g6e.2xlarge", Gpu, 8, 64, 2.2421).gpus(1),
    machine("p4d.24xlarge", Gpu, 96, 1152, 21.9576).gpus(8),
    machine("p5.48xlarge", Gpu, 192, 2048, 55.04).gpus(8),
];

#[rustfmt::skip]
static GCP: &[Machine] = &[
    machine("e2-small", General, 2, 2, 0.0168),
    machine("e2-medium", General, 2, 4, 0.0335),
    machine("e2-standard-2", General, 2, 8, 0.067),
    machine("e2-standard-4", General, 4, 16, 0.134),
    machine("e2-standard-8", General, 8, 32, 0.268),
    machine("e2-standard-16", General, 16, 64, 0.5361),
    machine("n1-standard-1", General, 1, 4, 0.0475).mebibytes(3840),
    machine("n1-standard-4", General, 4, 15, 0.19),
    machine("n2-standard-2", General, 2, 8, 0.0971),
    machine("n2-standard-4", General, 4, 16, 0.1942),
    machine("n2-standard-8", General, 8, 32, 0.3885),
    machine("n2-standard-16", General, 16, 64, 0.7769),
    machine("n2d-standard-4", General, 4, 16, 0.169),
    machine("n2d-standard-8", General, 8, 32, 0.338),
    machine("n4-standard-4", General, 4, 16, 0.1895).scarce(),
    machine("n4-standard-8", General, 8, 32, 0.379).scarce(),
    machine("c4-standard-4", General, 4, 15, 0.1977).scarce(),
    machine("c4-standard-8", General, 8, 30, 0.3954).scarce(),
    machine("t2a-standard-2", General, 2, 8, 0.077).arm().scarce(),
    machine("t2a-standard-4", General, 4, 16, 0.154).arm().scarce(),
    machine("c4a-standard-4", General, 4, 16, 0.1796).arm().scarce(),
    machine("t2d-standard-4", General, 4, 16, 0.169),
    machine("c2-standard-4", Compute, 4, 16, 0.2088),
    machine("c2-standard-8", Compute, 8, 32, 0.4176),
    machine("c2-standard-16", Compute, 16, 64, 0.8352),
    machine("c2d-standard-4", Compute, 4, 16, 0.1816),
    machine("c3-standard-4", Compute, 4, 16, 0.2087),
    machine("c3-standard-8", Compute, 8, 32, 0.4174),
    machine("n2-highcpu-8", Compute, 8, 8, 0.2868),
    machine("e2-highmem-4", Memory, 4, 32, 0.1809),
    machine("n2-highmem-2", Memory, 2, 16, 0.131),
    machine("n2-highmem-4", Memory, 4, 32, 0.262),
    machine("n2-highmem-8", Memory, 8, 64, 0.5241),
    machine("n2-highmem-16", Memory, 16, 128, 1.0481),
    machine("m3-ultramem-32", Memory, 32, 976, 6.0912).scarce(),
    machine("ct5lp-hightpu-1t", Accelerator, 24, 48, 1.2).scarce(),
    machine("g2-standard-4", Gpu, 4, 16, 0.7069).gpus(1),
    machine("g2-standard-12", Gpu, 12, 48, 1.0008).gpus(1),
    machine("a2-highgpu-1g", Gpu, 12, 85, 3.6739).gpus(1),
    machine("a2-highgpu-4g", Gpu, 48, 340, 14.6946).gpus(4),
    machine("a3-highgpu-8g", Gpu, 208, 1872, 88.2544).gpus(8),
];

#[rustfmt::skip]
static AZURE: &[Machine] = &[
    machine("Standard_B2s", General, 2, 4, 0.0416),
    machine("Standard_B2ms", General, 2, 8, 0.0832),
    machine("Standard_B4ms", General, 4, 16, 0.166),
    machine("Standard_D2s_v3", General, 2, 8, 0.096),
    machine("Standard_D4s_v3", General, 4, 16, 0.192),
    machine("Standard_D2s_v5", General, 2, 8, 0.096),
    machine("Standard_D4s_v5", General, 4, 16, 0.192),
    machine("Standard_D8s_v5", General, 8, 32, 0.384),
    machine("Standard_D16s_v5", General, 16, 64, 0.768),
    machine("Standard_D2as_v5", General, 2, 8, 0.086),
    machine("Standard_D4as_v5", General, 4, 16, 0.172),
    machine("Standard_D8as_v5", General, 8, 32, 0.344),
    machine("Standard_D4ds_v5", General, 4, 16, 0.226),
    machine("Standard_D4s_v6", General, 4, 16, 0.202).scarce(),
    machine("Standard_D8s_v6", General, 8, 32, 0.403).scarce(),
    machine("Standard_D2ps_v5", General, 2, 8, 0.077).arm(),
    machine("Standard_D4ps_v5", General, 4, 16, 0.154).arm(),
    machine("Standard_D8ps_v6", General, 8, 32, 0.314).arm().scarce(),
    machine("Standard_F4s_v2", Compute, 4, 8, 0.169),
    machine("Standard_F8s_v2", Compute, 8, 16, 0.338),
    machine("Standard_F16s_v2", Compute, 16, 32, 0.677),
    machine("Standard_F4as_v6", Compute, 4, 16, 0.199).scarce(),
    machine("Standard_E2s_v5", Memory, 2, 16, 0.126),
    machine("Standard_E4s_v5", Memory, 4, 32, 0.252),
    machine("Standard_E8s_v5", Memory, 8, 64, 0.504),
    machine("Standard_E16s_v5", Memory, 16, 128, 1.008),
    machine("Standard_E4as_v5", Memory, 4, 32, 0.226),
    machine("Standard_E4ps_v5", Memory, 4, 32, 0.201).arm(),
    machine("Standard_M8ms", Memory, 8, 218, 1.977).mebibytes(224_000).scarce(),
    machine("Standard_NC4as_T4_v3", Gpu, 4, 28, 0.526).gpus(1),
    machine("Standard_NC16as_T4_v3", Gpu, 16, 110, 1.204).gpus(1),
    machine("Standard_NC24ads_A100_v4", Gpu, 24, 220, 3.673).gpus(1),
    machine("Standard_NC48ads_A100_v4", Gpu, 48, 440, 7.346).gpus(2),
    machine("Standard_NV6ads_A10_v5", Accelerator, 6, 55, 0.454).scarce(),
    machine("Standard_ND96isr_H100_v5", Gpu, 96, 1900, 98.32).gpus(8),
];
