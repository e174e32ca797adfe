//! Every table of every page sorts by each of its columns and filters by it, by the address alone.

use reqwest::StatusCode;

use crate::common::TestServer;

#[tokio::test]
async fn the_list_of_kits_filters_and_sorts_by_any_column_and_keeps_what_was_chosen() {
    let server = TestServer::start().await;
    for name in [
        "Kit 03",
        "Kit 01",
        "Övningskit",
        "Ängskit",
        "Åkit",
        "Kit 02",
        "Reserv",
    ] {
        server.site.enrolled_kit(name).await;
    }
    let visitor = server.log_in().await;
    let order = async |query: &str| {
        let (status, html) = visitor.get(&format!("/kits?{query}")).await;
        assert_eq!(status, StatusCode::OK, "{html}");
        let body = html.split("<tbody>").nth(1).unwrap_or_default();
        let names = body.split("<th scope=\"row\"").skip(1);
        let names: Vec<String> = names
            .map(|row| {
                let cell = row.split("</th>").next().unwrap();
                let name = cell.split('>').find(|part| part.contains("</a")).unwrap();
                name.replace("</a", "")
            })
            .collect();
        (names.join(" "), html)
    };
    assert_eq!(
        order("sort=name").await.0,
        "Kit 01 Kit 02 Kit 03 Reserv Åkit Ängskit Övningskit"
    );
    let (down, html) = order("sort=name&descending=true&f-name=kit").await;
    assert_eq!(down, "Övningskit Ängskit Åkit Kit 03 Kit 02 Kit 01");
    assert!(
        html.contains("aria-sort=\"descending\"") && html.contains("6 av 7 visas"),
        "{html}"
    );
    // Another order keeps the filter, and what it does not know it passes over.
    assert!(
        html.contains("f-name=kit&amp;sort=battery") || html.contains("sort=battery&amp;f-name=kit"),
        "{html}"
    );
    assert_eq!(
        order("sort=password&f-password=x&f-name=reserv").await.0,
        "Reserv"
    );
    let (nothing, html) = order("f-battery-from=101").await;
    assert!(
        nothing.is_empty() && html.contains("Inget passar filtret"),
        "{html}"
    );
    let (_, html) = order(&format!("f-name={}", "%22%3E%3Cscript%3E")).await;
    assert!(
        !html.contains("\"><script>"),
        "what was asked for is shown as text"
    );
}

#[tokio::test]
async fn the_matrix_the_calendar_and_the_numbers_below_a_chart_sort_as_any_table() {
    let server = TestServer::start().await;
    server.municipality("Granö kommun").await;
    for name in ["Kit 01", "Kit 02"] {
        server.site.enrolled_kit(name).await;
    }
    let region = server.tenant("Region").await;
    let visitor = server.log_in().await;
    let calendar = format!("/calendar?municipality={region}");
    for (page, names) in [
        ("/responsibility", ["sort=item", "sort=rented", "sort=owned"]),
        (&*calendar, ["sort=name", "sort=mon", "sort=fri"]),
        ("/follow-up", ["year-sort=period", "year-sort=first", "as-table"]),
        ("/kits", ["sort=network", "sort=signal", "sort=self_test"]),
    ] {
        let (status, html) = visitor.get(page).await;
        assert_eq!(status, StatusCode::OK, "{html}");
        for name in names {
            assert!(html.contains(name), "{page} without {name}: {html}");
        }
    }
    // In their own order items stand below what decides; in another order there are no such groups.
    let (_, html) = visitor.get("/responsibility").await;
    assert_eq!(html.matches("scope=\"rowgroup\"").count(), 3, "{html}");
    let (_, html) = visitor.get("/responsibility?sort=item&descending=true").await;
    assert!(
        !html.contains("rowgroup") && html.contains("aria-sort=\"descending\""),
        "{html}"
    );
    let (_, html) = visitor
        .get(&format!("{calendar}&sort=name&descending=true"))
        .await;
    let [first, second] = ["Kit 01", "Kit 02"].map(|name| html.find(name).unwrap());
    assert!(second < first, "{html}");
    // Whoever arranged a chart's numbers sees them.
    let (_, html) = visitor.get("/follow-up?year-sort=first").await;
    assert!(html.contains("<details class=\"as-table\" open>"), "{html}");
}
