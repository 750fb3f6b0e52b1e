//! A store on a PostgreSQL server: the feature `postgres`.

#[cfg(feature = "postgres")]
pub(crate) use with::Server;
#[cfg(not(feature = "postgres"))]
pub(crate) use without::Server;

#[cfg(feature = "postgres")]
mod with {
    use std::path::PathBuf;
    use std::sync::Arc;

    use chrono::{DateTime, Utc};
    use pregon::store::{PostgresOptions, PostgresStore};
    use pregon::{HashKey, PortError};

    use crate::config::secrets::{self, POSTGRES_PASSWORD};
    use crate::config::{Config, OpenStore, StorePlace};
    use crate::output::Failure;

    /// A schema of a server, and as whom it is opened.
    #[derive(Debug)]
    pub(crate) struct Server {
        name: String,
        url: Secret,
        options: PostgresOptions,
    }

    /// Where workers keep what only their machine has to know, when nothing is said.
    const STATE: &str = "pregon.state";

    /// An address with its password, which is never shown.
    struct Secret(String);

    impl std::fmt::Debug for Secret {
        fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            f.write_str("***")
        }
    }

    impl Server {
        /// The server that a configuration names.
        pub(crate) fn of(config: &Config, written: &str) -> Result<Self, Failure> {
            let (address, query) = written.split_once('?').unwrap_or((written, ""));
            let secret = |part: &&str| part.split('=').next() == Some("password");
            if query.split('&').any(|part| secret(&part)) {
                let hint =
                    format!("take it out and set the environment variable {POSTGRES_PASSWORD}");
                let wrong = config.wrong("store", "secrets do not stand in a file");
                return Err(wrong.hinted(Some(hint)));
            }
            let mut options = PostgresOptions::new().with_worker(&config.file.worker.name);
            if let Some(schema) = &config.file.schema {
                options = options.with_schema(schema);
            }
            Ok(Self {
                name: address.to_owned(),
                url: Secret(with_password(written, secrets::variable(POSTGRES_PASSWORD))),
                options,
            })
        }

        /// Its address, without what a query may say.
        pub(crate) fn name(&self) -> &str {
            &self.name
        }

        /// Takes the server as it is, after a failover or a restore that may have lost intents
        /// between two instants.
        pub(crate) fn accept_moved(
            mut self,
            lost: Option<(DateTime<Utc>, DateTime<Utc>)>,
        ) -> StorePlace {
            self.options = match lost {
                None => self.options.accept_moved(),
                Some((since, until)) => self.options.accept_moved_in_doubt(since, until),
            };
            StorePlace::Server(self)
        }

        /// The file in which this worker notes what left of this store, and of no other: the rows
        /// of one mean nothing in another.
        pub(crate) fn flights(&self, config: &Config) -> Result<PathBuf, Failure> {
            let worker = &config.file.worker;
            let dir = config.path(worker.state.as_deref().unwrap_or(STATE));
            std::fs::create_dir_all(&dir).map_err(|error| Failure::disk(&dir, &error))?;
            let schema = config.file.schema.as_deref().unwrap_or("pregon");
            let (_, address) = self.name.split_once("://").unwrap_or_default();
            let name = format!("{address} {schema} {}", worker.name);
            Ok(dir
                .join(as_file_name(&name))
                .with_added_extension("flights"))
        }

        pub(crate) async fn open(&self, key: Option<HashKey>) -> Result<OpenStore, PortError> {
            let options = match key {
                Some(key) => self.options.clone().with_hash_key(key),
                None => self.options.clone(),
            };
            let opened = PostgresStore::open(&self.url.0, options).await;
            opened.map(|store| OpenStore::Server(Arc::new(store)))
        }

        pub(crate) async fn open_to_read(&self) -> Result<OpenStore, PortError> {
            let opened = PostgresStore::open_read_only(&self.url.0, self.options.clone()).await;
            opened.map(|store| OpenStore::Server(Arc::new(store)))
        }
    }

    /// A name in which every sign that a file's cannot have is written by its number.
    fn as_file_name(text: &str) -> String {
        let sign = |byte: u8| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'.' | b'-' => char::from(byte).to_string(),
            b' ' => "_".to_owned(),
            _ => format!("%{byte:02X}"),
        };
        text.bytes().map(sign).collect()
    }

    /// The address with a password in its query, where every byte of it can stand.
    fn with_password(url: &str, password: Option<String>) -> String {
        let Some(password) = password else {
            return url.to_owned();
        };
        let sign = if url.contains('?') { '&' } else { '?' };
        let bytes = password.bytes().map(|byte| format!("%{byte:02X}"));
        format!("{url}{sign}password={}", bytes.collect::<String>())
    }

    #[cfg(test)]
    mod tests {
        use super::{Secret, with_password};

        #[test]
        fn any_password_can_stand_in_an_address() {
            let url = with_password("postgres://h/d?sslmode=require", Some("a&ñ".to_owned()));
            assert_eq!(url, "postgres://h/d?sslmode=require&password=%61%26%C3%B1");
            let url = with_password("postgres://h/d", Some("x".to_owned()));
            assert_eq!(url, "postgres://h/d?password=%78");
            assert_eq!(with_password("postgres://h/d", None), "postgres://h/d");
            assert_eq!(format!("{:?}", Secret(url)), "***");
        }
    }
}

#[cfg(not(feature = "postgres"))]
mod without {
    use std::path::PathBuf;

    use chrono::{DateTime, Utc};
    use pregon::{HashKey, PortError};

    use crate::config::{Config, OpenStore, StorePlace};
    use crate::output::Failure;

    /// No server can be opened by this build.
    #[derive(Debug)]
    pub(crate) enum Server {}

    impl Server {
        pub(crate) fn of(config: &Config, _written: &str) -> Result<Self, Failure> {
            let message = "this build has no PostgreSQL: it lacks the feature `postgres`";
            let hint = "use store = \"sqlite:pregon.db\"";
            Err(config.wrong("store", message).hinted(Some(hint)))
        }

        pub(crate) fn name(&self) -> &str {
            match *self {}
        }

        pub(crate) fn accept_moved(
            self,
            _lost: Option<(DateTime<Utc>, DateTime<Utc>)>,
        ) -> StorePlace {
            match self {}
        }

        pub(crate) fn flights(&self, _config: &Config) -> Result<PathBuf, Failure> {
            match *self {}
        }

        pub(crate) async fn open(&self, _key: Option<HashKey>) -> Result<OpenStore, PortError> {
            match *self {}
        }

        pub(crate) async fn open_to_read(&self) -> Result<OpenStore, PortError> {
            match *self {}
        }
    }
}
