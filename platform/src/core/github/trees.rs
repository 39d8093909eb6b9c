//! The files of the repositories, made when somebody looks.

use std::fmt::Write as _;

use serde::{Deserialize, Serialize};

use crate::core::ids::Random;

/// What sort of repository it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// One service with its own deployment files.
    Service,
    /// Many packages.
    Monorepo,
    /// Helm charts.
    Charts,
    /// Plain Kubernetes YAML.
    Manifests,
    /// Markdown.
    Docs,
    /// Twenty thousand files.
    Huge,
    /// The platform's public examples.
    Public,
}

/// A file of a repository.
pub struct File {
    /// Its path.
    pub path: String,
    /// What is in it.
    pub body: Body,
}

/// The content of a file.
pub enum Body {
    /// Text.
    Text(String),
    /// JSON with so many records.
    Records(u32),
    /// So many bytes that aren't text.
    Binary(i64),
}

/// Bytes of a record, with its line end.
const RECORD: i64 = 54;

impl File {
    /// Its size in bytes.
    pub fn size(&self) -> i64 {
        match &self.body {
            Body::Text(text) => i64::try_from(text.len()).unwrap_or(i64::MAX),
            Body::Records(count) => RECORD * i64::from(*count) + 4,
            Body::Binary(size) => *size,
        }
    }

    /// Its text.
    pub fn text(&self) -> String {
        match &self.body {
            Body::Text(text) => text.clone(),
            Body::Binary(_) => String::new(),
            Body::Records(count) => {
                let mut random = Random::new(0).derive(&self.path);
                let mut text = String::from("[\n");
                for index in 0..*count {
                    let comma = if index + 1 == *count { ' ' } else { ',' };
                    let (sku, amount) = (random.below(1_000_000), random.below(100_000));
                    let _ = writeln!(
                        text,
                        "  {{\"order\":{:08},\"sku\":\"{sku:06}\",\"cents\":{:06}}}{comma}  ",
                        10_000_000 + index,
                        amount + 100_000
                    );
                }
                text.push_str("]\n");
                text
            }
        }
    }
}

/// A stand-in for the object id.
pub fn sha(path: &str) -> String {
    Random::new(0).derive(path).hex(40)
}

struct Tree(Vec<File>);

impl Tree {
    fn text(&mut self, path: impl Into<String>, text: impl Into<String>) {
        self.0.push(File { path: path.into(), body: Body::Text(text.into()) });
    }

    fn add(&mut self, path: impl Into<String>, body: Body) {
        self.0.push(File { path: path.into(), body });
    }

    fn readme(&mut self, name: &str, branch: &str, about: &str) {
        self.text("README.md", format!("# {name}\n\n{about}\n\nThis is branch `{branch}`.\n\n| Environment | Cluster |\n|---|---|\n| staging | staging |\n| production | prod-eu, prod-us |\n\n```sh\nmake test\n```\n"));
    }
}

/// All files of a branch.
pub fn files(kind: Kind, name: &str, branch: &str) -> Vec<File> {
    let mut tree = Tree(Vec::new());
    match kind {
        Kind::Service => service(&mut tree, "", name, branch),
        Kind::Monorepo => monorepo(&mut tree, name, branch),
        Kind::Charts => charts(&mut tree, name, branch),
        Kind::Manifests => manifests(&mut tree, name, branch),
        Kind::Docs => docs(&mut tree, name, branch),
        Kind::Huge => huge(&mut tree, name, branch),
        Kind::Public => public(&mut tree, name, branch),
    }
    tree.0
}

