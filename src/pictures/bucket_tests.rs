//! A bucket over HTTP, against a small server that keeps what it is given and notes how it was asked.

use super::bucket::{Bucket, BucketSettings};
use super::vault::{Stored, Vault};
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
            if query.contains("list-type=2") {
                let after = query
                    .split('&')
                    .find_map(|one| one.strip_prefix("start-after="))
                    .unwrap_or_default()
                    .replace("%2F", "/");
                let mut names: Vec<String> = kept
                    .files
                    .keys()
                    .filter_map(|path| path.strip_prefix("/pictures/"))
                    .map(str::to_owned)
                    .collect();
                names.sort_unstable();
                let files = names.into_iter().filter(|name| *name > after).take(2).map(|name| {
                    format!(
                        "<Contents><Key>{}</Key><LastModified>2026-11-23T02:00:00.000Z</LastModified><Size>5</Size></Contents>",
                        name.replace('/', "%2F")
                    )
                });
                let text = format!(
                    "<?xml version=\"1.0\" encoding=\"UTF-8\"?><ListBucketResult xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Name>pictures</Name><KeyCount>2</KeyCount><MaxKeys>2</MaxKeys><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>{}</ListBucketResult>",
                    files.collect::<String>()
                );
                return Ok(Response::builder().body(text));
            }
            if method == Method::DELETE {
                kept.files.remove(&path);
                return status(StatusCode::NO_CONTENT);
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
    for path in ["ab/abcd/medium", "cd/cdef/thumb"] {
        bucket.put(path, b"bytes".to_vec()).await.unwrap();
    }
    let first = bucket.list("", 2).await.unwrap();
    let paths = |page: &[Stored]| page.iter().map(|one| one.path.clone()).collect::<Vec<_>>();
    assert_eq!(paths(&first), ["ab/abcd/medium", "ab/abcd/thumb"]);
    assert_eq!(first[0].written_at.unwrap().to_rfc3339(), "2026-11-23T02:00:00+00:00");
    assert_eq!(paths(&bucket.list("ab/abcd/thumb", 2).await.unwrap()), ["cd/cdef/thumb"]);
    bucket.delete("cd/cdef/thumb").await.unwrap();
    bucket.delete("cd/cdef/thumb").await.unwrap();
    assert_eq!(bucket.list("ab/abcd/thumb", 2).await.unwrap(), []);
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
