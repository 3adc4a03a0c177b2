//! What can happen: the kinds of entries of the journal, and why.

closed_enum! {
    /// What happened.
    EventKind {
        /// an acceptance that an import brought is taken back
        AcceptanceUndone = "acceptance.undone",
        /// a kind of goods is new
        CategoryAdded = "category.added",
        /// a kind of goods is sold no more
        CategoryArchived = "category.archived",
        /// a kind of goods was corrected
        CategoryChanged = "category.changed",
        /// both sides agree on a framework contract
        ContractAccepted = "contract.accepted",
        /// a draft of a framework contract was written anew
        ContractChanged = "contract.changed",
        /// a framework contract was drafted
        ContractDrafted = "contract.drafted",
        /// a framework contract was closed after its last day
        ContractEnded = "contract.ended",
        /// a framework contract waits for the other side
        ContractProposed = "contract.proposed",
        /// the other side does not agree to a framework contract
        ContractRefused = "contract.refused",
        /// a framework contract was given up before its last day
        ContractTerminated = "contract.terminated",
        /// a framework contract waits for the other side no more
        ContractWithdrawn = "contract.withdrawn",
        /// a department is there no more
        DepartmentArchived = "department.archived",
        /// a department was corrected
        DepartmentChanged = "department.changed",
        /// a department is new
        DepartmentCreated = "department.created",
        /// a division is there no more
        DivisionArchived = "division.archived",
        /// a division was corrected
        DivisionChanged = "division.changed",
        /// a division is new
        DivisionCreated = "division.created",
        /// an import is booked
        ImportBooked = "import.booked",
        /// an import is being booked
        ImportBooking = "import.booking",
        /// an import is checked
        ImportChecked = "import.checked",
        /// an import is being checked
        ImportChecking = "import.checking",
        /// an import was begun
        ImportCreated = "import.created",
        /// an import is being taken back
        ImportUndoing = "import.undoing",
        /// an import is taken back
        ImportUndone = "import.undone",
        /// a buyer asks suppliers for a quote
        InquiryAsked = "inquiry.asked",
        /// a buyer chose an answer
        InquiryDecided = "inquiry.decided",
        /// a supplier gives no quote
        InquiryDeclined = "inquiry.declined",
        /// one of the suppliers that are asked
        InquiryInvited = "inquiry.invited",
        /// a buyer asks no more
        InquiryWithdrawn = "inquiry.withdrawn",
        /// what a sheet asks for is entered
        IntakeEntered = "intake.entered",
        /// a sheet of organisations, products or offers is to be entered
        IntakeOpened = "intake.opened",
        /// what a sheet brought is taken back
        IntakeUndone = "intake.undone",
        /// a key was made
        KeyIssued = "key.issued",
        /// a key opens nothing any more
        KeyRevoked = "key.revoked",
        /// a key that held every word of its role holds the new ones as well
        KeyWidened = "key.widened",
        /// a saved list was put away
        ListArchived = "list.archived",
        /// a saved list was changed
        ListChanged = "list.changed",
        /// a saved list is new
        ListCreated = "list.created",
        /// an offer has its last day
        OfferEnded = "offer.ended",
        /// an offer was made
        OfferMade = "offer.made",
        /// an order was answered line by line
        OrderAnswered = "order.answered",
        /// an order was taken back by its buyer
        OrderCancelled = "order.cancelled",
        /// a change of an order is agreed
        OrderChangeAgreed = "order.change_agreed",
        /// a change of an order fell with what it was asked for
        OrderChangeLapsed = "order.change_lapsed",
        /// a buyer asks for a change of an order
        OrderChangeProposed = "order.change_proposed",
        /// a supplier refuses a change of an order
        OrderChangeRefused = "order.change_refused",
        /// a buyer asks no more for a change of an order
        OrderChangeWithdrawn = "order.change_withdrawn",
        /// nothing of an order is left to be sent or inspected
        OrderCompleted = "order.completed",
        /// a supplier said yes to an order
        OrderConfirmed = "order.confirmed",
        /// a supplier said no to an order
        OrderDeclined = "order.declined",
        /// an order was placed
        OrderPlaced = "order.placed",
        /// a part of an order will not come
        OrderShortClosed = "order.short_closed",
        /// an order that an import brought is taken back
        OrderUndone = "order.undone",
        /// an organisation is there no more
        OrganisationArchived = "organisation.archived",
        /// an organisation was changed
        OrganisationChanged = "organisation.changed",
        /// an organisation is new
        OrganisationCreated = "organisation.created",
        /// an organisation belongs to another town or department
        OrganisationMoved = "organisation.moved",
        /// a person or machine is new
        PersonCreated = "person.created",
        /// a supplier keeps goods at a new place
        PlaceAdded = "place.added",
        /// a supplier keeps no goods at a place any more
        PlaceArchived = "place.archived",
        /// a place was corrected
        PlaceChanged = "place.changed",
        /// a product is sold no more
        ProductArchived = "product.archived",
        /// a product was changed
        ProductChanged = "product.changed",
        /// a product is new
        ProductListed = "product.listed",
        /// a product has one more picture
        ProductPictureAdded = "product.picture_added",
        /// the pictures of a product were put in order
        ProductPicturesArranged = "product.pictures_arranged",
        /// the buyer chose this quote
        QuoteChosen = "quote.chosen",
        /// a supplier gave a quote
        QuoteGiven = "quote.given",
        /// a buyer keeps today's prices for a while
        QuoteKept = "quote.kept",
        /// the buyer chose another quote
        QuoteNotChosen = "quote.not_chosen",
        /// a quote was ordered by
        QuoteUsed = "quote.used",
        /// what was there before its rows were hashed is noted as it is
        RegisterNoted = "register.noted",
        /// accepted goods were returned
        ReturnBooked = "return.booked",
        /// a supplier has what was returned
        ReturnConfirmed = "return.confirmed",
        /// a return that an import brought is taken back
        ReturnUndone = "return.undone",
        /// a shipment was inspected
        ShipmentAccepted = "shipment.accepted",
        /// a shipment has come
        ShipmentArrived = "shipment.arrived",
        /// goods are on their way
        ShipmentShipped = "shipment.shipped",
        /// more than was sent is kept
        ShipmentSurplus = "shipment.surplus",
        /// a shipment that an import brought is taken back
        ShipmentUndone = "shipment.undone",
        /// goods are no longer received at a site
        SiteArchived = "site.archived",
        /// a site was changed
        SiteChanged = "site.changed",
        /// a site is new
        SiteCreated = "site.created",
        /// stock was received or corrected
        StockMoved = "stock.moved",
        /// words mean the same from now on
        SynonymAdded = "synonym.added",
        /// words mean the same no more
        SynonymTakenBack = "synonym.taken_back",
        /// a supplier says what it asks of every order
        TermsSet = "terms.set",
    }
}

