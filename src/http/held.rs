//! A body that holds something until its last byte was taken, or nobody wants it any more.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};

use http_body_util::combinators::BoxBody;
use hyper::body::{Bytes, Frame, SizeHint};
use poem::Body;

/// `body`, which holds `thing` until it has ended or is dropped.
pub fn held(body: Body, thing: impl Send + Sync + Unpin + 'static) -> Body {
    let body: BoxBody<Bytes, io::Error> = body.into();
    BoxBody::new(Held { body, _thing: thing }).into()
}

struct Held<T> {
    body: BoxBody<Bytes, io::Error>,
    _thing: T,
}

impl<T: Unpin> hyper::body::Body for Held<T> {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Arc;

    #[tokio::test]
    async fn it_is_let_go_with_the_last_byte_or_with_the_body() {
        let thing = Arc::new(());
        let read = held("bytes".into(), Arc::clone(&thing));
        let dropped = held("bytes".into(), Arc::clone(&thing));
        assert_eq!(Arc::strong_count(&thing), 3);
        assert_eq!(read.into_string().await.unwrap(), "bytes");
        assert_eq!(Arc::strong_count(&thing), 2);
        drop(dropped);
        assert_eq!(Arc::strong_count(&thing), 1);
    }
}
