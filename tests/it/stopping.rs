//! Stopping: not ready, nobody new is let in, what was accepted is finished, who keeps a connection is told that it was
//! the last answer, and a second signal ends it now.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::support::serving::{PATIENCE, serve, until_closed};
use crate::support::{TestApp, on_one_db};

const READY: &str = "GET /readyz HTTP/1.1\r\nHOST\r\n\r\n";

/// What has come so far, once something has.
async fn some(stream: &mut TcpStream) -> String {
    let mut bytes = vec![0; 16 * 1024];
    let n = timeout(PATIENCE, stream.read(&mut bytes)).await.expect("in time").expect("an answer");
    String::from_utf8_lossy(&bytes[..n]).into_owned()
}

on_one_db!(what_was_accepted_is_finished_and_told_that_it_was_the_last, async |app: TestApp| {
    let mut server = serve(&app, |_| {}).await;
    let mut kept = server.said(READY).await;
    assert!(some(&mut kept).await.starts_with("HTTP/1.1 200"));
    let form = "login=nobody&password=x";
    let head = format!(
        "POST /session HTTP/1.1\r\nHOST\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n",
        form.len()
    );
    let mut half_sent = server.said(&format!("{head}{}", &form[..6])).await;
    // Let in, and not a word said yet.
    let mut silent = Vec::new();
    for _ in 0..20 {
        silent.push(server.said("").await);
    }
    // Accepted one after the other: the half-sent request is under way.
    server.serves().await;

    server.stopping.ask();
    kept.write_all(server.filled(READY).as_bytes()).await.expect("sent");
    let last = until_closed(&mut kept).await;
    assert!(last.starts_with("HTTP/1.1 503") && last.contains("stopping"), "{last}");
    assert!(last.to_lowercase().contains("connection: close"), "{last}");
    for stream in &mut silent {
        stream.write_all(server.filled("GET /healthz HTTP/1.1\r\nHOST\r\n\r\n").as_bytes()).await.expect("sent");
        let answer = until_closed(stream).await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.to_lowercase().contains("connection: close"), "{answer}");
    }
    half_sent.write_all(&form.as_bytes()[6..]).await.expect("sent");
    let answer = until_closed(&mut half_sent).await;
    assert!(answer.starts_with("HTTP/1.1 422"), "{answer}");
    let ended = server.ended().await;
    assert_eq!((ended.cut, ended.at_once), (0, false));
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody is let in any more");
});

on_one_db!(whoever_comes_while_it_stops_is_answered_or_not_let_in_at_all, async |app: TestApp| {
    for _ in 0..3 {
        let mut server = serve(&app, |_| {}).await;
        let (address, asked) = (server.address, server.filled("GET /healthz HTTP/1.1\r\nHOST\r\n\r\n"));
        let callers: Vec<_> = (0..8)
            .map(|_| {
                let asked = asked.clone();
                tokio::spawn(async move {
                    let mut answered = 0;
                    loop {
                        let let_in = timeout(Duration::from_millis(500), TcpStream::connect(address)).await;
                        // Refused, or its first packet lost and the next one refused.
                        let Ok(Ok(mut stream)) = let_in else { return answered };
                        stream.write_all(asked.as_bytes()).await.expect("whoever was let in may ask");
                        let mut bytes = vec![0; 4096];
                        let n = timeout(PATIENCE, stream.read(&mut bytes)).await.expect("in time");
                        assert!(n.expect("and is answered") > 0, "and is answered");
                        answered += 1;
                    }
                })
            })
            .collect();
        server.serves().await;
        server.stopping.ask();
        for caller in callers {
            assert!(caller.await.expect("nobody was cut off") > 0);
        }
        assert_eq!(server.ended().await.cut, 0);
    }
});

on_one_db!(asked_again_it_ends_at_once, async |app: TestApp| {
    let mut server = serve(&app, |_| {}).await;
    let head = "POST /session HTTP/1.1\r\nHOST\r\nContent-Type: application/x-www-form-urlencoded\r\nContent-Length: 50\r\n\r\n";
    let mut endless = server.said(head).await;
    server.serves().await;
    server.stopping.ask();
    server.stopping.ask();
    let ended = server.ended().await;
    assert!(ended.at_once && ended.cut >= 1, "{ended:?}");
    assert_eq!(until_closed(&mut endless).await, "");
});
