//! Bounded texts. Lengths count characters (Unicode code points), as the schema does.
//!
//! Nothing is trimmed or folded: a text is kept as it came, or refused. NUL is refused everywhere,
//! because PostgreSQL cannot store it.

use std::{fmt, str::FromStr};

use crate::fault::{Fault, Malformed};

/// Checks the length first (a very long text is not walked), then the characters.
fn check(text: &str, least: usize, most: usize, fits: fn(&str) -> bool) -> Result<(), Fault> {
    const LONGEST_CHARACTER_BYTES: usize = 4;
    if text.len() > most * LONGEST_CHARACTER_BYTES {
        return Err(Fault::TooLong(most));
    }
    let length = text.chars().count();
    if length < least {
        return Err(Fault::TooShort(least));
    }
    if length > most {
        return Err(Fault::TooLong(most));
    }
    if fits(text) { Ok(()) } else { Err(Fault::Characters) }
}

fn has_no_nul(text: &str) -> bool {
    !text.contains('\0')
}

fn has_no_control(text: &str) -> bool {
    !text.contains(char::is_control)
}

/// Whether nobody sees this character: it has no width, turns the direction of what follows, parts lines, or is a mark
/// for programs. Two texts that differ in such alone are one to a reader. Selectors of variants (as of `邊`) are not
/// among them, nor is white space.
#[must_use]
pub const fn is_invisible(c: char) -> bool {
    matches!(
        c,
        '\u{ad}'
            | '\u{34f}'
            | '\u{61c}'
            | '\u{115f}'..='\u{1160}'
            | '\u{17b4}'..='\u{17b5}'
            | '\u{180e}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{3164}'
            | '\u{feff}'
            | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}'
            | '\u{1d173}'..='\u{1d17a}'
            | '\u{e0000}'..='\u{e007f}'
    )
}

fn is_visible(text: &str) -> bool {
    !text.contains(is_invisible)
}

/// White space as the schema's `\s` has it: the byte order mark is one too.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

fn is_not_blank(text: &str) -> bool {
    has_no_control(text) && !text.chars().all(is_space)
}

fn is_printable_inside(text: &str) -> bool {
    has_no_control(text) && !text.starts_with(is_space) && !text.ends_with(is_space)
}

fn is_sku(text: &str) -> bool {
    let permitted = |c: char| c.is_ascii_alphanumeric() || "._-/ ".contains(c);
    text.chars().all(permitted) && text.trim() == text
}

fn is_division_code(text: &str) -> bool {
    let permitted = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'-';
    text.bytes().all(permitted)
}

fn is_lower_hex(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte))
}

fn is_visible_ascii(text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
}

