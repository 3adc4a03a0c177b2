//! Closed lists of words.
//!
//! One list gives the enum, its column (text; the migration adds the CHECK), its JSON and its
//! OpenAPI schema, all with the same `snake_case` words. The schema's description is built from
//! the documentation of the enum and of each word.

/// The longest word that a column of a closed list holds, in characters.
pub(crate) const LONGEST_WORD: usize = 32;

/// Writes a closed list: `/// doc` `Name { /// doc` `Variant = "word", … }`.
macro_rules! closed_enum {
    (
        $(#[doc = $doc:literal])+
        $name:ident {
            $($(#[doc = $word_doc:literal])+ $variant:ident = $word:literal,)+
        }
    ) => {
        $(#[doc = $doc])+
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $name {
            $($(#[doc = $word_doc])+ $variant,)+
        }

        impl $name {
            /// Every value, in the order of the list.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];
            /// Every word, in the order of the list.
            pub const WORDS: &'static [&'static str] = &[$($word),+];

            /// The word that stands in the column, in JSON and in the URL.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self {
                    $(Self::$variant => $word,)+
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl std::str::FromStr for $name {
            type Err = $crate::fault::Malformed;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                match text {
                    $($word => Ok(Self::$variant),)+
                    _ => Err($crate::fault::Malformed::new(
                        stringify!($name),
                        $crate::fault::Fault::UnknownWord,
                    )),
                }
            }
        }

        text_on_the_wire!($name);
        text_column!(
            $name,
            $crate::closed::LONGEST_WORD as u32,
            read: |word| word.parse(),
            write: |value| value.as_str().to_owned()
        );

        impl poem_openapi::types::Type for $name {
            plain_value_members!($name);

            fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
                poem_openapi::registry::MetaSchemaRef::Reference(stringify!($name).to_owned())
            }

            fn register(registry: &mut poem_openapi::registry::Registry) {
                registry.create_schema::<Self, _>(stringify!($name).to_owned(), |_| {
                    poem_openapi::registry::MetaSchema {
                        description: Some(concat!(
                            $($doc, "\n",)+
                            $("\n- `", $word, "`:", $($word_doc,)+)+
                        ).trim_ascii_start()),
                        enum_items: Self::WORDS.iter().copied().map(Into::into).collect(),
                        ..poem_openapi::registry::MetaSchema::new("string")
                    }
                });
            }
        }
    };
}
