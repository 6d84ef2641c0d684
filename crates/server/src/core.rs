//! One core of the server: a `current_thread` runtime with a listener, a flusher and the rooms made on it.
//!
//! Each core listens on the same ports (`SO_REUSEPORT`), so that the system spreads connections over them and
//! a connection never changes its core.

use crate::app::App;
use crate::config::Config;
use crate::ending::{Ending, Phase};
use crate::http;
use crate::limits;
use crate::session::flusher::Flusher;
use axum::Router;
use hyper::server::conn::http1;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use socket2::{Domain, Protocol, Socket, Type};
use std::io;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::sync::Arc;
use std::time::Duration;
use thiserror::Error;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tower::ServiceExt;

/// Connections that the system holds until we accept them.
const BACKLOG: i32 = 1_024;

/// How long accepting rests after the system refused it, out of file descriptors for one.
const ACCEPT_REST: Duration = Duration::from_millis(100);

/// A core.
#[derive(Debug)]
pub(crate) struct Core {
    pub(crate) flusher: Arc<Flusher>,
}

/// A port that we cannot listen on.
#[derive(Debug, Error)]
#[error("Port {port} cannot be used. {advice}")]
pub(crate) struct PortError {
    port: u16,
    /// What to do.
    advice: &'static str,
    source: io::Error,
}

/// Opens for each core a listener on each port. Where a port was 0, `config` has the one that the system chose.
pub(crate) fn listen(config: &mut Config) -> Result<Vec<Vec<StdListener>>, PortError> {
    let Config {
        address,
        also_ports,
        workers,
        ..
    } = config;
    let mut cores: Vec<_> = (0..*workers).map(|_| vec![]).collect();
    let mut open = |port: &mut u16, advice| {
        let listeners = listen_on(SocketAddr::new(address.ip(), *port), *workers);
        let (chosen, listeners) = listeners.map_err(|source| PortError {
            port: *port,
            advice,
            source,
        })?;
        *port = chosen;
        for (core, listener) in cores.iter_mut().zip(listeners) {
            core.push(listener);
        }
        Ok(())
    };
    let mut port = address.port();
    open(&mut port, "Choose another with --port")?;
    for port in also_ports {
        open(port, "Choose another, or leave it out of --also-port")?;
    }
    address.set_port(port);
    Ok(cores)
}

/// One listener a core, and the port that they share.
fn listen_on(mut address: SocketAddr, cores: usize) -> io::Result<(u16, Vec<StdListener>)> {
    // Without SO_REUSEPORT first: with it, a second server on the same port would be let in silently.
    let probe = open(address, false)?;
    address = probe.local_addr()?;
    drop(probe);
    let listeners: io::Result<_> = (0..cores).map(|_| open(address, cores > 1)).collect();
    Ok((address.port(), listeners?))
}

fn open(address: SocketAddr, shared: bool) -> io::Result<StdListener> {
    let socket = Socket::new(Domain::for_address(address), Type::STREAM, Some(Protocol::TCP))?;
    // A restart must not wait for the last connections' TIME_WAIT.
    socket.set_reuse_address(true)?;
    #[cfg(unix)]
    if shared {
        socket.set_reuse_port(true)?;
    }
    socket.set_nonblocking(true)?;
    socket.bind(&address.into())?;
    socket.listen(BACKLOG)?;
    Ok(socket.into())
}

/// Runs a core until `stop`, then as long as the runtime is driven.
pub(crate) async fn run(app: Arc<App>, listeners: Vec<StdListener>, ending: Ending) -> io::Result<()> {
    let core = Arc::new(Core {
        flusher: Arc::new(Flusher::new(
            Arc::clone(&app.metrics),
            app.clock,
            Arc::clone(&app.fullness),
        )),
    });
    tokio::spawn(Arc::clone(&core.flusher).run());
    // One for all connections, which share it: it is large.
    let router = http::router(app);
    let mut accepting = JoinSet::new();
    for listener in listeners {
        let listener = TcpListener::from_std(listener)?;
        accepting.spawn(accept(
            router.clone(),
            Arc::clone(&core),
            listener,
            ending.clone(),
        ));
    }
    accepting.join_all().await;
    Ok(())
}

/// Takes the connections of one port until all ends, and closes it.
async fn accept(router: Router, core: Arc<Core>, listener: TcpListener, mut ending: Ending) {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            _ = ending.wait_for(|phase| *phase == Phase::Closing) => return,
        };
        match accepted {
            Ok((stream, address)) => serve(router.clone(), Arc::clone(&core), stream, address),
            Err(error) => {
                // One connection's failure, or too many files: never the end of the server.
                tracing::warn!(%error, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_REST).await;
            }
        }
    }
}

fn serve(router: Router, core: Arc<Core>, stream: TcpStream, address: SocketAddr) {
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "no TCP_NODELAY");
    }
    let service = router.map_request(move |mut request: hyper::Request<hyper::body::Incoming>| {
        request.extensions_mut().insert(http::Peer {
            core: Arc::clone(&core),
            address,
        });
        request.map(axum::body::Body::new)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits::HEAD_WITHIN)
        .max_buf_size(limits::HTTP_BUFFER_BYTES_MAX)
        .serve_connection(TokioIo::new(stream), TowerToHyperService::new(service))
        .with_upgrades();
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::debug!(%error, "connection ended");
        }
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_core_listens_on_every_port() {
        let flags = [
            "--host",
            "127.0.0.1",
            "--port",
            "0",
            "--also-port",
            "0,0",
            "--workers",
            "3",
        ];
        let mut config = Config::typed(&flags).unwrap();
        let cores = listen(&mut config).unwrap();
        let mut ports = vec![config.address.port()];
        ports.extend(&config.also_ports);
        assert!(ports.len() == 3 && !ports.contains(&0), "{ports:?}");
        assert_eq!(cores.len(), 3);
        for core in &cores {
            let listening = core.iter().map(|listener| listener.local_addr().unwrap().port());
            assert_eq!(listening.collect::<Vec<_>>(), ports);
        }
        // None of them is shared with another server.
        let error = listen(&mut config).unwrap_err().to_string();
        assert!(error.starts_with(&format!("Port {} cannot", ports[0])), "{error}");
    }
}
