//! Colours and weights of a terminal (ECMA-48, "select graphic rendition") as spans of text.
//!
//! A state machine reads the line. A complete control sequence is taken out: `m` changes the style, all others (moving
//! the cursor, erasing) mean nothing in a line that stands by itself. Everything else that begins with an escape, such
//! as a sequence that is cut off, stays in the text, where it is shown: nothing of a log is lost to a broken escape.

use std::{borrow::Cow, iter::Peekable, ops::Range, str::Split};

const ESCAPE: char = '\u{1b}';

/// One of the sixteen colours of a terminal: 0 to 7, and their bright forms 8 to 15. Finer ones become the nearest.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Colour(u8);

/// How a piece of text is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The colour of the letters, where it is not the usual one.
    pub ink: Option<Colour>,
    /// The colour behind them, where there is one.
    pub ground: Option<Colour>,
    /// Heavier.
    pub bold: bool,
    /// Fainter.
    pub dim: bool,
    /// Slanted.
    pub italic: bool,
    /// With a line below.
    pub underline: bool,
    /// With a line through it.
    pub struck: bool,
    /// With ink and ground swapped.
    pub inverse: bool,
}

/// A text without its control sequences, and its styles: one span after the other, from its start to its end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Styled<'a> {
    /// What is read, searched and measured.
    pub text: Cow<'a, str>,
    /// Byte ranges of the text.
    pub spans: Vec<(Range<usize>, Style)>,
}

const INK: [&str; 16] = [
    "ansi--black",
    "ansi--red",
    "ansi--green",
    "ansi--yellow",
    "ansi--blue",
    "ansi--magenta",
    "ansi--cyan",
    "ansi--white",
    "ansi--bright-black",
    "ansi--bright-red",
    "ansi--bright-green",
    "ansi--bright-yellow",
    "ansi--bright-blue",
    "ansi--bright-magenta",
    "ansi--bright-cyan",
    "ansi--bright-white",
];

// Behind text a colour is a wash, for which the bright forms are no other colour.
const GROUND: [&str; 8] = [
    "ansi--on-black",
    "ansi--on-red",
    "ansi--on-green",
    "ansi--on-yellow",
    "ansi--on-blue",
    "ansi--on-magenta",
    "ansi--on-cyan",
    "ansi--on-white",
];

/// The sixteen colours as terminals commonly draw them; only distances matter here.
const PALETTE: [[u8; 3]; 16] = [
    [0, 0, 0],
    [205, 0, 0],
    [0, 205, 0],
    [205, 205, 0],
    [0, 0, 238],
    [205, 0, 205],
    [0, 205, 205],
    [229, 229, 229],
    [127, 127, 127],
    [255, 0, 0],
    [0, 255, 0],
    [255, 255, 0],
    [92, 92, 255],
    [255, 0, 255],
    [0, 255, 255],
    [255, 255, 255],
];

impl Colour {
    /// Which of the sixteen.
    pub const fn index(self) -> u8 {
        self.0
    }

    fn nearest(rgb: [u8; 3]) -> Self {
        let distance = |known: &[u8; 3]| -> u32 {
            known.iter().zip(rgb).map(|(one, other)| u32::from(one.abs_diff(other)).pow(2)).sum()
        };
        let nearest = (0_u8..).zip(&PALETTE).min_by_key(|(_, known)| distance(known));
        Self(nearest.map_or(7, |(index, _)| index))
    }

    /// A colour of the table of 256: sixteen as they are, a cube of 216, and 24 greys.
    fn of_256(index: u8) -> Self {
        const STEPS: [u8; 6] = [0, 95, 135, 175, 215, 255];
        let step = |value: u8| STEPS.get(usize::from(value % 6)).copied().unwrap_or(0);
        match index {
            0..=15 => Self(index),
            16..=231 => {
                let cube = index - 16;
                Self::nearest([step(cube / 36), step(cube / 6), step(cube)])
            }
            232..=255 => Self::nearest([8 + 10 * (index - 232); 3]),
        }
    }
}

impl Style {
    /// The classes that draw it; none for usual text.
    pub fn classes(self) -> String {
        let mut classes = String::new();
        let mut add = |class: &str| {
            if !classes.is_empty() {
                classes.push(' ');
            }
            classes.push_str(class);
        };
        if let Some(class) = self.ink.and_then(|colour| INK.get(usize::from(colour.0))) {
            add(class);
        }
        if let Some(class) = self.ground.and_then(|colour| GROUND.get(usize::from(colour.0 % 8))) {
            add(class);
        }
        for (set, class) in [
            (self.bold, "ansi--bold"),
            (self.dim, "ansi--dim"),
            (self.italic, "ansi--italic"),
            (self.underline, "ansi--underline"),
            (self.struck, "ansi--struck"),
            (self.inverse, "ansi--inverse"),
        ] {
            if set {
                add(class);
            }
        }
        classes
    }

