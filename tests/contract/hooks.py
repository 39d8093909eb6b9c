"""What schemathesis can't know of this contract: names that exist, and how a refusal has to read."""

import json
import os
import urllib.request

import schemathesis
from schemathesis.generation import GenerationMode

ORGANIZATION = os.environ["CONTRACT_ORGANIZATION"]
KEY = os.environ["CONTRACT_KEY"]
TOKEN = os.environ["CONTRACT_TOKEN"]
URL = os.environ["CONTRACT_URL"]
# Of the demo data: somebody who is in no organization, and somebody who can leave.
NOBODY = "a3b4c5d6-e7f8-4091-a2b3-c4d5e6f70819"
VIEWER = "c9d8e7f6-a5b4-4c3d-8e2f-1a0b9c8d7e6f"


def read(path, body=None):
    """An answer's data, as the owner."""
    ask = urllib.request.Request(
        f"{URL}/api/v1{path}",
        None if body is None else json.dumps(body).encode(),
        {
            "X-Astro-API-Key": KEY,
            "Authorization": f"Bearer {TOKEN}",
            "X-Astro-Organization-ID": ORGANIZATION,
            "Content-Type": "application/json",
        },
    )
    with urllib.request.urlopen(ask, timeout=10) as answer:
        return json.load(answer)["data"]


def existing():
    """Names of things that are there, so that good requests get beyond 404, by operation and parameter."""
    clusters = read("/clusters")
    progress = read("/clusters/progress")["progress"]
    waiting = next((entry for entry in progress if entry.get("approvalToken")), {})
    self_hosted = [cluster["clusterName"] for cluster in clusters if cluster.get("provisionerType") == "selfHosted"]
    registered = [cluster["clusterName"] for cluster in clusters if (cluster.get("agent") or {}).get("installed")]
    eks, gke, aks = (
        [c["clusterName"] for c in clusters if c.get("provisionerType") == kind and c["status"] == "READY"]
        for kind in ("eks", "gke", "aks")
    )
    connect = lambda provider, **account: read(
        f"/cloud/{provider}/connect", {"clusterName": f"contract-{provider}", **account}
    )["operationId"]
    keys = [key["id"] for key in read("/apikeys") if key["orgId"] == ORGANIZATION and key["status"] == "ACTIVE"]
    machine = read("/providers/aws/regions/eu-west-1/eu-west-1a/machinetypes")[0]
    name = {"clusterId": progress[0]["clusterId"]}
    return {
        "*": {
            "orgId": ORGANIZATION,
            "id": ORGANIZATION,
            "clusterId": eks[0],
            "appId": read("/applications")[0]["id"],
            "profileId": read("/applications/profiles")[0]["id"],
            "eventId": read("/audit/events")["events"][0]["id"],
            "tierId": "standard",
            "keyId": keys[-1],
            "providerId": "aws",
            "regionId": "eu-west-1",
            "zoneId": "eu-west-1a",
            "machinetypeId": machine["id"],
            "installation_id": str(read("/integrations/github/installations")[0]["installationId"]),
            "channel": "email",
            "topic": read("/notifications/subscriptions")[0]["topic"],
        },
        "getAwsConnectionStatus": {"id": connect("aws", destinationAccountId="418273650912")},
        "getGcpConnectionStatus": {
            "id": connect("gcp", targetProjectId="acme-contract", targetProjectNumber="123456789012"),
        },
        "getAzureConnectionStatus": {
            "id": connect(
                "azure", subscriptionId="12345678-1234-1234-1234-123456789abc", resourceGroup="rg-contract"
            ),
        },
        "getAzureCredentials": {"clusterName": aks[0]},
        "getAwsCredentials": {"clusterName": eks[0]},
        "getGcpCredentials": {"clusterName": gke[0]},
        "generateKubeconfig": {"clusterId": eks[0], "clusterName": eks[0]},
        "getKubeconfig": {"clusterId": eks[0]},
        "getClusterProgress": name,
        "getAgentStatus": {"clusterId": registered[0]},
        "unregisterAgent": {"clusterId": registered[-1]},
        "deleteSelfHostedCredentials": {"clusterName": self_hosted[-1]},
        "getSelfHostedCredentialStatus": {"clusterName": self_hosted[0]},
        "deleteApiKey": {"orgId": ORGANIZATION, "keyId": spare_key()},
        "revokeApiKey": {"orgId": ORGANIZATION, "keyId": spare_key()},
        "addOrganizationUser": {"orgId": ORGANIZATION, "userId": NOBODY},
        "removeOrganizationUser": {"orgId": ORGANIZATION, "userId": VIEWER},
        "switchOrganization": {"orgId": ORGANIZATION},
        "deleteApplicationProfile": {"profileId": unused_profile()},
        "decideClusterApproval": {
            "clusterName": waiting.get("clusterName", ""),
            "token": waiting.get("approvalToken", ""),
            "orgId": ORGANIZATION,
            "action": "APPROVE",
        },
    }


def spare_key():
    """A key that nobody needs."""
    return read("/apikeys", {"orgId": ORGANIZATION, "duration": 86_400_000_000_000, "source": "ui"})["id"]


def unused_profile():
    """A profile that no application uses."""
    return read("/applications/profiles", {"profileName": "contract-unused"})["id"]


EXISTING = existing()


@schemathesis.hook
def map_case(ctx, case):
    """Points good requests at things that exist; what is not there is asked for by the other phases."""
    meta = case.meta
    if meta is None or meta.generation.mode != GenerationMode.POSITIVE:
        return case
    operation = case.operation.definition.raw.get("operationId")
    known = {**EXISTING["*"], **EXISTING.get(operation, {})}
    for container in (case.path_parameters, case.query):
        for name in container or {}:
            # Of the parameters in the query only those that the operation's own row names: the rest are filters.
            if name in known and (container is case.path_parameters or name in EXISTING.get(operation, {})):
                container[name] = known[name]
    if isinstance(case.body, dict) and operation in EXISTING:
        for name in EXISTING[operation]:
            if name in case.body:
                case.body[name] = EXISTING[operation][name]
    return case


@schemathesis.check
def names_the_field(ctx, response, case):
    """A 400 says which field it is about, so that a form can show it there."""
    if response.status_code == 400:
        details = response.json().get("details") or {}
        assert details.get("fields"), f"400 without a field: {response.text[:200]}"
