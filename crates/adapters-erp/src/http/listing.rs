//! What a service lists, and how its lists are read.

use std::collections::BTreeMap;

use pregon_core::AttributeType;

use super::fields::Field;

/// How a service gives a long list piece by piece.
///
/// Where a service offers several, take the first of these that it has: only a list that is read
/// by key loses nobody while it changes. Lists by number ([`Page`](Self::Page),
/// [`Offset`](Self::Offset)) are read with an overlap: each piece must join to the last items that
/// were given, wherever these are by now, and is read again until it does. That costs up to three
/// calls a piece, and asks of the service that its order is fixed: by id, or by when it was made.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpPaging {
    /// Ordered by id; `?after=ID` gives those that come after it.
    AfterId {
        /// The parameter that takes the id.
        after: String,
        /// The parameter that takes how many.
        size: String,
    },
    /// Each page has a text that opens the next one.
    Cursor {
        /// The parameter that takes it.
        cursor: String,
        /// Where it stands in the answer; where it is missing, nothing follows.
        next: String,
        /// The parameter that takes how many, where there is one.
        size: Option<String>,
    },
    /// Each page has the address of the next one, on the same server.
    NextUrl {
        /// Where it stands in the answer.
        next: String,
        /// The parameter that takes how many, where there is one.
        size: Option<String>,
    },
    /// Each page names the next one in a header: `Link: <…>; rel="next"`, on the same server.
    NextLink {
        /// The parameter that takes how many, where there is one.
        size: Option<String>,
    },
    /// Pages have numbers.
    Page {
        /// The parameter that takes the number.
        page: String,
        /// The parameter that takes how many.
        size: String,
        /// The number of the first one.
        first: u64,
    },
    /// So many are left out.
    Offset {
        /// The parameter that takes how many are left out.
        offset: String,
        /// The parameter that takes how many.
        size: String,
    },
}

impl HttpPaging {
    /// By key, with `size` for how many.
    #[must_use]
    pub fn after_id(after: &str) -> Self {
        Self::AfterId {
            after: after.to_owned(),
            size: "size".to_owned(),
        }
    }
}

/// How some are found by their ids.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum HttpFind {
    /// Each by a path with `{id}` in it; what is gone is 404 or 410.
    One {
        /// The path.
        path: String,
    },
    /// Many at once, as a list like the pages.
    Many {
        /// The path.
        path: String,
        /// The parameter that takes an id, as often as there are ids.
        ids: String,
        /// How many at once.
        most: u32,
    },
}

/// A list of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpListing {
    pub(super) path: String,
    pub(super) paging: HttpPaging,
    pub(super) items: String,
    pub(super) query: Vec<(String, String)>,
    pub(super) find: HttpFind,
    pub(super) item: String,
}

impl HttpListing {
    /// The list at a path below the service's address; one of it is found below that, by its id.
    #[must_use]
    pub fn new(path: &str, paging: HttpPaging) -> Self {
        Self {
            path: path.to_owned(),
            paging,
            items: String::new(),
            query: Vec::new(),
            find: HttpFind::One {
                path: format!("{}/{{id}}", path.trim_end_matches('/')),
            },
            item: String::new(),
        }
    }

    /// With the JSON pointer to the items; without it the answer is the list.
    #[must_use]
    pub fn with_items(mut self, pointer: &str) -> Self {
        self.items = pointer.to_owned();
        self
    }

    /// With a parameter of every question.
    #[must_use]
    pub fn with_query(mut self, name: &str, value: &str) -> Self {
        self.query.push((name.to_owned(), value.to_owned()));
        self
    }

    /// With another way to find some by their ids.
    #[must_use]
    pub fn found_by(mut self, find: HttpFind) -> Self {
        self.find = find;
        self
    }

    /// With the JSON pointer to an item that was found alone; without it the answer is the item.
    #[must_use]
    pub fn with_item(mut self, pointer: &str) -> Self {
        self.item = pointer.to_owned();
        self
    }
}

/// What a person has beside attributes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum PersonField {
    /// The id; `/id` unless said.
    Id,
    /// How the person is addressed.
    Name,
    /// The e-mail address.
    Email,
    /// The phone number.
    Phone,
    /// The language, as `es`.
    Language,
    /// The zone, as `America/Guayaquil`.
    Zone,
    /// When the person wants to be written to, as `09:00-20:00`.
    ContactHours,
    /// Whether the person agreed to be written to.
    OptIn,
    /// Whether the person refused.
    OptOut,
}

/// The customers of a service.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpCustomers {
    pub(super) listing: HttpListing,
    pub(super) person: BTreeMap<PersonField, String>,
    pub(super) fields: Vec<Field>,
}

impl HttpCustomers {
    /// The customers of a list, with their ids at `/id`.
    #[must_use]
    pub fn new(listing: HttpListing) -> Self {
        let person = [(PersonField::Id, "/id".to_owned())].into();
        Self {
            listing,
            person,
            fields: Vec::new(),
        }
    }

    /// With the JSON pointer to what a person has.
    #[must_use]
    pub fn with(mut self, field: PersonField, pointer: &str) -> Self {
        self.person.insert(field, pointer.to_owned());
        self
    }

    /// With an attribute and the JSON pointer to it.
    #[must_use]
    pub fn with_attribute(mut self, name: &str, r#type: AttributeType, pointer: &str) -> Self {
        self.fields.push(Field {
            attribute: name.to_owned(),
            r#type,
            pointer: pointer.to_owned(),
        });
        self
    }
}

/// By which parameters a list is narrowed to what is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct DueBy {
    pub(super) attribute: String,
    pub(super) from: String,
    pub(super) to: String,
}

/// Records of a kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct HttpRecords {
    pub(super) listing: HttpListing,
    pub(super) id: String,
    pub(super) customer: String,
    pub(super) fields: Vec<Field>,
    pub(super) due: Option<DueBy>,
}

impl HttpRecords {
    /// The records of a list, with their ids at `/id` and their customers' at `/customer_id`.
    #[must_use]
    pub fn new(listing: HttpListing) -> Self {
        Self {
            listing,
            id: "/id".to_owned(),
            customer: "/customer_id".to_owned(),
            fields: Vec::new(),
            due: None,
        }
    }

    /// With other pointers to the ids of record and customer.
    #[must_use]
    pub fn with_ids(mut self, record: &str, customer: &str) -> Self {
        self.id = record.to_owned();
        self.customer = customer.to_owned();
        self
    }

    /// With an attribute and the JSON pointer to it.
    #[must_use]
    pub fn with_attribute(mut self, name: &str, r#type: AttributeType, pointer: &str) -> Self {
        self.fields.push(Field {
            attribute: name.to_owned(),
            r#type,
            pointer: pointer.to_owned(),
        });
        self
    }

    /// The service narrows the list by a date or an instant, both ends included, when it is given
    /// these parameters: fewer calls. What it gives beyond that is left out here.
    #[must_use]
    pub fn due_by(mut self, attribute: &str, from: &str, to: &str) -> Self {
        let [attribute, from, to] = [attribute, from, to].map(str::to_owned);
        self.due = Some(DueBy {
            attribute,
            from,
            to,
        });
        self
    }
}
