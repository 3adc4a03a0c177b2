//! Every room's operations, with what they work on.

use super::App;
use crate::catalogue::{CategoriesApi, OffersApi, PricesApi, ProductExportApi, ProductPicturesApi, ProductsApi, SynonymsApi, TermsApi};
use crate::contracts::{ContractPrices, ContractsApi};
use crate::delivery::{DeliveryDesk, ReturnsApi, ShipmentsApi};
use crate::imports::ImportsApi;
use crate::intake;
use crate::jobs::JobsApi;
use crate::lists::ListsApi;
use crate::notices::{Codes, NoticesApi, PreferencesApi};
use crate::order_tools::{OrderExportApi, OrderSheetApi, PrintApi, QuoteOrdersApi, RepeatApi};
use crate::orders::{OrderChangesApi, OrdersApi, OwedApi};
use crate::organisations;
use crate::partners::{DoingsApi, EventIds, HeadApi, PartnersApi, TimelineApi};
use crate::pictures::PicturesApi;
use crate::quotes::{InquiriesApi, QuotesApi};
use crate::stock::{PlacesApi, StockApi, StockExportApi};
use crate::tally::{TallyApi, TallyCsvApi, TallyExportApi, TallyFileApi, TallyLinesApi};
use poem_openapi::OpenApi;
use std::sync::Arc;

impl App {
    fn stock_apis(&self) -> impl OpenApi + Sync + 'static + use<> {
        let desk = || self.desk.clone();
        (
            StockApi { desk: desk() },
            PlacesApi { desk: desk() },
            StockExportApi { desk: desk() },
            OwedApi { desk: self.orders() },
        )
    }

    fn tally_apis(&self) -> impl OpenApi + Sync + 'static + use<> {
        let desk = || self.desk.clone();
        (
            TallyApi { desk: desk() },
            TallyLinesApi { desk: desk() },
            TallyFileApi { desk: desk() },
            TallyCsvApi { desk: desk() },
            TallyExportApi { desk: desk() },
        )
    }

    fn agreement_apis(&self) -> impl OpenApi + Sync + 'static + use<> {
        (
            ContractsApi {
                desk: self.desk.clone(),
                register: self.register.clone(),
                shelf: self.shelf.clone(),
            },
            InquiriesApi { desk: self.quotes() },
            QuotesApi { desk: self.quotes() },
            QuoteOrdersApi {
                orders: self.orders(),
                quotes: self.quotes(),
            },
        )
    }

    fn journal_apis(&self) -> impl OpenApi + Sync + 'static + use<> {
        let (desk, signer) = (self.desk.clone(), self.signer.clone());
        let ids = EventIds::of(&self.secret.secret);
        (
            PartnersApi {
                desk: desk.clone(),
                ids: ids.clone(),
                watch: self.watch.clone(),
            },
            TimelineApi { desk: self.orders(), ids },
            DoingsApi { desk: desk.clone() },
            HeadApi { desk, signer },
        )
    }

    fn goods_apis(&self) -> impl OpenApi + Sync + 'static + use<> {
        let desk = || self.desk.clone();
        (
            CategoriesApi { desk: desk() },
            ProductsApi {
                desk: desk(),
                register: self.register.clone(),
            },
            ProductPicturesApi {
                desk: desk(),
                gallery: self.gallery.clone(),
            },
            PicturesApi {
                desk: desk(),
                gallery: self.gallery.clone(),
            },
            OffersApi { desk: desk() },
            (
                PricesApi {
                    desk: desk(),
                    register: self.register.clone(),
                    shelf: self.shelf.clone(),
                    agreed: Arc::new(ContractPrices(self.desk.db.clone())),
                },
                TermsApi { desk: desk() },
                SynonymsApi { desk: desk() },
            ),
            self.stock_apis(),
            ProductExportApi {
                desk: desk(),
                register: self.register.clone(),
            },
        )
    }

    /// All of them.
    pub(super) fn apis(&self) -> impl OpenApi + Sync + 'static + use<> {
        let desk = || self.desk.clone();
        let parties = organisations::api::all(&self.desk, &self.register, &self.keyring);
        let trade = (
            (
                OrdersApi { desk: self.orders() },
                OrderChangesApi { desk: self.orders() },
                ShipmentsApi { desk: self.delivery() },
                ReturnsApi { desk: self.delivery() },
            ),
            (
                RepeatApi { desk: self.orders() },
                OrderSheetApi { desk: self.orders() },
                OrderExportApi { desk: self.orders() },
                ListsApi {
                    desk: desk(),
                    orders: self.orders(),
                    shelf: self.shelf.clone(),
                    register: self.register.clone(),
                },
                PrintApi {
                    desk: self.orders(),
                    delivery: DeliveryDesk::new(desk()),
                },
            ),
            self.tally_apis(),
            self.agreement_apis(),
            self.journal_apis(),
            (
                NoticesApi { desk: desk() },
                PreferencesApi {
                    desk: desk(),
                    codes: Codes::of(&self.secret.secret),
                },
            ),
            ImportsApi {
                desk: desk(),
                work: self.import_work(),
            },
            intake::all(&self.desk, &self.register),
            JobsApi { desk: desk() },
        );
        (parties, self.goods_apis(), trade)
    }
}
