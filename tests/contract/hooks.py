"""What schemathesis can't know of this contract: names that exist, and how a refusal has to read."""

import os

import schemathesis

ORGANIZATION = os.environ["CONTRACT_ORGANIZATION"]
KEY = os.environ["CONTRACT_KEY"]


@schemathesis.check
def names_the_field(ctx, response, case):
    """A 400 says which field it is about, so that a form can show it there."""
    if response.status_code == 400:
        details = response.json().get("details") or {}
        assert details.get("fields"), f"400 without a field: {response.text[:200]}"
