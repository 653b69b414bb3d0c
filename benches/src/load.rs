//! A small HTTP load generator: keep-alive connections, requests at a fixed rate.
//!
//! Open loop: each request has its own due time, and its latency counts from then, so a server that stalls
//! is charged for every request it kept waiting (no coordinated omission).

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use hdrhistogram::Histogram;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// What is asked, how often and for how long.
#[derive(Debug, Clone)]
pub struct Plan {
    pub address: SocketAddr,
    /// Paths, asked in turn.
    pub paths: Vec<String>,
    pub connections: usize,
    pub rate: u32,
    pub time: Duration,
}

/// What came back.
#[derive(Debug)]
pub struct Outcome {
    /// Microseconds from the due time to the last byte.
    pub latency: Histogram<u64>,
    pub answered: u64,
    pub failed: u64,
    pub bytes: u64,
    pub elapsed: Duration,
}

impl Outcome {
    #[allow(clippy::cast_precision_loss)]
    pub fn per_second(&self) -> f64 {
        self.answered as f64 / self.elapsed.as_secs_f64()
    }

    #[allow(clippy::cast_precision_loss)]
    pub fn millis_at(&self, quantile: f64) -> f64 {
        self.latency.value_at_quantile(quantile) as f64 / 1000.0
    }
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

/// Runs a plan to its end.
pub async fn run(plan: &Plan) -> Result<Outcome, Failure> {
    let began = Instant::now();
    let every = Duration::from_secs(1).mul_f64(ratio(plan.connections, plan.rate as usize));
    let mut tasks = Vec::new();
    for number in 0..plan.connections {
        let plan = plan.clone();
        let offset = every.mul_f64(ratio(number, plan.connections));
        tasks.push(tokio::spawn(async move { connection(&plan, began + offset, every).await }));
    }
    let mut total =
        Outcome { latency: Histogram::new(3)?, answered: 0, failed: 0, bytes: 0, elapsed: Duration::ZERO };
    for task in tasks {
        let part = task.await??;
        total.latency.add(&part.latency)?;
        total.answered += part.answered;
        total.failed += part.failed;
        total.bytes += part.bytes;
    }
    total.elapsed = began.elapsed();
    Ok(total)
}

async fn connection(plan: &Plan, first: Instant, every: Duration) -> Result<Outcome, Failure> {
    let mut stream = TcpStream::connect(plan.address).await?;
    stream.set_nodelay(true)?;
    let mut outcome =
        Outcome { latency: Histogram::new(3)?, answered: 0, failed: 0, bytes: 0, elapsed: Duration::ZERO };
    let mut buffer = Vec::with_capacity(64 * 1024);
    let (mut due, end) = (first, first + plan.time);
    let mut paths = plan.paths.iter().cycle();
    while due < end {
        tokio::time::sleep_until(due.into()).await;
        let path = paths.next().map_or("/", String::as_str);
        let request = format!(
            "GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: text/html\r\naccept-encoding: gzip, br\r\n\r\n"
        );
        stream.write_all(request.as_bytes()).await?;
        let (status, bytes) = answer(&mut stream, &mut buffer).await?;
        outcome.latency.record(u64::try_from(due.elapsed().as_micros())?)?;
        outcome.answered += 1;
        outcome.failed += u64::from(status != 200);
        outcome.bytes += bytes;
        due += every;
    }
    Ok(outcome)
}

/// Reads one response of a stated length; returns its status and size.
async fn answer(stream: &mut TcpStream, buffer: &mut Vec<u8>) -> Result<(u16, u64), Failure> {
    buffer.clear();
    loop {
        if stream.read_buf(buffer).await? == 0 {
            return Err("the server closed a connection".into());
        }
        let mut headers = [httparse::EMPTY_HEADER; 48];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = response.parse(buffer)? else { continue };
        let status = response.code.unwrap_or(0);
        let length =
            response.headers.iter().find(|header| header.name.eq_ignore_ascii_case("content-length"));
        let length: usize = match length {
            Some(length) => std::str::from_utf8(length.value)?.parse()?,
            None => return Err("a response without a length".into()),
        };
        while buffer.len() < head + length {
            if stream.read_buf(buffer).await? == 0 {
                return Err("the server closed a connection".into());
            }
        }
        return Ok((status, u64::try_from(head + length)?));
    }
}

#[allow(clippy::cast_precision_loss)]
fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}