    /// Applies the parameters of one sequence. What they don't say in full is left as it was.
    fn apply(&mut self, parameters: &str) {
        let mut fields = parameters.split(';').peekable();
        while let Some(field) = fields.next() {
            let mut parts = field.split(':');
            let Some(code) = number(parts.next()) else { continue };
            match code {
                0 => *self = Self::default(),
                1 => self.bold = true,
                2 => self.dim = true,
                3 => self.italic = true,
                4 => self.underline = number_or(parts.next(), 1) != 0,
                7 => self.inverse = true,
                9 => self.struck = true,
                21 => self.underline = true,
                22 => (self.bold, self.dim) = (false, false),
                23 => self.italic = false,
                24 => self.underline = false,
                27 => self.inverse = false,
                29 => self.struck = false,
                30..=37 => self.ink = Some(Colour(code - 30)),
                39 => self.ink = None,
                40..=47 => self.ground = Some(Colour(code - 40)),
                49 => self.ground = None,
                90..=97 => self.ink = Some(Colour(code - 82)),
                100..=107 => self.ground = Some(Colour(code - 92)),
                38 | 48 => {
                    let colour = if field.contains(':') { of_parts(parts) } else { of_fields(&mut fields) };
                    if colour.is_some() {
                        *(if code == 38 { &mut self.ink } else { &mut self.ground }) = colour;
                    }
                }
                // Blinking, fonts, hidden text: a log is there to be read.
                _ => {}
            }
        }
    }
}

/// A parameter; an empty one is 0, one that is too large is none.
fn number(text: Option<&str>) -> Option<u8> {
    match text {
        Some("") => Some(0),
        Some(text) => text.parse().ok(),
        None => None,
    }
}

fn number_or(text: Option<&str>, otherwise: u8) -> u8 {
    if text.is_none() { otherwise } else { number(text).unwrap_or(otherwise) }
}

/// `5;n` or `2;r;g;b`, taken from the parameters that follow.
fn of_fields(fields: &mut Peekable<Split<'_, char>>) -> Option<Colour> {
    match number(fields.next())? {
        5 => number(fields.next()).map(Colour::of_256),
        2 => {
            let rgb = [number(fields.next()), number(fields.next()), number(fields.next())];
            let [Some(red), Some(green), Some(blue)] = rgb else { return None };
            Some(Colour::nearest([red, green, blue]))
        }
        _ => None,
    }
}

/// `5:n`, `2:r:g:b` or `2:space:r:g:b`.
fn of_parts(parts: Split<'_, char>) -> Option<Colour> {
    let parts: Vec<_> = parts.collect();
    let at = |index: usize| number(parts.get(index).copied());
    match at(0)? {
        5 => at(1).map(Colour::of_256),
        2 => {
            let from = if parts.len() > 4 { 2 } else { 1 };
            Some(Colour::nearest([at(from)?, at(from + 1)?, at(from + 2)?]))
        }
        _ => None,
    }
}

/// The length of the control sequence at the start of a text, with its parameters where it is a selection of style.
/// `None`: there is no complete one.
fn sequence(text: &str) -> Option<(usize, Option<&str>)> {
    let body = text.strip_prefix(ESCAPE)?.strip_prefix('[')?;
    let parameters = body.bytes().take_while(|byte| matches!(byte, 0x30..=0x3f)).count();
    let middle = body.bytes().skip(parameters).take_while(|byte| matches!(byte, 0x20..=0x2f)).count();
    let last = *body.as_bytes().get(parameters + middle)?;
    if !matches!(last, 0x40..=0x7e) {
        return None;
    }
    let given = body.get(..parameters)?;
    // `<`, `=`, `>` and `?` mark sequences of a terminal's own.
    let selects = last == b'm' && middle == 0 && given.bytes().all(|byte| byte <= b';');
    Some((2 + parameters + middle + 1, selects.then_some(given)))
}

/// Whether a text has an escape at all.
pub fn is_styled(text: &str) -> bool {
    text.contains(ESCAPE)
}

/// Takes a line apart.
pub fn parse(line: &str) -> Styled<'_> {
    if !is_styled(line) {
        let spans = if line.is_empty() { Vec::new() } else { vec![(0..line.len(), Style::default())] };
        return Styled { text: Cow::Borrowed(line), spans };
    }
    let mut text = String::with_capacity(line.len());
    let mut spans: Vec<(Range<usize>, Style)> = Vec::new();
    let mut style = Style::default();
    let mut rest = line;
    while !rest.is_empty() {
        if let Some((length, parameters)) = sequence(rest) {
            if let Some(parameters) = parameters {
                style.apply(parameters);
            }
            rest = rest.get(length..).unwrap_or("");
            continue;
        }
        // An escape that begins no sequence is text, so the next one is looked for behind it.
        let first = rest.chars().next().map_or(0, char::len_utf8);
        let next = rest.get(first..).and_then(|after| after.find(ESCAPE)).map_or(rest.len(), |at| first + at);
        let from = text.len();
        text.push_str(rest.get(..next).unwrap_or(""));
        match spans.last_mut() {
            Some((range, before)) if *before == style => range.end = text.len(),
            _ => spans.push((from..text.len(), style)),
        }
        rest = rest.get(next..).unwrap_or("");
    }
    Styled { text: Cow::Owned(text), spans }
}

