//! Pictures in a bucket that speaks S3.

use super::vault::{Stored, Vault, VaultError};
use crate::addresses::masked;
use chrono::{DateTime, Utc};
use reqwest::{Client, Response, StatusCode, Url};
use rusty_s3::actions::ListObjectsV2;
use rusty_s3::{Credentials, S3Action, UrlStyle};
use std::fmt::Display;
use std::sync::Arc;
use std::time::Duration;

/// How long a signed request is good.
const SIGNED_FOR: Duration = Duration::from_secs(60);
/// How long a request may take.
const TIME_LIMIT: Duration = Duration::from_secs(15);

/// Which bucket, and by which key. The secret is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct BucketSettings {
    /// `https://HOST` of the service; the bucket is the first part of the path.
    pub endpoint: String,
    /// The bucket.
    pub bucket: String,
    /// Its region.
    pub region: String,
    /// The id of the key.
    pub access_key: String,
    /// The key's secret.
    pub secret_key: String,
}

impl std::fmt::Debug for BucketSettings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BucketSettings")
            .field("endpoint", &masked(&self.endpoint))
            .field("bucket", &self.bucket)
            .field("region", &self.region)
            .finish_non_exhaustive()
    }
}

/// A bucket.
#[derive(Clone)]
pub struct Bucket {
    bucket: rusty_s3::Bucket,
    credentials: Arc<Credentials>,
    client: Client,
}

impl std::fmt::Debug for Bucket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Bucket")
            .field("bucket", &self.bucket.name())
            .finish_non_exhaustive()
    }
}

fn failure(what: impl Display) -> VaultError {
    VaultError(what.to_string())
}

impl Bucket {
    /// The bucket of these settings; nothing is sent yet.
    ///
    /// # Errors
    /// An endpoint that is no address of a service.
    pub fn open(settings: &BucketSettings) -> Result<Self, VaultError> {
        // One provider for the process; where another part has named one before, that one is used.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let endpoint: Url = settings.endpoint.parse().map_err(failure)?;
        let bucket = rusty_s3::Bucket::new(endpoint, UrlStyle::Path, settings.bucket.clone(), settings.region.clone());
        let client = Client::builder()
            .timeout(TIME_LIMIT)
            .redirect(reqwest::redirect::Policy::none())
            .build();
        Ok(Self {
            bucket: bucket.map_err(failure)?,
            credentials: Arc::new(Credentials::new(settings.access_key.clone(), settings.secret_key.clone())),
            client: client.map_err(failure)?,
        })
    }
}

/// The answer's bytes; none where there is no such file.
async fn found(answer: Response) -> Result<Option<Response>, VaultError> {
    match answer.status() {
        StatusCode::NOT_FOUND => Ok(None),
        status if status.is_success() => Ok(Some(answer)),
        status => Err(failure(format!("the bucket answers {status}"))),
    }
}

fn moment(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|moment| moment.with_timezone(&Utc))
}

/// An error of the client without the address, whose query holds the signature.
fn plain(error: reqwest::Error) -> VaultError {
    failure(format!("{:?}", error.without_url()))
}

#[async_trait::async_trait]
impl Vault for Bucket {
    async fn put(&self, path: &str, bytes: Vec<u8>) -> Result<(), VaultError> {
        let url = self.bucket.put_object(Some(&self.credentials), path).sign(SIGNED_FOR);
        let answer = self.client.put(url).body(bytes).send().await.map_err(plain)?;
        match found(answer).await? {
            Some(_) => Ok(()),
            None => Err(failure("there is no such bucket")),
        }
    }

    async fn get(&self, path: &str) -> Result<Option<Vec<u8>>, VaultError> {
        let url = self.bucket.get_object(Some(&self.credentials), path).sign(SIGNED_FOR);
        let answer = self.client.get(url).send().await.map_err(plain)?;
        match found(answer).await? {
            Some(answer) => Ok(Some(answer.bytes().await.map_err(plain)?.to_vec())),
            None => Ok(None),
        }
    }

    async fn list(&self, after: &str, most: usize) -> Result<Vec<Stored>, VaultError> {
        let mut list = self.bucket.list_objects_v2(Some(&self.credentials));
        list.with_max_keys(most);
        if !after.is_empty() {
            list.with_start_after(after);
        }
        let answer = self.client.get(list.sign(SIGNED_FOR)).send().await.map_err(plain)?;
        let answer = found(answer).await?.ok_or_else(|| failure("there is no such bucket"))?;
        let text = answer.text().await.map_err(plain)?;
        let listed = ListObjectsV2::parse_response(&text).map_err(failure)?;
        let stored = listed.contents.into_iter().map(|one| Stored {
            written_at: one.last_modified.and_then(|text| moment(&text)),
            path: one.key,
        });
        Ok(stored.collect())
    }

    async fn delete(&self, path: &str) -> Result<(), VaultError> {
        let url = self.bucket.delete_object(Some(&self.credentials), path).sign(SIGNED_FOR);
        found(self.client.delete(url).send().await.map_err(plain)?).await.map(|_| ())
    }

    async fn has(&self, path: &str) -> Result<bool, VaultError> {
        let url = self.bucket.head_object(Some(&self.credentials), path).sign(SIGNED_FOR);
        let answer = self.client.head(url).send().await.map_err(plain)?;
        Ok(found(answer).await?.is_some())
    }
}
