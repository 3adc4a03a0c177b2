//! `GET /`: what this is, for somebody who has opened the address in a browser; for a program, where to go on.

use chrono::Utc;
use entity::shanghai_date;
use poem::endpoint::make;
use poem::http::header;
use poem::{Request, Response, RouteMethod};
use serde_json::json;

use super::health::Health;
use super::html::{escaped, page, wants_html};
use super::language::Language;
use super::metrics::get;

/// The words of the page.
struct Words {
    title: &'static str,
    lead: &'static str,
    /// Whom it serves, and how.
    whom: [(&'static str, &'static str); 4],
    ways: &'static str,
    /// Where one can go, and what is there.
    way: [(&'static str, &'static str); 3],
    well: &'static str,
    ill: &'static str,
    state: &'static str,
    tour: &'static str,
    tour_lead: &'static str,
    /// The steps of the tour, each before its command.
    steps: [&'static str; 4],
    more: &'static str,
}

const ZH: Words = Words {
    title: "洋品",
    lead: "如皋市采购洋县农特产品的服务：看货、下单、收货验收，以及每一分钱都说得清的采购额。",
    whom: [
        ("食堂与商超", "搜索产品、试算、下单（也可上传订货表）、验收、退货。"),
        ("供应商", "上架产品、报价、答复订单、发货、管理库存，打印送货单。"),
        ("主管人员与审计", "查看采购合计，逐行核对到每张单据，验证账目未被改动。"),
        ("零售商与软件", "全部操作都有接口（REST），收发文件支持 CSV 与 XLSX。"),
    ],
    ways: "从这里开始",
    way: [
        ("/docs", "接口文档：查看并试用每一项操作"),
        ("/openapi.json", "接口定义（OpenAPI），用于生成客户端"),
        ("/problems", "报错说明：每一种报错是什么意思、怎么办"),
    ],
    well: "正常",
    ill: "暂不可用，请稍后再试",
    state: "服务状态：",
    tour: "五分钟走一遍",
    tour_lead: "在服务器上运行 yangpin demo，会建好一年的示例数据，并给出几把示例密钥。然后：",
    steps: [
        "您是谁、能做什么：",
        "找货（例：黑米）：",
        "试算一张订单，不占用库存：",
        "采购合计（用主管人员的密钥）：",
    ],
    more: "完整的说明在项目的 README 里。没有密钥时，请向平台运营方或本单位的密钥管理人申请。",
};

const EN: Words = Words {
    title: "Yangpin 洋品",
    lead: "How Rugao buys from Yang County: goods, orders, deliveries, and a procurement figure that explains every fen.",
    whom: [
        (
            "Canteens and supermarkets",
            "search, try, order (an order sheet will do), inspect, return.",
        ),
        (
            "Suppliers",
            "list goods, make offers, answer orders, send goods, keep stock, print delivery notes.",
        ),
        (
            "Officials and auditors",
            "read totals, go down to every paper, prove that no entry was changed.",
        ),
        (
            "Retailers and software",
            "everything is an operation of a REST API; files come and go as CSV and XLSX.",
        ),
    ],
    ways: "Where to begin",
    way: [
        ("/docs", "the API: read and try every operation"),
        ("/openapi.json", "its definition (OpenAPI), to generate a client from"),
        ("/problems", "problems: what each means and what to do"),
    ],
    well: "well",
    ill: "not available now; try again later",
    state: "The service is ",
    tour: "A tour of five minutes",
    tour_lead: "On the machine, yangpin demo makes a year of invented trade and hands out keys. Then:",
    steps: [
        "Who you are and what you may do:",
        "Find goods (黑米, black rice):",
        "Try an order; nothing is held for it:",
        "The total bought (with an official's key):",
    ],
    more: "The whole story is in the project's README. Without a key, ask the operator or who keeps the keys of your organisation.",
};

/// `GET /`.
#[must_use]
pub fn front(health: &Health) -> RouteMethod {
    let health = health.clone();
    get(make(move |request: Request| {
        let health = health.clone();
        async move {
            if !wants_html(request.header(header::ACCEPT)) {
                return Ok::<_, poem::Error>(directory());
            }
            let language = Language::negotiate(request.header(header::ACCEPT_LANGUAGE));
            let base = base_of(&request);
            Ok(page(words(language).title, &body(language, &base, health.ready().await), language))
        }
    }))
}

fn words(language: Language) -> &'static Words {
    match language {
        Language::Zh => &ZH,
        Language::En => &EN,
    }
}

