//! A body that is kept: its bytes, its compressed forms (made when first asked for) and its entity tag.

use std::io::Write as _;
use std::sync::OnceLock;

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use sha2::{Digest, Sha256};

/// Smaller bodies fit one packet anyway.
const WORTH_COMPRESSING: usize = 1_024;
/// Between speed and size: made once, sent often.
const BROTLI_QUALITY: u32 = 7;
const BROTLI_WINDOW: u32 = 20;

pub(crate) struct Encoded {
    content_type: HeaderValue,
    tag: HeaderValue,
    plain: Bytes,
    compressible: bool,
    brotli: OnceLock<Bytes>,
    gzip: OnceLock<Bytes>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Encoding {
    Plain,
    Brotli,
    Gzip,
}

impl Encoded {
    pub(crate) fn new(plain: impl Into<Bytes>, content_type: HeaderValue) -> Self {
        let plain = plain.into();
        let text = content_type.to_str().unwrap_or_default();
        let compressible = plain.len() >= WORTH_COMPRESSING
            && ["text/", "javascript", "json", "svg"].iter().any(|kind| text.contains(kind));
        // Weak, because the compressed forms share it.
        let tag = HeaderValue::try_from(format!("W/\"{}\"", short_hash(&plain)))
            .unwrap_or_else(|_| HeaderValue::from_static("W/\"0\""));
        Self { content_type, tag, plain, compressible, brotli: OnceLock::new(), gzip: OnceLock::new() }
    }

    /// About what it takes in memory, all forms together.
    pub(crate) fn weight(&self) -> u64 {
        let plain = self.plain.len() as u64;
        plain + plain / 2 + 512
    }

    /// The response for a request with these headers: 304 when the asker has it already.
    pub(crate) fn respond(&self, request: &HeaderMap) -> Response {
        let mut response = Response::new(Body::empty());
        let headers = response.headers_mut();
        headers.insert(header::ETAG, self.tag.clone());
        if self.compressible {
            headers.append(header::VARY, HeaderValue::from_static("accept-encoding"));
        }
        if self.is_known_to(request) {
            *response.status_mut() = StatusCode::NOT_MODIFIED;
            return response;
        }
        headers.insert(header::CONTENT_TYPE, self.content_type.clone());
        let (bytes, encoding) = match self.choose(request) {
            Encoding::Brotli => (self.brotli.get_or_init(|| brotli(&self.plain)), Some("br")),
            Encoding::Gzip => (self.gzip.get_or_init(|| gzip(&self.plain)), Some("gzip")),
            Encoding::Plain => (&self.plain, None),
        };
        if let Some(encoding) = encoding {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
        }
        *response.body_mut() = Body::from(bytes.clone());
        response
    }

    fn is_known_to(&self, request: &HeaderMap) -> bool {
        let strip = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
        let own = strip(self.tag.to_str().unwrap_or_default());
        list(request, &header::IF_NONE_MATCH).any(|tag| strip(tag) == own || tag.trim() == "*")
    }

    fn choose(&self, request: &HeaderMap) -> Encoding {
        if !self.compressible {
            return Encoding::Plain;
        }
        let accepts = |name: &str| {
            list(request, &header::ACCEPT_ENCODING).any(|part| {
                let (encoding, weight) = part.split_once(';').unwrap_or((part, "q=1"));
                let refused = weight.trim().strip_prefix("q=").is_some_and(|q| q.parse() == Ok(0.0_f32));
                encoding.trim().eq_ignore_ascii_case(name) && !refused
            })
        };
        match () {
            () if accepts("br") => Encoding::Brotli,
            () if accepts("gzip") => Encoding::Gzip,
            () => Encoding::Plain,
        }
    }
}

/// The comma-separated parts of a header.
fn list<'h>(headers: &'h HeaderMap, name: &HeaderName) -> impl Iterator<Item = &'h str> {
    headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok()).flat_map(|text| text.split(','))
}

/// Eight bytes of the content's hash, as hex: enough to tell versions of one thing apart.
pub(crate) fn short_hash(bytes: &[u8]) -> String {
    let hash = Sha256::digest(bytes);
    hex::encode(hash.get(..8).unwrap_or_default())
}

fn brotli(plain: &[u8]) -> Bytes {
    let mut writer = brotli::CompressorWriter::new(Vec::new(), 4_096, BROTLI_QUALITY, BROTLI_WINDOW);
    // Writing into a vector cannot fail.
    let _ = writer.write_all(plain);
    writer.into_inner().into()
}

fn gzip(plain: &[u8]) -> Bytes {
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    let _ = writer.write_all(plain);
    writer.finish().unwrap_or_default().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> Encoded {
        Encoded::new("word ".repeat(1_000), HeaderValue::from_static("text/html; charset=utf-8"))
    }

    fn asking(name: HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, value.parse().unwrap())])
    }

    #[test]
    fn the_best_encoding_that_is_accepted_is_sent() {
        for (accepted, expected) in [
            ("gzip, deflate, br, zstd", Some("br")),
            ("gzip", Some("gzip")),
            ("br;q=0, gzip;q=0.5", Some("gzip")),
            ("BR", Some("br")),
            ("identity", None),
            ("", None),
        ] {
            let response = page().respond(&asking(header::ACCEPT_ENCODING, accepted));
            let encoding = response.headers().get(header::CONTENT_ENCODING);
            assert_eq!(encoding.map(|value| value.to_str().unwrap()), expected, "{accepted}");
            assert_eq!(response.headers()[header::VARY], "accept-encoding");
        }
    }

    #[test]
    fn both_compressed_forms_are_the_page_again() {
        use std::io::Read as _;
        let page = page();
        let mut unzipped = Vec::new();
        flate2::read::GzDecoder::new(&gzip(&page.plain)[..]).read_to_end(&mut unzipped).unwrap();
        assert_eq!(unzipped, page.plain);
        let (mut unbrotlied, small) = (Vec::new(), brotli(&page.plain));
        brotli::Decompressor::new(&small[..], 4_096).read_to_end(&mut unbrotlied).unwrap();
        assert_eq!(unbrotlied, page.plain);
        assert!(small.len() < page.plain.len() / 10);
    }

    #[test]
    fn who_has_it_already_gets_no_body() {
        let page = page();
        let tag = page.respond(&HeaderMap::new()).headers()[header::ETAG].to_str().unwrap().to_owned();
        for known in [tag.clone(), tag.trim_start_matches("W/").to_owned(), format!("\"x\", {tag}")] {
            let response = page.respond(&asking(header::IF_NONE_MATCH, &known));
            assert_eq!(response.status(), StatusCode::NOT_MODIFIED, "{known}");
        }
        let response = page.respond(&asking(header::IF_NONE_MATCH, "\"other\""));
        assert_eq!(response.status(), StatusCode::OK);
    }
}
