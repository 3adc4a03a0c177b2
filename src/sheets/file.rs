//! The body of a request that is a sheet, through whichever door it comes.

use poem_openapi::ApiRequest;
use poem_openapi::payload::Binary;

/// A sheet: CSV (UTF-8, UTF-16, GBK or GB18030) or a workbook (XLSX), of whatever type a browser takes it for. What it
/// is, is told by its content.
#[derive(Debug, ApiRequest)]
pub enum SheetFile {
    /// CSV.
    #[oai(content_type = "text/csv")]
    Csv(Binary<Vec<u8>>),
    /// A workbook.
    #[oai(content_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")]
    Xlsx(Binary<Vec<u8>>),
    /// What some browsers call CSV.
    #[oai(content_type = "application/vnd.ms-excel")]
    Excel(Binary<Vec<u8>>),
    /// A workbook with macros, which are not read.
    #[oai(content_type = "application/vnd.ms-excel.sheet.macroEnabled.12")]
    Macros(Binary<Vec<u8>>),
    /// Any file.
    #[oai(content_type = "application/octet-stream")]
    Any(Binary<Vec<u8>>),
}

impl SheetFile {
    /// Its bytes.
    #[must_use]
    pub fn into_bytes(self) -> Vec<u8> {
        let (Self::Csv(file) | Self::Xlsx(file) | Self::Excel(file) | Self::Macros(file) | Self::Any(file)) = self;
        file.0
    }
}
