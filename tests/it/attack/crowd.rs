//! More connections than anybody needs: each address has its share, what is beyond it is closed at once, and others
//! are served beside.

use futures::future::join_all;
use madoguchi::config::HttpSettings;
use madoguchi::domain::accounts::guessing::Tries;
use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::serving::{PATIENCE, Server, is_open, serve, until_closed};
use crate::support::{TestApp, on_each_db, on_one_db};

const PAGE: &str = "GET /session/new HTTP/1.1\r\nHOST\r\nConnection: close\r\n\r\n";
const KEPT: &str = "GET /healthz HTTP/1.1\r\nHOST\r\n\r\n";
/// A request that is being answered until its body has come.
const BUSY: &str = "POST /session HTTP/1.1\r\nHOST\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nlogin=";

/// A guess; after some of them the name has to wait.
const GUESS: &str = "POST /session HTTP/1.1\r\nHOST\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 16\r\n\r\nlogin=x&password";

fn few(http: &mut HttpSettings) {
    http.max_connections = 64;
    http.connections_per_address = 8;
    http.proxies = vec!["127.0.0.3".parse().expect("an address")];
}

/// Connections from an address that are still there once others have been served.
async fn left_of(server: &Server, crowd: &[TcpStream], at_most: usize) -> usize {
    let open = || crowd.iter().filter(|stream| is_open(stream)).count();
    timeout(PATIENCE, async {
        while open() > at_most {
            server.serves().await;
        }
    })
    .await
    .expect("the excess is closed");
    open()
}

async fn come(server: &Server, from: &str, many: usize, say: &str) -> Vec<TcpStream> {
    let mut crowd = Vec::new();
    for _ in 0..many {
        crowd.push(server.said_from(from, say).await);
    }
    crowd
}

on_each_db!(one_address_has_its_share_and_others_are_served, async |app: TestApp| {
    let server = serve(&app, few).await;
    for say in ["", "GET / HTTP/1.1\r\nX-Half: "] {
        let crowd = come(&server, "127.0.0.2", 200, say).await;
        let left = left_of(&server, &crowd, 8).await;
        assert!(left <= 8, "{left} are left");
        let mut neighbour = server.said_from("127.0.0.2", PAGE).await;
        assert!(until_closed(&mut neighbour).await.starts_with("HTTP/1.1 200"), "also from that address");
    }
});

on_one_db!(a_crowd_that_comes_again_and_again_keeps_nobody_else_out, async |app: TestApp| {
    let server = serve(&app, few).await;
    let address = server.address;
    let crowd = tokio::spawn(async move {
        loop {
            let socket = tokio::net::TcpSocket::new_v4().expect("a socket");
            socket.bind("127.0.0.2:0".parse().expect("an address")).expect("an address of ours");
            drop(socket.connect(address).await);
        }
    });
    for _ in 0..50 {
        server.serves().await;
    }
    crowd.abort();
});

on_one_db!(what_is_beyond_a_busy_share_is_closed_at_once_and_proxies_have_none, async |app: TestApp| {
    let server = serve(&app, few).await;
    // Who comes first may have to give way until it has been heard; then all of the share is busy.
    let mut busy = Vec::new();
    timeout(PATIENCE, async {
        loop {
            let next = server.said_from("127.0.0.2", BUSY).await;
            server.serves().await;
            if !is_open(&next) {
                break;
            }
            busy.push(next);
        }
    })
    .await
    .expect("the excess is refused");
    busy.retain(is_open);
    assert_eq!(busy.len(), 8);
    let mut ninth = server.said_from("127.0.0.2", PAGE).await;
    assert_eq!(until_closed(&mut ninth).await, "", "closed without a word");
    let through_a_proxy = come(&server, "127.0.0.3", 20, BUSY).await;
    let mut more = server.said_from("127.0.0.3", PAGE).await;
    assert!(until_closed(&mut more).await.starts_with("HTTP/1.1 200"), "behind a proxy are many");
    assert!(busy.iter().chain(&through_a_proxy).all(is_open), "and nobody who was being answered was cut off");
});

on_one_db!(kept_connections_give_way_when_places_are_short, async |app: TestApp| {
    let server = serve(&app, |http| {
        few(http);
        http.max_connections = 16;
    })
    .await;
    let mut kept = Vec::new();
    for from in ["127.0.0.2", "127.0.0.4"] {
        for _ in 0..8 {
            let mut stream = server.said_from(from, KEPT).await;
            assert!(stream.read(&mut [0; 1024]).await.expect("an answer") > 0);
            kept.push(stream);
        }
    }
    server.serves().await;
    assert_eq!(until_closed(&mut kept[0]).await, "", "the one that was silent for longest is closed");
    assert!(kept[1..].iter().all(is_open));
});

on_one_db!(whoever_asks_in_vain_as_fast_as_they_are_answered_becomes_slower_and_gives_way, async |app: TestApp| {
    let server = serve(&app, few).await;
    for _ in 0..=Tries::Elsewhere.free() {
        server.answer(GUESS).await;
    }
    timeout(PATIENCE, async {
        loop {
            let in_vain = come(&server, "127.0.0.2", 8, GUESS).await;
            let mut neighbour = server.said_from("127.0.0.2", PAGE).await;
            // Who asks something else is served.
            let served = until_closed(&mut neighbour).await.starts_with("HTTP/1.1 200");
            let waiting = in_vain.iter().filter(|stream| is_open(stream)).count();
            let answers = join_all(in_vain.into_iter().map(async |mut stream| until_closed(&mut stream).await)).await;
            let told = answers.iter().filter(|answer| answer.contains("TTP/1.1 429")).count();
            let sent_away = answers.iter().filter(|answer| answer.is_empty()).count();
            assert_eq!(told + sent_away, 8, "answered, or sent away without a word");
            // On a busy machine the moment may be missed.
            if served && waiting > 0 && sent_away > 0 {
                break;
            }
        }
    })
    .await
    .expect("some wait for their answer, and one of them gives way");
});