closed_enum! {
    /// The kinds of things that something happens to.
    ThingKind {
        /// what was accepted of a shipment
        Acceptance = "acceptance",
        /// a kind of goods
        Category = "category",
        /// a framework contract
        Contract = "contract",
        /// a department
        Department = "department",
        /// a county, city or town
        Division = "division",
        /// documents of another book
        Import = "import",
        /// what suppliers are asked to quote for
        Inquiry = "inquiry",
        /// organisations, products or offers that came by one sheet
        Intake = "intake",
        /// a key of this service
        Key = "key",
        /// a saved list
        List = "list",
        /// a movement of stock
        Movement = "movement",
        /// a price
        Offer = "offer",
        /// an order
        Order = "order",
        /// an organisation
        Organisation = "organisation",
        /// a person or machine
        Person = "person",
        /// where a supplier keeps goods
        Place = "place",
        /// a product
        Product = "product",
        /// a quote
        Quote = "quote",
        /// accepted goods that came back
        Return = "return",
        /// a shipment
        Shipment = "shipment",
        /// where goods are received
        Site = "site",
        /// words that mean the same
        Synonym = "synonym",
        /// what a supplier asks of every order
        Terms = "terms",
    }
}

closed_enum! {
    /// Why something happened.
    EventReason {
        /// goods were broken
        Breakage = "breakage",
        /// the buyer's mistake
        BuyerMistake = "buyer_mistake",
        /// the supplier cannot deliver
        CannotDeliver = "cannot_deliver",
        /// stock was corrected
        Correction = "correction",
        /// stock was counted
        Count = "count",
        /// ordered twice
        Duplicate = "duplicate",
        /// the import that brought it is taken back
        ImportUndone = "import_undone",
        /// both sides agree to part
        MutualAgreement = "mutual_agreement",
        /// no longer needed
        NoLongerNeeded = "no_longer_needed",
        /// the supplier did not deliver
        NotDelivered = "not_delivered",
        /// stock at the beginning
        Opening = "opening",
        /// for another reason
        Other = "other",
        /// out of stock
        OutOfStock = "out_of_stock",
        /// papers are missing
        PapersMissing = "papers_missing",
        /// the price was a mistake
        PriceError = "price_error",
        /// prices have moved
        PricesMoved = "prices_moved",
        /// goods were received
        Receipt = "receipt",
        /// given as a sample
        Sample = "sample",
        /// the supplier is late
        SupplierDelay = "supplier_delay",
        /// nobody said anything within the term
        TermOver = "term_over",
        /// the wrong site
        WrongSite = "wrong_site",
    }
}

#[cfg(test)]
mod tests {
    use super::{EventKind, EventReason};
    use crate::closed::LONGEST_WORD;
    use crate::{CancelReason, DeclineReason, StockReason, TerminationReason};
    use std::collections::BTreeSet;

    #[test]
    fn a_kind_is_a_thing_and_what_became_of_it() {
        let words: BTreeSet<_> = EventKind::WORDS.iter().collect();
        assert_eq!(words.len(), EventKind::ALL.len());
        for word in words {
            let (thing, verb) = word.split_once('.').unwrap();
            let is_word = |text: &str| !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c == '_');
            assert!(is_word(thing) && is_word(verb) && word.len() <= LONGEST_WORD, "{word}");
            assert_eq!(word.parse::<EventKind>().unwrap().as_str(), *word);
        }
    }

    #[test]
    fn every_reason_that_somebody_may_give_is_one_of_an_event() {
        let lists = [
            DeclineReason::WORDS,
            CancelReason::WORDS,
            TerminationReason::WORDS,
            StockReason::WORDS,
        ];
        for reason in lists.concat() {
            assert!(reason.parse::<EventReason>().is_ok(), "{reason}");
        }
    }
}