/// The plain form of RFC 5321: words with dots between, `@`, and a host of two labels at least. Nothing quoted, no
/// comment, no address in brackets: whatever means something in a header of a letter is not in it.
fn is_mail_address(text: &str) -> bool {
    let Some((local, host)) = text.split_once('@') else { return false };
    let of_word = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+/=?^_`{|}~-".contains(&byte);
    let is_word = |word: &str| !word.is_empty() && word.bytes().all(of_word);
    let is_label = |label: &str| {
        let inner = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
        (1..=63).contains(&label.len()) && inner && !label.starts_with('-') && !label.ends_with('-')
    };
    local.len() <= 64 && local.split('.').all(is_word) && host.contains('.') && host.split('.').all(is_label)
}

macro_rules! bounded_text {
    (
        $(#[doc = $doc:literal])+
        $name:ident $(($extra:ident))?: $least:literal to $most:literal, $fits:ident $(given: $given:ident as $format:literal)?,
        pattern: $pattern:literal, example: $example:literal
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord $(, $extra)?)]
        pub struct $name(String);

        impl $name {
            /// The fewest characters.
            pub const MIN_LENGTH: usize = $least;
            /// The most characters.
            pub const MAX_LENGTH: usize = $most;

            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// A text that was kept: taken by the rule of the type, or by that of before where it has become narrower.
            ///
            /// # Errors
            /// It fits neither.
            pub fn kept(text: String) -> Result<Self, Malformed> {
                check(&text, $least, $most, $fits)
                    .map_err(|fault| Malformed::new(stringify!($name), fault))?;
                Ok(Self(text))
            }

            /// The text, owned.
            #[must_use]
            pub fn into_string(self) -> String {
                self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = Malformed;

            fn try_from(text: String) -> Result<Self, Malformed> {
                let given = Self::kept(text)?;
                $(if !$given(given.as_str()) {
                    return Err(Malformed::new(stringify!($name), Fault::Characters));
                })?
                Ok(given)
            }
        }

        impl FromStr for $name {
            type Err = Malformed;

            fn from_str(text: &str) -> Result<Self, Malformed> {
                // Looked at before it is copied: it may be very long.
                check(text, $least, $most, $fits)
                    .map_err(|fault| Malformed::new(stringify!($name), fault))?;
                text.to_owned().try_into()
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        inline_string_schema!($name, kept: Self::kept, {
            $(format: Some($format),)?
            description: Some(concat!($($doc),+).trim_ascii_start()),
            min_length: ($least > 0).then_some($least),
            max_length: Some($most),
            pattern: Some($pattern.to_owned()),
            example: Some($example.into()),
        });
        text_column!($name, $most, read: $name::kept, write: $name::into_string);
    };
}

bounded_text! {
    /// Code of an article at its supplier or buyer: Latin letters, digits and `_ . - /`, single words or several, case kept.
    Sku: 1 to 40, is_sku,
    pattern: r"^[A-Za-z0-9._/-]([A-Za-z0-9._/ -]*[A-Za-z0-9._/-])?$", example: "YX-HM-500"
}

bounded_text! {
    /// Name of something, on one line and not blank; given without characters that nobody sees.
    Name: 1 to 120, is_not_blank given: is_visible as "visible",
    pattern: r"^[^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f][^\u0000-\u001f\u007f-\u009f]*$", example: "洋县黑米"
}

bounded_text! {
    /// Short text on one line; may be empty.
    ShortText (Default): 0 to 200, has_no_control,
    pattern: r"^[^\u0000-\u001f\u007f-\u009f]*$", example: "500 g"
}

bounded_text! {
    /// Text of any characters but NUL, kept as it came; may be empty.
    FreeText (Default): 0 to 2000, has_no_nul,
    pattern: r"^[^\u0000]*$", example: "请送至后门"
}

bounded_text! {
    /// Number that another system gave, on one line, with no space at its ends; given without characters that nobody sees.
    ExternalNo: 1 to 64, is_printable_inside given: is_visible as "visible",
    pattern: r"^[^\s\u0000-\u001f\u007f-\u009f]([^\u0000-\u001f\u007f-\u009f]*[^\s\u0000-\u001f\u007f-\u009f])?$", example: "PO-2021-0042"
}

bounded_text! {
    /// Code of an administrative division: official digits, or capitals, digits and hyphens for divisions that operators add.
    DivisionCode: 2 to 16, is_division_code,
    pattern: r"^[A-Z0-9-]+$", example: "610723"
}

bounded_text! {
    /// Key that names one intent of a client: visible ASCII without spaces.
    IdempotencyKey: 1 to 255, is_visible_ascii,
    pattern: r"^[\x21-\x7e]+$", example: "5c4f1d6e-order-42"
}

bounded_text! {
    /// SHA-256 of some bytes, as 64 hexadecimal digits in lower case.
    Digest: 64 to 64, is_lower_hex,
    pattern: r"^[0-9a-f]{64}$", example: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"
}

bounded_text! {
    /// Address to which letters go by e-mail, in its plain form.
    MailAddress: 5 to 254, is_mail_address,
    pattern: r"^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?)+$",
    example: "shitang@school.example"
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn skus_as_they_are_found() {
        for text in ["85123A", "gift_0001_10", "BANK CHARGES", "C2", "a/b", "-", &"x".repeat(40)] {
            assert_eq!(text.parse::<Sku>().unwrap().as_str(), text);
        }
        for text in ["", " C2", "C2 ", " ", "C\t2", "黑米", "C２", "a\n", "a,b"] {
            assert!(text.parse::<Sku>().is_err(), "{text:?}");
        }
        let fault = "x".repeat(41).parse::<Sku>().unwrap_err().fault();
        assert_eq!(fault, Fault::TooLong(40));
    }

    #[test]
    fn lengths_count_characters() {
        assert!("米".repeat(120).parse::<Name>().is_ok());
        assert!("米".repeat(121).parse::<Name>().is_err());
        assert!("😀".repeat(2_000).parse::<FreeText>().is_ok());
        assert!("😀".repeat(2_001).parse::<FreeText>().is_err());
        assert_eq!("".parse::<Name>().unwrap_err().fault(), Fault::TooShort(1));
        assert_eq!("".parse(), Ok(ShortText::default()));
    }

    #[test]
    fn names_are_not_blank_and_stay_on_one_line() {
        for text in [" ", "\u{3000}", "\u{feff}", "a\nb", "a\u{7f}", "a\u{85}", "a\0"] {
            assert!(text.parse::<Name>().is_err(), "{text:?}");
        }
        assert_eq!(" 黑米 ".parse::<Name>().unwrap().as_str(), " 黑米 ");
    }

    #[test]
    fn what_nobody_sees_is_no_name_and_is_read_where_it_is_kept() {
        for c in "\u{ad}\u{200b}\u{200d}\u{200f}\u{2028}\u{2029}\u{202a}\u{202e}\u{2060}\u{2066}\u{2069}\u{feff}\u{3164}\u{e0041}".chars() {
            let text = format!("黑{c}米");
            assert_eq!(text.parse::<Name>().unwrap_err().fault(), Fault::Characters, "{c:?}");
            assert!(text.parse::<ExternalNo>().is_err() && Name::try_from(text.clone()).is_err());
            let name = Name::kept(text.clone()).unwrap();
            let json = serde_json::to_string(&name).unwrap();
            assert_eq!(serde_json::from_str::<Name>(&json).unwrap(), name);
            assert_eq!(ExternalNo::kept(text.clone()).unwrap().as_str(), text);
            assert!(text.parse::<FreeText>().is_ok());
        }
        for text in ["O'Hara–Łódź № 5", "葛\u{e0101}城\u{3000}食堂", "ﺷﻌﻴﺮ", "❤\u{fe0f}"] {
            assert!(text.parse::<Name>().is_ok(), "{text}");
        }
    }

    #[test]
    fn numbers_of_others_have_no_space_at_their_ends() {
        assert!("PO 42/七".parse::<ExternalNo>().is_ok());
        for text in [" 42", "42 ", "\u{3000}42", "\u{feff}42", "4\t2"] {
            assert!(text.parse::<ExternalNo>().is_err(), "{text:?}");
        }
    }

    #[test]
    fn codes_and_keys() {
        assert!("610723".parse::<DivisionCode>().is_ok());
        assert!("RG-NEW-1".parse::<DivisionCode>().is_ok());
        assert!("rg".parse::<DivisionCode>().is_err());
        assert!("6".parse::<DivisionCode>().is_err());
        assert!("a b".parse::<IdempotencyKey>().is_err());
        assert!("é".parse::<IdempotencyKey>().is_err());
        assert!("!~".parse::<IdempotencyKey>().is_ok());
    }

    #[test]
    fn addresses_are_plain_and_can_break_no_header() {
        let long = format!("{}@b.example", "x".repeat(64));
        for text in ["a@b.cn", "o'hara+canteen@mail.school.example", "1.2_3-4@x-y.example", &long] {
            assert_eq!(text.parse::<MailAddress>().unwrap().as_str(), text);
        }
        let longer = format!("x{long}");
        for text in [
            "",
            "a@b",
            "@b.example",
            "a@",
            "a b@c.example",
            "a@b.example\r\nBcc: c@d.example",
            "a@b.example,c@d.example",
            "\"a\"@b.example",
            "<a@b.example>",
            "a@[127.0.0.1]",
            ".a@b.example",
            "a.@b.example",
            "a..b@c.example",
            "a@-b.example",
            "a@b-.example",
            "a@b..example",
            "食堂@b.example",
            "a@b@c.example",
            "a@b.example.",
            &longer,
        ] {
            assert!(text.parse::<MailAddress>().is_err(), "{text:?}");
        }
    }

    proptest! {
        #[test]
        fn free_text_is_kept_byte_for_byte(text in any::<String>()) {
            let kept = FreeText::try_from(text.clone());
            let fits = !text.contains('\0') && text.chars().count() <= 2_000;
            prop_assert_eq!(kept.is_ok(), fits);
            if let Ok(kept) = kept {
                let json = serde_json::to_string(&kept).unwrap();
                let back: FreeText = serde_json::from_str(&json).unwrap();
                prop_assert_eq!(back.into_string().into_bytes(), text.into_bytes());
            }
        }
    }
}
