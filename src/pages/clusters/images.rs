//! What EKS boots its nodes from, in every form that has the choice.

use crate::ui::Choice;

/// The words of `amiFamily`: the contract's, another that documents have for the same, and what it is called.
const FAMILIES: [(&str, &str, &str); 4] = [
    ("AL2023", "AmazonLinux2023", "Amazon Linux 2023"),
    ("AL2", "AmazonLinux2", "Amazon Linux 2"),
    ("Bottlerocket", "Bottlerocket", "Bottlerocket"),
    ("Ubuntu", "Ubuntu", "Ubuntu"),
];

/// The families to choose from. The one that is chosen keeps the word that it was read with.
pub fn families(chosen: &str) -> Vec<Choice> {
    let word = |word: &'static str, other: &'static str| if chosen == other { other } else { word };
    FAMILIES.iter().map(|&(one, other, label)| Choice::new(word(one, other), label)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_words_of_an_image_are_one_choice() {
        let says = |chosen: &str| {
            let word = |choice: Choice| (choice.label == "Amazon Linux 2023").then_some(choice.value);
            families(chosen).into_iter().filter_map(word).collect::<Vec<_>>()
        };
        for (chosen, word) in [("default", "AL2023"), ("AL2023", "AL2023"), ("AmazonLinux2023", "AmazonLinux2023")] {
            assert_eq!(says(chosen), [word], "{chosen}");
        }
        for chosen in ["AL2", "AmazonLinux2", "Bottlerocket"] {
            assert!(families(chosen).iter().any(|choice| choice.value == chosen), "{chosen}");
        }
    }
}