fn service(tree: &mut Tree, prefix: &str, name: &str, branch: &str) {
    let at = |path: &str| format!("{prefix}{path}");
    if prefix.is_empty() {
        tree.readme(name, branch, "A service of the shop.");
        tree.text(".github/workflows/deploy.yaml", "name: deploy\non:\n  push:\n    branches: [main]\njobs:\n  deploy:\n    runs-on: ubuntu-24.04\n    steps:\n      - uses: actions/checkout@v4\n      - run: astroctl app apply -f .astropulse/deploy-app.yaml\n        env:\n          ASTROPULSE_API_KEY: ${{ secrets.ASTROPULSE_API_KEY }}\n");
        tree.text(".gitignore", "target/\nnode_modules/\n.env\n");
        tree.add("logo.png", Body::Binary(18_342));
        tree.text("CODEOWNERS", "* @acme-inc/platform\n");
    }
    tree.text(at(".astropulse/deploy-app.yaml"), format!("apiVersion: platform.astropulse.io/v1\nkind: Application\nspec:\n  name: {name}\n  profileName: web-standard\n  source:\n    type: image\n    image:\n      registry: ghcr.io\n      repository: acme-inc/{name}\n      tag: v1.0.0\n  externalAccess:\n    domain: acme.example\n"));
    tree.text(at(".astropulse/profile.yaml"), "name: latency-app-profile\nclusterName: paas-platform-prod\n");
    tree.text(
        at("Dockerfile"),
        "FROM gcr.io/distroless/static-debian12\nCOPY app /app\nUSER 65532\nENTRYPOINT [\"/app\"]\n",
    );
    tree.text(at("Makefile"), "test:\n\tgo test ./...\n\nbuild:\n\tgo build -o app ./cmd/app\n");
    tree.text(at("go.mod"), format!("module github.com/acme-inc/{name}\n\ngo 1.25\n"));
    tree.text(at("cmd/app/main.go"), "package main\n\nimport (\n\t\"log/slog\"\n\t\"net/http\"\n)\n\nfunc main() {\n\tslog.Info(\"listening\", \"addr\", \":8080\")\n\t_ = http.ListenAndServe(\":8080\", nil)\n}\n");
    tree.text(at("internal/http/handler.go"), "package http\n");
    tree.text(at("deploy/values.yaml"), values(name, 2));
    tree.text(at("deploy/values-prod.yaml"), values(name, 6));
    tree.text(at("config/app.json"), format!("{{\n  \"service\": \"{name}\",\n  \"port\": 8080,\n  \"features\": {{ \"newCheckout\": true, \"giftCards\": false }}\n}}\n"));
}

fn values(name: &str, replicas: u32) -> String {
    format!(
        "replicaCount: {replicas}\nimage:\n  repository: ghcr.io/acme-inc/{name}\n  tag: \"\"\nservice:\n  port: 8080\nresources:\n  requests: {{ cpu: 100m, memory: 256Mi }}\n  limits: {{ memory: 512Mi }}\nautoscaling:\n  enabled: {}\n  maxReplicas: {}\n",
        replicas > 3,
        replicas * 3
    )
}

