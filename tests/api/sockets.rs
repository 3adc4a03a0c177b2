//! What only shows on a socket: bodies that nobody reads, and from where somebody asks.

both_engines! {
    async fn no_body_is_waited_for_where_nobody_reads_it(app) {
        let school = app.given().a_school_canteen().await;
        let served = app.serve().await;
        let key = format!("Bearer {}", school.secret);
        let large = ("content-length", "1000000");
        for (ask, status) in [
            ("POST /v1/nothing", "404"),
            ("PUT /v1/orders", "405"),
            ("POST /docs", "405"),
            ("POST /metrics", "404"),
            ("GET /v1/nothing", "404"),
        ] {
            // A byte of the body comes, the rest never does.
            let answer = served.ask(ask, &[("authorization", &key), large], "{").await.to_ascii_lowercase();
            assert!(answer.starts_with(&format!("http/1.1 {status}")), "{ask}: {answer}");
            assert!(answer.contains("connection: close"), "{ask}: {answer}");
        }
        assert_eq!(served.status("/metrics", &[]).await, 404, "they are read elsewhere");
        served.stop().await;
    }

    async fn wrong_keys_count_for_the_address_that_shows_them(app) {
        let school = app.given().a_school_canteen().await;
        let strict = app
            .with_http(|http| {
                http.rate_limits = true;
                http.rates.wrong_keys = 2;
                http.behind_proxy = vec![[127, 0, 0, 1].into()];
            })
            .await;
        let served = strict.serve().await;
        let (wrong, good) = ("Bearer yp_wrong".to_owned(), format!("Bearer {}", school.secret));
        let ask = async |key: &str, from: &str| served.status("/v1/me", &[("authorization", key), ("x-forwarded-for", from)]).await;
        assert_eq!((ask(&wrong, "198.51.100.1").await, ask(&wrong, "198.51.100.1").await), (401, 401));
        assert_eq!(ask(&wrong, "198.51.100.1").await, 429);
        assert_eq!(ask(&wrong, "198.51.100.9, 198.51.100.1").await, 429, "who writes another address before its own is still itself");
        assert_eq!(ask(&wrong, "198.51.100.2").await, 401, "another has shown none");
        assert_eq!(ask(&good, "198.51.100.1").await, 200, "a good key is not refused for the wrong ones of others");
        served.stop().await;
        strict.close().await;
    }
}
