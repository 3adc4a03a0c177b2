//! All SQL of quotes and inquiries. What is read is read within a [`Scope`](crate::access::Scope).

pub mod inquiries;
pub mod quotes;