/// Where a program finds the rest.
fn directory() -> Response {
    let body = json!({
        "service": "Yangpin", "docs": "/docs", "openapi": "/openapi.json", "problems": "/problems", "health": "/health/ready",
    });
    Response::builder()
        .content_type("application/json")
        .header(header::VARY, "Accept, Accept-Language")
        .body(body.to_string())
}

/// The address the browser has used, as far as it is one.
fn base_of(request: &Request) -> String {
    let host = request.header(header::HOST).unwrap_or_default();
    let is_host = |c: char| c.is_ascii_alphanumeric() || ".-:[]".contains(c);
    if host.is_empty() || host.len() > 255 || !host.chars().all(is_host) {
        return "http://127.0.0.1:8080".to_owned();
    }
    format!("http://{host}")
}

fn body(language: Language, base: &str, well: bool) -> String {
    let words = words(language);
    let mut html = format!("<h1>{}</h1><p class=\"lead\">{}</p>", escaped(words.title), escaped(words.lead));
    let (class, state) = if well { ("well", words.well) } else { ("ill", words.ill) };
    html += &format!("<section><h2>{}</h2><ul>", escaped(words.ways));
    for (address, what) in words.way {
        html += &format!("<li><a href=\"{address}\">{}</a></li>", escaped(what));
    }
    html += &format!(
        "</ul><p>{}<a href=\"/health/ready\" class=\"{class}\">{}</a></p></section><section><dl>",
        escaped(words.state),
        escaped(state)
    );
    for (whom, what) in words.whom {
        html += &format!("<dt>{}</dt><dd>{}</dd>", escaped(whom), escaped(what));
    }
    html += &format!(
        "</dl></section><section><h2>{}</h2><p>{}</p>",
        escaped(words.tour),
        escaped(words.tour_lead)
    );
    let today = shanghai_date(Utc::now());
    let day = today.checked_add_days(7).unwrap_or(today);
    let commands = [
        "/v1/me",
        "/v1/products?q=%E9%BB%91%E7%B1%B3",
        "/v1/orders/dry-run",
        "/v1/tally?measure=net",
    ];
    for (step, path) in words.steps.into_iter().zip(commands) {
        let mut command = format!("curl -H 'Authorization: Bearer KEY' '{base}{path}'");
        if path.ends_with("dry-run") {
            let body = format!("{{\"deliver_on\": \"{day}\", \"lines\": [{{\"sku\": \"GR02\", \"quantity\": \"2\"}}]}}");
            command += &format!(" \\\n  -H 'Content-Type: application/json' \\\n  -d '{body}'");
        }
        html += &format!("<p>{}</p><pre>{}</pre>", escaped(step), escaped(&command));
    }
    html + &format!("<p class=\"small\">{}</p></section>", escaped(words.more))
}

#[cfg(test)]
mod tests {
    use super::*;
    use poem::Route;
    use poem::test::TestClient;

    async fn seen(accept: &str, language: &str) -> (String, String) {
        let health = Health::new(|| Box::pin(async { Ok(()) }));
        let client = TestClient::new(Route::new().at("/", front(&health)));
        let asked = client.get("/").header("accept", accept).header("accept-language", language);
        let answer = asked.header("host", "buy.example:8080").send().await.0;
        let media = answer.content_type().unwrap_or_default().to_owned();
        (media, answer.into_body().into_string().await.unwrap())
    }

    #[tokio::test]
    async fn a_browser_gets_a_page_in_its_language_and_a_program_the_ways() {
        let (_, zh) = seen("text/html,*/*;q=0.8", "zh-CN,zh").await;
        for wanted in [
            "<html lang=\"zh-CN\">",
            "如皋",
            "href=\"/docs\"",
            "/health/ready\" class=\"well\">正常",
            "http://buy.example:8080/v1/me",
        ] {
            assert!(zh.contains(wanted), "{wanted}: {zh}");
        }
        let (_, en) = seen("text/html", "en").await;
        assert!(en.contains("How Rugao buys") && en.contains("<html lang=\"en\">"), "{en}");
        for page in [zh, en] {
            assert!(!page.contains("<script") && !page.contains("src="), "{page}");
        }
        let (media, ways) = seen("*/*", "en").await;
        assert!(media == "application/json" && ways.contains("/openapi.json"), "{media} {ways}");
    }
}