fn chart(tree: &mut Tree, prefix: &str, name: &str) {
    let at = |path: &str| format!("{prefix}/{path}");
    tree.text(at("Chart.yaml"), format!("apiVersion: v2\nname: {name}\ndescription: Deploys {name}\ntype: application\nversion: 1.4.2\nappVersion: \"5.18.0\"\ndependencies:\n  - name: common\n    version: 2.x.x\n    repository: file://../common\n"));
    tree.text(at("values.yaml"), values(name, 2));
    tree.text(at("values-staging.yaml"), values(name, 1));
    tree.text(at("values-prod.yaml"), values(name, 6));
    tree.text(at("templates/_helpers.tpl"), format!("{{{{- define \"{name}.labels\" -}}}}\napp.kubernetes.io/name: {name}\napp.kubernetes.io/instance: {{{{ .Release.Name }}}}\n{{{{- end }}}}\n"));
    tree.text(at("templates/deployment.yaml"), format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {{{{ .Release.Name }}}}\n  labels:\n    {{{{- include \"{name}.labels\" . | nindent 4 }}}}\nspec:\n  replicas: {{{{ .Values.replicaCount }}}}\n  template:\n    spec:\n      containers:\n        - name: {name}\n          image: \"{{{{ .Values.image.repository }}}}:{{{{ .Values.image.tag }}}}\"\n"));
    tree.text(at("templates/service.yaml"), "apiVersion: v1\nkind: Service\nmetadata:\n  name: {{ .Release.Name }}\nspec:\n  ports:\n    - port: {{ .Values.service.port }}\n");
    tree.text(at("templates/hpa.yaml"), "{{- if .Values.autoscaling.enabled }}\napiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata:\n  name: {{ .Release.Name }}\n{{- end }}\n");
    tree.text(at("README.md"), format!("# {name}\n\nOwned by team-{name}. See `values.yaml` for what can be set.\n"));
}

fn charts(tree: &mut Tree, name: &str, branch: &str) {
    tree.readme(name, branch, "One chart a service; `common` holds what they share.");
    let mut all = vec![
        "common",
        "payments-api",
        "payments-ledger",
        "storefront",
        "checkout",
        "cart",
        "catalog-search",
        "recommendations",
        "ml-inference",
    ];
    // The release was cut before the ledger moved here.
    all.retain(|chart| branch != "release-1.2" || *chart != "payments-ledger");
    for name in all {
        chart(tree, &format!("charts/{name}"), name);
    }
    tree.text("ct.yaml", "chart-dirs: [charts]\ntarget-branch: main\n");
    tree.text("renovate.json", "{\n  \"extends\": [\"config:recommended\"],\n  \"helmv3\": { \"enabled\": true }\n}\n");
}

fn cron(name: &str, schedule: &str, suspend: bool) -> String {
    format!(
        "apiVersion: batch/v1\nkind: CronJob\nmetadata:\n  name: {name}\nspec:\n  schedule: \"{schedule}\"\n  suspend: {suspend}\n  concurrencyPolicy: Forbid\n  jobTemplate:\n    spec:\n      backoffLimit: 2\n      template:\n        spec:\n          restartPolicy: Never\n          containers:\n            - name: {name}\n              image: ghcr.io/acme-inc/{name}:2026.6\n"
    )
}

fn manifests(tree: &mut Tree, name: &str, branch: &str) {
    tree.readme(name, branch, "Plain manifests, applied as they are.");
    tree.text("jobs/nightly-billing/cronjob.yaml", cron("nightly-billing", "*/5 * * * *", false));
    tree.text("jobs/nightly-billing/configmap.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: nightly-billing-config\ndata:\n  CURRENCY: EUR\n  BATCH_SIZE: \"500\"\n");
    tree.text("jobs/nightly-billing/README.md", "# nightly-billing\n\nOwned by team-billing.\n");
    tree.text("jobs/data-export/cronjob.yaml", cron("data-export", "30 4 * * 0", true));
    tree.text("policies/default-deny.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: default-deny\nspec:\n  podSelector: {}\n  policyTypes: [Ingress, Egress]\n");
    tree.text("policies/allow-dns.yaml", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata:\n  name: allow-dns\nspec:\n  podSelector: {}\n  egress:\n    - ports:\n        - { port: 53, protocol: UDP }\n");
    tree.text("alerts/slo.yaml", "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: slo\nspec:\n  groups:\n    - name: checkout\n      rules:\n        - alert: CheckoutErrorBudgetBurn\n          expr: sum(rate(http_requests_total{status=~\"5..\"}[5m])) > 1\n          for: 10m\n");
    for app in ["storefront", "cart", "legacy-inventory"] {
        tree.text(
            format!("apps/{app}/deployment.yaml"),
            format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {app}\nspec:\n  replicas: 2\n"),
        );
        tree.text(
            format!("apps/{app}/service.yaml"),
            format!("apiVersion: v1\nkind: Service\nmetadata:\n  name: {app}\n"),
        );
    }
}

fn monorepo(tree: &mut Tree, name: &str, branch: &str) {
    tree.readme(name, branch, "Everything in one place. `pnpm install`, then `pnpm dev --filter <package>`.");
    tree.text("package.json", format!("{{\n  \"name\": \"{name}\",\n  \"private\": true,\n  \"packageManager\": \"pnpm@10.12.1\",\n  \"workspaces\": [\"services/*\", \"packages/*\"]\n}}\n"));
    tree.add("pnpm-lock.json", Body::Records(11_000));
    tree.text("pnpm-workspace.yaml", "packages:\n  - services/*\n  - packages/*\n");
    for service_name in [
        "storefront",
        "checkout",
        "cart",
        "search",
        "pricing",
        "returns",
        "loyalty",
        "gift-cards",
        "admin",
        "partner-api",
        "webhooks",
        "sitemap",
    ] {
        service(tree, &format!("services/{service_name}/"), service_name, branch);
        chart(tree, &format!("services/{service_name}/chart"), service_name);
    }
    for package in ["ui", "money", "i18n", "http", "testing", "eslint-config"] {
        tree.text(
            format!("packages/{package}/package.json"),
            format!("{{ \"name\": \"@acme/{package}\", \"version\": \"0.0.0\" }}\n"),
        );
        for index in 0..14 {
            tree.text(
                format!("packages/{package}/src/module-{index:02}.ts"),
                format!("export const value{index} = {index};\n"),
            );
        }
        tree.text(format!("packages/{package}/locales/日本語.json"), "{ \"greeting\": \"こんにちは\" }\n");
    }
}

fn docs(tree: &mut Tree, name: &str, branch: &str) {
    tree.readme(name, branch, "How we work, written down.");
    for page in ["onboarding", "on-call", "incident-review", "how we name things", "releases"] {
        tree.text(format!("handbook/{page}.md"), format!("# {page}\n\n- [ ] first\n- [x] second\n\n> Ask when in doubt.\n\n<script>alert('not executed')</script>\n"));
    }
    // Names that Git allows, and that no page may take for anything but a name.
    for page in ["<img src=x onerror=alert(1)>", "invoice\u{202e}gpj", "bell\u{7}", "שלום"] {
        tree.text(format!("odd/{page}.md"), "# A page with an odd name\n");
    }
    tree.text("tokens.json", "{ \"color\": { \"accent\": \"#5b5bd6\" } }\n");
    tree.add("assets/cover.webp", Body::Binary(412_004));
}

fn huge(tree: &mut Tree, name: &str, branch: &str) {
    tree.readme(name, branch, "Recorded orders for load tests.");
    tree.text("schema.json", "{ \"type\": \"array\" }\n");
    // Five thousand in one directory, the rest in many.
    for index in 0..5000 {
        tree.add(format!("orders/order-{index:05}.json"), Body::Records(1 + index % 40));
    }
    for day in 0..300_u32 {
        for part in 0..50 {
            tree.add(
                format!("by-day/2025/{:02}/{:02}/part-{part:03}.json", day / 25 + 1, day % 25 + 1),
                Body::Records(20),
            );
        }
    }
}

fn public(tree: &mut Tree, name: &str, branch: &str) {
    tree.readme(name, branch, "Example manifests for the platform.");
    tree.text("apps/hello-world/demo.yaml", "apiVersion: platform.astropulse.io/v1\nkind: Application\nspec:\n  name: hello-world\n  profileName: profile3\n  source:\n    type: image\n    image:\n      registry: docker.io\n      repository: astropulse/latency\n      tag: v1.0.0\n");
    for app in ["cert-manager", "clickhouse", "external-secret", "grafana", "opentelemetry", "prometheus", "strimzi"] {
        tree.text(format!("apps/{app}/{app}.yaml"), format!("apiVersion: platform.astropulse.io/v1\nkind: Application\nspec:\n  name: {app}\n  profileName: profile1\n  source:\n    type: helm\n"));
    }
    for profile in 1..=3 {
        tree.text(format!("app-profiles/profile{profile}.yaml"), format!("apiVersion: platform.astropulse.io/v1\nkind: ApplicationProfile\nspec:\n  profileName: profile{profile}\n"));
    }
    for path in [
        "aws/eks/byoa",
        "aws/eks/byo-vpc",
        "aws/vanilla-k8s/aws",
        "gcp/gke/cluster",
        "gcp/gke/autopilot",
        "azure/aks/byoa",
        "byok/register",
    ] {
        tree.text(
            format!("cluster-template/{path}.yaml"),
            "apiVersion: platform.astropulse.io/v1\nkind: K8sCluster\nspec:\n  clusterName: <YOUR_CLUSTER_NAME>\n",
        );
    }
    for (file, kind) in [("kafka-topic", "KafkaTopic"), ("kafka", "Kafka"), ("zookeeper", "Zookeeper")] {
        tree.text(
            format!("resources/cfk/{file}.yaml"),
            format!("apiVersion: platform.confluent.io/v1beta1\nkind: {kind}\nmetadata:\n  name: {file}\n"),
        );
    }
    tree.text(
        "resources/nginx/certificate.yaml",
        "apiVersion: cert-manager.io/v1\nkind: Certificate\nmetadata:\n  name: wildcard\n",
    );
    tree.text(
        "resources/nginx/gcp_cert-manager-issuer.yaml",
        "apiVersion: cert-manager.io/v1\nkind: ClusterIssuer\nmetadata:\n  name: letsencrypt\n",
    );
    tree.text("resources/strimzi/kafka-kraft-single.yaml", "apiVersion: kafka.strimzi.io/v1beta2\nkind: Kafka\nmetadata:\n  name: kafka-cluster\nspec:\n  kafka:\n    version: 4.0.0\n    metadataVersion: 4.0-IV3\n");
    tree.text("resources/strimzi/kafka-topic.yaml", "apiVersion: kafka.strimzi.io/v1beta2\nkind: KafkaTopic\nmetadata:\n  name: orders\n  labels:\n    strimzi.io/cluster: kafka-cluster\nspec:\n  partitions: 12\n  replicas: 3\n");
    tree.text("resources/strimzi/README.md", "# Strimzi\n\nApply the operator first.\n");
}
