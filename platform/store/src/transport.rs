//! The way to a PostgreSQL server: encrypted and verified, unless it is on this machine or its address says
//! `sslmode=disable`.

use std::path::Path;
use std::sync::Arc;

use ::postgres::config::{Host, SslMode};
use ::postgres::{Client, Config, NoTls};
use kernel::{Context, Refusal, Result};
use rustls::{ClientConfig, RootCertStore};
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject;
use rustls_platform_verifier::BuilderVerifierExt;
use tokio_postgres_rustls::MakeRustlsConnect;

/// The name libpq gives to the file of authorities to trust instead of the system's.
const AUTHORITIES: &str = "sslrootcert";

/// An address, and how to get there.
#[derive(Clone)]
pub(crate) struct Server {
    config: Config,
    tls: Option<MakeRustlsConnect>,
}

impl std::fmt::Debug for Server {
    /// The address may hold a password.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Server").field("encrypted", &self.tls.is_some()).finish_non_exhaustive()
    }
}

impl Server {
    pub(crate) fn parse(address: &str) -> Result<Self, Refusal> {
        // The text may hold a password, so no refusal repeats it.
        let malformed = || Refusal::new("store.address_malformed");
        let (address, authorities) = without_authorities(address);
        let mut config: Config = address.parse().map_err(|_| malformed())?;
        config.application_name("switchboard");
        let tls = if is_plain(&config) {
            config.ssl_mode(SslMode::Disable);
            None
        } else {
            config.ssl_mode(SslMode::Require);
            Some(MakeRustlsConnect::new(verifying(authorities.as_deref())?))
        };
        Ok(Self { config, tls })
    }

    pub(crate) fn connect(&self) -> Result<Client> {
        match &self.tls {
            None => self.config.connect(NoTls).context("connecting to the database"),
            Some(tls) => self.config.connect(tls.clone()).context("connecting to the database by TLS"),
        }
    }
}

/// Takes the parameter that our database library does not know out of the address.
fn without_authorities(address: &str) -> (String, Option<String>) {
    let Some((place, query)) = address.split_once('?') else { return (address.to_owned(), None) };
    let mut authorities = None;
    let mut rest = form_urlencoded::Serializer::new(String::new());
    for (name, value) in form_urlencoded::parse(query.as_bytes()) {
        if name == AUTHORITIES {
            authorities = Some(value.into_owned());
        } else {
            rest.append_pair(&name, &value);
        }
    }
    // A space is `%20` here, for the library reads a plus as itself.
    (format!("{place}?{}", rest.finish().replace('+', "%20")), authorities)
}

fn is_plain(config: &Config) -> bool {
    match config.get_ssl_mode() {
        SslMode::Disable => true,
        SslMode::Require => false,
        // Nothing was said: what does not leave this machine needs no encryption.
        _ => config.get_hosts().iter().all(is_here),
    }
}

fn is_here(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

fn verifying(authorities: Option<&str>) -> Result<ClientConfig, Refusal> {
    let refused = |file: &str, reason: String| {
        Refusal::new("store.certificate_unusable").with("file", file).with("reason", reason)
    };
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let builder = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused("-", error.to_string()))?;
    let builder = match authorities {
        Some(file) => {
            let roots = roots(Path::new(file)).map_err(|reason| refused(file, reason))?;
            builder.with_root_certificates(roots)
        }
        None => builder.with_platform_verifier().map_err(|error| refused("-", error.to_string()))?,
    };
    Ok(builder.with_no_client_auth())
}

fn roots(file: &Path) -> Result<RootCertStore, String> {
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(file).map_err(|error| error.to_string())? {
        let certificate = certificate.map_err(|error| error.to_string())?;
        roots.add(certificate).map_err(|error| error.to_string())?;
    }
    if roots.is_empty() { Err("no certificate in it".to_owned()) } else { Ok(roots) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_encrypted(address: &str) -> bool {
        Server::parse(address).unwrap().tls.is_some()
    }

    #[test]
    fn what_leaves_this_machine_is_encrypted_unless_the_address_says_no() {
        assert!(is_encrypted("postgres://u:p@db.example/d"));
        assert!(is_encrypted("postgres://u:p@localhost,db.example/d"), "one of several is elsewhere");
        assert!(is_encrypted("postgres://u:p@localhost/d?sslmode=require"));
        assert!(!is_encrypted("postgres://u:p@localhost/d"));
        assert!(!is_encrypted("postgres://u:p@127.0.0.1:5433/d"));
        assert!(!is_encrypted("postgres://u@%2Frun%2Fpostgresql/d"));
        assert!(!is_encrypted("postgres://u:p@db.example/d?sslmode=disable"));
    }

    #[test]
    fn other_parameters_of_the_address_stay() {
        let (address, authorities) = without_authorities(
            "postgres://h/d?options=-c%20a%3Db&sslrootcert=%2Fetc%2Fca.pem&sslmode=require",
        );
        assert_eq!(authorities.as_deref(), Some("/etc/ca.pem"));
        assert_eq!(address, "postgres://h/d?options=-c%20a%3Db&sslmode=require");
    }

    #[test]
    fn authorities_that_cannot_be_read_are_refused_and_the_password_is_not_shown() {
        let error = Server::parse("postgres://u:hush@db.example/d?sslrootcert=/none.pem").unwrap_err();
        assert_eq!(error.code(), "store.certificate_unusable");
        assert!(!format!("{:?}", Server::parse("postgres://u:hush@db.example/d").unwrap()).contains("hush"));
    }
}
