//! What every value type shares at its edges: JSON, parameters, schema and column.
//!
//! The JSON form of a value is a string, always the one that `Display` prints; `FromStr` is the
//! only way in for what is given; what is kept may be read by a wider rule. The schemas of plain
//! values stand inline, because `nullable` beside a reference permits no null in OpenAPI 3.0.

/// Serde, parameters, JSON and header of a type that has `FromStr<Err = Malformed>` and `Display`.
///
/// Serde reads what this program has written itself, so a type whose rule has become narrower says how that is read.
macro_rules! text_on_the_wire {
    ($name:ident) => {
        text_on_the_wire!($name, kept: |text| text.parse());
    };
    ($name:ident, kept: $kept:expr) => {
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let kept: fn(String) -> Result<Self, $crate::fault::Malformed> = $kept;
                kept(<String as serde::Deserialize>::deserialize(deserializer)?).map_err(serde::de::Error::custom)
            }
        }

        impl poem_openapi::types::ParseFromJSON for $name {
            fn parse_from_json(value: Option<serde_json::Value>) -> poem_openapi::types::ParseResult<Self> {
                match value {
                    Some(serde_json::Value::String(text)) => Ok(text.parse::<Self>()?),
                    Some(_) => Err(poem_openapi::types::ParseError::custom("must be a JSON string")),
                    None => Err(poem_openapi::types::ParseError::expected_input()),
                }
            }
        }

        impl poem_openapi::types::ParseFromParameter for $name {
            fn parse_from_parameter(value: &str) -> poem_openapi::types::ParseResult<Self> {
                Ok(value.parse::<Self>()?)
            }
        }

        impl poem_openapi::types::ToJSON for $name {
            fn to_json(&self) -> Option<serde_json::Value> {
                Some(serde_json::Value::String(self.to_string()))
            }
        }

        impl poem_openapi::types::ToHeader for $name {
            fn to_header(&self) -> Option<poem::http::HeaderValue> {
                poem::http::HeaderValue::from_str(&self.to_string()).ok()
            }
        }
    };
}

/// The members of `poem_openapi::types::Type` that are the same for every value.
macro_rules! plain_value_members {
    ($name:ident) => {
        const IS_REQUIRED: bool = true;
        type RawValueType = Self;
        type RawElementValueType = Self;

        fn name() -> std::borrow::Cow<'static, str> {
            stringify!($name).into()
        }

        fn as_raw_value(&self) -> Option<&Self::RawValueType> {
            Some(self)
        }

        fn raw_element_iter<'a>(&'a self) -> Box<dyn Iterator<Item = &'a Self::RawElementValueType> + 'a> {
            Box::new(std::iter::once(self))
        }
    };
}

/// The inline schema of a string; the fields of `MetaSchema` that differ follow the type's name.
macro_rules! inline_string_schema {
    ($name:ident { $($members:tt)+ }) => {
        inline_string_schema!($name, kept: |text| text.parse(), { $($members)+ });
    };
    ($name:ident, kept: $kept:expr, { $($field:ident: $value:expr),+ $(,)? }) => {
        text_on_the_wire!($name, kept: $kept);

        impl poem_openapi::types::Type for $name {
            plain_value_members!($name);

            fn schema_ref() -> poem_openapi::registry::MetaSchemaRef {
                poem_openapi::registry::MetaSchemaRef::Inline(Box::new(
                    poem_openapi::registry::MetaSchema {
                        $($field: $value,)+
                        ..poem_openapi::registry::MetaSchema::new("string")
                    },
                ))
            }
        }
    };
}

/// The column of a type that is stored as `$inner` and checked when it is read back.
macro_rules! checked_column {
    ($name:ident: $inner:ty, $column_type:expr, read: $read:expr, write: $write:expr) => {
        impl From<$name> for sea_orm::Value {
            fn from(value: $name) -> Self {
                let write: fn($name) -> $inner = $write;
                write(value).into()
            }
        }

        impl sea_orm::TryGetable for $name {
            fn try_get_by<I: sea_orm::ColIdx>(row: &sea_orm::QueryResult, index: I) -> Result<Self, sea_orm::TryGetError> {
                let read: fn($inner) -> Result<Self, $crate::fault::Malformed> = $read;
                let stored = <$inner as sea_orm::TryGetable>::try_get_by(row, index)?;
                read(stored).map_err(|malformed| {
                    sea_orm::TryGetError::DbErr(sea_orm::DbErr::TryIntoErr {
                        from: stringify!($inner),
                        into: stringify!($name),
                        source: std::sync::Arc::new(malformed),
                    })
                })
            }
        }

        impl sea_orm::sea_query::ValueType for $name {
            fn try_from(value: sea_orm::Value) -> Result<Self, sea_orm::sea_query::ValueTypeErr> {
                let read: fn($inner) -> Result<Self, $crate::fault::Malformed> = $read;
                let stored = <$inner as sea_orm::sea_query::ValueType>::try_from(value)?;
                read(stored).map_err(|_| sea_orm::sea_query::ValueTypeErr)
            }

            fn type_name() -> String {
                stringify!($name).to_owned()
            }

            fn array_type() -> sea_orm::sea_query::ArrayType {
                <$inner as sea_orm::sea_query::ValueType>::array_type()
            }

            fn column_type() -> sea_orm::sea_query::ColumnType {
                $column_type
            }
        }

        impl sea_orm::sea_query::Nullable for $name {
            fn null() -> sea_orm::Value {
                <$inner as sea_orm::sea_query::Nullable>::null()
            }
        }

        impl sea_orm::IntoActiveValue<$name> for $name {
            fn into_active_value(self) -> sea_orm::ActiveValue<$name> {
                sea_orm::ActiveValue::Set(self)
            }
        }

        impl sea_orm::sea_query::postgres_array::NotU8 for $name {}
    };
}

/// A text column of at most `$max` characters.
macro_rules! text_column {
    ($name:ident, $max:expr, read: $read:expr, write: $write:expr) => {
        checked_column!(
            $name: String,
            sea_orm::sea_query::ColumnType::String(sea_orm::sea_query::StringLen::N($max)),
            read: $read,
            write: $write
        );
    };
}
