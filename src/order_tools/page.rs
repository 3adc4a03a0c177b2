//! A printed page: A4, black on white, nothing from elsewhere, every text escaped.

use crate::http::html::{escaped, policy_of};
use crate::http::language::Language;
use poem::http::{HeaderValue, header};
use poem::{IntoResponse, Response};
use poem_openapi::ApiResponse;
use poem_openapi::registry::{MetaMediaType, MetaResponse, MetaResponses, MetaSchema, MetaSchemaRef, Registry};

/// The one style of all pages; its hash stands in the page's policy, so nothing else may style it.
const STYLE: &str = "@page{size:A4;margin:15mm;@bottom-right{content:counter(page) ' / ' counter(pages);font-size:9pt}}\
*{box-sizing:border-box}body{margin:0 auto;max-width:180mm;color:#000;background:#fff;\
font:10.5pt/1.45 'Noto Sans CJK SC','Source Han Sans SC','Microsoft YaHei','SimSun',sans-serif}h1{font-size:18pt;text-align:center;\
margin:4mm 0}dl{display:grid;grid-template-columns:auto 1fr auto 1fr;gap:1mm 3mm;margin:0 0 4mm}dt{font-weight:bold}dd{margin:0;\
overflow-wrap:anywhere}table{width:calc(100% - .6mm);margin:0 .3mm;border-collapse:collapse}\
th,td{border:.3mm solid #000;padding:1mm 1.5mm;text-align:left;\
overflow-wrap:anywhere}.n{text-align:right;white-space:nowrap}thead{display:table-header-group}tr{break-inside:avoid}\
tfoot{display:table-row-group;font-weight:bold}.k,tfoot{break-inside:avoid}.k{break-after:avoid}tfoot{break-before:avoid;\
break-after:avoid}.s{break-before:avoid;display:grid;grid-template-columns:1fr 1fr 1fr;gap:8mm;margin-top:12mm;\
break-inside:avoid}.s p{border-top:.3mm solid #000;padding-top:1mm;margin:8mm 0 0}@media screen{body{padding:8mm}}\
@media screen and (max-width:640px){body{padding:4mm}dl{grid-template-columns:auto 1fr}.s{grid-template-columns:1fr}\
table{display:block;overflow-x:auto}th,td{white-space:nowrap}}";

/// So many rows stay with the total and the signatures: nobody signs a page that says nothing.
const LAST_ROWS: usize = 3;

/// A page, as it is answered.
#[derive(Debug)]
pub struct Page {
    html: String,
    language: Language,
}

/// What a page says.
#[derive(Clone, Debug)]
pub(super) struct Paper {
    /// Its title.
    pub(super) title: &'static str,
    /// Names and values above the table.
    pub(super) facts: Vec<(&'static str, String)>,
    /// Headings; whether the column is of numbers.
    pub(super) columns: Vec<(&'static str, bool)>,
    /// Rows.
    pub(super) rows: Vec<Vec<String>>,
    /// The last row: its name and its value.
    pub(super) total: Option<(String, String)>,
    /// Where people sign.
    pub(super) signatures: Vec<&'static str>,
}

impl Paper {
    /// The page.
    pub(super) fn page(&self, language: Language) -> Page {
        let title = escaped(self.title);
        let mut html = format!(
            "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\">\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><title>{title}</title><style>{STYLE}</style></head>\n<body><h1>{title}</h1>\n<dl>",
            language.tag()
        );
        for (name, value) in &self.facts {
            html += &format!("<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
        }
        html += "</dl>\n<table><thead><tr>";
        for (heading, number) in &self.columns {
            html += &format!("<th{}>{}</th>", class(*number), escaped(heading));
        }
        html += "</tr></thead>\n";
        let (before, last) = self.rows.split_at(self.rows.len().saturating_sub(LAST_ROWS));
        html += &self.body("<tbody>", before);
        html += &self.body("<tbody class=\"k\">", last);
        if let Some((name, value)) = &self.total {
            let span = self.columns.len().saturating_sub(1);
            html += &format!(
                "<tfoot><tr><td colspan=\"{span}\">{}</td><td class=\"n\">{}</td></tr></tfoot>",
                escaped(name),
                escaped(value)
            );
        }
        html += "</table>\n<div class=\"s\">";
        for signature in &self.signatures {
            html += &format!("<p>{}</p>", escaped(signature));
        }
        html += "</div></body></html>\n";
        Page { html, language }
    }
}

impl Paper {
    fn body(&self, tag: &str, rows: &[Vec<String>]) -> String {
        let mut html = tag.to_owned();
        for row in rows {
            html += "<tr>";
            for (cell, (_, number)) in row.iter().zip(&self.columns) {
                html += &format!("<td{}>{}</td>", class(*number), escaped(cell));
            }
            html += "</tr>\n";
        }
        html + "</tbody>"
    }
}

fn class(number: bool) -> &'static str {
    if number { " class=\"n\"" } else { "" }
}

impl IntoResponse for Page {
    fn into_response(self) -> Response {
        let mut response = Response::builder().content_type("text/html; charset=utf-8").body(self.html);
        let headers = response.headers_mut();
        if let Ok(policy) = HeaderValue::try_from(policy_of(STYLE)) {
            headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        }
        headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(self.language.tag()));
        headers.insert(header::VARY, HeaderValue::from_static("Accept-Language"));
        response
    }
}

impl ApiResponse for Page {
    fn meta() -> MetaResponses {
        let mut schema = MetaSchema::new("string");
        schema.max_length = Some(10_000_000);
        MetaResponses {
            responses: vec![MetaResponse {
                description: "A page to be printed on A4.",
                status: Some(200),
                status_range: None,
                content: vec![MetaMediaType {
                    content_type: "text/html",
                    schema: MetaSchemaRef::Inline(Box::new(schema)),
                }],
                headers: Vec::new(),
            }],
        }
    }

    fn register(_registry: &mut Registry) {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_a_tag() {
        let paper = Paper {
            title: "订货单",
            facts: vec![("采购单位", "<script>alert('x')</script> & \"y\"".to_owned())],
            columns: vec![("品名", false), ("数量", true)],
            rows: vec![vec!["</td><b>".to_owned(), "1".to_owned()]],
            total: Some(("合计".to_owned(), "1.00".to_owned())),
            signatures: vec!["签收"],
        };
        let html = paper.page(Language::Zh).html;
        assert!(html.contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt; &amp; &quot;y&quot;"));
        assert!(html.contains("<td>&lt;/td&gt;&lt;b&gt;</td><td class=\"n\">1</td>"));
        for outside in ["http:", "https:", "url(", "<script", "<img", "<link"] {
            assert!(!html.contains(outside), "{outside}");
        }
    }
}
