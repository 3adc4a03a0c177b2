//! The value types as columns of a table, and as fields of an object of the API.

use poem_openapi::{
    Object,
    registry::{MetaSchemaRef, Registry},
    types::{ParseFromJSON, ToJSON, Type},
};
use sea_orm::{
    Schema, Value,
    entity::prelude::*,
    sea_query::{PostgresQueryBuilder, SqliteQueryBuilder},
};
use serde_json::json;

use crate::{
    CivilDate, FreeText, Grams, Gtin, Malformed, Money, Month, Name, OrderId, OrderState, PersonId, Quantity, SignedQuantity, Sku,
    UnitPrice, Uscc,
};

mod sample {
    use super::*;

    #[sea_orm::model]
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "sample")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub id: OrderId,
        pub person: Option<PersonId>,
        pub state: OrderState,
        pub amount: Money,
        pub price: UnitPrice,
        pub quantity: Quantity,
        pub weight: Option<Grams>,
        pub day: CivilDate,
        pub month: Month,
        pub sku: Sku,
        pub name: Name,
        pub note: Option<FreeText>,
        pub uscc: Option<Uscc>,
        pub gtin: Option<Gtin>,
    }

    impl ActiveModelBehavior for ActiveModel {}
}

#[derive(Object, Debug, PartialEq)]
#[oai(deny_unknown_fields)]
struct Fields {
    id: OrderId,
    amount: Money,
    #[oai(nullable)]
    /// What it weighs.
    weight: Option<Grams>,
    change: SignedQuantity,
    state: OrderState,
    states: Vec<OrderState>,
}

#[test]
fn columns_are_integers_and_bounded_texts() {
    let sqlite = Schema::new(sea_orm::DbBackend::Sqlite);
    let ddl = sqlite.create_table_from_entity(sample::Entity).to_string(SqliteQueryBuilder);
    assert!(ddl.contains(r#""amount" integer NOT NULL"#), "{ddl}");
    assert!(!ddl.contains("real") && !ddl.contains("double"), "{ddl}");
    let postgres = Schema::new(sea_orm::DbBackend::Postgres);
    let ddl = postgres.create_table_from_entity(sample::Entity).to_string(PostgresQueryBuilder);
    let columns = [
        r#""id" uuid NOT NULL PRIMARY KEY"#,
        r#""person" uuid,"#,
        r#""state" varchar(32) NOT NULL"#,
        r#""price" bigint NOT NULL"#,
        r#""weight" bigint,"#,
        r#""day" date NOT NULL"#,
        r#""month" integer NOT NULL"#,
        r#""sku" varchar(40) NOT NULL"#,
        r#""uscc" varchar(18),"#,
    ];
    for column in columns {
        assert!(ddl.contains(column), "{ddl}");
    }
}

#[test]
fn what_is_stored_is_checked_when_it_is_read() {
    use sea_orm::sea_query::ValueType;

    let month = Month::new(2021, 6).unwrap();
    assert_eq!(Value::from(month), Value::from(202_106_i32));
    assert_eq!(<Month as ValueType>::try_from(Value::from(202_106_i32)).unwrap(), month);
    assert!(<Month as ValueType>::try_from(Value::from(202_113_i32)).is_err());
    assert!(<UnitPrice as ValueType>::try_from(Value::from(-1_i64)).is_err());
    assert!(<Sku as ValueType>::try_from(Value::from(" x")).is_err());
    assert_eq!(Value::from(None::<Sku>), Value::String(None));
}

#[test]
fn fields_of_an_object_are_parsed_and_printed() {
    let id = OrderId::new();
    let body = json!({
        "id": id, "amount": "12.8", "weight": null, "change": "-1.40",
        "state": "placed", "states": ["draft", "placed"],
    });
    let fields = Fields::parse_from_json(Some(body)).unwrap();
    assert_eq!(fields.amount, Money::from_fen(1_280));
    let sent = fields.to_json().unwrap();
    assert_eq!(sent["amount"], json!("12.80"));
    assert_eq!(sent["change"], json!("-1.4"));
    assert_eq!(sent["id"], json!(id.to_string()));
    assert_eq!(sent["weight"], json!(null));
}

#[test]
fn plain_schemas_stand_inline_so_that_null_may_be_permitted() {
    let mut registry = Registry::default();
    Fields::register(&mut registry);
    let properties = &registry.schemas["Fields"].properties;
    let of = |name| properties.iter().find(|(known, _)| *known == name).unwrap().1.clone();
    let MetaSchemaRef::Inline(weight) = of("weight") else {
        panic!("a reference")
    };
    assert!(weight.nullable && weight.ty == "string" && weight.pattern.is_some());
    assert_eq!(of("state"), MetaSchemaRef::Reference("OrderState".to_owned()));
}

#[test]
fn a_refusal_names_its_type_and_not_the_text() {
    let refused: Malformed = "secret".parse::<Money>().unwrap_err();
    assert_eq!(refused.to_string(), "Money is not of the required form");
    let error = Money::parse_from_json(Some(json!("secret"))).unwrap_err();
    assert!(!error.message().contains("secret"), "{}", error.message());
}