/// The text alone.
pub fn plain(line: &str) -> Cow<'_, str> {
    if is_styled(line) { parse(line).text } else { Cow::Borrowed(line) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The text with each span's classes before it.
    fn drawn(line: &str) -> String {
        let styled = parse(line);
        let mut shown = String::new();
        for (range, style) in &styled.spans {
            shown.extend(["(", &style.classes(), ")", &styled.text[range.clone()]]);
        }
        shown
    }

    #[test]
    fn styles_begin_and_end() {
        for (line, expected) in [
            ("plain", "()plain"),
            ("", ""),
            ("\u{1b}[31mred\u{1b}[0m rest", "(ansi--red)red() rest"),
            ("\u{1b}[1;33mwarn\u{1b}[22m on\u{1b}[m off", "(ansi--yellow ansi--bold)warn(ansi--yellow) on() off"),
            ("\u{1b}[97;41mx\u{1b}[39my\u{1b}[49mz", "(ansi--bright-white ansi--on-red)x(ansi--on-red)y()z"),
            ("\u{1b}[104mx", "(ansi--on-blue)x"),
            (
                "\u{1b}[2;3;4;7;9mx\u{1b}[23;24;27;29my",
                "(ansi--dim ansi--italic ansi--underline ansi--struck ansi--inverse)x(ansi--dim)y",
            ),
            ("\u{1b}[4:3mx\u{1b}[4:0my", "(ansi--underline)x()y"),
            ("a\u{1b}[32m\u{1b}[0mb", "()ab"),
        ] {
            assert_eq!(drawn(line), expected, "{line:?}");
        }
    }

    #[test]
    fn finer_colours_become_the_nearest() {
        for (line, expected) in [
            ("\u{1b}[38;5;9mx", "(ansi--bright-red)x"),
            ("\u{1b}[38;5;196mx", "(ansi--bright-red)x"),
            ("\u{1b}[38;5;232mx", "(ansi--black)x"),
            ("\u{1b}[38;5;255mx", "(ansi--white)x"),
            ("\u{1b}[38;2;10;200;15mx", "(ansi--green)x"),
            ("\u{1b}[48;2;0;0;230mx", "(ansi--on-blue)x"),
            ("\u{1b}[38:2::0:0:238mx", "(ansi--blue)x"),
            ("\u{1b}[38:2:0:0:238mx", "(ansi--blue)x"),
            ("\u{1b}[38:5:1mx", "(ansi--red)x"),
            ("\u{1b}[38;5;1;1mx", "(ansi--red ansi--bold)x"),
        ] {
            assert_eq!(drawn(line), expected, "{line:?}");
        }
    }

    #[test]
    fn what_is_no_sequence_stays() {
        for (line, text) in [
            ("a\u{1b}", "a\u{1b}"),
            ("a\u{1b}[", "a\u{1b}["),
            ("a\u{1b}[31", "a\u{1b}[31"),
            ("a\u{1b}[31ü", "a\u{1b}[31ü"),
            ("a\u{1b}\u{1b}[31mb", "a\u{1b}b"),
            ("\u{1b}]0;title\u{7}x", "\u{1b}]0;title\u{7}x"),
            ("a\u{1b}[2Kb\u{1b}[?25lc", "abc"),
            ("a\u{1b}[>4;2mb", "ab"),
            ("\u{1b}[38;5mx\u{1b}[38;2;1mx\u{1b}[999mx\u{1b}[38;5;300mx", "xxxx"),
        ] {
            assert_eq!(parse(line).text, text, "{line:?}");
        }
        assert_eq!(drawn("\u{1b}[38;5mx"), "()x", "an unfinished colour changes nothing");
    }

    #[cfg(not(target_arch = "wasm32"))]
    mod properties {
        use proptest::prelude::*;

        use super::*;

        proptest! {
            #[test]
            fn spans_cover_the_text_without_a_seam(line in "[\u{1b}\\[\\]0-9;:mKa-zü ]{0,60}") {
                let styled = parse(&line);
                let mut end = 0;
                for (range, _) in &styled.spans {
                    prop_assert_eq!(range.start, end);
                    prop_assert!(range.end > range.start);
                    prop_assert!(styled.text.get(range.clone()).is_some());
                    end = range.end;
                }
                prop_assert_eq!(end, styled.text.len());
                for (one, other) in styled.spans.iter().zip(styled.spans.iter().skip(1)) {
                    prop_assert_ne!(one.1, other.1, "neighbours of one style are one span");
                }
            }

            #[test]
            fn the_text_is_what_stands_between_the_sequences(
                parts in proptest::collection::vec(("[a-zA-Z0-9 ü\\[;]{0,8}", "[0-9;:]{0,12}", "[A-HJ-Zmn]"), 0..8)
            ) {
                let mut line = String::new();
                let mut text = String::new();
                for (words, parameters, last) in &parts {
                    line.push_str(words);
                    text.push_str(words);
                    line.extend(["\u{1b}[", parameters.as_str(), last.as_str()]);
                }
                prop_assert_eq!(parse(&line).text, text);
            }
        }
    }
}
