//! Pages for people: one style, nothing from elsewhere, no script, every text escaped. They work on an old office computer
//! and on a phone.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use poem::Response;
use poem::http::{StatusCode, header};
use sha2::{Digest, Sha256};

use super::language::Language;

/// Its hash stands in the pages' policy, so nothing else may style them.
const STYLE: &str = "*{box-sizing:border-box}body{margin:0;color:#1b2226;background:#f4f6f5;font:16px/1.6 'Segoe UI','PingFang SC',\
'Microsoft YaHei','Noto Sans CJK SC','WenQuanYi Micro Hei',SimSun,sans-serif;overflow-wrap:break-word;word-wrap:break-word}\
main{max-width:46em;margin:0 auto;padding:16px}h1{font-size:24px;line-height:1.35;margin:16px 0 4px}h2{font-size:18px;margin:0 0 8px}\
section{background:#fff;border:1px solid #d5dbda;border-radius:4px;padding:14px 16px;margin:16px 0}p,ul,dl,pre{margin:0 0 10px}\
ul{padding-left:1.3em}a{color:#11566a}a:hover{color:#0b3f4f}li{padding:3px 0}dt{font-weight:600;margin-top:8px}dd{margin:0}\
code,pre{font-family:Consolas,Menlo,'DejaVu Sans Mono',monospace;font-size:14px}pre{background:#eaeeed;border-radius:4px;padding:10px;\
white-space:pre-wrap}.lead{font-size:17px}.small{font-size:14px;color:#475259}.well{color:#226345}.ill{color:#b3312a}\
table{width:100%;border-collapse:collapse;font-size:15px}th,td{text-align:left;vertical-align:top;padding:6px 10px 6px 0;\
border-bottom:1px solid #e6eae9}";

/// A text between tags or in a quoted attribute.
#[must_use]
pub fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// The policy of a page that has this style and nothing else that does anything.
#[must_use]
pub fn policy_of(style: &str) -> String {
    let hash = STANDARD.encode(Sha256::digest(style.as_bytes()));
    format!("default-src 'none'; style-src 'sha256-{hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
}

/// Whether the caller is a browser, as far as one can see: it asks for HTML by name.
#[must_use]
pub(super) fn wants_html(accept: Option<&str>) -> bool {
    let mut ranges = accept.unwrap_or_default().split(',');
    ranges.any(|range| super::routes::essence(range).eq_ignore_ascii_case("text/html"))
}

/// A page; `body` is HTML already.
#[must_use]
pub(super) fn page(title: &str, body: &str, language: Language) -> Response {
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{}\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width, \
         initial-scale=1\"><title>{}</title><style>{STYLE}</style></head>\n<body><main>{body}</main></body></html>\n",
        language.tag(),
        escaped(title)
    );
    Response::builder()
        .status(StatusCode::OK)
        .content_type("text/html; charset=utf-8")
        .header(header::CONTENT_SECURITY_POLICY, policy_of(STYLE))
        .header(header::CONTENT_LANGUAGE, language.tag())
        .header(header::VARY, "Accept, Accept-Language")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_is_known_by_what_it_asks_for() {
        assert!(wants_html(Some("text/html,application/xhtml+xml;q=0.9,*/*;q=0.8")));
        for program in [None, Some("*/*"), Some("application/json"), Some("")] {
            assert!(!wants_html(program), "{program:?}");
        }
    }

    #[test]
    fn a_page_brings_all_it_needs() {
        let page = page("<b>", "<h1>x</h1>", Language::Zh);
        assert!(page.header("content-security-policy").unwrap().contains("style-src 'sha256-"));
        for outside in ["http:", "https:", "url(", "@import"] {
            assert!(!STYLE.contains(outside), "{outside}");
        }
    }
}
