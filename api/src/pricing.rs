//! Plans with prices.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{null::null_as_empty, organizations::Plan, request::Request};

/// A group of features, compared over the plans.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricingCategory {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub features: Option<Vec<Map<String, Value>>>,
}

/// plans and categories are named by the seed text; members inferred. (Source: seed.)
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PricingData {
    #[serde(default, deserialize_with = "null_as_empty")]
    pub plans: Vec<Plan>,
    #[serde(default, deserialize_with = "null_as_empty")]
    pub categories: Vec<PricingCategory>,
}

/// Pricing. Plans and feature categories; public.
///
/// Operation `getPricing`; inferred.
pub fn get() -> Request<PricingData> {
    Request::new("getPricing")
}
