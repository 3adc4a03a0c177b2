//! A bucket over HTTP, against a small server that keeps what it is given and notes how it was asked.

use super::bucket::{Bucket, BucketSettings};
use super::vault::Vault;
use poem::http::{Method, StatusCode};
use poem::listener::{Acceptor, Listener, TcpListener};
use poem::{Endpoint, Request, Response, Server, endpoint};
use std::collections::HashMap;
use std::sync::{Arc, Mutex};

#[derive(Default)]
struct Kept {
    files: HashMap<String, Vec<u8>>,
    asked: Vec<String>,
    down: bool,
}

fn service(kept: Arc<Mutex<Kept>>) -> impl Endpoint<Output = Response> {
    endpoint::make(move |mut request: Request| {
        let kept = Arc::clone(&kept);
        async move {
            let body = request.take_body().into_vec().await.unwrap();
            let (method, path) = (request.method().clone(), request.uri().path().to_owned());
            let query = request.uri().query().unwrap_or_default().to_owned();
            let signed = ["X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Signature=", "X-Amz-Credential=key-id"];
            let signed = signed.iter().all(|word| query.contains(word));
            let mut kept = kept.lock().unwrap();
            kept.asked.push(format!("{method} {path}"));
            let status = |status| Ok::<_, poem::Error>(Response::builder().status(status).finish());
            if kept.down {
                return status(StatusCode::SERVICE_UNAVAILABLE);
            }
            if !signed {
                return status(StatusCode::FORBIDDEN);
            }
            if method == Method::PUT {
                kept.files.insert(path, body);
                return status(StatusCode::OK);
            }
            match kept.files.get(&path) {
                Some(bytes) => Ok(Response::builder().body(bytes.clone())),
                None => status(StatusCode::NOT_FOUND),
            }
        }
    })
}

#[tokio::test]
async fn a_bucket_is_asked_in_its_own_words_and_signed() {
    let kept = Arc::new(Mutex::new(Kept::default()));
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let address = acceptor.local_addr()[0].as_socket_addr().unwrap().to_string();
    let server = tokio::spawn(Server::new_with_acceptor(acceptor).run(service(Arc::clone(&kept))));
    let bucket = Bucket::open(&BucketSettings {
        endpoint: format!("http://{address}"),
        bucket: "pictures".into(),
        region: "cn-east-1".into(),
        access_key: "key-id".into(),
        secret_key: "secret".into(),
    })
    .unwrap();
    assert_eq!(bucket.get("ab/abcd/thumb").await.unwrap(), None);
    assert!(!bucket.has("ab/abcd/thumb").await.unwrap());
    bucket.put("ab/abcd/thumb", b"bytes".to_vec()).await.unwrap();
    assert_eq!(bucket.get("ab/abcd/thumb").await.unwrap(), Some(b"bytes".to_vec()));
    assert!(bucket.has("ab/abcd/thumb").await.unwrap());
    let asked = kept.lock().unwrap().asked.clone();
    let (path, words) = ("/pictures/ab/abcd/thumb", ["GET", "HEAD", "PUT", "GET", "HEAD"]);
    assert_eq!(asked, words.map(|word| format!("{word} {path}")));
    kept.lock().unwrap().down = true;
    let error = bucket.put("ab/abcd/medium", b"x".to_vec()).await.unwrap_err().to_string();
    assert!(error.contains("503"), "{error}");
    server.abort();
    let gone = bucket.get("ab/abcd/thumb").await;
    assert!(
        gone.as_ref().is_ok_and(|_| false) || !format!("{gone:?}").contains("X-Amz"),
        "no signature in an error"
    );
}
