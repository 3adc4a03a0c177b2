//! Where pictures are kept: a folder, unless a bucket is named.

use super::bucket::BucketSettings;
use serde::Deserialize;
use std::path::{Path, PathBuf};

/// Flags and variables.
#[derive(Clone, Debug, Default, clap::Args)]
pub struct PictureFlags {
    /// The folder in which pictures are kept; beside the SQLite file, or `yangpin-pictures` where PostgreSQL is used.
    #[arg(
        id = "pictures_folder",
        long = "pictures-folder",
        env = "YANGPIN_PICTURES_FOLDER",
        value_name = "DIR"
    )]
    pub folder: Option<PathBuf>,
    /// The address of a service that speaks S3, for pictures in a bucket; the keys are read from
    /// `YANGPIN_PICTURES_ACCESS_KEY` and `YANGPIN_PICTURES_SECRET_KEY` only.
    #[arg(
        id = "pictures_endpoint",
        long = "pictures-endpoint",
        env = "YANGPIN_PICTURES_ENDPOINT",
        value_name = "URL"
    )]
    pub endpoint: Option<String>,
    /// The bucket.
    #[arg(
        id = "pictures_bucket",
        long = "pictures-bucket",
        env = "YANGPIN_PICTURES_BUCKET",
        value_name = "NAME"
    )]
    pub bucket: Option<String>,
    /// Its region.
    #[arg(
        id = "pictures_region",
        long = "pictures-region",
        env = "YANGPIN_PICTURES_REGION",
        value_name = "NAME"
    )]
    pub region: Option<String>,
}

/// The table `[pictures]` of the TOML file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureFile {
    folder: Option<PathBuf>,
    endpoint: Option<String>,
    bucket: Option<String>,
    region: Option<String>,
}

/// Settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PictureSettings {
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(BucketSettings),
}

impl PictureSettings {
    /// Puts flags and file together. `beside` is the SQLite file, if there is one; `secret` reads a variable.
    pub fn read(
        flags: &PictureFlags,
        file: PictureFile,
        beside: Option<&Path>,
        secret: impl Fn(&str) -> Option<String>,
        problems: &mut Vec<String>,
    ) -> Self {
        let folder = flags.folder.clone().or(file.folder);
        let endpoint = flags.endpoint.clone().or(file.endpoint);
        let Some(endpoint) = endpoint else {
            return Self::Folder(folder.unwrap_or_else(|| default_folder(beside)));
        };
        if folder.is_some() {
            problems.push("pictures: name a folder or an endpoint, not both".to_owned());
        }
        if !endpoint.starts_with("https://") && !endpoint.starts_with("http://") {
            problems.push("pictures_endpoint: begins with https:// or http://".to_owned());
        }
        let mut needed = |name: &str, value: Option<String>| {
            value.filter(|value| !value.is_empty()).unwrap_or_else(|| {
                problems.push(format!("{name}: needed where pictures_endpoint is named"));
                String::new()
            })
        };
        Self::Bucket(BucketSettings {
            bucket: needed("pictures_bucket", flags.bucket.clone().or(file.bucket)),
            region: flags.region.clone().or(file.region).unwrap_or_else(|| "us-east-1".to_owned()),
            access_key: needed("YANGPIN_PICTURES_ACCESS_KEY", secret("YANGPIN_PICTURES_ACCESS_KEY")),
            secret_key: needed("YANGPIN_PICTURES_SECRET_KEY", secret("YANGPIN_PICTURES_SECRET_KEY")),
            endpoint,
        })
    }

    /// As people read it, without keys.
    #[must_use]
    pub fn shown(&self) -> String {
        match self {
            Self::Folder(folder) => folder.display().to_string(),
            Self::Bucket(bucket) => format!("{}/{}", bucket.endpoint.trim_end_matches('/'), bucket.bucket),
        }
    }
}

/// `yangpin.db` has its pictures in `yangpin-pictures` beside it.
fn default_folder(beside: Option<&Path>) -> PathBuf {
    let Some(file) = beside else {
        return PathBuf::from("yangpin-pictures");
    };
    let stem = file.file_stem().unwrap_or_default().to_string_lossy();
    file.with_file_name(format!("{stem}-pictures"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(flags: &PictureFlags, secrets: bool) -> (PictureSettings, Vec<String>) {
        let mut problems = Vec::new();
        let secret = |name: &str| secrets.then(|| format!("value of {name}"));
        let beside = Some(Path::new("/data/yangpin.db"));
        let settings = PictureSettings::read(flags, PictureFile::default(), beside, secret, &mut problems);
        (settings, problems)
    }

    #[test]
    fn pictures_lie_beside_the_database_unless_told() {
        let (settings, problems) = read(&PictureFlags::default(), false);
        assert_eq!(settings, PictureSettings::Folder("/data/yangpin-pictures".into()));
        assert!(problems.is_empty());
    }

    #[test]
    fn a_bucket_needs_its_name_and_its_keys_and_shows_no_secret() {
        let mut flags = PictureFlags {
            endpoint: Some("https://s3.example".into()),
            ..PictureFlags::default()
        };
        assert_eq!(read(&flags, false).1.len(), 3);
        flags.bucket = Some("pictures".into());
        let (settings, problems) = read(&flags, true);
        assert!(problems.is_empty(), "{problems:?}");
        assert_eq!(settings.shown(), "https://s3.example/pictures");
        assert!(!format!("{settings:?}").contains("value of"));
    }
}
