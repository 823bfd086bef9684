//! A Rust server that makes the same promise as `gamevents serve`: GET /purchase_a_sword/{user}
//! stores one event in Kafka and says so only when all in-sync replicas have it.
//! tests/bench/peers.py builds, runs and measures it.
//!
//! Usage: peer BROKERS TOPIC PORT

use std::error::Error;
use std::net::SocketAddr;
use std::time::Duration;

use axum::extract::{ConnectInfo, Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::serve::ListenerExt;
use axum::{routing::get, Router};
use chrono::{SecondsFormat, Utc};
use rdkafka::producer::{FutureProducer, FutureRecord};
use rdkafka::ClientConfig;
use serde_json::{Map, Value};
use tokio::net::TcpListener;
use uuid::Uuid;

const DELIVERY_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone)]
struct Store {
    producer: FutureProducer,
    topic: String,
}

/// The client as its users set it up for an answer to each event: it gathers for a millisecond.
fn producer(brokers: &str) -> Result<FutureProducer, Box<dyn Error>> {
    Ok(ClientConfig::new()
        .set("bootstrap.servers", brokers)
        .set("acks", "all")
        .set("enable.idempotence", "true")
        .set("linger.ms", "1")
        .set("partitioner", "murmur2_random")
        .set(
            "message.timeout.ms",
            DELIVERY_TIMEOUT.as_millis().to_string(),
        )
        .create()?)
}

/// The event's JSON: its own fields, then the request's headers.
fn purchase_event(client: SocketAddr, user: &str, headers: &HeaderMap) -> String {
    let received = Utc::now().to_rfc3339_opts(SecondsFormat::Millis, true);
    let mut event = Map::new();
    let mut add = |name: &str, value: String| {
        event.entry(name).or_insert(Value::String(value));
    };
    add("event_type", "purchase_sword".to_owned());
    add("remote ip", client.ip().to_string());
    add("purchase_user", user.to_owned());
    add("event_id", Uuid::now_v7().to_string());
    add("received_at", received);
    for (name, value) in headers {
        add(
            name.as_str(),
            String::from_utf8_lossy(value.as_bytes()).into_owned(),
        );
    }
    Value::Object(event).to_string()
}

/// Answers when the event is acknowledged, or 503 when it is not.
async fn purchase(
    State(store): State<Store>,
    ConnectInfo(client): ConnectInfo<SocketAddr>,
    Path(user): Path<String>,
    headers: HeaderMap,
) -> (StatusCode, String) {
    let event = purchase_event(client, &user, &headers);
    let record = FutureRecord::to(&store.topic).key(&user).payload(&event);
    match store.producer.send(record, DELIVERY_TIMEOUT).await {
        Ok(_) => (
            StatusCode::OK,
            format!("Hello {user}!! You purchased a Sword successfully!\n"),
        ),
        Err(_) => (
            StatusCode::SERVICE_UNAVAILABLE,
            "The event was not stored.\n".to_owned(),
        ),
    }
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [brokers, topic, port] = arguments.as_slice() else {
        return Err("usage: peer BROKERS TOPIC PORT".into());
    };
    let store = Store {
        producer: producer(brokers)?,
        topic: topic.clone(),
    };
    let app = Router::new()
        .route("/purchase_a_sword/{user}", get(purchase))
        .with_state(store);
    let listener = TcpListener::bind(("127.0.0.1", port.parse()?))
        .await?
        .tap_io(|connection| {
            // Without it the connection still works, only slower.
            let _ = connection.set_nodelay(true);
        });
    axum::serve(
        listener,
        app.into_make_service_with_connect_info::<SocketAddr>(),
    )
    .await?;
    Ok(())
}
