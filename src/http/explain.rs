//! `GET /problems` and `GET /problems/{type}`: what the types of problems mean, made from `problems.toml`. People get a page,
//! programs JSON.

use poem::endpoint::make;
use poem::http::header;
use poem::{Request, Response, RouteMethod};
use serde_json::{Value, json};

use super::fault::Refusal;
use super::html::{escaped, page, wants_html};
use super::language::Language;
use super::metrics::get;
use super::problem::{Kind, kinds};

/// `GET /problems`.
#[must_use]
pub fn all() -> RouteMethod {
    get(make(|request: Request| async move {
        let language = language_of(&request);
        if wants_html(request.header(header::ACCEPT)) {
            return Ok::<_, poem::Error>(page(language.choose("报错说明", "Problems"), &list(language), language));
        }
        let all: Vec<Value> = kinds().iter().map(|(slug, kind)| told(slug, kind, language)).collect();
        Ok(answer(&json!({ "items": all }), language))
    }))
}

/// `GET /problems/{type}`.
#[must_use]
pub fn one() -> RouteMethod {
    get(make(|request: Request| async move {
        let language = language_of(&request);
        let slug = request.raw_path_param("type").unwrap_or_default();
        let Some(kind) = kinds().get(slug) else {
            return Err(poem::Error::from(Refusal::fault("not_found")));
        };
        if wants_html(request.header(header::ACCEPT)) {
            let title = kind.title.in_language(language);
            return Ok::<_, poem::Error>(page(title, &explained(slug, kind, language), language));
        }
        Ok(answer(&told(slug, kind, language), language))
    }))
}

fn language_of(request: &Request) -> Language {
    Language::negotiate(request.header(header::ACCEPT_LANGUAGE))
}

fn answer(body: &Value, language: Language) -> Response {
    Response::builder()
        .content_type("application/json")
        .header(header::CONTENT_LANGUAGE, language.tag())
        .header(header::VARY, "Accept, Accept-Language")
        .header(header::CACHE_CONTROL, "no-cache")
        .body(body.to_string())
}

fn told(slug: &str, kind: &Kind, language: Language) -> Value {
    let (sentence, values) = kind.without_values(language);
    json!({
        "type": format!("/problems/{slug}"), "status": kind.status, "title": kind.title.in_language(language),
        "detail": sentence, "values": values, "what_to_do": what_to_do(kind.status, language),
    })
}

/// What somebody who meets a problem of this status can do about it.
fn what_to_do(status: u16, language: Language) -> &'static str {
    let (zh, en) = match status {
        401 => (
            "检查 Authorization 头里的密钥是否完整、未过期、未吊销；必要时请密钥管理人另发一把。",
            "See that the key in the Authorization header is whole, not expired and not revoked; else ask who keeps the keys for another.",
        ),
        403 => (
            "当前密钥不能做这件事：换用有相应权限或角色的密钥，或请有权限的人来做。",
            "This key may not do that: use one that may, or ask somebody who has one.",
        ),
        404 => (
            "检查地址和编号；属于其他单位的内容也会这样回答。",
            "Check the address and the id; what belongs to others is answered so as well.",
        ),
        409 => (
            "情况与请求不符（状态、库存或别人刚改过）：重新读取现在的情况，再决定怎么做。同样的请求不改动就重发，一般仍会失败。",
            "Things are not as the request takes them to be (state, stock, somebody was sooner): read how they are now, then decide.",
        ),
        412 | 428 => (
            "先重新读取，得到最新的 ETag，把它放在 If-Match 头里再修改。",
            "Read it again and send the ETag you get as If-Match with the change.",
        ),
        413 => ("请求体太大：拆成几次发送。", "The body is too large: send it in parts."),
        415 => ("按说明设置 Content-Type 头。", "Set the Content-Type as said."),
        429 | 503 => (
            "稍等片刻再发，等待的秒数在 Retry-After 头里；带同一个 Idempotency-Key 重发是安全的。",
            "Wait as long as Retry-After says and send it again; with the same Idempotency-Key that is safe.",
        ),
        500 | 507 => (
            "不是您的请求有错：请把 request_id 告诉平台运营方。",
            "The request is not at fault: tell the operator the request_id.",
        ),
        _ => (
            "按提示改正请求后再发。errors 里列出每一处问题及其位置（pointer 或 parameter）。",
            "Mend the request as told and send it again. Each fault stands in errors with its place (pointer or parameter).",
        ),
    };
    language.choose(zh, en)
}

