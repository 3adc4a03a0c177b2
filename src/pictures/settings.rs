//! Where pictures are kept: a folder, unless a bucket is named.

use super::bucket::BucketSettings;
use super::picture::SupplierBounds;
use crate::addresses::masked;
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
    /// How many pictures a supplier may have here, those it no longer shows included.
    #[arg(
        id = "pictures_per_supplier",
        long = "pictures-per-supplier",
        env = "YANGPIN_PICTURES_PER_SUPPLIER",
        value_name = "NUMBER"
    )]
    pub per_supplier: Option<u32>,
    /// How many mebibytes of them.
    #[arg(
        id = "pictures_mib_per_supplier",
        long = "pictures-mib-per-supplier",
        env = "YANGPIN_PICTURES_MIB_PER_SUPPLIER",
        value_name = "NUMBER"
    )]
    pub mib_per_supplier: Option<u32>,
}

/// The table `[pictures]` of the TOML file.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PictureFile {
    folder: Option<PathBuf>,
    endpoint: Option<String>,
    bucket: Option<String>,
    region: Option<String>,
    per_supplier: Option<u32>,
    mib_per_supplier: Option<u32>,
}

/// Settings in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PictureSettings {
    /// Where pictures are kept.
    pub place: PicturePlace,
    /// How much of it a supplier may have.
    pub bounds: SupplierBounds,
}

/// Where pictures are kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PicturePlace {
    /// A folder.
    Folder(PathBuf),
    /// A bucket.
    Bucket(BucketSettings),
}

impl PictureSettings {
    /// Pictures in a folder, and as many as there may be unless told.
    #[must_use]
    pub fn in_folder(folder: impl Into<PathBuf>) -> Self {
        Self {
            place: PicturePlace::Folder(folder.into()),
            bounds: SupplierBounds::default(),
        }
    }

    /// Puts flags and file together. `beside` is the SQLite file, if there is one; `secret` reads a variable.
    pub fn read(
        flags: &PictureFlags,
        file: PictureFile,
        beside: Option<&Path>,
        secret: impl Fn(&str) -> Option<String>,
        problems: &mut Vec<String>,
    ) -> Self {
        let most = SupplierBounds::default();
        let bounds = SupplierBounds {
            pictures: flags.per_supplier.or(file.per_supplier).unwrap_or(most.pictures),
            mebibytes: flags.mib_per_supplier.or(file.mib_per_supplier).unwrap_or(most.mebibytes),
        };
        let place = Self::place(flags, file, beside, secret, problems);
        Self { place, bounds }
    }

    fn place(
        flags: &PictureFlags,
        file: PictureFile,
        beside: Option<&Path>,
        secret: impl Fn(&str) -> Option<String>,
        problems: &mut Vec<String>,
    ) -> PicturePlace {
        let folder = flags.folder.clone().or(file.folder);
        let endpoint = flags.endpoint.clone().or(file.endpoint);
        let Some(endpoint) = endpoint else {
            return PicturePlace::Folder(folder.unwrap_or_else(|| default_folder(beside)));
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
        PicturePlace::Bucket(BucketSettings {
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
        match &self.place {
            PicturePlace::Folder(folder) => folder.display().to_string(),
            PicturePlace::Bucket(bucket) => format!("{}/{}", masked(&bucket.endpoint).trim_end_matches('/'), bucket.bucket),
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
        assert_eq!(settings, PictureSettings::in_folder("/data/yangpin-pictures"));
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