fn explained(slug: &str, kind: &Kind, language: Language) -> String {
    let (sentence, _) = kind.without_values(language);
    let say = |zh, en| language.choose(zh, en);
    let other = match language {
        Language::Zh => Language::En,
        Language::En => Language::Zh,
    };
    format!(
        "<h1>{}</h1><p class=\"small\">{}</p><section><h2>{}</h2><p>{}</p></section><section><h2>{}</h2><p>{}</p></section>\
         <p class=\"small\"><code>/problems/{}</code> · HTTP {} · <a href=\"/problems\">{}</a> · <a href=\"/docs\">{}</a></p>",
        escaped(kind.title.in_language(language)),
        escaped(kind.title.in_language(other)),
        say("意思", "What it says"),
        escaped(&sentence),
        say("怎么办", "What to do"),
        escaped(what_to_do(kind.status, language)),
        escaped(slug),
        kind.status,
        say("全部报错", "all problems"),
        say("接口文档", "the API"),
    )
}

fn list(language: Language) -> String {
    let say = |zh, en| language.choose(zh, en);
    let mut html = format!(
        "<h1>{}</h1><p>{}</p><section><table><thead><tr><th>{}</th><th>{}</th></tr></thead><tbody>",
        say("报错说明", "Problems"),
        say(
            "每个报错都带有 type 和 request_id；按 type 在下面查看意思和办法，仍有疑问请把 request_id 告诉平台运营方。",
            "Every problem has a type and a request_id. Look the type up here; if that does not help, tell the operator the request_id."
        ),
        say("报错", "Problem"),
        say("意思", "What it says"),
    );
    for (slug, kind) in kinds() {
        let (sentence, _) = kind.without_values(language);
        html += &format!(
            "<tr><td><a href=\"/problems/{0}\">{1}</a><br><code>{0}</code></td><td>{2}</td></tr>",
            escaped(slug),
            escaped(kind.title.in_language(language)),
            escaped(&sentence)
        );
    }
    html + "</tbody></table></section>"
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::Route;
    use poem::http::StatusCode;
    use poem::test::TestClient;

    #[tokio::test]
    async fn every_type_leads_to_its_explanation() {
        let client = TestClient::new(Route::new().at("/problems", all()).at("/problems/:type", one()));
        let page = async |path: String, language: &'static str| {
            let asked = client.get(path).header("accept", "text/html").header("accept-language", language);
            asked.send().await.0.into_body().into_string().await.unwrap()
        };
        let all = page("/problems".to_owned(), "zh").await;
        for (slug, kind) in kinds() {
            assert!(all.contains(&format!("/problems/{slug}\"")), "{slug}");
            let zh = page(format!("/problems/{slug}"), "zh").await;
            let said = zh.split("</style>").nth(1).unwrap();
            assert!(
                said.contains(&escaped(kind.title.in_language(Language::Zh))) && !said.contains('{'),
                "{said}"
            );
        }
        let one = client.get("/problems/stock_short").header("accept-language", "en").send().await;
        let told: Value = serde_json::from_str(&one.0.into_body().into_string().await.unwrap()).unwrap();
        assert_eq!((&told["status"], &told["values"]), (&json!(409), &json!(["sku", "asked", "left"])));
        client.get("/problems/nobody").send().await.assert_status(StatusCode::NOT_FOUND);
    }
}
